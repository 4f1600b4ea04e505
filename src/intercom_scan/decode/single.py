"""Encodings that put each byte in the place of one other, or of a fixed number: EBCDIC and hex."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from intercom_scan.decode.offsets import derive, spans
from intercom_scan.decode.pattern import Decoder, Pattern, Region, literal, spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from intercom_scan.decode.model import Budget, Layer

BLOCK = 4096
DIGITS = b"0123456789abcdefABCDEF"


@cache
def ebcdic_table() -> tuple[bytes, bytes]:
    """Code page 037 to latin-1, its two newlines (NL, LF) to ours; and the bytes that are text.

    Letters and digits are the same in all the Latin code pages (037, 500, 1047, 1140).
    """
    table = bytearray(bytes(range(256)).decode("cp037").encode("latin-1"))
    table[0x15] = table[0x25] = ord("\n")
    text = bytes(byte for byte in range(256) if 0x20 <= table[byte] < 0x7F)
    return bytes(table), text + b"\x05\x0d\x15\x25"


def run_of(data: bytes, at: int, chars: bytes) -> tuple[int, int]:
    """The longest run of bytes in `chars` around `data[at]`, which is one of them."""
    return left(data, at, chars), right(data, at, chars)


def left(data: bytes, at: int, chars: bytes) -> int:
    """Where the run of `chars` that ends before `data[at]` begins."""
    while at:
        low = max(0, at - BLOCK)
        kept = len(data[low:at].rstrip(chars))
        at = low + kept
        if kept:
            break
    return at


def right(data: bytes, at: int, chars: bytes) -> int:
    """Where the run of `chars` that begins at `data[at]` ends."""
    while at < len(data):
        block = data[at : at + BLOCK]
        rest = len(block.lstrip(chars))
        at += len(block) - rest
        if rest:
            break
    return at


def linear(first: int, width: int, stop: int) -> Callable[[int], int]:
    """The way back where every decoded byte stands for `width` bytes, from `first` to `stop`."""
    return lambda offset: min(first + offset * width, stop)


def ebcdic_patterns(exact: Sequence[bytes], nocase: Sequence[bytes]) -> list[Pattern]:
    return [
        Pattern(literal(needle.decode("latin-1").encode("cp037")))
        for needle in spellings(exact, nocase)
    ]


def ebcdic(layer: Layer, _start: int, end: int, budget: Budget) -> Iterator[Region]:
    table, text = ebcdic_table()
    start, stop = run_of(layer.data, end - 1, text)
    for low, high in spans(stop - start, budget.limits.member):
        if not budget.take(high - low, layer.path.decode(errors="replace")):
            return
        first = start + low
        data = layer.data[first : start + high].translate(table)
        yield derive(layer, "ebcdic", data, linear(first, 1, start + high)), start, start + high


def hex_patterns(exact: Sequence[bytes], nocase: Sequence[bytes]) -> list[Pattern]:
    return [
        Pattern(literal(gap.join(b"%02x" % byte for byte in needle)), caseless=True)
        for needle in spellings(exact, nocase)
        for gap in (b"", b" ")
    ]


def spaced(data: bytes, end: int) -> tuple[int, int]:
    """The run of bytes written as two digits with one space between them around `data[end - 1]`."""
    start = end - 2
    while start >= 3 and data[start - 1] == 0x20 and not data[start - 3 : start - 1].strip(DIGITS):
        start -= 3
    while data[end : end + 1] == b" " and len(data) >= end + 3:
        if data[end + 1 : end + 3].strip(DIGITS):
            break
        end += 3
    return start, end


def hexadecimal(layer: Layer, _start: int, end: int, budget: Budget) -> Iterator[Region]:
    """Digits without a gap, or bytes with one space between them; lines are not joined."""
    data = layer.data
    gap = data[end - 3 : end - 2] == b" "
    width = 3 if gap else 2
    start, stop = spaced(data, end) if gap else run_of(data, end - 1, DIGITS)
    if not gap:
        start += (end - start) % 2
    for low, high in spans((stop + gap - start) // width, budget.limits.member):
        if not budget.take(high - low, layer.path.decode(errors="replace")):
            return
        first, last = start + low * width, min(start + high * width, stop)
        plain = bytes.fromhex(data[first:last].decode("latin-1"))
        back = linear(first, width, last)
        yield derive(layer, "hex", plain, back), start, last


EBCDIC_DECODER = Decoder("ebcdic", ebcdic_patterns, ebcdic)
HEX_DECODER = Decoder("hex", hex_patterns, hexadecimal)
