"""Findings: a fingerprint never changes, and a redacted value gives nothing away."""

from __future__ import annotations

import hashlib

import pytest

from intercom_scan import grouping
from intercom_scan.finding import fingerprint, redact
from intercom_scan.grouping import Occurrence
from intercom_scan.rules import RULES, by_id
from tests.test_grouping import hit

PLAIN, GUESSABLE = by_id("intercom-client-secret"), by_id("intercom-credential")
# Assembled here: values that look like none.
UUID = "-".join(digit * count for digit, count in zip("12345", (8, 4, 4, 4, 12), strict=True))
PASSWORD = "-".join(("correct", "horse", "battery", "staple"))


@pytest.mark.parametrize(
    ("rule", "secret", "known"),
    [
        (PLAIN, UUID, "852aaae5cff2b688782dab6c9285deb4"),
        (GUESSABLE, PASSWORD, "3906f93f46495f4d31b4c144237d9046"),
    ],
    ids=["plain", "guessable"],
)
def test_a_fingerprint_never_changes(rule, secret, known):
    """Ignore files in repositories hold it: a change would bring every ignored finding back."""
    assert fingerprint(rule, secret.encode()) == known


def test_only_what_may_be_a_password_is_guessable():
    assert [rule.id for rule in RULES if rule.guessable] == [GUESSABLE.id]


def test_a_guessable_value_is_made_slow_to_guess(monkeypatch):
    """https://www.rfc-editor.org/rfc/rfc7914 needs 128 * N * r bytes a guess."""
    asked = []

    def scrypt(secret, **how):
        asked.append(128 * how["n"] * how["r"])
        return b"\0" * how["dklen"]

    monkeypatch.setattr(hashlib, "scrypt", scrypt)
    fingerprint.__wrapped__(PLAIN, UUID.encode())
    assert asked == []
    assert fingerprint.__wrapped__(GUESSABLE, PASSWORD.encode()) == "0" * 32
    assert asked == [16 << 20]


def test_a_fingerprint_is_of_rule_and_secret():
    made = {fingerprint(rule, secret) for rule in RULES for secret in (b"one", b"two")}
    assert len(made) == 2 * len(RULES)
    assert all(len(name) == 32 and set(name) <= set("0123456789abcdef") for name in made)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_a_redacted_value_says_no_more_than_its_prefix(rule):
    shown = {redact(rule.sample()) for _ in range(20)}
    prefixes = {"", "dG9rO", "eyJ", "ios_sdk-", "android_sdk-"}
    assert {value.removesuffix("********") for value in shown} <= prefixes


def test_a_value_without_a_known_prefix_is_hidden_whole():
    assert redact(PASSWORD.encode()) == redact(b"x") == "********"


def test_a_slow_fingerprint_is_made_once_a_secret_and_only_where_it_is_shown(monkeypatch):
    made = []

    def scrypt(secret, **how):
        made.append(secret)
        return bytes(how["dklen"])

    monkeypatch.setattr(hashlib, "scrypt", scrypt)
    fingerprint.cache_clear()
    secrets = [b"%d" % number for number in range(3000)]
    found = grouping.findings(
        Occurrence(seen, grouping.place(seen, "file", b"a.env"))
        for seen in (hit(secret, GUESSABLE) for secret in secrets)
    )
    assert made == []
    for _ in range(3):  # reports
        assert [finding.fingerprint for finding in found] == ["0" * 32] * len(secrets)
    assert sorted(made) == sorted(secrets)
    fingerprint.cache_clear()
