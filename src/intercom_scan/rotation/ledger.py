"""The ledger: which credentials are in use, in which environment, and since when.

`keeping.py` reads and writes the file; `recording.py` is what puts a value into it.
"""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

from intercom_scan.errors import ConfigError, ExitCode, IntercomScanError, UsageError
from intercom_scan.policy.kinds import Field, Kind, choice, day, many, section, text
from intercom_scan.policy.text import mask
from intercom_scan.policy.yaml_tree import decode, parse
from intercom_scan.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from intercom_scan.policy.yaml_tree import Node

FILE = ".intercom-scan-rotation.yaml"
# "again": the value is the recorded one.
Outcome = Literal["first", "rotated", "again"]

_VERSION = "1"  # of the layout and of what makes a fingerprint
_HEADER = (
    "# Which Intercom credentials are in use, and since when (UTC).",
    "# `intercom-scan rotation record` writes this; comments above an entry stay there.",
    "# A fingerprint shows whether a value is the same, and tells nothing else of it.",
)
_NAME = re.compile(r"(?!(?i:null)\Z)[A-Za-z_][A-Za-z0-9_.-]{0,79}")  # YAML's null is no text
_ENVIRONMENT = re.compile(r"(?!(?i:null)\Z)[A-Za-z0-9][A-Za-z0-9_.-]{0,39}")
_DIGEST = re.compile(r"[0-9a-f]{32}")
_CONFLICT = re.compile(r"(?m)^(?:<{7}|={7}|>{7}|\|{7})")
_LONGEST_BY = 80


class RefusedError(IntercomScanError):
    """A value that may not be recorded: it is an old one, or was not rotated as is claimed."""

    exit_code = ExitCode.FINDINGS


@dataclass(frozen=True, slots=True)
class Entry:
    """A credential in use: its name, where it is used, and the fingerprint of its value.

    `kind` is a rule's id, `since` the day of the first value (UTC), `rotated` that of the present
    one where it is not the first. `retired` are fingerprints of former values, newest first.
    `comments` are a person's lines above it; `line` is where it stands in the file (0: new).
    """

    name: str
    environment: str
    kind: str
    since: date
    fingerprint: str
    rotated: date | None = None
    by: str | None = None
    retired: tuple[str, ...] = ()
    comments: tuple[str, ...] = ()
    line: int = 0

    @property
    def last(self) -> date:
        """The day since which the value is in use."""
        return self.rotated or self.since

    @property
    def title(self) -> str:
        return f"{self.name} ({self.environment})"


@dataclass(frozen=True, slots=True)
class Use:
    """A value's fingerprint under a name, in an environment; `kind` is its rule's id."""

    name: str
    environment: str
    kind: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Ledger:
    """What the file says. `salt` goes into each fingerprint; `key_check` tells a wrong key."""

    salt: str
    key_check: str | None = None
    entries: tuple[Entry, ...] = ()
    trailing: tuple[str, ...] = field(default=())  # a person's comments below the last entry

    def entry(self, name: str, environment: str) -> Entry | None:
        return next(
            (e for e in self.entries if (e.name, e.environment) == (name, environment)), None
        )

    def retired_by(self, fingerprint: str) -> Entry | None:
        """The entry out of which a value was rotated, None where it never was."""
        return next((e for e in self.entries if fingerprint in e.retired), None)

    def shared(self, with_: Entry) -> tuple[Entry, ...]:
        """Entries of other environments that have the same value."""
        return tuple(
            entry
            for entry in self.entries
            if entry.fingerprint == with_.fingerprint and entry.environment != with_.environment
        )

    def recorded(
        self, use: Use, today: date, *, on: date | None = None, by: str | None = None
    ) -> tuple[Ledger, Outcome]:
        """The ledger with a value in use since the day `on`, or `today`; and what that means.

        Raises RefusedError for a value that was rotated out before, and for the same value with a
        later day than the recorded one; UsageError for a day that is before that or to come.
        """
        day = on or today
        known = self.entry(use.name, use.environment)
        if day > today:
            raise UsageError(f"{day} is to come: give the day on which it was rotated")
        if known is not None and known.fingerprint == use.fingerprint:
            if on is not None and on > known.last:
                same = f"{known.title} has the value of {known.last}"
                raise RefusedError(f"{same}: it was not rotated")
            return self, "again"
        if old := self.retired_by(use.fingerprint):
            raise RefusedError(
                f"this value was rotated out of {old.title}: find what still has it, and give "
                "the new one"
            )
        if known is not None and day < known.last:
            raise UsageError(f"{known.title} was rotated on {known.last}: {day} is before that")
        new = Entry(use.name, use.environment, use.kind, day, use.fingerprint, by=by)
        if known is not None:
            new = replace(
                known, kind=use.kind, fingerprint=use.fingerprint, rotated=day, by=by,
                retired=(known.fingerprint, *known.retired),
            )  # fmt: skip
        others = (entry for entry in self.entries if entry is not known)
        entries = tuple(sorted((*others, new), key=lambda e: (e.name, e.environment)))
        return replace(self, entries=entries), "rotated" if known else "first"


# --- from text


def read(data: bytes, file: str = FILE) -> Ledger:
    """The ledger in `data`. Raises ConfigError, `FILE:LINE: key: what is wrong, what to do`."""
    content = decode(data, file)
    if found := _CONFLICT.search(content):
        line = content.count("\n", 0, found.start()) + 1
        raise ConfigError(
            f"{file}:{line}: has a merge conflict; keep both sides' entries, remove the marks"
        )
    tree = parse(data, file)
    if tree is None:
        raise ConfigError(f"{file}:1: is empty; remove it, and record again")
    return _commented(_ledger().read(tree), tree, content.splitlines())


