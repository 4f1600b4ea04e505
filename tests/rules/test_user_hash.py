"""What is, and what is not, a hard-coded user hash."""

from __future__ import annotations

import pytest

from intercom_scan.rules.user_hash import RULE
from intercom_scan.rules.values import random_hex
from tests.rules.cases import Case, assert_flagged, assert_quiet, params

FLAGGED = {
    "settings": 'window.intercomSettings = {\n  app_id: "abcd1234",\n  user_hash: "VALUE"\n};',
    "boot": "Intercom('boot', {app_id: 'abcd1234', email: 'a@b.test', user_hash: 'VALUE'})",
    "update": "window.Intercom('update', { user_hash: 'VALUE' });",
    "explicit": '"intercom_hash": "VALUE"',
    "hmac": '"intercom_hmac": "VALUE"',
    "user-hash": "INTERCOM_USER_HASH=VALUE",
    "camel": "const intercomUserHash = 'VALUE'",
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


def test_placeholder():
    assert_quiet(Case('intercomSettings = {user_hash: "VALUE"}'), b"INSERT_HMAC_VALUE_HERE")
