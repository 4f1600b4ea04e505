"""What is, and what is not, a Messenger JWT."""

from __future__ import annotations

import base64
import json

import pytest

from intercom_scan.rules.messenger_jwt import RULE
from tests.rules.cases import Case, assert_flagged, assert_quiet, params

FLAGGED = {
    "settings": 'window.intercomSettings = { intercom_user_jwt: "VALUE" };',
    "boot": "Intercom('boot', { app_id: 'abcd1234', intercom_user_jwt: 'VALUE' })",
    "alone": "intercom_user_jwt=VALUE",
    "swift": 'Intercom.setUserJwt("VALUE")',
    "kotlin": 'Intercom.client().setUserJwt("VALUE")',
    "objc": '[Intercom setUserJwt:@"VALUE"]',
    "camel": "const intercomJwt = 'VALUE';",
    "token": "INTERCOM_TOKEN=VALUE",
}

IGNORED = {
    "other": "Authorization: Bearer VALUE\nintercom: true",
    "session": "SESSION_TOKEN=VALUE",
    "no-context": "user_jwt = 'VALUE'",
    "test": "// door-to-door intercom\nconst token = 'VALUE'",
}


def _jwt(header: object, claims: object) -> bytes:
    parts = [json.dumps(part).encode() for part in (header, claims)] + [b"0" * 32]
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)


@pytest.mark.parametrize("case", params(FLAGGED))
def test_flagged(case):
    assert_flagged(case, RULE)


@pytest.mark.parametrize("case", params(IGNORED))
def test_ignored(case):
    assert_quiet(case, RULE.sample())


@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"alg": "HS256"}, {"sub": "1"}),
        ({"alg": "RS256"}, {"user_id": "1"}),
        ({"alg": "HS256"}, ["user_id"]),
    ],
    ids=["no-user-id", "rs256", "claims-are-a-list"],
)
def test_jwts_of_others_are_ignored(header, claims):
    assert_quiet(Case('intercom_user_jwt: "VALUE"'), _jwt(header, claims))


def test_a_jwt_with_user_id_is_accepted():
    assert_flagged(Case('intercom_user_jwt: "VALUE"'), RULE, _jwt({"alg": "HS256"}, {"user_id": 7}))


def test_a_header_that_is_a_list_is_refused():
    assert RULE.check(_jwt(["HS256"], {"user_id": "1"})) is None


def test_what_is_not_json_is_ignored():
    assert RULE.check(b"eyJ" + b"A" * 20 + b"." + b"A" * 20 + b"." + b"A" * 43) is None
