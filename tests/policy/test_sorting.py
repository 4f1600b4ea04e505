from __future__ import annotations

import hashlib
from datetime import date

import pytest

from intercom_scan.policy import Exclusion, Ignore, Policy, apply
from intercom_scan.rules.model import Severity
from tests.policy.build import RULES, finding, place

TODAY = date(2030, 6, 15)
ONE = finding(b"one", place("a.py"), place("b/c.py"))
EXCLUDED = (Exclusion("b/**", "samples", "c.yaml:3"),)


def known(*paths: str) -> frozenset[tuple[str, str]]:
    return frozenset((path, hashlib.sha1(b"one").hexdigest()) for path in paths)


def status(policy: Policy, *findings) -> list[tuple[str, str | None]]:
    return [(f.status, f.reason) for f in apply(findings or [ONE], policy, TODAY)[0]]


def test_nothing_said_nothing_changed() -> None:
    assert apply([ONE], Policy(), TODAY) == ([ONE], [])


@pytest.mark.parametrize(
    ("until", "expected"),
    [
        (None, ("ignored", "fine (f:1)")),
        (date(2030, 6, 16), ("ignored", "fine (f:1)")),
        (TODAY, ("ignored", "fine (f:1)")),
        (date(2030, 6, 14), ("new", None)),
    ],
)
def test_an_ignore_holds_to_the_end_of_its_day(until: date | None, expected) -> None:
    policy = Policy(ignores=(Ignore(ONE.fingerprint, "fine", until, source="f:1"),))
    assert status(policy) == [expected]


def test_an_ignore_is_for_one_secret_of_one_rule() -> None:
    policy = Policy(ignores=(Ignore(ONE.fingerprint, "fine", source="f:1"),))
    others = [finding(b"two", place()), finding(b"one", place(), rule_id=RULES[1])]
    assert status(policy, *others) == [("new", None)] * 2


def test_remarks_name_file_line_and_what_to_do() -> None:
    other = finding(b"two", place())
    gone = "0" * 32
    ignores = (
        Ignore(ONE.fingerprint, "a", source="f:1"),
        Ignore(ONE.fingerprint, "b", source="g:2"),
        Ignore(other.fingerprint, "c", date(2030, 1, 1), source="f:3"),
        Ignore(gone, "d", source="f:4"),
    )
    findings, notes = apply([ONE, other], Policy(ignores=ignores), TODAY)
    assert [f.status for f in findings] == ["ignored", "new"]
    assert notes == [
        f"g:2: {ONE.fingerprint} is ignored twice, first in f:1; keep one",
        f"f:3: the ignore of {other.fingerprint} expired on 2030-01-01; "
        "rotate the credential, then remove the ignore",
        f"f:4: no finding has the fingerprint {gone} any more; remove the ignore",
    ]
    assert "f:4" not in str(apply([ONE, other], Policy(ignores=ignores), TODAY, whole=False)[1])


def test_an_expired_ignore_does_not_hide_a_standing_one() -> None:
    ignores = (
        Ignore(ONE.fingerprint, "old", date(2030, 1, 1), source="f:1"),
        Ignore(ONE.fingerprint, "now", source="f:2"),
    )
    assert status(Policy(ignores=ignores)) == [("ignored", "now (f:2)")]


def test_severities_are_as_configured() -> None:
    policy = Policy(severities={RULES[0]: Severity.INFO})
    low, same = apply([ONE, finding(b"x", place(), rule_id=RULES[1])], policy, TODAY)[0]
    assert (low.severity, same.severity) == (Severity.INFO, Severity.HIGH)


PLACES = [
    ("excluded everywhere", [place("b/a"), place("b/c")], "ignored", "samples (c.yaml:3)"),
    ("excluded in part", [place("b/a"), place("a")], "new", None),
    ("inline everywhere", [place("a", inline="ok")], "ignored", "ok"),
    ("inline without a file", [place(None, inline="ok")], "ignored", "ok"),
    ("inline in part", [place("a", inline="ok"), place("a")], "new", None),
    ("either", [place("a", inline="ok"), place("b/x")], "ignored", "ok; samples (c.yaml:3)"),
    ("baseline", [place("known")], "baseline", "known in base.json"),
    ("baseline and excluded", [place("b/a"), place("known")], "baseline", "known in base.json"),
    ("baseline and inline", [place("a", inline="x"), place("known")], "baseline", None),
    ("baseline in part", [place("known"), place("a")], "new", None),
    ("baseline and a message", [place("known"), place(None)], "new", None),
    ("nowhere", [], "new", None),
]


@pytest.mark.parametrize(
    ("places", "expected", "reason"), [row[1:] for row in PLACES], ids=[row[0] for row in PLACES]
)
def test_all_places_decide_together(places, expected: str, reason: str | None) -> None:
    policy = Policy(exclusions=EXCLUDED, baseline=known("known"), baseline_file="base.json")
    ((found, said),) = status(policy, finding(b"one", *places))
    assert found == expected
    assert said == reason or reason is None


def test_places_that_were_cut_off_are_not_vouched_for() -> None:
    policy = Policy(exclusions=EXCLUDED)
    assert status(policy, finding(b"one", place("b/a"), total=2)) == [("new", None)]


def test_inline_comments_can_be_refused() -> None:
    findings = [finding(b"one", place(inline="ok"), place(inline="ok"))]
    (judged,), notes = apply(findings, Policy(inline_allowed=False), TODAY)
    assert judged.status == "new"
    assert notes == ["2 inline allow comments were not heeded, as asked"]


def test_a_verdict_from_before_is_forgotten() -> None:
    (ignored,), _ = apply([finding(b"one", place("b/a"))], Policy(exclusions=EXCLUDED), TODAY)
    assert status(Policy(), ignored) == [("new", None)]
