"""Where the answer is neither yes nor no, and what logs may have."""

from __future__ import annotations

from tests.audit.texts import answered

CODE = """
import { IntercomClient } from 'intercom-client';

const client = new IntercomClient({ token: process.env.INTERCOM_ACCESS_TOKEN });

export const forget = (id) => client.contacts.delete({ contact_id: id });
"""


def test_without_a_change_there_is_nothing_to_log() -> None:
    code = CODE.replace("contacts.delete", "contacts.find")
    assert answered({"a.ts": code}, "audit-logging").answer == "not-applicable"


def test_a_layer_may_log_for_all() -> None:
    assert answered({"a.ts": CODE}, "audit-logging").answer == "fail"
    layered = CODE.replace("token:", "logging: { level: 'info' }, token:")
    assert answered({"a.ts": layered}, "audit-logging").answer == "cannot-tell"


def test_a_client_that_is_handed_in_may_log() -> None:
    code = "export const forget = (intercom, id) => intercom.contacts.delete({ id });\n"
    assert answered({"a.ts": code}, "audit-logging").answer == "cannot-tell"


def test_callers_may_log() -> None:
    caller = """
import { forget } from './intercom';
import { logger } from './logger';

export async function remove(id) {
  await forget(id);
  logger.info('contact forgotten', { id });
}
"""
    files = {"intercom.ts": CODE, "remove.ts": caller}
    assert answered(files, "audit-logging").answer == "pass"
    silent = caller.replace("  logger.info('contact forgotten', { id });\n", "")
    assert answered({**files, "remove.ts": silent}, "audit-logging").answer == "fail"


def test_that_there_is_a_token_may_be_logged() -> None:
    for said in ("!!process.env.INTERCOM_ACCESS_TOKEN", "mask(process.env.INTERCOM_ACCESS_TOKEN)",
                 "process.env.INTERCOM_ACCESS_TOKEN ? 'set' : 'missing'"):  # fmt: skip
        code = CODE + f"console.log('token', {said});\n"
        words = {each.message for each in answered({"intercom.ts": code}, "audit-logging").evidence}
        assert "logs a credential" not in words, said
    code = CODE + "console.log('token', process.env.INTERCOM_ACCESS_TOKEN);\n"
    words = {each.message for each in answered({"intercom.ts": code}, "audit-logging").evidence}
    assert "logs a credential" in words
