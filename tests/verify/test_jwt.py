"""What a Messenger JWT says of itself."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os

import pytest

from intercom_scan.rules import by_id
from intercom_scan.verify import jwt

NOW = 1_700_000_000.0
RULE = by_id("intercom-messenger-jwt")


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def made(secret=b"", header=None, **claims):
    head = {"alg": "HS256", "typ": "JWT"} if header is None else header
    text = b".".join(encoded(json.dumps(part).encode()) for part in (head, claims))
    return text + b"." + encoded(hmac.new(secret, text, hashlib.sha256).digest())


def test_a_sample_of_the_rule():
    known = jwt.judged(RULE.sample(), NOW, None)
    assert known.state == "unknown"
    assert known.reason == "HS256, claims exp user_id, expires 2033-05-18 03:33 UTC"


@pytest.mark.parametrize(
    ("claims", "state", "words"),
    [
        ({}, "unknown", "never expires"),
        ({"exp": NOW + 1}, "unknown", "expires 2023-11-14 22:13 UTC"),
        ({"exp": NOW}, "dead", "expired 2023-11-14 22:13 UTC"),
        ({"exp": 1, "iat": 0}, "dead", "expired 1970-01-01 00:00 UTC, lifetime 0.0 hours"),
        ({"exp": NOW + 3600, "iat": NOW}, "unknown", "lifetime 1.0 hours"),
        ({"exp": "tomorrow"}, "unknown", "an exp that is no date"),
        ({"exp": True}, "unknown", "an exp that is no date"),
        ({"exp": 10**400}, "unknown", "an exp that is no date"),
        ({"exp": float("nan")}, "unknown", "an exp that is no date"),
        ({"exp": -1e300}, "unknown", "an exp that is no date"),
        ({"exp": -1}, "unknown", "an exp that is no date"),
    ],
)
def test_its_end(claims, state, words):
    known = jwt.judged(made(user_id="u", **claims), NOW, None)
    assert known.state == state
    assert words in known.reason


def test_claims_are_named_and_their_values_are_not():
    known = jwt.judged(
        made(user_id="ann-42", email="ann@example.com", **{"\x1b[31m": 1}), NOW, None
    )
    assert "claims email user_id and 1 more" in known.reason
    assert "ann" not in known.reason
    assert "\x1b" not in known.reason


def test_many_claims():
    known = jwt.judged(made(**{f"c{n:03}": n for n in range(500)}), NOW, None)
    assert "c011 and 488 more" in known.reason
    assert len(known.reason) < 200


def test_the_signature():
    secret = os.urandom(30)
    value = made(secret, user_id="u")
    assert "signed" not in jwt.judged(value, NOW, None).reason
    assert ", signed with the secret" in jwt.judged(value, NOW, secret).reason
    assert "not signed with the secret" in jwt.judged(value, NOW, secret + b"x").reason
    changed = value[:-2] + (b"AA" if value[-2:] != b"AA" else b"BB")
    assert "not signed with the secret" in jwt.judged(changed, NOW, secret).reason


@pytest.mark.parametrize("algorithm", ["none", "RS256", None, "\x1b[31m"])
def test_another_algorithm_is_not_quoted(algorithm):
    known = jwt.judged(made(header={"alg": algorithm}, user_id="u"), NOW, None)
    assert known.reason.startswith("an unknown algorithm, ")
