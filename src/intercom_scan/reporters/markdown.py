"""The markdown format: the summary of a CI job, in GitHub's Markdown.

All text out of a repository stands in code spans, which alone keep GitHub from making links,
mentions and images of it. Never carries a secret, whatever the options say.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.escape import markdown
from intercom_scan.masking import Mask
from intercom_scan.reporters.checks import ANSWERS, CHECK_HEAD, counts, spot
from intercom_scan.reporters.summary import grouped, ordered, plural, summarise, verdict_line
from intercom_scan.reporters.wording import lived, next_step, position, reached, verified
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import TextIO

    from intercom_scan.finding import Checked, Finding, ScanResult
    from intercom_scan.reporters.model import Options

# Bytes. GitHub takes 1 MiB of a step, and of a larger summary nothing:
# https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#step-isolation-and-limits
_LIMIT = 1_000_000
_FRAME = 300  # of a section: its heading, and what says that it was cut
_THINGS = 5  # not read, of each reason

_MAY_STAY = "\nIf one may stay: `intercom-scan ignore FINGERPRINT --reason WHY`\n"
_SIGNS = {"clean": "✅", "findings": "❌", "incomplete": "⚠️"}


# Of that, what the sections below the first may have: enough, and the first has what they leave.
_SHARES = {"Failed checks": 200_000, ".env files": 200_000, "Not read": 100_000,
           "Left out, and no loss": 50_000, "Notes": 50_000}  # fmt: skip
_AUDIT = "audit-"  # before the rules of checks


def _sections(sections: dict[str, Iterable[str]], room: int) -> Iterator[str]:
    """The text of each section, all of them within `room` bytes."""
    made = {}
    for head, lines in reversed(sections.items()):
        made[head] = _section(head, lines, min(room, _SHARES.get(head, room)))
        room -= len(made[head].encode())
    return (made[head] for head in sections)


def _section(head: str, lines: Iterable[str], room: int) -> str:
    """A heading and as many lines as there is room for; nothing where there is no line."""
    kept, left_out = [f"\n### {head}\n"], 0
    room -= _FRAME
    for line in lines:
        room -= len(line.encode()) + 1
        if room < 0:
            left_out += 1
        else:
            kept.append(line)
    if left_out:
        cut = f"{plural(left_out, 'more line')} cut: a summary may have 1 MiB."
        kept.append(f"\n**{cut}** The json report has everything.")
    return "\n".join([*kept, ""]) if len(kept) > 1 else ""


@dataclass(frozen=True, slots=True)
class _Row:
    """Makes rows: what they share is the mask over the scan's secrets."""

    mask: Mask

    def code(self, text: str, limit: int = 240) -> str:
        return markdown(self.mask(text), limit)

    def secret(self, finding: Finding) -> str:
        life, known = finding.exposure, finding.verification
        state = f" {self.code(verified(known), 1000)}" if known else ""
        return _row(
            finding.severity.label,
            f"{_words(finding.rule.title)} `{finding.redacted}`{state}",
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

    def checks(self, checks: Iterable[Checked]) -> Iterator[str]:
        for number, each in enumerate(checks):
            if number == 0:
                yield f"{_row(*CHECK_HEAD)}\n{_row(*['---'] * len(CHECK_HEAD))}"
            seen = self.code(spot(each.evidence[0], lambda text, _: text), 1000)
            more = f" and {len(each.evidence) - 1:,} more" if len(each.evidence) > 1 else ""
            answer = f"{ANSWERS[each.answer]}{' (ignored)' if each.ignored else ''}"
            yield _row(each.id, answer, seen + more, _words(each.mend or ""))

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
    """Nothing where there is no row. `head` is for the columns that tables do not share."""
    for number, row in enumerate(rows):
        if number == 0:
            columns = ("severity", *head, "next", "fingerprint")
            yield f"{_row(*columns)}\n{_row(*['---'] * len(columns))}"
        yield row


def _words(text: str) -> str:
    """Words of a rule, in a table."""
    return text.replace("|", r"\|")


def render(result: ScanResult, out: TextIO, options: Options) -> None:
    """Write the verdict with all counts, a row a new finding, and what was not read."""
    row, summary = _Row(Mask(result.findings)), summarise(result, options.fail_on)
    found = [finding for finding in ordered(result.findings) if finding.status == "new"]
    secrets = (row.secret(finding) for finding in found if finding.rule.confidential)
    problems = [finding for finding in found if not finding.rule.confidential]
    failed = (row.problem(each) for each in problems if each.rule.id.startswith(_AUDIT))
    others = (row.problem(each) for each in problems if not each.rule.id.startswith(_AUDIT))
    skips = grouped(result.skipped)
    lost = (row.unread(reason, things) for reason, incomplete, things in skips if incomplete)
    fine = (row.unread(reason, things) for reason, incomplete, things in skips if not incomplete)
    about = (
        "Audit of the Intercom integration" if result.mode == "audit" else "Intercom credentials"
    )
    top = f"## {_SIGNS[summary.verdict]} {about}\n\n"
    top += f"{verdict_line(result, summary, options.fail_on)}\n"
    sections: dict[str, Iterable[str]] = {
        counts(result.checks): row.checks(result.checks),
        "Secrets": _table(("secret", "where", "exposed"), secrets),
        "Failed checks": _table(("problem", "file", "found"), failed),
        ".env files": _table(("problem", "file", "found"), others),
        "Not read": lost,
        "Left out, and no loss": fine,
        "Notes": (f"- {row.code(note, 1000)}" for note in result.notes),
    }
    out.write(top + (_MAY_STAY if found else ""))
    out.writelines(_sections(sections, _LIMIT - len(top) - len(_MAY_STAY)))
