"""Code that looks as if it verified and does not, beside code that looks odd and is right."""

from __future__ import annotations

import pytest

from intercom_scan.audit.checks import webhook_verified
from intercom_scan.audit.signed import judging, machine
from intercom_scan.audit.signed.judging import WEBHOOK
from tests.audit.signed.projects import said
from tests.audit.texts import project

APP = """
const express = require('express');
const crypto = require('crypto');
const app = express();
const SECRET = process.env.INTERCOM_CLIENT_SECRET;
if (!process.env.DATABASE_URL || !SECRET) throw new Error('not configured');
function genuine(raw, header) {
  const wanted = Buffer.from('sha1=' + crypto.createHmac('sha1', SECRET).update(raw).digest('hex'));
  const given = Buffer.from(header || '');
  return given.length === wanted.length && crypto.timingSafeEqual(given, wanted);
}
const guard = (req, res, next) =>
  genuine(req.body, req.headers['x-hub-signature']) ? next() : res.sendStatus(401);
app.post('/hooks/intercom', express.raw({ type: '*/*' }), async (req, res) => {
  if (!genuine(req.body, req.headers['x-hub-signature'])) return res.sendStatus(401);
  await queue.add('contact.created', JSON.parse(req.body));
  res.sendStatus(200);
});
"""
VERIFIES = "  if (!genuine(req.body, req.headers['x-hub-signature'])) return res.sendStatus(401);\n"
ASYNC = ("function genuine", "async function genuine")
POST = "app.post('/hooks/intercom',"
OPEN = "async (req, res) => { await queue.add('contact.created', req.body); res.sendStatus(200); }"
VIEW = """
import hashlib
import hmac
import os
from flask import Flask, abort, request
app = Flask(__name__)
if not os.environ.get("DATABASE_URL"):
    raise SystemExit("not configured")
def genuine(body, header):
    secret = os.environ["INTERCOM_CLIENT_SECRET"].encode()
    return hmac.compare_digest("sha1=" + hmac.new(secret, body, hashlib.sha1).hexdigest(), header)
@app.post("/hooks/intercom")
async def hook():
    if not genuine(request.get_data(), request.headers.get("X-Hub-Signature", "")):
        abort(401)
    await queue.put(request.get_json())
    return "", 200
"""
Changes = list[tuple[str, str]]
UNSAFE: dict[str, tuple[str, Changes, str]] = {
    "a promise is true": (APP, [ASYNC], "wrong signature"),
    "a promise with a name": (
        APP,
        [ASYNC, ("if (!genuine(req.body,", "const ok = genuine(req.body,"),
         ("signature'])) return", "signature']);\n  if (!ok) return")],
        "wrong signature",
    ),
    "a coroutine is true": (VIEW, [("def genuine", "async def genuine")], "wrong signature"),
    "nobody hears of it": (
        APP,
        [(VERIFIES, "  check(req);\n"),
         (POST, "async function check(req) { if (!genuine(req.body, "
                f"req.headers['x-hub-signature'])) throw new Error('bad'); }}\n{POST}")],
        "wrong signature",
    ),
    "used behind the route": (
        APP, [(VERIFIES, ""), ("\n});\n", "\n});\napp.use(guard);\n")], "never checks"
    ),
    "used for another address": (
        APP, [(VERIFIES, ""), (POST, f"app.use('/hook', guard);\n{POST}")], "never checks"
    ),
    "by a text": (APP, [("\n});\n", f"\n}});\napp['post']('/intercom/hook', {OPEN});\n")], "never"),
    "in a chain": (
        APP,
        [("\n});\n", f"\n}});\napp.route('/intercom/hook').get(alive).post({OPEN});\n")],
        "never",
    ),
    "before the answer": (
        APP,
        [(VERIFIES, f"  process.nextTick(() => queue.add(req.body));\n{VERIFIES}")],
        "before it is refused",
    ),
    "the secret of the request": (
        APP,
        [("createHmac('sha1', SECRET)", "createHmac('sha1', JSON.parse(raw).key)")],
        "a secret that the request brings",
    ),
    "a rule by its address": (
        VIEW,
        [("@app.post", "@app.get"),
         ('return "", 200', 'return "", 200\ndef old():\n    queue.put(request.get_json())\n'
                            'app.add_url_rule("/intercom/hook", "old", old, methods=["POST"])')],
        "never checks",
    ),
    "a class called hmac": (
        VIEW,
        [("def genuine", "class hmac:\n    def new(*a): return a\n"
                         "    def compare_digest(a, b): return True\ndef genuine")],
        "never checks",
    ),
}  # fmt: skip
SAFE: dict[str, tuple[str, Changes]] = {
    "an app that needs settings": (APP, []),
    "a view that needs settings": (VIEW, []),
    "awaited": (APP, [ASYNC, ("!genuine(", "!(await genuine("), ("'])) return", "']))) return")]),
    "awaited by its name": (
        APP,
        [ASYNC, ("if (!genuine(req.body,", "const ok = genuine(req.body,"),
         ("signature'])) return", "signature']);\n  if (!(await ok)) return")],
    ),
    "awaited together": (
        APP,
        [ASYNC, ("if (!genuine(req.body,", "const [ok] = await Promise.all([genuine(req.body,"),
         ("signature'])) return", "signature'])]);\n  if (!ok) return")],
    ),
    "no promise is true": (
        APP,
        [ASYNC, ("if (!genuine(req.body,", "const ok = await genuine(req.body,"),
         ("signature'])) return", "signature']).catch(() => false);\n  if (!ok) return")],
    ),
    "handed on": (
        APP,
        [ASYNC, (POST, "const whole = (req) => Boolean(req.body) && genuine(req.body,"
                       f" req.headers['x-hub-signature']);\n{POST}"),
         ("!genuine(req.body, req.headers['x-hub-signature'])", "!(await whole(req))")],
    ),
    "used before the route": (
        APP, [(VERIFIES, ""), (POST, f"app.use('/hooks/*', guard);\n{POST}")]
    ),
    "used for where it is mounted": (
        APP,
        [(VERIFIES, ""), (POST, "const router = express.Router();\napp.use('/hooks', guard);\n"
                                "app.use('/hooks', router);\nrouter.post('/intercom',")],
    ),
    "answered first": (
        APP,
        [(VERIFIES, f"  res.sendStatus(200);\n  setImmediate(async () => {{\n{VERIFIES}"),
         ("  res.sendStatus(200);\n});", "  });\n});")],
    ),
}  # fmt: skip


