"""What is, and what is not, a hard-coded user hash."""

from __future__ import annotations

import hmac

import pytest

from intercom_scan.rules import by_id
from intercom_scan.rules.user_hash import RULE
from intercom_scan.rules.values import random_hex
from tests.rules.cases import Case, assert_flagged, assert_quiet, matches, params

FLAGGED = {
    "settings": 'window.intercomSettings = {\n  app_id: "abcd1234",\n  user_hash: "VALUE"\n};',
    "boot": "Intercom('boot', {app_id: 'abcd1234', email: 'a@b.test', user_hash: 'VALUE'})",
    "update": "window.Intercom('update', { user_hash: 'VALUE' });",
    "explicit": '"intercom_hash": "VALUE"',
    "hmac": '"intercom_hmac": "VALUE"',
    "user-hash": "INTERCOM_USER_HASH=VALUE",
    "camel": "const intercomUserHash = 'VALUE'",
    "assertion": 'c.Assert(response.IntercomHMAC, DeepEquals, "VALUE")',
    "module": "IntercomModule.forRoot({ appId: 'abcd1234', user_hash: 'VALUE' })",
    "for": "intercom: { userHash: 'VALUE' }",
    "android": 'Intercom.client().setUserHash("VALUE");',
    "ios": '[Intercom setUserHash:@"VALUE"];',
    "swift": 'Intercom.setUserHash("VALUE")',
    "react-native": "import Intercom from '@intercom/intercom-react-native';\n"
    "Intercom.setUserHash('VALUE')",
    "react-use-intercom": "boot({ userHash: 'VALUE' }) // react-use-intercom",
    "json-log": r"{\"intercom\":{\"user_hash\":\"VALUE\"}}",
    "html": "<script>window.intercomSettings={app_id:'abcd1234',user_hash:'VALUE'}</script>",
}

IGNORED = {
    "other-product": "userflow.identify({ user_hash: 'VALUE' })",
    "password-hash": "intercom_enabled: true\npassword_hash: VALUE",
    "integrity": "intercom-client:\n  sha256: VALUE",
    "checksum": "# intercom sdk\nchecksum = VALUE",
    "body-signature": "X-Body-Signature: VALUE",
    "file-hash": "intercom.framework.zip  VALUE",
    "tracking": "user_hash: VALUE\n",
    "product-in-hashes": "hashes:\n  intercom: VALUE\n",
    "docker-digest": "image: intercom/app@sha256:VALUE",
}


@pytest.mark.parametrize("case", params(FLAGGED))
def test_flagged(case):
    assert_flagged(case, RULE)


@pytest.mark.parametrize("case", params(FLAGGED))
def test_very_old_hashes_are_flagged(case):
    assert_flagged(case, RULE, random_hex(40).encode())


@pytest.mark.parametrize("case", params(IGNORED))
def test_ignored(case):
    assert_quiet(case, RULE.sample())


def hashed(key: str, word: str, kind: str = "sha256") -> bytes:
    return hmac.new(key.encode(), word.encode(), kind).hexdigest().encode()


DEMONSTRATED = {
    "setting": "@override_settings(INTERCOM_HMAC_SECRET_KEY='{key}')\n\n"
    "{'intercom_user_id': '{word}', 'user_hash': 'VALUE'}",
    "number": "{ verificationSecret: '{key}', user_id: {word},\n email: 'a@b.test' }\n"
    "{ app_id: 'abcd1234', user_hash: 'VALUE' }",
    "behind": "intercomUserHash = 'VALUE' // intercomHash({secretKey: '{key}', id: '{word}'})",
}


@pytest.mark.parametrize("form", DEMONSTRATED)
@pytest.mark.parametrize("kind", ["sha256", "sha1"])
def test_a_hash_under_a_made_up_key_beside_it_is_ignored(form, kind):
    def case(key):
        text = "// intercom\n" + DEMONSTRATED[form]
        return Case(text.replace("{key}", key).replace("{word}", "501"))

    value = hashed("abc123", "501", kind)
    assert_quiet(case("abc123"), value)
    assert_flagged(case("abc124"), RULE, value)


def test_a_hash_under_a_real_key_beside_it_is_flagged():
    key = by_id("intercom-client-secret").sample().decode()
    value = hashed(key, "501").decode()
    found = matches(f"intercom = {{ secret: '{key}', user_id: '501', user_hash: '{value}' }}")
    assert RULE in [match.rule for match in found]


def test_placeholder():
    assert_quiet(Case('intercomSettings = {user_hash: "VALUE"}'), b"INSERT_HMAC_VALUE_HERE")
