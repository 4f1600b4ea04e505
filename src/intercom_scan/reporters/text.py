"""The text format: for a person at a terminal. The last line says what was read and found."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from intercom_scan.escape import log_line, terminal
from intercom_scan.masking import Mask
from intercom_scan.reporters import checks, permissions
from intercom_scan.reporters.summary import grouped, ordered, plural, summarise, verdict_line
from intercom_scan.reporters.wording import is_whole_file, lived, position, reached, verified
from intercom_scan.rules.model import Severity
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from intercom_scan.finding import Exposure, Finding, Place, ScanResult
    from intercom_scan.reporters.model import Options

_PLACES = 3  # shown of a secret without -v
_SKIPS = 3  # shown of each reason without -v
_REFS = 3
_INDENT = 14  # columns before a value; labels stand in them

_BOLD, _DIM, _GREEN, _RED, _YELLOW = "1", "2", "32", "31", "33"
_COLOURS = {
    Severity.CRITICAL: "1;31",
    Severity.HIGH: "31",
    Severity.MEDIUM: "33",
    Severity.LOW: "36",
    Severity.INFO: "34",
}


@dataclass(frozen=True, slots=True)
class _Page:
    """What turns strings into lines: the options, and the mask over the scan's secrets."""

    options: Options
    mask: Mask

    @property
    def all(self) -> bool:
        return self.options.verbosity > 0

    @property
    def width(self) -> int:
        return max(self.options.width, 40)

    def clean(self, text: str, limit: int = 240) -> str:
        return terminal(self.mask(text), limit)

    def style(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.options.colour else text

    def paragraph(self, text: str, indent: str) -> list[str]:
        return textwrap.wrap(
            text,
            self.width,
            initial_indent=indent,
            subsequent_indent=indent,
            break_on_hyphens=False,
        )

    def label(self, text: str) -> str:
        """What stands before a value."""
        return self.style(f"  {text:<{_INDENT - 2}}", _DIM)

    def field(self, label: str, *values: str) -> Iterator[str]:
        """A label, then each value on lines of its own, wrapped at the page's width."""
        head = self.label(label)
        for value in values:
            room = max(self.width - _INDENT, 20)
            for line in textwrap.wrap(value, room, break_on_hyphens=False) or [""]:
                yield head + line
                head = " " * _INDENT


def render(result: ScanResult, out: TextIO, options: Options) -> None:
    """Write findings worst first, then what was not read, notes, and the verdict."""
    page = _Page(options, Mask(() if options.show_secrets else result.findings))
    for line in _lines(result, page):
        out.write(_encodable(log_line(line), out) + "\n")


def _encodable(line: str, out: TextIO) -> str:
    """`line` without the characters that `out` has no bytes for (an old code page, LANG=C)."""
    encoding = getattr(out, "encoding", None) or "utf-8"
    if line.isascii() or encoding.lower().startswith("utf"):
        return line
    plain = line.translate({0x2026: "...", 0x2192: "->", 0xB7: "-"})
    return plain.encode(encoding, "backslashreplace").decode(encoding)


def _lines(result: ScanResult, page: _Page) -> Iterator[str]:
    if result.permissions and page.options.verbosity >= 0:
        yield from permissions.table(result.permissions, page.clean, page.width, page.all)
        yield ""
    if result.checks and page.options.verbosity >= 0:
        yield from checks.table(result.checks, page.clean, page.width, page.all)
        yield ""
    shown = [f for f in ordered(result.findings) if f.status == "new" or page.all]
    explained: set[str] = set()
    for finding in shown:
        if page.options.verbosity < 0:
            yield _short(finding, page)
        else:
            yield from _finding(finding, page, finding.rule.id not in explained)
            yield ""
            explained.add(finding.rule.id)
    if page.options.verbosity >= 0:
        yield from _skips(result, page)
        for note in result.notes:
            yield from page.paragraph(f"note: {page.clean(note, 1000)}", "")
    summary = summarise(result, page.options.fail_on)
    colour = {"clean": _GREEN, "findings": _RED, "incomplete": _YELLOW}[summary.verdict]
    yield page.style(verdict_line(result, summary, page.options.fail_on), f"{_BOLD};{colour}")


def _short(finding: Finding, page: _Page) -> str:
    where, *others = (_spot(place, page) for place in finding.places[:_PLACES])
    hidden = finding.places_total - len(others) - 1
    more = f" and {hidden:,} more" if hidden else ""
    also = f" (also {', '.join(others)}{more})" if others or hidden else ""
    if not finding.rule.confidential:
        what = f"{finding.rule.title} ({page.clean(finding.detail or '', 200)})"
        return f"{where}: {finding.severity.label}: {what} {finding.fingerprint}{also}"
    state = f" {finding.verification.state}" if finding.verification else ""
    return (
        f"{where}: {finding.severity.label}:{state} {finding.rule.title}: {_value(finding, page)}"
        f" {finding.fingerprint}{also}"
    )


def _spot(place: Place, page: _Page) -> str:
    where = _where(place, page, 240)
    return where if place.commit is None else f"{where} in {place.commit.id[:12]}"


def _value(finding: Finding, page: _Page) -> str:
    if not finding.rule.confidential:
        return page.clean(finding.redacted)
    if page.options.show_secrets:
        return terminal(finding.secret.decode("utf-8", "surrogateescape"), 1000)
    return finding.redacted


def _finding(finding: Finding, page: _Page, first: bool) -> Iterator[str]:
    level = page.style(
        f"{finding.severity.label.upper():<{_INDENT - 2}}", _COLOURS[finding.severity]
    )
    yield f"{level}  {page.style(finding.rule.title, _BOLD)}  {_value(finding, page)}"
    kind = finding.rule.id
    if finding.confidence != "high":
        kind += f" ({finding.confidence} confidence)"
    yield from page.field("kind", kind)
    if finding.status != "new":
        reason = page.clean(finding.reason or "no reason given")
        yield from page.field("status", f"{finding.status}: {reason}")
    if finding.verification is not None:
        yield from page.field("verified", page.clean(verified(finding.verification), 1000))
    if finding.detail:
        yield from page.field("found", page.clean(finding.detail, 1000))
    if finding.rule.confidential or not is_whole_file(finding.places[0]):
        yield from _places(finding, page)
    if finding.exposure is not None:
        yield from page.field("exposed", *_exposure(finding.exposure, page))
    yield from _advice(finding, page, first)
    if finding.status == "new":
        yield from page.field("ignore", f"intercom-scan ignore {finding.fingerprint} --reason …")
    else:
        yield from page.field("fingerprint", finding.fingerprint)


def _advice(finding: Finding, page: _Page, first: bool) -> Iterator[str]:
    """What the secret opens and the next step; in full only with the first of its kind."""
    rule = finding.rule
    more = f"intercom-scan explain {rule.id}"
    if rule.confidential:  # what no scan of a history found is only known by its kind there
        chosen = finding.fingerprint[:12] if finding.exposure else f"--rule {rule.id}"
        more = f"intercom-scan rotation plan {chosen}"
    if first and rule.opens:
        yield from page.field("opens", rule.opens)
    # Commands stand on one line, however long, for them to be copied.
    if finding.remedy:
        yield page.label("next") + page.clean(finding.remedy, 4000)
    elif not first:
        yield f"{page.label('next')}as above: {more}"
    elif rule.rotation:
        yield from page.field("next", rule.rotation[0])
        if rule.rotation[1:]:
            yield f"{' ' * _INDENT}all steps: {more}"


def _places(finding: Finding, page: _Page) -> Iterator[str]:
    label = "where"
    shown = finding.places if page.all else finding.places[:_PLACES]
    for place in shown:
        yield page.label(label) + _where(place, page, page.width - _INDENT)
        label = ""
        for details in page.paragraph(_details(place, page), " " * _INDENT):
            yield page.style(details, _DIM)
    hidden = finding.places_total - len(shown)
    if hidden > 0:
        hint = "not kept: too many" if page.all else "-v shows them"
        yield " " * _INDENT + page.style(f"+{hidden:,} more ({hint})", _DIM)


def _where(place: Place, page: _Page, room: int) -> str:
    """`path:line:column`, or what holds the secret where there is no file."""
    spot = position(place)
    if place.path is None:
        return place.origin + spot
    return page.clean(place.path, max(room - len(spot) - 1, 20)) + spot


def _details(place: Place, page: _Page) -> str:
    commit = place.commit
    parts = []
    if commit is not None:
        parts = [commit.id[:12], page.clean(commit.date)[:10], page.clean(commit.author, 40)]
    if place.path is not None and place.origin not in ("file", "blob"):
        parts.append(place.origin)
    if place.encoding:
        parts.append(" > ".join(place.encoding))
    if place.inline is not None:
        parts.append(f"allowed inline: {page.clean(place.inline, 60)}")
    return "  ".join(parts)


def _exposure(life: Exposure, page: _Page) -> Iterator[str]:
    yield page.clean(lived(life, page.mask))
    if not life.refs:
        yield reached(life)
        return
    shown = life.refs if page.all else life.refs[:_REFS]
    more = len(life.refs) - len(shown)
    names = ", ".join(page.clean(ref, 60) for ref in shown)
    yield f"{plural(len(life.refs), 'ref')}: {names}{f', +{more:,} more' if more else ''}"


def _skips(result: ScanResult, page: _Page) -> Iterator[str]:
    title = ""
    for reason, incomplete, things in grouped(result.skipped):
        heading = "Not read:" if incomplete else "Left out, and no loss:"
        if heading != title:
            yield page.style(heading, f"{_BOLD};{_YELLOW}" if incomplete else _BOLD)
            title = heading
        shown = things if page.all else things[:_SKIPS]
        count = f" ({len(things):,})" if len(things) > 1 else ""
        yield from page.paragraph(f"{page.clean(reason)}{count}:", "  ")
        for thing in shown:
            yield f"    {page.clean(thing, page.width - 5)}"
        if len(things) > len(shown):
            yield page.style(f"    +{len(things) - len(shown):,} more (-v shows them)", _DIM)
    if title:
        yield ""
