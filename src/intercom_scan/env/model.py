"""What the check yields."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.finding import Finding, Place
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from intercom_scan.finding import Skip
    from intercom_scan.rules.model import Rule, Severity

FIX = "intercom-scan env --fix"
RENAME = "rename it: its path tells a credential; then run intercom-scan env again"


@dataclass(slots=True)
class Outcome:
    """Findings, what could not be looked at, and how many env files and bytes there were."""

    findings: list[Finding] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    files: int = 0
    bytes: int = 0

    def add(self, other: Outcome) -> None:
        self.findings += other.findings
        self.skips += other.skips


def finding(
    rule: Rule, path: bytes, severity: Severity, detail: str, mends: str | None = None, *,
    origin: str = "file", object_: str | None = None,
) -> Finding:  # fmt: skip
    """A finding about the file at `path`, which is all that its fingerprint depends on."""
    place = Place(origin, os.fsdecode(path), 1, 1, 1, object=object_)
    return Finding(
        rule=rule, secret=path, severity=severity, confidence="high", places=(place,),
        places_total=1, remedy=mends, detail=detail,
    )  # fmt: skip
