"""UTF-16 and UTF-32 in either byte order, at any offset, with or without a byte order mark."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from intercom_scan.decode.offsets import STEP, derive, spans
from intercom_scan.decode.pattern import Decoder, Pattern, Region, lazy, literal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from intercom_scan.decode.model import Budget, Layer

# The high bytes of units that text in the Latin, Greek, Cyrillic, Hebrew and Arabic scripts is
# made of, with typographic punctuation: wide text beside plain ASCII ends where the latter
# begins, because two ASCII letters make a unit with a high byte from 0x41 up.
LETTER = rb"[\t\n\r -~\x80-\xff]"
RUNS = {
    "utf-16le": lazy(rb"(?:" + LETTER + rb"\0|.[\x01-\x06]|[\x10-\x3a]\x20)+", re.DOTALL),
    "utf-16be": lazy(rb"(?:\0" + LETTER + rb"|[\x01-\x06].|\x20[\x10-\x3a])+", re.DOTALL),
    "utf-32le": lazy(rb"(?:" + LETTER + rb"\0\0\0|.[\x01-\x20]\0\0)+", re.DOTALL),
    "utf-32be": lazy(rb"(?:\0\0\0" + LETTER + rb"|\0\0[\x01-\x20].)+", re.DOTALL),
}
MARKS = {
    "utf-16le": b"\xff\xfe",
    "utf-16be": b"\xfe\xff",
    "utf-32le": b"\xff\xfe\0\0",
    "utf-32be": b"\0\0\xfe\xff",
}

# A run is matched in blocks: a repeated group costs `re` memory for every repetition.
BLOCK = 4096


def right(run: re.Pattern[bytes], data: bytes, at: int, width: int) -> int:
    """Where the run that begins at `at` ends."""
    last = len(data) - (len(data) - at) % width
    while at < last:
        high = min(at + BLOCK, last)
        hit = run.match(data, at, high)
        at = hit.end() if hit else at
        if at < high:
            break
    return at


def left(run: re.Pattern[bytes], data: bytes, at: int, width: int) -> int:
    """Where the run that ends at `at` begins."""
    size = 64
    while at >= width:
        low = max(at % width, at - size)
        size = min(4 * size, BLOCK)
        begin = low
        while begin < at:
            hit = run.match(data, begin, at)
            if hit and hit.end() == at:
                break
            begin = (hit.end() if hit else begin) + width
        at = min(begin, at)
        if at > low:
            break
    return at


def text(data: bytes, start: int, stop: int, order: str) -> tuple[bytes, Callable[[int], int]]:
    """`data[start:stop]` as UTF-8, and the way back from an offset in it to `data`."""
    codec, width = order[:-2] + "-" + order[-2:], int(order[4:6]) // 8
    high_byte = 1 if order == "utf-16le" else 2
    out = bytearray()
    decoded, source = array("Q"), array("Q")
    at = start
    while at < stop:
        decoded.append(len(out))
        source.append(at)
        high = min(at + STEP * width, stop)
        if width == 2 and high < stop and data[high - high_byte] & 0xFC == 0xD8:
            high += width  # a surrogate pair stays together
        out += data[at:high].decode(codec, "replace").encode()
        at = high

    def back(offset: int) -> int:
        mark = max(bisect_right(decoded, offset) - 1, 0)
        before = bytes(out[decoded[mark] : offset]).decode("utf-8", "ignore")
        return min(source[mark] + len(before.encode(codec)), stop)

    return bytes(out), back


def order_of(data: bytes, end: int, width: int) -> tuple[str, int, int]:
    """The byte order of the letter at `end - 1`, and the text around it.

    A byte order mark at the beginning of `data` says it, and that all of `data` is such text;
    else the order that makes the longer text is taken.
    """
    bits = 8 * width
    best = ("", 0, 0)
    for order, at in ((f"utf-{bits}le", end - 1), (f"utf-{bits}be", end - width)):
        if at < 0:
            continue
        if at % width == 0 and data.startswith(MARKS[order]):
            return order, width, len(data) - len(data) % width
        run = RUNS[order]()
        start, stop = left(run, data, at, width), right(run, data, at, width)
        if stop - start > best[2] - best[1]:
            best = (order, start, stop)
    return best


def undoing(width: int) -> Callable[[Layer, int, int, Budget], Iterator[Region]]:
    """A `decode` of text in units of `width` bytes."""

    def decode(layer: Layer, _start: int, end: int, budget: Budget) -> Iterator[Region]:
        order, start, stop = order_of(layer.data, end, width)
        limit = budget.limits.member // width * width
        for low, high in spans((stop - start) // width, max(1, limit // width)):
            if not budget.take((high - low) * width, layer.path.decode(errors="replace")):
                return
            data, back = text(layer.data, start + low * width, start + high * width, order)
            yield derive(layer, order, data, back), start, start + high * width

    return decode


def patterns(width: int) -> Callable[[Sequence[bytes], Sequence[bytes]], list[Pattern]]:
    """The needles' letters with NULs between them: what both byte orders share."""
    gap = b"\0" * (width - 1)

    def make(exact: Sequence[bytes], nocase: Sequence[bytes]) -> list[Pattern]:
        return [
            Pattern(literal(gap.join(bytes((byte,)) for byte in needle)), needle in nocase)
            for needle in (*exact, *nocase)
        ]

    return make


UTF16_DECODER = Decoder("utf-16", patterns(2), undoing(2))
UTF32_DECODER = Decoder("utf-32", patterns(4), undoing(4))
