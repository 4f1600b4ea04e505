"""What the page says, as text that can be printed: nothing else of a scan reaches the template."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING

from intercom_scan.escape import terminal
from intercom_scan.finding import ORIGINS
from intercom_scan.masking import Mask
from intercom_scan.reporters.checks import ANSWERS, counts, spot
from intercom_scan.reporters.html import timeline
from intercom_scan.reporters.summary import (
    PROBLEM_MODES,
    coverage,
    grouped,
    ordered,
    plural,
    summarise,
)
from intercom_scan.reporters.wording import position, relative, verified
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.finding import Checked, Commit, Exposure, Finding, Place, ScanResult
    from intercom_scan.reporters.html.timeline import Bar
    from intercom_scan.reporters.model import Options
    from intercom_scan.reporters.summary import Summary
    from intercom_scan.rules.model import Rule, Severity

_LONG = 1000  # characters of a path, a detail or a remark
_REFS = 50  # named of a finding; a host keeps one for each pull request
_OPEN = 40  # bars that are not folded away

# Where a secret is now: a label, and what that means. Worst first.
STATES = {
    "head": ("In HEAD", "every checkout has it"),
    "here": ("In the files", "among the files that were read"),
    "history": ("In history", "every clone has it, though HEAD does not"),
    "lost": ("Unreachable", "no ref holds it, and git gc will prune it"),
    "outside": ("Outside commits", "in what git keeps beside them"),
}
_PLAIN = ("file", "blob")  # origins that go without saying
_MODES = {
    "files": "the files of a directory",
    "staged": "what is staged",
    "range": "a range of commits",
    "history": "the history of one revision",
    "all-history": "everything the repository keeps",
    "push": "what a push brings",
    "message": "a commit message",
    "stdin": "one stream",
    "env": ".env files",
    "rotation": "the rotation of credentials",
    "scopes": "the scopes of a token",
    "audit": "the checks of an audit",
}


@dataclass(frozen=True, slots=True)
class Moment:
    """A commit, as it is named in a sentence."""

    id: str
    author: str
    date: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A place: where, what kind of thing that is, and the commit that brought it there."""

    where: str
    notes: tuple[str, ...]
    commit: Moment | None


@dataclass(frozen=True, slots=True)
class Entry:
    """A finding."""

    id: str
    rule: str
    title: str
    severity: str
    rank: int
    confidence: str
    secret: bool
    value: str
    status: str
    reason: str
    detail: str
    verified: str
    remedy: str
    spots: tuple[Spot, ...]
    hidden: int  # places that a limit left out
    state: str  # a key of STATES
    first: Moment | None
    last: Moment | None
    left: Moment | None
    refs: tuple[str, ...]
    more_refs: int
    days: int | None
    bar: Bar | None

    @property
    def summary(self) -> str:
        """`3 places, 2 refs`."""
        parts = [plural(len(self.spots) + self.hidden, "place")]
        refs = len(self.refs) + self.more_refs
        return ", ".join([*parts, plural(refs, "ref")] if refs else parts)


@dataclass(frozen=True, slots=True)
class Asked:
    """A check of an audit with its answer in words, and each piece of evidence as one line."""

    id: str
    title: str
    answer: str
    passed: bool
    evidence: tuple[str, ...]
    mend: str


@dataclass(frozen=True, slots=True)
class Kind:
    """A rule that found something: `new` findings that nobody has dealt with."""

    rule: Rule
    severity: str
    new: int
    references: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """All of it. `lives` are the secrets, new and oldest first."""

    verdict: str
    made: str
    scanned: str
    about: tuple[tuple[str, str], ...]
    summary: Summary
    checks: tuple[Asked, ...]
    counted: str  # the checks by their answers
    problems: str  # `3 .env problems`
    secretless: bool  # nothing looked for secrets
    entries: tuple[Entry, ...]
    kinds: tuple[Kind, ...]
    lives: tuple[Entry, ...]
    asked: bool  # whether secrets were verified; of the new ones so many are
    live: int
    dead: int
    oldest: Entry | None
    severities: dict[str, int]  # of the new secrets
    ticks: tuple[tuple[str, str], ...]
    states: dict[str, int]  # secrets that are new, by where they are
    coverage: str
    skips: tuple[tuple[str, bool, tuple[str, ...]], ...]
    unread: int
    notes: tuple[str, ...]
    open_bars: int = _OPEN


def page(result: ScanResult, options: Options, now: int) -> Page:
    """The page of `result` as of `now`, in seconds since 1970."""
    summary = summarise(result, options.fail_on)
    words = _Words(result, options, now)
    entries = tuple(words.entry(finding) for finding in ordered(result.findings))
    secrets = [entry for entry in entries if entry.secret]
    fresh = [entry for entry in secrets if entry.status == "new"]
    known = Counter(_proven(finding) for finding in result.findings if finding.status == "new")
    lives = sorted(secrets, key=lambda e: (e.status != "new", e.first.date if e.first else "~"))
    return Page(
        verdict=summary.verdict,
        made=datetime.fromtimestamp(now, tz=timezone.utc).strftime("%Y-%m-%d %H:%M UTC"),
        scanned=_MODES.get(result.mode, result.mode),
        about=words.about(options),
        summary=summary,
        checks=tuple(map(words.asked, result.checks)),
        counted=counts(result.checks),
        problems=plural(summary.new_env_problems, PROBLEM_MODES.get(result.mode, ".env problem")),
        secretless=result.mode in PROBLEM_MODES,
        entries=entries,
        kinds=_kinds(result.findings),
        lives=tuple(lives) if any(entry.bar for entry in lives) else (),
        asked=any(finding.verification for finding in result.findings),
        live=known["live"],
        dead=known["dead"],
        oldest=max((e for e in fresh if e.days is not None), key=_days, default=None),
        severities=dict(Counter(entry.severity for entry in fresh)),
        ticks=tuple(words.scale.ticks()),
        states={state: sum(entry.state == state for entry in fresh) for state in STATES},
        coverage=coverage(result),
        skips=tuple(
            (words(reason, _LONG), incomplete, tuple(words(thing, _LONG) for thing in things))
            for reason, incomplete, things in grouped(result.skipped)
        ),
        unread=sum(skip.incomplete for skip in result.skipped),
        notes=tuple(words(note, _LONG) for note in result.notes),
    )


