"""Whether credentials are rotated as they have to be: the ledger against days and values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.finding import Finding, Place
from intercom_scan.rotation.age import brought_by, first_seen
from intercom_scan.rotation.ledger import FILE
from intercom_scan.rules.rotation import OVERDUE, SHARED, UNCHANGED, UNKNOWN
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from intercom_scan.rotation.ledger import Entry, Ledger
    from intercom_scan.rotation.recording import Value
    from intercom_scan.rules.model import Rule

_PLACES = 100
_RECORD = "intercom-scan rotation record --env"
_HERE = (Place("environment", None, 1, 1, 1),)


@dataclass(frozen=True, slots=True)
class Given:
    """A value as somebody has it: under a name, in an environment if that is said.

    `fingerprint` is the ledger's one, or any other that is the same for the same value.
    """

    name: str
    environment: str | None
    value: Value = field(repr=False)
    fingerprint: str

    @property
    def title(self) -> str:
        return f"{self.name} ({self.environment})" if self.environment else self.name


def by_ledger(ledger: Ledger, today: date, max_age: int) -> Iterator[Finding]:
    """What the ledger alone says: values older than `max_age` days, and values in two places."""
    groups: dict[str, list[Entry]] = {}
    for entry in ledger.entries:
        groups.setdefault(entry.fingerprint, []).append(entry)
        if late := _late((today - entry.last).days, max_age):
            detail = f"{entry.title} {late}: it has its value since {entry.last}"
            yield _of(OVERDUE, entry.title, detail, [_place(entry)], _plan(entry.kind))
        if old := ledger.retired_by(entry.fingerprint):
            yield _unchanged(entry.title, old, [_place(entry), _place(old)])
    for group in groups.values():
        if len({entry.environment for entry in group}) > 1:
            titles = [entry.title for entry in group]
            yield _shared(titles, [_place(entry) for entry in group], group[0].kind)


def by_value(ledger: Ledger, given: Given) -> Iterator[Finding]:
    """What the ledger says of a value that somebody has: old, of another environment, unknown."""
    if old := ledger.retired_by(given.fingerprint):
        yield _unchanged(given.title, old, _HERE)
        return
    holders = [entry for entry in ledger.entries if entry.fingerprint == given.fingerprint]
    if any(given.environment in (None, entry.environment) for entry in holders):
        return
    if holders:
        titles = [given.title, *(entry.title for entry in holders)]
        yield _shared(titles, [*_HERE, *map(_place, holders)], given.value.kind)
        return
    same = [entry for entry in ledger.entries if entry.name == given.name]
    yield unknown(given, [e for e in same if given.environment in (None, e.environment)])


def unknown(given: Given, known: Sequence[Entry] = ()) -> Finding:
    """A value that nobody has recorded; `known` are entries of its name with other values."""
    detail = f"{given.title} is not in {FILE}"
    if known:
        detail = f"{given.title} has another value than {FILE} knows of {known[0].last}"
    where = f" --environment {given.environment}" if given.environment else ""
    remedy = f"{_RECORD} {given.name}{where}"
    return _of(UNKNOWN, given.title, detail, [*_HERE, *map(_place, known)], remedy)


def between(values: Sequence[Given]) -> Iterator[Finding]:
    """Values that are the same in two environments, without a ledger."""
    groups: dict[str, list[Given]] = {}
    for given in values:
        groups.setdefault(given.fingerprint, []).append(given)
    for group in groups.values():
        if len({given.environment for given in group if given.environment}) > 1:
            yield _shared([given.title for given in group], list(_HERE), group[0].value.kind)


def by_history(findings: Iterable[Finding], today: date, max_age: int) -> Iterator[Finding]:
    """Secrets that history has had for more than `max_age` days, or nobody can tell how long."""
    for finding in findings:
        if brought_by(finding) is None:
            continue
        since = first_seen(finding)
        late = "has no age" if since is None else _late((today - since).days, max_age)
        if late:
            print_ = finding.fingerprint
            when = since or "a commit without a date that is one"
            detail = f"{finding.rule.title} {print_} {late}: in history since {when}"
            yield _of(OVERDUE, print_, detail, finding.places, _plan(finding.rule.id))


def by_name(places: Mapping[str, Sequence[Place]], known: Iterable[str]) -> Iterator[Finding]:
    """Names that the code reads and nobody has recorded; `known` are those that are."""
    for name in sorted(set(places) - set(known)):
        detail = f"{name} is read by the code and not in {FILE}"
        yield _of(UNKNOWN, name, detail, places[name], f"{_RECORD} {name}")


def _late(days: int, max_age: int) -> str | None:
    """What is wrong with an age in days; a clock may be a day ahead of another."""
    if days < -1:
        return "is dated in the future"
    return f"is {days} days old, {days - max_age} more than it may be" if days > max_age else None


def _unchanged(title: str, old: Entry, places: Sequence[Place]) -> Finding:
    detail = f"{title} has a value that was rotated out of {old.title}, at the latest on {old.last}"
    return _of(UNCHANGED, title, detail, places, f"deploy the value of {old.last} there")


def _shared(titles: Sequence[str], places: Sequence[Place], kind: str) -> Finding:
    both = " and ".join(sorted(titles))
    return _of(SHARED, both, f"{both} have the same value", places, _plan(kind))


def _plan(kind: str) -> str:
    return f"intercom-scan rotation plan --rule {kind}"


def _place(entry: Entry) -> Place:
    return Place("file", FILE, entry.line, 1, 1)


def _of(
    rule: Rule, about: str, detail: str, places: Sequence[Place], remedy: str
) -> Finding:  # fmt: skip
    """A finding that is known by what it is about: a name with its environment."""
    return Finding(
        rule=rule, secret=about.encode(), severity=rule.severity, confidence="high",
        places=tuple(places[:_PLACES]), places_total=len(places), remedy=remedy, detail=detail,
    )  # fmt: skip
