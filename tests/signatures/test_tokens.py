"""Messenger JWTs, and each way in which they go wrong."""

from __future__ import annotations

import hmac
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.signatures import tokens
from intercom_scan.signatures.reasons import REASONS
from tests.signatures.making import CLIENT, IDENTITY, NOW, based, cases, jwt, other_secret, part


def check(value, user_id=None, email=None, secret=IDENTITY):
    return tokens.check(value, user_id, email, secret, NOW)


def ids(verdict):
    return [cause.id for cause in verdict.causes]


@pytest.mark.parametrize(
    ("value", "user_id", "email"),
    [
        (jwt(), None, None),
        (jwt() + b"\n", "42", None),
        (jwt(user_id=42), "42", "a@b.example"),
        (jwt(email="a@b.example", iat=NOW, nbf=NOW), "42", "a@b.example"),
        (jwt(exp=None), "42", None),
    ],
    ids=range(5),
)
def test_right_ones(value, user_id, email):
    verdict = check(value, user_id, email)
    assert (ids(verdict), verdict.matches) == ([], True)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=40), st.binary(min_size=1, max_size=80))
def test_a_right_one_always_matches(user_id, secret):
    assert check(jwt(secret, user_id=user_id), user_id, None, secret).matches


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_nothing_that_is_given_breaks_it(value):
    assert not check(value).matches
    assert not check(jwt().rpartition(b".")[0] + b"." + value).matches


def test_what_a_token_says_of_itself_is_told_and_its_values_are_not():
    verdict = check(jwt(email="ann@example.com"))
    [note] = verdict.notes
    assert note.startswith("HS256, claims email exp user_id, ")
    assert "ann" not in note
    assert "never expires" in check(jwt(exp=None)).notes[0]


def raw(secret, text):
    return hmac.digest(secret, text, "sha256")


def padded(secret, text):
    return based(raw(secret, text)).encode()


WRONG = {
    "jwt-parts": [b"a.b", b"a.b.c.d.e", b"...", jwt() + b".x"],
    "jwt-json": [b"a.b.c", part(b"[]") + b"." + part(b"{}") + b".x", b".."],
    "jwt-algorithm": [
        jwt(header={"alg": "none"}, sign=lambda *_: b""),
        jwt(header={"alg": "RS256"}),
        jwt(header={"alg": "\x1b[31m"}),
        jwt(header={}),
        jwt(sign=lambda secret, text: part(hmac.digest(secret, text, "sha512"))),
    ],
    "jwt-encoding": [
        jwt(sign=lambda secret, text: raw(secret, text).hex().encode()),
        jwt(sign=padded),
    ],
    "jwt-user-id": [jwt(user_id=None), jwt(user_id=None, sub="42"), jwt(user_id="")],
    "jwt-expired": [jwt(exp=NOW), jwt(exp=1), jwt(exp=0)],
    "jwt-milliseconds": [jwt(exp=NOW * 1000), jwt(iat=NOW * 1000), jwt(exp=float("inf"))],
    "jwt-time": [jwt(exp="tomorrow"), jwt(exp=True), jwt(exp=float("nan")), jwt(nbf=-1)],
    "jwt-early": [jwt(nbf=NOW + 60)],
    "secret-base64": [jwt(secret=b"\xffkey" * 8)],
}


@pytest.mark.parametrize(("reason", "value"), cases(WRONG))
def test_what_is_wrong(reason, value):
    secret = based(b"\xffkey" * 8).encode() if reason == "secret-base64" else IDENTITY
    verdict = check(value, secret=secret)
    assert (ids(verdict), verdict.certain) == ([reason], True)


@pytest.mark.parametrize(
    ("reason", "user_id", "email"),
    [("jwt-other-user", "43", None), ("jwt-other-email", "42", "b@example.com")],
)
def test_another_person(reason, user_id, email):
    assert ids(check(jwt(email="a@example.com"), user_id, email)) == [reason]


def test_the_claim_that_may_be_meant_is_named():
    [cause] = check(jwt(user_id=None, sub="42")).causes
    assert "sub is another claim" in cause.text


def test_an_algorithm_is_named_if_it_is_one():
    assert "is none." in check(jwt(header={"alg": "none"})).causes[0].text
    assert "not known" in check(jwt(header={"alg": "\x1b[31m"})).causes[0].text


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (CLIENT, ["secret-kind", "secret-or-body"]),
        (other_secret(), ["secret-or-body"]),
        (IDENTITY[:-1], ["secret-unlikely", "secret-or-body"]),
    ],
    ids=range(3),
)
def test_another_secret(secret, expected):
    verdict = check(jwt(), secret=secret)
    assert (ids(verdict), verdict.certain) == (expected, False)


def test_all_that_is_wrong_is_said():
    verdict = check(jwt(user_id=None, exp=1, nbf="x"), secret=IDENTITY + b"\n")
    assert ids(verdict) == ["secret-blanks", "jwt-user-id", "jwt-expired", "jwt-time"]


def test_claims_that_go_deep():
    deep = part(b'{"user_id":' + b"[" * 20_000 + b"]" * 20_000 + b"}")
    assert not check(part(json.dumps({"alg": "HS256"}).encode()) + b"." + deep + b".x").matches


def test_every_reason_that_a_token_alone_can_have_has_its_case():
    others = {"jwt-other-user", "jwt-other-email"}
    assert {reason for reason in REASONS if reason.startswith("jwt-")} - others <= set(WRONG)
