"""What the formats say of a finding, in the same words.

Words out of a repository are left as they are, for each format to escape for its own medium, but
in `told` and `unread`, which make plain lines.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.escape import terminal
from intercom_scan.finding import ORIGINS
from intercom_scan.reporters.summary import grouped, plural

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.finding import Exposure, Finding, Place, ScanResult, Verification
    from intercom_scan.masking import Mask


def is_checked_out(place: Place) -> bool:
    """Whether a path of the working tree, or of what is staged, has it."""
    return place.path is not None and ORIGINS[place.origin].now


def is_whole_file(place: Place) -> bool:
    """An empty region at the beginning stands for the file."""
    return place.path is not None and (place.line, place.column, place.end_column) == (1, 1, 1)


def relative(path: str, root: str | None) -> str:
    """`path` as seen from the directory `root`, if it lies below it."""
    above = (root or "").replace("\\", "/").rstrip("/") + "/"
    return path[len(above) :] if root and path.startswith(above) else path


def address(place: Place) -> str:
    """Its path; where there is no file, one below `.git`, which no tracked path can have."""
    if place.path is not None:
        return place.path
    object_ = place.object or (place.commit.id if place.commit else "")
    return ORIGINS[place.origin].address or f".git/{place.origin}/{object_}".rstrip("/")


def position(place: Place) -> str:
    """`:12:8`, or nothing where all of it is meant."""
    whole = is_whole_file(place) or not ORIGINS[place.origin].lines
    return "" if whole else f":{place.line}:{place.column}"


def described(place: Place) -> str:
    """`in a file of commit 0123456789ab encoded as base64`."""
    parts = [ORIGINS[place.origin].words]
    if place.commit:
        parts.append(f"of commit {place.commit.id[:12]}")
    if place.encoding:
        parts.append(f"encoded as {' in '.join(reversed(place.encoding))}")
    return " ".join(parts)


def named(finding: Finding) -> str:
    """`Intercom access token in a file of commit 0123456789ab`."""
    title = finding.rule.title
    return f"{title} {described(finding.places[0])}" if finding.rule.confidential else title


def lived(life: Exposure, mask: Mask) -> str:
    """`since 2024-03-01, for 100 days, in HEAD`, or `not in HEAD since 2024-06-10`."""
    since = f"since {mask(life.first.date)[:10]}" if life.first else ""
    days = f"for {plural(life.days, 'day')}" if life.days is not None else ""
    head = "in HEAD" if life.in_head else "not in HEAD"
    if life.left:
        head += f" since {mask(life.left.date)[:10]}"
    return ", ".join(part for part in (since, days, head) if part)


def reached(life: Exposure) -> str:
    """How many refs reach it, without their names."""
    if not life.refs:
        return "no ref reaches it: unreachable, until git gc prunes it"
    return f"{plural(len(life.refs), 'ref')} {'reaches' if len(life.refs) == 1 else 'reach'} it"


def next_step(finding: Finding) -> str:
    """The command that mends it, or the first step of its rotation."""
    return finding.remedy or next(iter(finding.rule.rotation), "")


def verified(known: Verification) -> str:
    """`live: Intercom knows it; workspace abcd1234, Example, region US, admin a***@example.com`."""
    parts = [
        f"workspace {known.workspace}" if known.workspace else "",
        known.name or "",
        f"region {known.region}" if known.region else "",
        f"admin {known.admin}" if known.admin else "",
    ]
    more = ", ".join(part for part in parts if part)
    return f"{known.state}: {known.reason}{f'; {more}' if more else ''}"


def told(finding: Finding, mask: Mask, place: Place | None = None) -> Iterator[str]:
    """What was found and where, since when, and what to do: a line of plain text for each.

    `place` is the one of its places that the reader looks at; the first if None.
    """
    place = place or finding.places[0]
    if finding.rule.confidential:
        where = terminal(mask(place.path)) + position(place) if place.path else ""
        yield f"{finding.redacted} {described(place)}{': ' if where else ''}{where}"
    else:
        yield terminal(mask(finding.detail or finding.redacted), 1000)
    if finding.places_total > 1:
        yield f"and at {plural(finding.places_total - 1, 'other place')}"
    if finding.verification is not None:
        yield f"Verified: {terminal(mask(verified(finding.verification)), 1000)}"
    if finding.exposure is not None:
        yield terminal(f"{lived(finding.exposure, mask)}; {reached(finding.exposure)}")
    if finding.status == "new":
        yield f"Next: {terminal(mask(next_step(finding)), 4000)}"
        yield f"If it may stay: intercom-scan ignore {finding.fingerprint} --reason WHY"


def unread(result: ScanResult, mask: Mask) -> Iterator[str]:
    """What leaves the scan incomplete: a line of plain text for each reason."""
    for reason, incomplete, things in grouped(result.skipped):
        if incomplete:
            more = f" and {len(things) - 1:,} more" if len(things) > 1 else ""
            yield f"{terminal(mask(things[0]))}{more}: {terminal(mask(reason))}"
