"""Findings by their fingerprints, as arguments name them."""

from __future__ import annotations

import pytest

from intercom_scan.cli.choosing import chosen
from intercom_scan.errors import UsageError
from tests.test_promises import TOKEN


class Named:
    def __init__(self, fingerprint: str) -> None:
        self.fingerprint = fingerprint


ONE, TWO, THREE = (
    Named(start.ljust(32, "0")) for start in ("abcdef0123", "abcdef0145", "12345678")
)
ALL = (ONE, TWO, THREE)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ([], []),
        ([THREE.fingerprint, ONE.fingerprint], [THREE, ONE]),
        (["12345678"], [THREE]),
        (["ABCDEF012"], [ONE]),
        (["abcdef014", TWO.fingerprint, "abcdef0145"], [TWO]),
    ],
    ids=["none", "in-their-order", "shortest", "capitals", "each-once"],
)
def test_what_is_named(given, wanted):
    assert chosen(ALL, given) == wanted


def test_all_findings_of_one_fingerprint():
    twin = Named(ONE.fingerprint)
    assert chosen([ONE, TWO, twin], ["abcdef012"]) == [ONE, twin]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("abcdef01", "2 findings begin with 'abcdef01': give more digits"),
        ("1234567", "'1234567' is too short: give 8 digits of it or more"),
        ("99999999", "no credential here has the fingerprint '99999999'"),
        ("", "'' is no fingerprint"),
        ("abcdefgh", "'abcdefgh' is no fingerprint"),
        ("0" * 33, "a text of 33 characters is no fingerprint"),
        ("\u0661" * 8, "is no fingerprint"),
        ("12345678\n", "is no fingerprint"),
    ],
)
def test_what_is_no_name_of_one(given, words):
    with pytest.raises(UsageError) as error:
        chosen(ALL, [ONE.fingerprint, given])
    assert words in str(error.value)
    assert "\n" not in str(error.value)


def test_a_secret_in_the_place_of_a_fingerprint_is_not_repeated():
    secret = TOKEN.sample().decode()
    with pytest.raises(UsageError) as error:
        chosen(ALL, [secret])
    assert secret[:12] not in str(error.value)