@lru_cache(maxsize=1)
def _ledger() -> Kind[Ledger]:
    return section(
        {
            "version": Field(choice({_VERSION: 1}, "a version"), _VERSION, required=True),
            "salt": Field(_digest("a salt"), "32 hexadecimal digits", required=True),
            "key": Field(_digest("the check of a key"), "tells whether the key is the right one"),
            "credentials": Field(many(_entry()), "those in use"),
        },
        _whole,
    )


def _whole(node: Node, has: dict[str, Any]) -> Ledger:
    entries: tuple[Entry, ...] = has.get("credentials", ())
    seen: dict[tuple[str, str], Entry] = {}
    for entry in entries:
        first = seen.setdefault((entry.name, entry.environment), entry)
        if first is not entry:
            raise ConfigError(
                f"{node.file}:{entry.line}: {entry.title} is in line {first.line} too; keep one"
            )
    return Ledger(has["salt"], has.get("key"), entries)


def _entry() -> Kind[Entry]:
    from intercom_scan.rules import RULES  # noqa: PLC0415 a dear import

    fingerprint = _digest("a fingerprint")
    return section(
        {
            "name": Field(text("a name", name_problem), "the name of it", required=True),
            "environment": Field(
                text("an environment", environment_problem), "where it is used", required=True
            ),
            "kind": Field(choice({r.id: r.id for r in RULES}, "a kind"), "its rule", required=True),
            "since": Field(day(), "the day of its first value", required=True),
            "rotated": Field(day(), "the day of its present value"),
            "by": Field(text("who rotated it", by_problem), "who rotated it last"),
            "fingerprint": Field(fingerprint, "that of its value", required=True),
            "retired": Field(many(fingerprint), "those of former values, newest first"),
        },
        _checked,
    )


def _checked(node: Node, has: dict[str, Any]) -> Entry:
    entry = Entry(**has, line=node.line)
    if entry.last < entry.since:
        raise node.error(f"was rotated on {entry.last}, before {entry.since}; correct the days")
    if entry.rotated is not None and not entry.retired:
        # A day alone is no rotation, and would hide for how long the value is in use.
        raise node.error("has 'rotated' and no value in 'retired'; restore what was recorded")
    return entry


def _digest(what: str) -> Kind[str]:
    return text(what, _problem(_DIGEST, "32 hexadecimal digits"))


def _problem(pattern: re.Pattern[str], wanted: str) -> Callable[[str], str | None]:
    return lambda value: None if pattern.fullmatch(value) else f"is not allowed; write {wanted}"


name_problem = _problem(_NAME, "at most 80 letters, digits, '_', '.' and '-'")
environment_problem = _problem(_ENVIRONMENT, "at most 40 letters, digits, '_', '.' and '-'")


def by_problem(value: str) -> str | None:
    """What is wrong with a note on who did it, and what to do; None where nothing is."""
    if value and len(value) <= _LONGEST_BY and mask(value) == value:
        return None
    return f"is not allowed; write one line of at most {_LONGEST_BY} characters without any secret"


def _commented(ledger: Ledger, tree: Node, lines: list[str]) -> Ledger:
    """The ledger with a person's comments: each belongs to the entry in or above which it is."""
    assert isinstance(tree.value, dict)
    node = tree.value.get("credentials")
    nodes = node.value if node is not None and isinstance(node.value, list) else []
    ends = [max(_lines(entry)) for entry in nodes]
    above: list[list[str]] = [[] for _ in range(len(ends) + 1)]
    at = 0
    for number, line in enumerate(lines, 1):
        while at < len(ends) and number > ends[at]:
            at += 1
        if line.lstrip().startswith("#") and line.strip() not in _HEADER:
            above[at].append(line.strip())
    entries = tuple(
        replace(entry, comments=tuple(said))
        for entry, said in zip(ledger.entries, above, strict=False)
    )
    return replace(ledger, entries=entries, trailing=tuple(above[-1]))


def _lines(node: Node) -> Iterator[int]:
    yield node.line
    inside = node.value if isinstance(node.value, list) else ()
    for child in node.value.values() if isinstance(node.value, dict) else inside:
        yield from _lines(child)


# --- to text


def written(ledger: Ledger) -> bytes:
    """The file: an entry a block, sorted, so that branches which change several merge cleanly."""
    lines = [*_HEADER, f"version: {_VERSION}", f"salt: '{ledger.salt}'"]
    if ledger.key_check is not None:
        lines.append(f"key: '{ledger.key_check}'")
    lines.append("credentials:" if ledger.entries else "credentials: []")
    for entry in ledger.entries:
        lines += ["", *(f"  {comment}" for comment in entry.comments), *_block(entry)]
    trailing = ["", *ledger.trailing] if ledger.trailing else []
    return "\n".join([*lines, *trailing, ""]).encode()


def _block(entry: Entry) -> Iterator[str]:
    yield f"  - name: {entry.name}"
    yield f"    environment: {entry.environment}"
    yield f"    kind: {entry.kind}"
    yield f"    since: {entry.since}"
    if entry.rotated is not None:
        yield f"    rotated: {entry.rotated}"
    if entry.by is not None:
        yield f"    by: {json.dumps(entry.by, ensure_ascii=False)}"
    yield f"    fingerprint: '{entry.fingerprint}'"
    if entry.retired:
        yield "    retired:"
        yield from (f"      - '{old}'" for old in entry.retired)
