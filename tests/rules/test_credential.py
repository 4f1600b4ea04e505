"""Secret-looking values under an Intercom credential's name, and what only looks like one."""

from __future__ import annotations

import pytest

from intercom_scan.rules.credential import RULE
from intercom_scan.rules.values import random_hex, random_text
from tests.rules.cases import Case, assert_flagged, assert_quiet, matches, params

FLAGGED = {
    "dotenv": "INTERCOM_TOKEN=VALUE",
    "quoted": 'intercom_api_key = "VALUE"',
    "json": '{"intercomAccessToken": "VALUE"}',
    "section": "intercom:\n  access_token: VALUE\n",
    "fallback": "process.env.INTERCOM_API_KEY || 'VALUE'",
    "password": "INTERCOM_PASSWORD=VALUE",
    "constructor": "new IntercomClient({ accessToken: 'VALUE' })",
}

IGNORED = {
    "app-id": "INTERCOM_APP_ID=VALUE",
    "npm": "INTERCOM_NPM_TOKEN=VALUE",
    "csrf": "intercom_csrf_token=VALUE",
    "key-of-a-map": "intercom:\n  hash: VALUE\n",
    "url": "INTERCOM_SECRET_URL=VALUE",
    "token-url": "INTERCOM_TOKEN=https://example.test/VALUE",
    "path": "INTERCOM_SECRET=/run/secrets/VALUE",
    "dollar": "INTERCOM_TOKEN=$VALUE",
    "no-context": "API_TOKEN=VALUE",
    "door-phone": "# esphome\nintercom_password: VALUE",
    "sentence": 'intercom_token = "VALUE is what they sent"',
    "map-before": '[{"value": "intercom-token"}, {"name": "fingerprint", "value": "VALUE"}]',
}

STAND_INS = [
    "intercomAccessToken",
    "your-intercom-access-token-1",
    "my_intercom_token_here",
    "INTERCOM_ACCESS_TOKEN_V2",
    "config.intercom.accessToken2",
    "process.env.INTERCOM_TOKEN",
    "default-test-key-do-not-use-in-prod",
    "Settings.system.intercom.token",
    "xxxxxxxxxxxxxxxxxxxx",
    "1234567890123456789",
    "abcdefghijklmnop123",
    "2024-01-02T03:04:05Z",
    "test_token_12345",
    "some/vault/path/intercom",
    "com.example.Intercom.TokenV1",
    "sk_live_***************",
    "[0-9a-zA-Z_-]{60}",
    "^[0-9a-zA-Z_-]{60}$",
    "00000000000000000000",
    "replace-me-with-a-token-1",
    "dG9rOmFiY2RlZmdo" + "aQ==",
    "dG9rOmFiY2RlZmdoaWprbG1u" + "b3BxcnN0dXZ3eHl6",
]


@pytest.mark.parametrize("case", params(FLAGGED))
def test_flagged(case):
    assert_flagged(case, RULE)


@pytest.mark.parametrize("case", params(IGNORED))
def test_ignored(case):
    assert_quiet(case, RULE.sample())


@pytest.mark.parametrize("value", STAND_INS)
def test_stand_ins_are_ignored(value):
    assert_quiet(Case("INTERCOM_ACCESS_TOKEN=VALUE\n"), value.encode())
    assert_quiet(Case('intercom_token: "VALUE",\n'), value.encode())


@pytest.mark.parametrize(
    "value",
    [random_hex(32), random_hex(64), random_text("ABCDEFGHJKMNPQRSTUVWXYZ23456789abcdefgh", 60)],
    ids=["32-hex", "64-hex", "60-characters"],
)
def test_other_shapes(value):
    assert_flagged(Case("INTERCOM_ACCESS_TOKEN=VALUE\n"), RULE, value.encode())


def test_it_is_never_more_than_medium():
    (match,) = matches("INTERCOM_TOKEN=" + RULE.sample().decode())
    assert match.confidence == "medium"
    assert RULE.guessable
