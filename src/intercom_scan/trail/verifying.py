"""Reads an audit log from its begin to its end and says what does not fit."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.trail import records, writing
from intercom_scan.trail.locking import locked
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

    from intercom_scan.trail.records import Entry, Line

TORN = "is no whole line of a log: a write was cut off, or it was changed"
CHANGED = "was changed"
KEYED = "was written with a key, and there is none or another, or it was changed"
PLAIN = "was written without the key"
MOVED = "does not follow what is before it: something was removed, put in, moved or changed there"
ALONE = "ends what no line before it begins: lines were removed"
MISSING = "has no line with the hash that is expected: lines were removed or changed"
_MOST = 10_000  # problems, and actions without an end, that are kept


@dataclass(frozen=True, slots=True)
class Report:
    """How many lines and ended actions there are, and the last line's hash.

    `problems` are the numbers of lines, from 1 (0: the log), with what is wrong; `open_` those of
    lines that begin what has no end.
    """

    lines: int
    ended: int
    head: str
    problems: tuple[tuple[int, str], ...]
    open_: tuple[tuple[int, Entry], ...]


def verified(path: str, key: bytes, expected: str | None = None) -> Report:
    """What the log at `path` has, as it is when this begins.

    `expected` is the hash of a line that it had at some time, and so has to have.

    Raises UsageError where the path is no file, OSError where it cannot be read.
    """
    descriptor = writing.opened(path, os.O_RDONLY)
    with os.fdopen(descriptor, "rb") as stream:
        with locked(descriptor):  # no line is half written now
            size = os.fstat(descriptor).st_size
            os.lseek(descriptor, 0, os.SEEK_SET)
        chain = _Chain(key, expected)
        for line in _lines(stream, size):
            chain.add(line)
    return chain.report()


def _lines(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """Lines with their ends, of so many bytes; of one that is too long for a log its begin."""
    inside = False
    while part := stream.readline(min(size, records.LONGEST + 1)):
        size -= len(part)
        if not inside:
            yield part
        inside = not part.endswith(b"\n")


class _Chain:
    """The lines so far."""

    def __init__(self, key: bytes, expected: str | None) -> None:
        self._key, self._expected = key, expected
        self._head = records.ORIGIN
        self._lines = self._ended = 0
        self._problems: list[tuple[int, str]] = []
        self._open: dict[str, tuple[int, Entry]] = {}
        self._all_open = True  # none was left out of these

    def add(self, raw: bytes) -> None:
        self._lines += 1
        text = raw.removesuffix(b"\n")
        line = records.parsed(text, self._key)
        if line is None or text == raw:
            self._wrong(TORN)
        if line is None:
            self._head = records.digest(text, b"")
            return
        alone = self._ends_nothing(line)
        if problem := self._problem(line) or (ALONE if alone else None):
            self._wrong(problem)
        self._head = line.hash
        if line.hash == self._expected:
            self._expected = None

    def _problem(self, line: Line) -> str | None:
        if not line.genuine:
            return KEYED if line.keyed else CHANGED
        if self._key and not line.keyed:
            return PLAIN
        return MOVED if line.previous != self._head else None

    def _ends_nothing(self, line: Line) -> bool:
        """Note the action that it begins or ends; whether it ends one that never began."""
        if line.entry.result == "begun":
            if len(self._open) < _MOST:
                self._open[line.hash] = self._lines, line.entry
            else:
                self._all_open = False
            return False
        self._ended += 1
        begun = self._open.pop(str(line.entry.metadata.get("begun")), None)
        return begun is None and self._all_open

    def _wrong(self, problem: str) -> None:
        if len(self._problems) < _MOST:
            self._problems.append((self._lines, problem))

    def report(self) -> Report:
        problems = list(self._problems)
        if self._expected is not None:
            problems.append((0, MISSING))
        return Report(
            self._lines, self._ended, self._head, tuple(problems), tuple(self._open.values())
        )
