"""Values that may be credentials: by their shape, or by what they are assigned to."""

from __future__ import annotations

import binascii
import re
from bisect import bisect_left
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from intercom_scan.rules import credential
from intercom_scan.rules.suspects import long_runs, run_around, shortest_run, spelled_nouns
from intercom_scan.rules.text import RUN, Span, lazy, meeting, span_at
from intercom_scan.rules.vocabulary import LONGEST, SHORTEST, lengths, shapes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intercom_scan.rules.suspects import Suspects

_base64 = lazy(rb"[A-Za-z0-9+/]{22,}={0,2}")
_PRINTABLE = bytes(range(0x21, 0x7F))
# Of a value without a known shape; `=` only as padding.
_CHARACTERS = rb"[A-Za-z0-9+/_.~!@#$%^&*:-]{16,256}={0,2}"
_value = lazy(_CHARACTERS)
# Two steps, since a pattern that begins with a look-behind is tried at every byte.
_jwt = lazy(rb"eyJ[A-Za-z0-9_-]{8,512}\.[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
_after_value = lazy(rb"[A-Za-z0-9_-]|=|\.[A-Za-z]|/[A-Za-z]")
# For lower-case text, behind a noun: ignoring case would cost ten times as much.
_ASSIGNED = (
    rb"[a-z0-9_]{0,20}\\{0,3}[\"'`\])*]{0,4}\s{0,8}(?:=>|:=|\|\||\?\?|\?:|:-|[=:,|])"
    rb"\s{0,8}@?\\{0,3}[\"'`]?"
    rb"(" + _CHARACTERS + rb")"
)
# Values after a name that says Intercom, whatever stands between.
_named = lazy(rb"intercom[a-z0-9_.-]{0,60}")
_loose = lazy(rb"(?<=[\"'`>\s=])" + _CHARACTERS)
_LOOSE_REACH, _LOOSE_COUNT = 260, 3
_BEYOND = 600  # bytes after a name that `_unshaped` looks at, and more
_UUID = 36  # bytes of one
_DASH = ord("-")
_LONGEST_LEAD = 200  # bytes of a line before a value that may settle it


@lru_cache(maxsize=1)
def _run() -> re.Pattern[bytes]:
    """What a value may be; what is left of a longer run counts for itself."""
    return re.compile(rb"[A-Za-z0-9_-]{%d,%d}" % (min(_UUID, *lengths()), LONGEST))


@lru_cache(maxsize=1)
def _noun() -> re.Pattern[bytes]:
    return re.compile(spelled_nouns())


@lru_cache(maxsize=1)
def _assigned() -> re.Pattern[bytes]:
    return re.compile(spelled_nouns() + _ASSIGNED)


def in_region(data: bytes, start: int, end: int) -> Iterator[Span]:
    """Values by shape, and whatever is assigned to something named like a secret, in order.

    What the ends of the region cut is left out.
    """
    region = data[start:end]
    for low, high in _in_text(region):
        cut = (low == 0 and start > 0) or (high == len(region) and end < len(data))
        if not cut:
            yield start + low, start + high


@lru_cache(maxsize=16)
def _in_text(text: bytes) -> tuple[Span, ...]:
    """The versions of a file have mostly the same regions."""
    spans = {hit.span() for hit in _jwt().finditer(text)}
    spans.update(_in_runs(text, 0, len(text)))
    spans.update(_unshaped(text, text.lower(), 0, len(text)))
    return tuple(sorted(spans))


def in_large(
    data: bytes, regions: list[Span], places: Suspects, settled: Callable[[bytes], bool]
) -> list[Span]:
    """As `in_region` of each of the regions, looking at nothing but suspected places.

    `regions` are in order and apart. `settled` says of the beginning of a line, and the byte
    before its line break, that what follows is no credential unless a call that signs is near.
    Such values are left out: a description of an API has thousands of them.
    """
    spans: set[Span] = set()
    for low, high in meeting(places.jwts, regions):
        spans.update(hit.span() for hit in _jwt().finditer(data, low, high))
    for low, high in meeting(places.named, regions):
        text = data[low : high + _BEYOND]
        found = _unshaped(text, text.lower(), 0, high - low)
        spans.update((low + start, low + end) for start, end in found)
    spans.update(_uuids(data, regions, places, settled))
    spans.update(_in_long_runs(data, regions))
    return sorted(_within(spans, regions, len(data)))


def _within(spans: set[Span], regions: list[Span], size: int) -> Iterator[Span]:
    """Those that lie in one of the regions and are not cut by its ends."""
    for low, high in spans:
        start, end = span_at(regions, low) or (size, size)
        if (start < low or start == 0) and (high < end or end == size):
            yield low, high


def _uuids(
    data: bytes, regions: list[Span], places: Suspects, settled: Callable[[bytes], bool]
) -> Iterator[Span]:
    done, signing = 0, places.signing
    for first, last in regions:
        for end in places.uuids[bisect_left(places.uuids, first) : bisect_left(places.uuids, last)]:
            if end <= done:
                continue
            start = end - 19
            newline = data.rfind(b"\n", max(0, start - _LONGEST_LEAD), start)
            if (
                newline > 0
                and settled(data[newline - 1 : start])
                and not (signing and span_at(signing, start))
            ):
                continue
            start, done = run_around(data, end)
            yield from _in_runs(data, start, done)


def _in_long_runs(data: bytes, regions: list[Span]) -> Iterator[Span]:
    """Values of known shapes, but uuids, and values behind a run's 72nd byte."""
    done, long = 0, shortest_run()
    for start, end in regions:
        # What begins before the region may have a part in it that counts for itself.
        first, last = max(done, start - LONGEST - long), min(end + long, len(data))
        done = max(done, last - long)
        for low, high in long_runs(data, first, last):
            done = max(done, high)
            if high - low > LONGEST:
                yield from _in_runs(data, low, high)
            elif high - low in lengths() or data[low] == _DASH:
                yield from filter(None, [_shaped_in(data, low, high)])


def _in_runs(data: bytes, start: int, end: int) -> Iterator[Span]:
    for run in _run().finditer(data, start, end):
        if span := _shaped_in(data, *run.span()):
            yield span


def _unshaped(data: bytes, lower: bytes, start: int, end: int) -> Iterator[Span]:
    """Secret-looking values behind a name, whatever their shape."""
    looked = start
    for hit in _named().finditer(lower, start, end):
        if hit.end() < looked or not _noun().search(hit[0]):
            continue
        # What begins near the name may end further on.
        after = _loose().finditer(data, hit.end(), hit.end() + 2 * _LOOSE_REACH)
        for value in islice(after, _LOOSE_COUNT):
            looked = value.end()
            if value.start() > hit.end() + _LOOSE_REACH:
                break
            if _whole(data, *value.span()):
                yield value.span()
    for hit in _assigned().finditer(lower, start, end):
        if _whole(data, *hit.span(1)):
            yield hit.span(1)


def _whole(data: bytes, start: int, end: int) -> bool:
    """Does a value end where it looks as if it did, and look like a secret?"""
    quote, following = data[start - 1 : start], data[end : end + 1]
    if quote in (b'"', b"'", b"`") and following not in (quote, b"\\"):
        return False
    if not following.isspace() and following not in b"\"'`,;<|)}]\\&":
        return False
    value = data[start:end]
    return bool(
        unwrapped(value) or shapes().fullmatch(value) or credential.check(value) is not None
    )


def _shaped_in(data: bytes, start: int, end: int) -> Span | None:
    """The value that a run of characters is; `${NAME:-value}` glues a dash to it."""
    before = data[max(0, start - 1) : start]
    if before == b":" and data[start : start + 1] == b"-" and end - start not in lengths():
        start += 1
    elif before in (b"/", b"#", b"."):
        return None
    if shapes().fullmatch(data, start, end) and not _after_value().match(data, end):
        return start, end
    return None


def may_be(value: bytes) -> bool:
    """Is a value of a kind's looked for, under its name at least?"""
    run = SHORTEST <= len(value) <= LONGEST and not value.strip(RUN)
    return run or _value().fullmatch(value) is not None


def unwrapped(text: bytes) -> bytes:
    """The text inside base64, as Kubernetes keeps it beside its plain name; b"" if it is none.

    Random base64 of this length decodes to nothing but printable characters once in 10 million.
    """
    if len(text) % 4 or not _base64().fullmatch(text):
        return b""
    plain = binascii.a2b_base64(text).strip()
    return plain if plain and not plain.strip(_PRINTABLE) else b""