class _Words:
    """Turns what a scan found into what the page says, without the secrets of the scan."""

    def __init__(self, result: ScanResult, options: Options, now: int) -> None:
        self._mask = Mask(result.findings)
        self._root = options.root
        lives = (finding.exposure for finding in result.findings)
        dates = (timeline.seconds(life.first.date) for life in lives if life and life.first)
        self.scale = timeline.scale((date for date in dates if date is not None), now)

    def __call__(self, text: str | None, limit: int = 200) -> str:
        return terminal(self._mask(text), limit) if text else ""

    def about(self, options: Options) -> tuple[tuple[str, str], ...]:
        """What was scanned, as far as the caller said so."""
        said = {
            "Repository": options.repository,
            "Branch": options.branch,
            "Revision": options.revision,
        }
        return tuple((label, self(text)) for label, text in said.items() if text)

    def asked(self, check: Checked) -> Asked:
        answer = f"{ANSWERS[check.answer]}{' (ignored)' if check.ignored else ''}"
        return Asked(
            check.id, check.title, answer, check.answer in ("pass", "not-applicable"),
            tuple(spot(each, self) for each in check.evidence), self(check.mend, _LONG),
        )  # fmt: skip

    def entry(self, finding: Finding) -> Entry:
        life, rule, known = finding.exposure, finding.rule, finding.verification
        return Entry(
            id=finding.fingerprint,
            rule=rule.id,
            title=rule.title,
            severity=finding.severity.label,
            rank=finding.severity,
            confidence=finding.confidence,
            secret=rule.confidential,
            value=finding.redacted if rule.confidential else self(finding.redacted, _LONG),
            status=finding.status,
            reason=self(finding.reason, _LONG),
            detail=self(finding.detail, _LONG),
            verified=self(verified(known) if known else None, _LONG),
            remedy=self(finding.remedy, 4 * _LONG),
            spots=tuple(map(self._spot, finding.places)),
            hidden=finding.places_total - len(finding.places),
            state=_state(finding),
            first=self._moment(life.first) if life else None,
            last=self._moment(life.last) if life else None,
            left=self._moment(life.left) if life else None,
            refs=tuple(map(self, life.refs[:_REFS])) if life else (),
            more_refs=max(len(life.refs) - _REFS, 0) if life else 0,
            days=life.days if life else None,
            bar=self._bar(life) if life else None,
        )

    def _spot(self, place: Place) -> Spot:
        if place.path is None:
            where, notes = place.origin.replace("-", " "), []
        else:
            where = self(relative(place.path, self._root), _LONG)
            notes = [] if place.origin in _PLAIN else [ORIGINS[place.origin].words]
        if place.encoding:
            notes.append(" in ".join(reversed(place.encoding)))
        if place.inline is not None:
            notes.append(f"allowed inline: {self(place.inline)}")
        return Spot(where + position(place), tuple(notes), self._moment(place.commit))

    def _moment(self, commit: Commit | None) -> Moment | None:
        if commit is None:
            return None
        return Moment(commit.id, self(commit.author), self(commit.date)[:10])

    def _bar(self, life: Exposure) -> Bar | None:
        first = timeline.seconds(life.first.date) if life.first else None
        if first is None:
            return None
        end = life.left or life.last
        last = timeline.seconds(end.date) if end else None
        return self.scale.bar(first, first if last is None else last, bool(life.refs), life.in_head)


def _state(finding: Finding) -> str:
    """Where the secret is now, the worst of it."""
    life = finding.exposure
    if life and life.in_head:
        return "head"
    if any(ORIGINS[place.origin].now for place in finding.places):
        return "here"
    if life is None:
        return "outside"
    return "history" if life.refs else "lost"


def _proven(finding: Finding) -> str:
    """`live`, `dead`, or neither."""
    said = finding.verification
    return "live" if said and said.live else "dead" if said and said.state == "dead" else ""


def _days(entry: Entry) -> int:
    return entry.days or 0


def _kinds(findings: Iterable[Finding]) -> tuple[Kind, ...]:
    """The rules that found something, credentials first, then worst first."""
    known: dict[str, list[Finding]] = {}
    for finding in findings:
        known.setdefault(finding.rule.id, []).append(finding)

    def rank(group: list[Finding]) -> tuple[bool, int, str]:
        return not group[0].rule.confidential, -_worst(group), group[0].rule.id

    return tuple(
        Kind(
            rule=group[0].rule,
            severity=_worst(group).label,
            new=sum(finding.status == "new" for finding in group),
            references=tuple(r for r in group[0].rule.references if r.startswith("https://")),
        )
        for group in sorted(known.values(), key=rank)
    )


def _worst(group: list[Finding]) -> Severity:
    """Of the new ones, if there are any."""
    fresh = [finding.severity for finding in group if finding.status == "new"]
    return max(fresh or [finding.severity for finding in group])
