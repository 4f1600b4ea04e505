"""The same credential in the files of two environments."""

from __future__ import annotations

import pytest

from intercom_scan.finding import fingerprint
from intercom_scan.rules import RULES
from tests.env.building import TOKEN, Place, line, one, problems, scanned, token

SHARED = "env-shared-credential"


@pytest.fixture
def place(tmp_path) -> Place:
    made = Place(tmp_path / "repository", ignored=False)
    made.commit_file(".gitignore", b"*env*\n")
    return made


def shared(place: Place, mode="env") -> bool:
    return SHARED in {rule for rule, _ in problems(place.path, mode)}


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        (".env.staging", ".env.production", True),
        (".env.local", ".env.production", True),
        (".env.test", ".env.development", True),
        ("staging/.env", "production/.env", True),
        ("staging.env", "env.production", True),
        (".env", ".env.production", False),
        (".env.production", "api/.env.production.local", False),
        (".env.production", ".env.staging.example", False),
    ],
)
def test_pairs(place, first, second, expected):
    value = token()
    place.untracked(first, line(value))
    place.untracked(second, line(value, b"INTERCOM_TOKEN"))
    assert shared(place) == expected
    assert shared(place, "files") == expected
    assert not shared(place, "staged")  # neither is in the index


def test_other_credentials_are_no_finding(place):
    place.untracked(".env.staging", line(token()))
    place.untracked(".env.production", line(token()))
    assert not shared(place)


def test_values_that_are_no_credential_are_no_finding(place):
    for name in (".env.staging", ".env.production"):
        place.untracked(name, b"INTERCOM_APP_ID=abcd1234\nINTERCOM_ACCESS_TOKEN=your-token-here\n")
    assert not shared(place)


def test_what_it_says(place):
    value = token()
    place.untracked("a/.env.staging", b"\n" + line(value))
    place.untracked("a/.env.production", line(value))
    place.untracked("b/.env.production", line(value))
    found = one(place.path, SHARED)
    assert found.severity.label == "medium"
    assert [(p.path, p.line) for p in found.places] == [
        ("a/.env.production", 1), ("a/.env.staging", 2), ("b/.env.production", 1),
    ]  # fmt: skip
    assert "production and staging" in found.detail
    assert value.decode() not in repr(found) + found.redacted
    canonical = TOKEN.check(value)
    assert canonical is not None
    assert found.secret == found.redacted.encode() == fingerprint(TOKEN, canonical).encode()
    assert found.fingerprint != found.redacted


def test_tracked_files_by_what_git_has(place):
    value = token()
    place.add(".env.staging", line(value))
    place.add(".env.production", line(value))
    place.write(".env.production", line(token()))
    assert shared(place, "staged")
    assert shared(place)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_kind(place, rule):
    value = rule.sample().decode()
    for name in (".env.staging", ".env.production"):
        place.untracked(name, rule.example.format(value).encode() + b"\n")
    assert shared(place)
    assert value not in repr(scanned(place.path).findings)
