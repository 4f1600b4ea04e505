"""What each answer of Intercom says, and what none of them says."""

from __future__ import annotations

import pytest

from intercom_scan.verify.answers import judged
from intercom_scan.verify.client import Answer
from tests.verify.fake import ADMIN, LIMITS, as_json, error

LOWER = {name.lower(): value for name, value in LIMITS.items()}


def said(status, body=b"", kind="application/json", **headers):
    return judged(Answer(status, {"content-type": kind, **headers}, body))


@pytest.mark.parametrize(
    ("status", "code", "state"),
    [
        (401, "unauthorized", "dead"),
        (401, "token_not_found", "dead"),
        (401, "token_revoked", "dead"),
        (401, "token_expired", "dead"),
        (401, "token_suspended", "blocked"),
        (401, "token_blocked", "blocked"),
        (403, "api_plan_restricted", "blocked"),
        (401, "token_unauthorized", "live-unscoped"),
        (403, "forbidden", "live-unscoped"),
        (429, "rate_limit_exceeded", "unknown"),
        (403, "unauthorized", "unknown"),
        (500, "unauthorized", "unknown"),
        (200, "token_revoked", "unknown"),
        (401, "something_new", "unknown"),
        (401, "a\nb\x1b[31m", "unknown"),
        (401, ["unauthorized"], "unknown"),
    ],
)
def test_errors(status, code, state):
    known = said(status, error(code))
    assert known.state == state
    if isinstance(code, str) and code.isidentifier():
        assert code in known.reason
    else:
        assert str(code) not in known.reason


def test_live():
    known = said(200, as_json(ADMIN), kind="application/json; charset=utf-8")
    assert (known.state, known.live) == ("live", True)
    assert (known.workspace, known.name, known.region) == ("abcd1234", "Example Ltd", "EU")
    assert known.admin == "a***@example.com"


@pytest.mark.parametrize("app", [None, [], "x", {"id_code": 1, "name": [], "region": ""}])
def test_live_without_a_workspace(app):
    known = said(200, as_json({**ADMIN, "app": app, "email": 5}))
    assert (known.state, known.workspace, known.name, known.region) == ("live", None, None, None)
    assert known.admin is None


@pytest.mark.parametrize("email", ["", "@", "nobody", "a b@example.com", "a@b@c", "x@\x1b[31m"])
def test_what_is_no_address_is_not_shown(email):
    assert said(200, as_json({**ADMIN, "email": email})).admin is None


@pytest.mark.parametrize(
    "body",
    [
        b"", b"null", b"[]", b'"admin"', b"{", b"\xff\xfe", b"[" * 100_000, b"9" * 5000,
        b'{"type": "contact"}', b'{"type": ["admin"]}', b"<html>admin</html>",
    ],
    ids=range(11),
)  # fmt: skip
@pytest.mark.parametrize("status", [200, 401, 403, 404])
def test_unexpected_bodies(status, body):
    assert said(status, body).state == "unknown"


@pytest.mark.parametrize("kind", ["text/html", "", "text/plain; application/json"])
def test_another_type_of_content_says_nothing(kind):
    assert said(200, as_json(ADMIN), kind=kind).state == "unknown"
    assert said(401, error("unauthorized"), kind=kind).state == "unknown"


@pytest.mark.parametrize("status", [401, 403, 404, 418])
def test_rate_limits_are_evidence(status):
    known = said(status, b"", **LOWER)
    assert (known.state, known.live) == ("live-unscoped", True)
    assert "rate limits" in known.reason


@pytest.mark.parametrize("status", [200, 302, 429, 500, 503])
def test_they_are_told_of_where_nothing_is_certain(status):
    known = said(status, b"", **LOWER)
    assert known.state == "unknown"
    assert "rate limits" in known.reason
    assert "rate limits" not in said(status, b"").reason


@pytest.mark.parametrize("name", LOWER)
@pytest.mark.parametrize("value", [None, "", "-1", "many", "9" * 13])
def test_half_of_them_are_none(name, value):
    headers = {key: text for key, text in LOWER.items() if key != name}
    assert said(403, b"", **headers, **({} if value is None else {name: value})).state == "unknown"


def test_what_intercom_says_of_a_dead_token_goes_before_them():
    assert said(401, error("token_revoked"), **LOWER).state == "dead"
