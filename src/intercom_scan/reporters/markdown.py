"""The markdown format: the summary of a CI job, in GitHub's Markdown.

All text out of a repository stands in code spans, which alone keep GitHub from making links,
mentions and images of it. Never carries a secret, whatever the options say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.escape import markdown
from intercom_scan.masking import Mask
from intercom_scan.reporters.summary import grouped, ordered, plural, summarise, verdict_line
from intercom_scan.reporters.wording import lived, next_step, position, reached
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from intercom_scan.finding import Finding, ScanResult
    from intercom_scan.reporters.model import Options

# Bytes. GitHub takes 1 MiB of a step, and of a larger summary nothing:
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
_LIMIT = 1_000_000
_THINGS = 5  # not read, of each reason

_SIGNS = {"clean": "✅", "findings": "❌", "incomplete": "⚠️"}


class _Sheet:
    """Writes sections within the limit; each leaves some of it to those below."""

    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._room = _LIMIT

    def put(self, line: str) -> None:
        self._out.write(line + "\n")
        self._room -= len(line.encode()) + 1

    def section(self, head: str, lines: Iterable[str], keep: int) -> None:
        """A heading and its lines, if there are any, as long as `keep` bytes stay free."""
        left_out = 0
        for number, line in enumerate(lines):
            if number == 0:
                self.put(f"\n### {head}\n")
            if left_out or len(line.encode()) + keep > self._room:
                left_out += 1
            else:
                self.put(line)
        if left_out:
            cut = f"{plural(left_out, 'more line')} cut: a summary may have 1 MiB."
            self.put(f"\n**{cut}** The json report has everything.")


@dataclass(frozen=True, slots=True)
class _Row:
    """Makes rows: what they share is the mask over the scan's secrets."""

    mask: Mask

    def code(self, text: str, limit: int = 240) -> str:
        return markdown(self.mask(text), limit)

    def secret(self, finding: Finding) -> str:
        life = finding.exposure
        return _row(
            finding.severity.label,
            f"{_words(finding.rule.title)} `{finding.redacted}`",
            self.where(finding),
            "" if life is None else f"{self.code(lived(life, self.mask))}; {reached(life)}",
            self.next(finding),
            f"`{finding.fingerprint}`",
        )

    def problem(self, finding: Finding) -> str:
        return _row(
            finding.severity.label,
            _words(finding.rule.title),
            self.where(finding),
            self.code(finding.detail or "", 1000),
            self.next(finding),
            f"`{finding.fingerprint}`",
        )

    def where(self, finding: Finding) -> str:
        place = finding.places[0]
        named = place.origin if place.path is None else self.mask(place.path)
        parts = [markdown(named + position(place))]  # cut in its middle, so that the line stays
        if place.commit:
            parts.append(f"in `{place.commit.id[:12]}`")
        if finding.places_total > 1:
            parts.append(f"and {plural(finding.places_total - 1, 'other place')}")
        return " ".join(parts)

    def next(self, finding: Finding) -> str:
        step = next_step(finding)
        return self.code(step, 4000) if finding.remedy else _words(step)

    def unread(self, reason: str, things: list[str]) -> str:
        shown = ", ".join(map(self.code, things[:_THINGS]))
        rest = len(things) - _THINGS
        return f"- {self.code(reason)}: {shown}{f' and {rest:,} more' if rest > 0 else ''}"


def _row(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def _table(head: tuple[str, ...], rows: Iterable[str]) -> Iterator[str]:
    """Nothing where there is no row."""
    for number, row in enumerate(rows):
        if number == 0:
            yield f"{_row(*head)}\n{_row(*['---'] * len(head))}"
        yield row


def _words(text: str) -> str:
    """Words of a rule, in a table."""
    return text.replace("|", r"\|")


def render(result: ScanResult, out: TextIO, options: Options) -> None:
    """Write the verdict with all counts, a row a new finding, and what was not read."""
    row, sheet = _Row(Mask(result.findings)), _Sheet(out)
    summary = summarise(result, options.fail_on)
    sheet.put(f"## {_SIGNS[summary.verdict]} Intercom credentials")
    sheet.put(f"\n{verdict_line(result, summary, options.fail_on)}")
    found = [finding for finding in ordered(result.findings) if finding.status == "new"]
    head = ("severity", "secret", "where", "exposed", "next", "fingerprint")
    rows = (row.secret(finding) for finding in found if finding.rule.confidential)
    sheet.section("Secrets", _table(head, rows), keep=400_000)
    head = ("severity", "problem", "file", "found", "next", "fingerprint")
    rows = (row.problem(finding) for finding in found if not finding.rule.confidential)
    sheet.section(".env files", _table(head, rows), keep=200_000)
    if found:
        sheet.put("\nIf one may stay: `intercom-scan ignore FINGERPRINT --reason WHY`")
    skips = grouped(result.skipped)
    lost = (row.unread(reason, things) for reason, incomplete, things in skips if incomplete)
    sheet.section("Not read", lost, keep=100_000)
    fine = (row.unread(reason, things) for reason, incomplete, things in skips if not incomplete)
    sheet.section("Left out, and no loss", fine, keep=50_000)
    sheet.section("Notes", (f"- {row.code(note, 1000)}" for note in result.notes), keep=1_000)
