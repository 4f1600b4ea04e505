"""Many patterns at once: the one module that knows hyperscan.

hyperscan passes gigabytes a second where Python's `re` passes some ten megabytes, and leaves
Python's lock to other threads while it does (figures in docs/design.md).
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import hyperscan

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Buffer = bytes | bytearray | memoryview


class Database:
    """Patterns compiled together; usable from several threads."""

    def __init__(self, patterns: Sequence[tuple[bytes, bool]], *, once: bool = False) -> None:
        """`patterns` are regular expressions, each with whether its case does not matter.

        With `once` each pattern is reported at its first hit alone.
        """
        common = hyperscan.HS_FLAG_DOTALL | (hyperscan.HS_FLAG_SINGLEMATCH if once else 0)
        flags = [common | (hyperscan.HS_FLAG_CASELESS if nocase else 0) for _, nocase in patterns]
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(
            expressions=[expression for expression, _ in patterns],
            ids=list(range(len(patterns))),
            elements=len(patterns),
            flags=flags,
        )
        self._local = threading.local()

    def _scratch(self) -> hyperscan.Scratch:
        scratch = getattr(self._local, "scratch", None)
        if scratch is None:
            scratch = self._local.scratch = hyperscan.Scratch(self._database)
        return scratch

    def hits(self, data: Buffer) -> bool:
        """Whether any pattern hits."""
        if not data:
            return False
        try:
            self._database.scan(data, match_event_handler=_stop, scratch=self._scratch())  # type: ignore[type-var]
        except hyperscan.ScanTerminated:
            return True
        return False

    def first(self, data: Buffer, begin: int = 0) -> tuple[int, int] | None:
        """Number and end of the hit that ends first, of patterns from number `begin` on."""
        found: list[tuple[int, int]] = []

        def stop(number: int, _start: int, end: int, _flags: int, _context: object) -> bool:
            if number < begin:
                return False
            found.append((number, end))
            return True

        if not data:
            return None
        with suppress(hyperscan.ScanTerminated):
            self._database.scan(
                data,  # type: ignore[type-var]
                match_event_handler=stop,
                scratch=self._scratch(),
            )
        return found[0] if found else None

    def all(self, data: Buffer) -> list[tuple[int, int]]:
        """Number and end of every hit, ends ascending."""
        found: list[tuple[int, int]] = []

        def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            found.append((number, end))

        if data:
            self._database.scan(data, match_event_handler=note, scratch=self._scratch())  # type: ignore[type-var]
        return found

    def each(self, data: Buffer, note: Callable[[int, int, int, int, object], bool | None]) -> bool:
        """Hand on every hit: number, 0, end, 0, None. A true answer ends it; whether it went on."""
        try:
            if data:
                self._database.scan(data, match_event_handler=note, scratch=self._scratch())  # type: ignore[type-var]
        except hyperscan.ScanTerminated:
            return False
        return True

    def around(self, data: Buffer, before: int, behind: int) -> list[tuple[int, int]]:
        """Spans from `before` bytes ahead of the end of each hit to `behind` after it, merged."""
        spans: list[tuple[int, int]] = []

        def note(_number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            start = max(0, end - before)
            if spans and start <= spans[-1][1]:
                start = spans.pop()[0]
            spans.append((start, min(end + behind, len(data))))

        if data:
            self._database.scan(data, match_event_handler=note, scratch=self._scratch())  # type: ignore[type-var]
        return spans


def _stop(*_hit: object) -> bool:
    return True
