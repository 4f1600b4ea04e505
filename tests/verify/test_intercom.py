"""All that Intercom's side may do, over real HTTP and HTTPS, and what comes of it."""

from __future__ import annotations

import pytest

from intercom_scan.api import scan_bytes
from intercom_scan.finding import ScanResult
from intercom_scan.verify.checking import AT_ONCE, Asking, verified, verify
from intercom_scan.verify.hosts import INTERCOM, Host, hosts
from intercom_scan.verify.pacing import IN_A_ROW, TRIES
from tests.test_promises import TOKEN
from tests.verify.fake import CODES, LIMITS, Reply, intercom, refusal, region, storm

STATES = {
    "unauthorized": "dead",
    "token_not_found": "dead",
    "token_revoked": "dead",
    "token_expired": "dead",
    "token_suspended": "blocked",
    "token_blocked": "blocked",
    "token_unauthorized": "live-unscoped",
    "forbidden": "live-unscoped",
    "api_plan_restricted": "blocked",
    "rate_limit_exceeded": "unknown",
}


@pytest.fixture(params=["http", "https"])
def way(request):
    """The context of the server's TLS, whose authority is trusted, or None for plain HTTP."""
    if request.param == "http":
        return None
    request.getfixturevalue("trusted")
    return request.getfixturevalue("tls")


@pytest.fixture
def token():
    return TOKEN.sample()


def said(fake, token):
    return verify(token, hosts(fake.base))


def many(fake, count):
    """The states of so many tokens that are asked about at once."""
    tokens = [TOKEN.sample() for _ in range(count)]
    found = scan_bytes(b"".join(b"INTERCOM_TOKEN=%b\n" % one for one in tokens), "intercom.env")
    result = ScanResult("files", found, (), commits=0, objects=1, bytes=1, seconds=0.0)
    findings = verified(result, Asking(hosts(fake.base))).findings
    assert {finding.secret for finding in findings} == set(tokens)
    return [known.state for finding in findings if (known := finding.verification)]


@pytest.mark.parametrize("code", CODES)
def test_every_code(code, way, token):
    with intercom(refusal(code), way) as fake:
        known = said(fake, token)
    assert known.state == STATES[code]
    assert code in known.reason


@pytest.mark.parametrize("missing", LIMITS)
def test_the_headers_of_rate_limits_are_evidence_if_they_are_all_there(missing, way, token):
    some = {name: value for name, value in LIMITS.items() if name != missing}
    with intercom(Reply(403, b"", headers=LIMITS), way) as fake:
        assert said(fake, token).state == "live-unscoped"
    with intercom(Reply(403, b"", headers=some), way) as fake:
        assert said(fake, token).state == "unknown"


def test_three_regions_each_with_its_own_tokens(way, token):
    tokens = {name: TOKEN.sample() for name in ("US", "EU", "AU")}
    with (
        intercom(region("US", tokens["US"].decode()), way) as us,
        intercom(region("EU", tokens["EU"].decode()), way) as eu,
        intercom(region("AU", tokens["AU"].decode()), way) as au,
    ):
        all_three = hosts(f"{us.base} {eu.base} {au.base}")
        for name, own in tokens.items():
            known = verify(own, all_three)
            assert (known.state, known.region) == ("live", name)
        assert [len(fake.asked) for fake in (us, eu, au)] == [3, 2, 1]
        assert verify(token, all_three).state == "dead"
        assert [len(fake.asked) for fake in (us, eu, au)] == [4, 3, 2]


def test_dead_is_the_word_of_the_host_that_knew_it(token):
    with intercom(refusal("token_revoked")) as us, intercom(refusal("unauthorized")) as eu:
        known = verify(token, hosts(f"{us.base} {eu.base}"))
    assert (known.state, known.reason) == ("dead", "Intercom says token_revoked")


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("unauthorized", "unknown"), ("token_not_found", "unknown"), ("token_revoked", "dead"),
        ("token_expired", "dead"), ("forbidden", "live-unscoped"),
    ],
)  # fmt: skip
def test_what_one_region_does_not_know_another_may(code, state, tls, trusted, token, monkeypatch):
    """Where the person chose a region, the others are not asked."""
    with intercom(refusal(code), tls) as fake:
        region_of_ours = (Host(fake.base),)
        monkeypatch.setattr(
            "intercom_scan.verify.checking.INTERCOM", (*region_of_ours, *INTERCOM[1:])
        )
        monkeypatch.setenv("NO_PROXY", "127.0.0.1")
        known = verify(token, region_of_ours)
    assert known.state == state
    assert code in known.reason


def test_a_slow_one(way, token):
    with intercom(Reply(pause=0.3), way) as fake:
        assert said(fake, token).state == "live"


CUT = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
ODD = {
    "cut off": (Reply(raw=CUT + b'Content-Length: 99\r\n\r\n{"type": "admin"}'), "cut off"),
    "cut off within": (Reply(raw=CUT + b'\r\n{"type": "adm'), "none of Intercom's"),
    "cut off before": (Reply(raw=b""), "without an answer"),
    "garbage": (Reply(raw=bytes(range(256)) * 9), "no HTTP"),
    "garbage in a body": (Reply(body=bytes(range(256))), "none of Intercom's"),
    "somebody else's page": (Reply(kind="text/html"), "none of Intercom's"),
    "trouble": (Reply(502), "has trouble"),
}


@pytest.mark.parametrize(("reply", "words"), ODD.values(), ids=ODD)
def test_what_is_no_answer(reply, words, way, token):
    with intercom(reply, way) as fake:
        known = said(fake, token)
        assert len(fake.asked) == 1
    assert known.state == "unknown"
    assert words in known.reason


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host(status, way, token):
    with intercom(tls=way) as other:
        there = {"Location": f"{other.base}/me", "Set-Cookie": "a=b"}
        with intercom(Reply(status, headers=there), way) as fake:
            known = said(fake, token)
            assert len(fake.asked) == 1
        assert other.asked == []
    assert known.state == "unknown"
    assert "not followed" in known.reason


def test_a_wrong_certificate(tls, token):
    with intercom(tls=tls) as fake:
        known = said(fake, token)
        assert fake.asked == []
    assert known.state == "unknown"
    assert "certificate" in known.reason


def test_not_too_many_at_once(way):
    with intercom(Reply(pause=0.02), way) as fake:
        assert many(fake, 4 * AT_ONCE) == ["live"] * 4 * AT_ONCE
        assert len(fake.asked) == 4 * AT_ONCE
        assert fake.most <= AT_ONCE


def test_a_storm_that_passes(way):
    with intercom(storm(TRIES - 1, Retry_After="0"), way) as fake:
        assert many(fake, 8) == ["live"] * 8
        assert len(fake.asked) == 8 + TRIES - 1


def test_a_storm_that_stays_ends_for_all(way):
    """However many tokens there are."""
    with intercom(storm(1_000_000, Retry_After="0"), way) as fake:
        assert many(fake, 10 * IN_A_ROW) == ["unknown"] * 10 * IN_A_ROW
        assert IN_A_ROW <= len(fake.asked) < IN_A_ROW + AT_ONCE
