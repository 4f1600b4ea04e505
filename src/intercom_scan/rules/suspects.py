"""Where in a large text a value may stand at all: what is elsewhere costs `re` nothing.

`re` passes some 30 MB a second over the patterns of `candidates`, and an API description that
says Intercom in every paragraph has gigabytes of history.
"""

from __future__ import annotations

import re
from array import array
from functools import lru_cache
from typing import TYPE_CHECKING

from intercom_scan.matching import Database
from intercom_scan.rules.names import COMPOUND
from intercom_scan.rules.naming import SIGNING, SIGNING_REACH
from intercom_scan.rules.text import RUN, lazy
from intercom_scan.rules.vocabulary import lengths, nouns
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.rules.text import Span

# What a kind is not looked for without.
WORDS = (b"dG9rO", b"oxOjA", b"tok:", b"s_sdk-", b"d_sdk-")

SMALL = 1 << 16  # bytes of text that are not worth compiling a database for

_UUID = rb"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-"
_JWT = rb"eyJ[A-Za-z0-9_-]{8}"
_ASSIGNED = (
    rb"[a-z0-9_]{0,26}\\{0,3}[\"'`\])*]{0,4}\s{0,8}[=:?|,-][>=|?:-]?"
    rb"\s{0,8}@?\\{0,3}[\"'`]?[a-z0-9+/_.~!@#$%^&*:-]{16}"
)
UUID = 0  # the number of the pattern that hits most
_FIRST_WORD = 5  # the number of the first that is one of the words
# How far before and behind the end of a hit the whole of what `candidates` looks for may reach.
_JWT_REACH = (16, 4800)
_NAME_REACH = (160, 320)
_SIGNING_REACH = (0, SIGNING_REACH + 40)

_TIRESOME = 96  # hits in one run, one a byte, after which its end is looked for otherwise
_rest_of_run = lazy(rb"[A-Za-z0-9_-]*")


@lru_cache(maxsize=1)
def spelled_nouns() -> bytes:
    """A regular expression for how a noun of a credential's name begins, in lower case."""
    spelled = nouns() | {form for form, word in COMPOUND.items() if word in nouns()}
    begun = [word for word in spelled if not any(map(word.startswith, spelled - {word}))]
    return b"(?:%b)" % "|".join(sorted(begun)).encode()


@lru_cache(maxsize=1)
def patterns() -> tuple[tuple[bytes, bool], ...]:
    """Regular expressions, each with whether its case does not matter, for `Suspects.note`."""
    return (
        (_UUID, False),
        (_JWT, False),
        (rb"intercom[a-z0-9_.-]{0,60}" + spelled_nouns(), True),
        (spelled_nouns() + _ASSIGNED, True),
        (SIGNING + rb"[({\[\\\"']", True),
        *((re.escape(word), False) for word in WORDS),
    )


@dataclass(slots=True)
class Suspects:
    """Places in a text of `size` bytes, gathered from the hits of `patterns` in their order."""

    size: int
    words: set[bytes]  # of WORDS
    uuids: array[int]  # where the third dash of one stands, plus one
    jwts: list[Span]
    named: list[Span]  # a value's name may stand there before a value
    signing: list[Span]  # a call that signs may have begun shortly before

    @classmethod
    def none(cls, size: int) -> Suspects:
        return cls(size, set(), array("Q"), [], [], [])

    def note(self, number: int, end: int) -> None:
        """Take the end of a hit of `patterns()[number]`."""
        if number == UUID:
            self.uuids.append(end)
        elif number >= _FIRST_WORD:
            self.words.add(WORDS[number - _FIRST_WORD])
        elif number == 1:
            self._extend(self.jwts, end, *_JWT_REACH)
        elif number == 4:
            self._extend(self.signing, end, *_SIGNING_REACH)
        else:
            self._extend(self.named, end, *_NAME_REACH)

    def _extend(self, spans: list[Span], end: int, before: int, behind: int) -> None:
        start = max(0, end - before)
        if spans and start <= spans[-1][1]:
            start = spans.pop()[0]
        spans.append((start, min(end + behind, self.size)))


def suspects(data: bytes) -> Suspects:
    """The places in a large text."""
    found = Suspects.none(len(data))

    def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
        found.note(number, end)

    _patterns().each(data, note)
    return found


@lru_cache(maxsize=1)
def _patterns() -> Database:
    return Database(patterns())


@lru_cache(maxsize=1)
def _words() -> Database:
    return Database([(re.escape(word), False) for word in WORDS], once=True)


def present(data: bytes) -> frozenset[bytes]:
    """Which of WORDS stand in `data`, in one pass."""
    if len(data) <= SMALL:
        return frozenset(word for word in WORDS if word in data)
    return frozenset(WORDS[number] for number, _ in _words().all(data))


@lru_cache(maxsize=1)
def shortest_run() -> int:
    """Bytes of the shortest value that is a run and no uuid."""
    return min(lengths())


@lru_cache(maxsize=1)
def _long() -> Database:
    return Database([(b"[A-Za-z0-9_-]{%d}" % shortest_run(), False)])


def long_runs(data: bytes, start: int, end: int) -> Iterator[Span]:
    """Runs of letters, digits, `_` and `-` that are long enough for a value.

    Those that have so many bytes between `start` and `end`, each of them whole.
    """
    view, at, tired = memoryview(data), start, True
    while tired:
        spans, tired = _runs_in(view[at:end])
        if tired:
            *spans, last = spans
        for low, high in spans:
            cut = (low == 0 and at == start) or at + high == end
            yield run_around(data, at + high) if cut else (at + low, at + high)
        if tired:
            low, at = run_around(data, at + last[1])
            yield low, at


def _runs_in(data: memoryview) -> tuple[list[Span], bool]:
    """Long runs, and whether it stopped within the last one, which is tiresome."""
    starts: list[int] = []
    ends: list[int] = []
    last, shortest = -1, shortest_run()

    def note(_number: int, _start: int, end: int, _flags: int, _context: object) -> bool:
        nonlocal last
        if end != last + 1:
            ends.append(last)
            starts.append(end - shortest)
        last = end
        return end - starts[-1] > _TIRESOME

    whole = _long().each(data, note)
    return list(zip(starts, [*ends[1:], last], strict=False)), not whole


def run_around(data: bytes, at: int) -> Span:
    """The whole run of letters, digits, `_` and `-` that holds `data[at - 1]`."""
    start, size = at, 64
    while start:
        lead = data[max(0, start - size) : start]
        bare = len(lead.rstrip(RUN))
        start -= len(lead) - bare
        size *= 4
        if bare:
            break
    return start, _run_end(data, at)


def _run_end(data: bytes, at: int) -> int:
    hit = _rest_of_run().match(data, at)
    return hit.end() if hit else at