def changed(text: str, changes: Changes) -> dict[str, str]:
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {"server.py" if text.startswith("\nimport") else "server.js": text}


@pytest.mark.parametrize("case", UNSAFE.values(), ids=UNSAFE)
def test_what_looks_verified_and_is_not(case: tuple[str, Changes, str]) -> None:
    text, changes, words = case
    wrong, _ = said(changed(text, changes), WEBHOOK)
    assert any(words in each for each in wrong)


@pytest.mark.parametrize("case", SAFE.values(), ids=SAFE)
def test_what_is_verified_in_an_unusual_way(case: tuple[str, Changes]) -> None:
    assert said(changed(*case), WEBHOOK) == (set(), set())


def test_a_module_without_an_end_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "STEPS", 1_000)
    files = changed(APP, [("const app", f"const table = [{'0, ' * 1_000}];\nconst app")])
    outcome = webhook_verified.run(project(files))
    assert outcome.answer == "cannot-tell"
    assert [each.message for each in outcome.evidence] == ["is too long to be followed"]


def test_texts_that_are_doubled_have_an_end() -> None:
    doubled = "z = 'a'\n" + "z = z + z\n" * 64
    assert said({"server.py": f"{doubled}{VIEW}"}, WEBHOOK) == (set(), set())


def test_work_without_an_end_is_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "WORK", 1)
    assert webhook_verified.run(project(changed(APP, []))).answer == "cannot-tell"


def test_more_ways_than_are_tried_are_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(judging, "RUNS", 4)
    ways = "".join(f"  if (await odd({at})) seen += 1;\n" for at in range(3))
    files = changed(APP, [(VERIFIES, ways + VERIFIES)])
    assert said(files, WEBHOOK) == (set(), {judging.TOO_MANY})


def test_a_module_that_has_the_name_of_a_standard_one() -> None:
    files = {**changed(VIEW, []), "lib/tools/hmac.py": "def new(*given):\n    return None\n"}
    assert said(files, WEBHOOK) == (set(), set())
    faked = {**changed(VIEW, []), "hmac.py": "def compare_digest(a, b):\n    return True\n"}
    assert said(faked, WEBHOOK) == ({"reads the signature and never checks it"}, set())
