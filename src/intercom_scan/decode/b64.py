"""Base64 in both alphabets, at any alignment, once or twice, and broken over lines."""

from __future__ import annotations

import re
from array import array
from base64 import b64encode
from binascii import a2b_base64
from bisect import bisect_right
from functools import cache, partial
from typing import TYPE_CHECKING

from intercom_scan.decode.offsets import derive, spans
from intercom_scan.decode.pattern import Decoder, Pattern, Region, literal, spellings
from intercom_scan.decode.single import left, right

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intercom_scan.decode.model import Budget, Layer

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"
TO_STANDARD = bytes.maketrans(b"-_", b"+/")

# A break inside base64: a newline with indentation, or one that is escaped in a string.
BREAK = re.compile(rb"\r?\n[ \t]{0,64}|(?:\\r)?\\n[ \t]{0,64}")
BREAK_BEFORE = re.compile(rb"(?:\r?\n|(?:\\r)?\\n)[ \t]{0,64}\Z")
LONGEST_BREAK = 68
# Base64 is broken into lines of one length, of which 60 and more are usual.
SHORTEST_LINE = 16
# What may stand behind the last line, besides the end: never the rest of a word or a name.
CLOSERS = b"\"'`\\<,;)]}\r\n"
# In a run as short as this, a `/` or `-` may join two texts with alignments of their own.
SHORT = 1024
JOINTS = re.compile(rb"[+/_-]")


