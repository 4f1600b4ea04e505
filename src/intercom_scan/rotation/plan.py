"""A rotation as text: each step with what to do where, and the lines to paste."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

from intercom_scan.env.remedy import quoted
from intercom_scan.rotation import stores
from intercom_scan.rotation.steps import TITLES, way
from intercom_scan.rules.names import credential_name, name_pattern, words
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from intercom_scan.rotation.stores import Target
    from intercom_scan.rules.model import Rule

WIDTH = 78
PLACES = 10  # that are shown of those where names are read
_VARIABLE = "INTERCOM_NEW"  # holds the new value for a command that wants it in a variable


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be rotated: a finding, or a kind alone.

    `places` are lines for a person, without a secret and safe for a terminal.
    """

    rule: Rule
    fingerprint: str = ""
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """Where the new value goes: `name` and `environment` as its readers and the ledger say it.

    `guided` leaves out the commands for what `guide.py` does. `reads` are the names that code
    reads, with lines that say where, safe for a terminal.
    """

    targets: tuple[Target, ...] = ()
    name: str | None = None
    environment: str | None = None
    guided: bool = False
    reads: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def called(self, rule: Rule) -> str:
        """The name that was given, else the only one of that kind that is read, else the usual."""
        if self.name:
            return self.name
        fitting = self.fitting(rule)
        return fitting[0] if len(fitting) == 1 else way(rule).name

    def fitting(self, rule: Rule) -> list[str]:
        """The names that are read and that the new value may go by."""
        pattern = name_pattern(getattr(way(rule).makes or rule, "names", ()))
        known = {name: credential_name(words(name.encode())) for name in self.reads}
        return [n for n, kind in known.items() if kind and pattern.fullmatch(kind.reduced)]


def lines(subjects: Iterable[Subject], setting: Setting) -> Iterator[str]:
    """The plan for all of them: what is of one kind goes one way."""
    kinds: dict[str, list[Subject]] = {}
    for subject in subjects:
        kinds.setdefault(subject.rule.id, []).append(subject)
    for number, same in enumerate(kinds.values()):
        if number:
            yield ""
        yield from _of_a_kind(same, setting)


def _of_a_kind(same: list[Subject], setting: Setting) -> Iterator[str]:
    rule = same[0].rule
    yield f"{rule.title} ({rule.id})"
    for subject in same:
        if subject.fingerprint:
            yield f"  {subject.fingerprint}"
        yield from (f"    {place}" for place in subject.places)
    yield from wrap(rule.opens, WIDTH, initial_indent="  ", subsequent_indent="  ")
    prints = [subject.fingerprint for subject in same if subject.fingerprint]
    for number, id_ in enumerate(way(rule).steps, 1):
        yield ""
        yield from step(rule, id_, number, setting, prints)


def step(
    rule: Rule, id_: str, number: int, setting: Setting, fingerprints: Iterable[str]
) -> Iterator[str]:
    """One step of a rule's way, with its title."""
    yield f"{number}. {TITLES[id_]}"
    for sentence in way(rule).steps[id_]:
        yield from _prose(sentence)
    yield from _commands(rule, id_, setting, fingerprints)


def _prose(sentence: str) -> Iterator[str]:
    yield from wrap(sentence, WIDTH, initial_indent="   ", subsequent_indent="   ")


def _commands(
    rule: Rule, id_: str, setting: Setting, fingerprints: Iterable[str]
) -> Iterator[str]:  # fmt: skip
    """Lines to paste, each below what it is for; not wrapped, so that they stay whole."""
    this, name = way(rule), setting.called(rule)
    if id_ == "store" and setting.targets:
        yield from _prose("Paste this first. It has a value typed where it is not shown:")
        yield f"     {stores.FUNCTION}"
        for target in setting.targets:
            note = f" ({target.store.note})" if target.store.note else ""
            yield from _prose(f"{target.store.title}{note}:")
            yield f"     {stores.with_value(target.command(name, setting.environment))}"
    elif id_ == "store":
        yield from _prose(f"With --store the commands stand here: {', '.join(stores.STORES)}.")
    elif id_ == "deploy" and this.renewed:
        yield from _readers(rule, setting)
    elif id_ == "purge":
        yield f"     {purging(fingerprints)}"
    elif not setting.guided or not this.asked:
        yield from (f"     {line}" for line in _checks(rule, id_, setting))


def _readers(rule: Rule, setting: Setting) -> Iterator[str]:
    places = [f"{name} in {p}" for name in setting.fitting(rule) for p in setting.reads[name]]
    if places:
        yield from _prose("Code here reads")
        yield from (f"     {place}" for place in places[:PLACES])
        yield from _prose("All of it, other files as well:" if places[PLACES:] else "Elsewhere:")
    else:
        yield from _prose("What reads it here:")
    yield f"     git grep -nIFw -e {quoted(setting.called(rule).encode())}"


def _checks(rule: Rule, id_: str, setting: Setting) -> Iterator[str]:
    """What `rotation run` does by itself, where Intercom tells."""
    this = way(rule)
    if id_ == "record" and not setting.guided:
        yield stores.with_value(recording(setting.called(rule), setting.environment))
    elif this.check and (id_ == "verify" or (id_ == "revoke" and this.asked)):
        if "{variable}" in this.check:
            yield stores.in_variable(_VARIABLE, this.check.format(variable=_VARIABLE))
        else:
            yield stores.with_value(this.check)


def recording(name: str, environment: str | None) -> str:
    """The command that writes a value of this name into the ledger."""
    where = f" --environment {quoted(environment.encode())}" if environment else ""
    return f"intercom-scan rotation record --stdin --name {quoted(name.encode())}{where}"


def purging(fingerprints: Iterable[str]) -> str:
    """The command that makes a copy of the repository without these."""
    return f"intercom-scan purge {' '.join(fingerprints) or 'FINGERPRINT'} --output ../purged"
