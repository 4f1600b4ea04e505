"""What a verification makes of a finding, and of the order of findings."""

from __future__ import annotations

import pytest

from intercom_scan.finding import State, Verification
from intercom_scan.reporters.summary import ordered
from intercom_scan.rules.model import Severity
from intercom_scan.values import replace
from intercom_scan.verify.checking import judged
from tests.reporters.build import TOKEN, finding


@pytest.mark.parametrize(
    ("state", "before", "after"),
    [
        ("live", "INFO", "CRITICAL"),
        ("live-unscoped", "MEDIUM", "CRITICAL"),
        ("dead", "CRITICAL", "LOW"),
        ("dead", "INFO", "INFO"),
        ("blocked", "HIGH", "HIGH"),
        ("unknown", "HIGH", "HIGH"),
    ],
)
def test_severity(state: State, before: str, after: str) -> None:
    known = Verification(state, "said so")
    found = judged(replace(finding(TOKEN), severity=Severity[before]), known)
    assert (found.severity, found.verification) == (Severity[after], known)


def test_what_is_live_stands_first():
    states: tuple[State, ...] = ("unknown", "live", "dead", "blocked", "live-unscoped")
    found = tuple(judged(finding(TOKEN), Verification(state, "-")) for state in states)
    ignored = replace(found[1], status="ignored")
    shown = [f.verification.state for f in ordered((ignored, *found)) if f.verification]
    assert set(shown[:2]) == {"live", "live-unscoped"}
    assert set(shown[2:4]) == {"unknown", "blocked"}
    assert shown[4:] == ["dead", "live"]
