"""A `user_hash`, and each way in which it goes wrong."""

from __future__ import annotations

import hashlib
import json
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.rules import by_id
from intercom_scan.signatures import identity
from intercom_scan.signatures.reasons import REASONS
from tests.signatures.making import CLIENT, IDENTITY, based, cases, mac, plain_hash

ID, EMAIL = "42", "Zoe@Example.com"
TOKEN = by_id("intercom-access-token").sample()


def hashed(text, secret=IDENTITY):
    return mac(secret, text.encode(), "sha256")


def ids(verdict):
    return [cause.id for cause in verdict.causes]


@pytest.mark.parametrize(
    ("user_id", "email", "of"), [(ID, None, ID), (None, EMAIL, EMAIL), (ID, EMAIL, ID)]
)
def test_right_ones(user_id, email, of):
    verdict = identity.check(hashed(of), user_id, email, IDENTITY)
    assert (verdict.matches, verdict.certain) == (True, True)
    assert verdict.of == f"user_hash of the {'user_id' if user_id else 'e-mail'}"


@settings(deadline=None)
@given(st.text(max_size=60), st.binary(min_size=1, max_size=80))
def test_a_right_one_always_matches(user_id, secret):
    made = mac(secret, user_id.encode("utf-8", "surrogateescape"), "sha256")
    assert identity.check(made, user_id, None, secret).matches


@settings(deadline=None)
@given(st.text(max_size=80), st.text(max_size=20))
def test_nothing_that_is_given_breaks_it(value, user_id):
    assert not identity.check(value, user_id, None, b"x").matches


WRONG: dict[str, list[tuple[str, str | None, str | None]]] = {
    "other-field": [(hashed(EMAIL), ID, EMAIL)],
    "value-case": [(hashed(EMAIL.lower()), None, EMAIL)],
    "value-blanks": [(hashed(ID), " 42", None), (hashed(EMAIL), None, f"{EMAIL}\n")],
    "value-newline": [(hashed(f"{ID}\n"), ID, None), (hashed(f"{EMAIL}\r\n"), None, EMAIL)],
    "value-number": [(hashed("42.0"), ID, None), (hashed("42"), "0042", None)],
    "value-quoted": [(hashed(json.dumps(ID)), ID, None)],
    "value-escaped": [(hashed("a@b.example"), None, "a%40b.example")],
    "value-normal": [(hashed(unicodedata.normalize("NFD", "Zoë")), "Zoë", None)],
    "value-none": [(hashed(text), ID, None) for text in ("", "undefined", "null", "None")],
    "signature-case": [(hashed(ID).upper(), ID, None)],
    "signature-blanks": [(f'"{hashed(ID)}"', ID, None)],
    "signature-base64": [(based(bytes.fromhex(hashed(ID))), ID, None)],
    "prefix-wrong": [(f"sha256={hashed(ID)}", ID, None)],
    "sha-1": [(mac(IDENTITY, ID.encode()), ID, None)],
    "exchanged": [(mac(ID.encode(), IDENTITY, "sha256"), ID, None)],
    "no-hmac": [(hashlib.sha256(IDENTITY + ID.encode()).hexdigest(), ID, None)],
}


@pytest.mark.parametrize(("reason", "value", "user_id", "email"), cases(WRONG))
def test_what_is_wrong(reason, value, user_id, email):
    verdict = identity.check(value, user_id, email, IDENTITY)
    assert (ids(verdict), verdict.certain) == ([reason], True)


def test_the_other_field_in_another_form():
    verdict = identity.check(hashed(EMAIL.lower()), ID, EMAIL, IDENTITY + b"\n")
    assert ids(verdict) == ["other-field", "value-case", "secret-blanks"]


@pytest.mark.parametrize(
    ("secret", "expected"),
    [
        (TOKEN, ["secret-kind", "secret-or-body"]),
        (CLIENT, ["secret-kind", "secret-or-body"]),
        (b"keyboard cat", ["secret-unlikely", "secret-or-body"]),
        (by_id("intercom-identity-secret").sample(), ["secret-or-body"]),
    ],
    ids=range(4),
)
def test_another_secret(secret, expected):
    verdict = identity.check(hashed(ID), ID, EMAIL, secret)
    assert (ids(verdict), verdict.certain) == (expected, False)


def test_the_kind_of_another_secret_is_named():
    [cause, _] = identity.check(hashed(ID), ID, None, TOKEN).causes
    assert "Intercom Access Token" in cause.text
    assert "Intercom Identity Verification Secret belongs here" in cause.text


@pytest.mark.parametrize(
    "value", ["", hashed(ID)[:-1], plain_hash(b"", "md5"), "ey.J.x"], ids=range(4)
)
def test_what_is_no_hash(value):
    verdict = identity.check(value, ID, None, IDENTITY)
    assert ids(verdict)[-1] in ("signature-none", "signature-length")


def test_every_reason_that_a_hash_alone_can_have_has_its_case():
    assert {reason for reason in REASONS if reason.startswith("value-")} <= set(WRONG)


def test_who_was_not_known_is_said():
    [cause] = identity.check(hashed("undefined"), ID, None, IDENTITY).causes
    assert "is undefined" in cause.text