def fragments(text: bytes) -> Iterator[tuple[bytes, int]]:
    """What base64 of anything with `text` in it has in it, at each of the three alignments.

    With each comes how many of its characters belong to an unfinished group of four.
    """
    for shift in range(3):
        first, last = -(-shift * 8 // 6), (shift + len(text)) * 8 // 6
        yield b64encode(b"\0" * shift + text)[first:last], last % 4


def wanted(exact: Sequence[bytes], nocase: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
    """Fragments of base64, of base64 of base64, and of base64 of UTF-16, for every needle."""
    for needle in spellings(exact, nocase):
        for once, phase in fragments(needle):
            yield once, phase
            yield from fragments(once)
        yield from fragments(b"\0".join(bytes((byte,)) for byte in needle))


def broken(fragment: bytes, phase: int) -> tuple[list[bytes], list[bytes]]:
    """What shows `fragment` where a line ends in it: its longer part with the end of that line.

    First those that end in the break itself, then those that end in `fragment`. Lines have
    whole groups of four, so a break comes between groups only.
    """
    first, second = [], []
    for cut in range((len(fragment) - phase) % 4 or 4, len(fragment), 4):
        if cut > len(fragment) - cut:
            first += [fragment[:cut] + mark for mark in (b"\n", b"\r", b"\\")]
        else:
            second += [mark + fragment[cut:] for mark in (b"\n", b" ", b"\t", b"\\n")]
    return first, second


def patterns(phase: int, exact: Sequence[bytes], nocase: Sequence[bytes]) -> list[Pattern]:
    """The fragments that end `phase` characters into a group."""
    found = dict.fromkeys(text for text, at in wanted(exact, nocase) if at == phase)
    for needle in spellings(exact, nocase):
        for text, at in fragments(needle):
            if at == phase:
                found.update(dict.fromkeys(broken(text, at)[1]))
    return [Pattern(literal(text)) for text in found]


def break_patterns(exact: Sequence[bytes], nocase: Sequence[bytes]) -> list[Pattern]:
    """Beginnings of fragments that end at a line's end."""
    found: dict[bytes, None] = {}
    for needle in spellings(exact, nocase):
        for text, at in fragments(needle):
            found.update(dict.fromkeys(broken(text, at)[0]))
    return [Pattern(literal(text)) for text in found]


def run_start(data: bytes, at: int) -> int:
    """Where the run that holds `data[at - 1]` begins; an escaped newline is not in it."""
    start = left(data, at, ALPHABET)
    return start + (data[start - 1 : start] == b"\\" and data[start : start + 1] in b"nrt")


def run_after(data: bytes, at: int) -> tuple[int, int] | None:
    """The run behind a break at `data[at]`."""
    gap = BREAK.match(data, at)
    stop = right(data, gap.end(), ALPHABET) if gap else at
    return (gap.end(), stop) if gap and gap.end() < stop else None


def run_before(data: bytes, at: int) -> tuple[int, int] | None:
    """The run before a break that ends at `data[at]`."""
    gap = BREAK_BEFORE.search(data, max(0, at - LONGEST_BREAK), at)
    start = run_start(data, gap.start()) if gap else at
    return (start, gap.start()) if gap and start < gap.start() else None


def is_last(data: bytes, start: int, stop: int) -> bool:
    """Whether a run can be the last line: whole groups, with padding, and then no word."""
    after = right(data, stop, b"=")
    return (after - start) % 4 == 0 and (after == len(data) or data[after] in CLOSERS)


def is_line(length: int) -> bool:
    return length >= SHORTEST_LINE and length % 4 == 0


def grow(data: bytes, end: int) -> tuple[array[int], int, int]:
    """The base64 around `data[end - 1]`: where its lines begin, their length, and where it stops.

    Lines are joined where all are of one length and the last one is shorter at most.
    """
    start, stop = run_start(data, end), right(data, end, ALPHABET)
    width, last = stop - start, (start, stop)
    behind = array("Q")
    follow = run_after(data, stop) if is_line(width) else None
    while follow and follow[1] - follow[0] <= width:
        whole = follow[1] - follow[0] == width
        if not whole and not is_last(data, *follow):
            break
        behind.append(follow[0])
        stop = follow[1]
        follow = run_after(data, stop) if whole else None
    starts = array("Q", [start])
    before = run_before(data, start)
    if not behind and before and before[1] - before[0] > width and is_last(data, *last):
        width = before[1] - before[0]
    while before and before[1] - before[0] == width and is_line(width):
        starts.append(before[0])
        before = run_before(data, before[0])
    starts.reverse()
    return (
        (starts + behind, width, stop)
        if len(starts) + len(behind) > 1
        else (starts, last[1] - last[0], stop)
    )


def plain(text: bytes) -> bytes:
    """The bytes of base64 in either alphabet, with padding or without, cut anywhere."""
    whole = text[: len(text) - (len(text) % 4 == 1)]
    return a2b_base64(whole.translate(TO_STANDARD) + b"=" * (-len(whole) % 4))


def decode(
    lead: int, layer: Layer, _start: int, end: int, budget: Budget, *, whole: bool = True
) -> Iterator[Region]:
    """The base64 around a hit in which a group of four begins at `end - lead`.

    All of it, or, where `whole` is not set, that group and what follows.
    """
    data = layer.data
    starts, width, stop = grow(data, end)
    line = bisect_right(starts, end - 1) - 1
    here = line * width + end - starts[line]
    text = b"".join(data[at : min(at + width, stop)] for at in starts)
    phases = [(here - lead) % 4]
    if not whole:
        phases = [max(0, here - lead)]
    elif len(text) <= SHORT and JOINTS.search(text):
        phases += [phase for phase in range(4) if phase not in phases]
    for skip in phases:
        for low, high in spans((len(text) - skip + 3) // 4, max(1, budget.limits.member // 3)):
            first = skip + 4 * low
            if not budget.take(3 * (high - low), layer.path.decode(errors="replace")):
                return
            back = partial(way_back, starts, width, stop, first)
            bytes_ = plain(text[first : skip + 4 * high])
            yield derive(layer, "base64", bytes_, back), starts[0], stop


def decode_broken(layer: Layer, start: int, end: int, budget: Budget) -> Iterator[Region]:
    """The base64 whose line ends at `end - 1`: a group begins with the next line."""
    follow = run_after(layer.data, end - 1)
    if follow:
        yield from decode(1, layer, start, follow[0] + 1, budget)


def way_back(starts: array[int], width: int, stop: int, first: int, offset: int) -> int:
    """The place of the base64 character in which the decoded byte `offset` begins."""
    line, column = divmod(first + offset * 4 // 3, width)
    return min(starts[line] + column, stop) if line < len(starts) else stop


# How base64 of an archive begins: gzip (RFC 1952) with no optional part, extra bytes or a name,
# zip, bzip2, xz. zlib's header has too few fixed bits to tell it from anything else.
ARCHIVES = (b"H4sIA", b"H4sIB", b"H4sIC", b"UEsDB", b"QlpoM", b"QlpoN", b"QlpoO", b"/Td6WFoA")


@cache
def archive_starts() -> list[bytes]:
    """How base64 of an archive begins, and base64 of that."""
    twice = (b64encode(start)[: len(start) * 8 // 6] for start in ARCHIVES)
    return list(dict.fromkeys((*ARCHIVES, *twice)))


def archive_patterns(_exact: Sequence[bytes], _nocase: Sequence[bytes]) -> list[Pattern]:
    return [Pattern(literal(start)) for start in archive_starts()]


def decode_archive(layer: Layer, start: int, end: int, budget: Budget) -> Iterator[Region]:
    """The base64 that begins with a hit, where nothing that could be base64 stands before it."""
    for text in archive_starts():
        if layer.data.endswith(text, 0, end):
            before = end - len(text)
            if before == 0 or layer.data[before - 1] not in ALPHABET or escaped(layer.data, before):
                yield from decode(len(text), layer, start, end, budget, whole=False)
            return


def escaped(data: bytes, at: int) -> bool:
    """Whether an escaped newline or tab ends before `data[at]`."""
    return at >= 2 and data[at - 2] == 0x5C and data[at - 1] in b"nrt"


BASE64_DECODERS = (
    *(Decoder("base64", partial(patterns, at), partial(decode, at)) for at in range(3)),
    Decoder("base64", break_patterns, decode_broken),
    Decoder("base64", archive_patterns, decode_archive),
)
