"""The findings that a command is about, as its arguments name them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Protocol, TypeVar

from intercom_scan.errors import UsageError
from intercom_scan.policy.text import show

if TYPE_CHECKING:
    from collections.abc import Iterable

SHORTEST = 8  # digits: of a million fingerprints one in 4,000 shares its first eight with another


class Fingerprinted(Protocol):
    """A finding, or what is left of one in a report."""

    @property
    def fingerprint(self) -> str: ...


Named = TypeVar("Named", bound=Fingerprinted)


def chosen(findings: Iterable[Named], given: Iterable[str]) -> list[Named]:
    """The findings whose fingerprints are given, whole or as a unique prefix; each once.

    In the order in which they are given; those of one fingerprint as they come. Raises UsageError
    for what is no fingerprint, too short, unknown or ambiguous.
    """
    known: dict[str, list[Named]] = {}
    for finding in findings:
        known.setdefault(finding.fingerprint, []).append(finding)
    picked = dict.fromkeys(_fingerprint(known, text) for text in given)
    return [finding for fingerprint in picked for finding in known[fingerprint]]


def _fingerprint(known: Iterable[str], given: str) -> str:
    prefix = given.lower()
    if not re.fullmatch(r"[0-9a-f]{1,32}", prefix):
        raise UsageError(f"{show(given)} is no fingerprint: those have 32 digits of 0-9 and a-f")
    if len(prefix) < SHORTEST:
        raise UsageError(f"{show(given)} is too short: give {SHORTEST} digits of it or more")
    fitting = [fingerprint for fingerprint in known if fingerprint.startswith(prefix)]
    if not fitting:
        raise UsageError(f"no credential here has the fingerprint {show(given)}")
    if len(fitting) > 1:
        raise UsageError(f"{len(fitting)} findings begin with {show(given)}: give more digits")
    return fitting[0]
