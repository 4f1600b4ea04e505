"""From occurrences to findings: one secret of one kind, worst and oldest first."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from intercom_scan.finding import ORIGINS, Exposure, Finding, Place
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.detector import Hit

PLACES = 1000  # kept of one finding; the rest is counted


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A hit at a place, and its life where it lies in a history."""

    hit: Hit
    place: Place
    exposure: Exposure | None = None


def place(
    hit: Hit,
    origin: str,
    path: bytes | None,
    *,
    object: str | None = None,
) -> Place:
    """The place of a hit in a file, or in something that has no path."""
    shown = None
    if path is not None or hit.member:
        shown = ((path or b"") + hit.member).decode("utf-8", "surrogateescape")
    return Place(
        origin=origin,
        path=shown,
        line=hit.line,
        column=hit.column,
        end_column=hit.end_column,
        encoding=hit.encoding,
        object=object,
        inline=hit.inline,
        written_sha1=hit.written_sha1,
    )


def findings(occurrences: Iterable[Occurrence]) -> tuple[Finding, ...]:
    """One finding for each secret and rule, worst first, with all places of it."""
    groups: dict[tuple[str, bytes], list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        groups[occurrence.hit.rule.id, occurrence.hit.secret].append(occurrence)
    found = [_finding(group) for group in groups.values()]
    return tuple(sorted(found, key=_rank))


def _rank(finding: Finding) -> tuple[object, ...]:
    first = finding.places[0]
    # The secret itself breaks ties: a fingerprint may take a slow hash.
    return -finding.severity, finding.rule.id, first.path or "", first.line, finding.secret


def _finding(group: list[Occurrence]) -> Finding:
    places = sorted({occurrence.place for occurrence in group}, key=_order)
    hits = [occurrence.hit for occurrence in group]
    best = next((hit for hit in hits if hit.confidence == "high"), hits[0])
    return Finding(
        rule=best.rule,
        secret=best.secret,
        severity=best.rule.severity,
        confidence=best.confidence,
        places=tuple(places[:PLACES]),
        places_total=len(places),
        exposure=_exposure([o.exposure for o in group if o.exposure is not None]),
    )


def _order(place: Place) -> tuple[object, ...]:
    """What can be mended in the working tree first, then by age, then what has no date."""
    date = place.commit.date if place.commit else "~"
    id_ = place.commit.id if place.commit else place.object or ""
    return (
        not ORIGINS[place.origin].now,
        date,
        place.path or "",
        place.line,
        place.column,
        place.encoding,
        id_,
        place.origin,
    )


def _exposure(exposures: list[Exposure]) -> Exposure | None:
    if not exposures:
        return None
    firsts = [e.first for e in exposures if e.first is not None]
    lasts = [e.last for e in exposures if e.last is not None]
    days = [e.days for e in exposures if e.days is not None]
    in_head = any(e.in_head for e in exposures)
    lefts = [e.left for e in exposures if e.left is not None and not in_head]
    return Exposure(
        first=min(firsts, key=lambda commit: commit.date, default=None),
        last=max(lasts, key=lambda commit: commit.date, default=None),
        in_head=in_head,
        refs=tuple(sorted({ref for e in exposures for ref in e.refs})),
        days=max(days, default=None),
        left=max(lefts, key=lambda commit: commit.date, default=None),
    )
