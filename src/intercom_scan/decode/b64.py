"""Base64 in both alphabets, at any alignment, once or more often, and broken over lines."""

from __future__ import annotations

from base64 import b64encode
from binascii import a2b_base64
from functools import cache, partial
from typing import TYPE_CHECKING

from intercom_scan.decode.offsets import derive, spans
from intercom_scan.decode.pattern import Decoder, Pattern, Region, lazy, literal, spellings
from intercom_scan.decode.runs import ALPHABET, first_behind, lines_around
from intercom_scan.decode.single import right
from intercom_scan.decode.streams import BZIP2, GZIP, XZ, inflates

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intercom_scan.decode.model import Budget, Layer
    from intercom_scan.decode.runs import Lines

TO_STANDARD = bytes.maketrans(b"-_", b"+/")

# In a run as short as this, a `/` or `-` may join two texts with alignments of their own.
SHORT = 1024
JOINTS = lazy(rb"[+/_-]")


def fragments(text: bytes) -> Iterator[tuple[bytes, int]]:
    """What base64 of anything with `text` in it has in it, at each of the three alignments.

    With each comes how many of its characters belong to an unfinished group of four.
    """
    for shift in range(3):
        first, last = -(-shift * 8 // 6), (shift + len(text)) * 8 // 6
        yield b64encode(b"\0" * shift + text)[first:last], last % 4


def wanted(exact: Sequence[bytes], nocase: Sequence[bytes]) -> Iterator[tuple[bytes, int]]:
    """Fragments of base64, of base64 of base64, and of base64 of UTF-16, for every needle.

    For access tokens also of base64 of base64 of base64: a third time for all would double them.
    """
    for needle in spellings(exact, nocase):
        for once, phase in fragments(needle):
            yield once, phase
            for twice, after in fragments(once):
                yield twice, after
                if needle in exact:
                    yield from fragments(twice)
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
    lines = lines_around(data, end)
    here = lines.offset_of(end - 1) + 1
    text = lines.text(data)
    phases = [(here - lead) % 4]
    if not whole:
        phases = [max(0, here - lead)]
    elif len(text) <= SHORT and JOINTS().search(text):
        phases += [phase for phase in range(4) if phase not in phases]
    for skip in phases:
        for low, high in spans((len(text) - skip + 3) // 4, max(1, budget.limits.member // 3)):
            first = skip + 4 * low
            if not budget.take(3 * (high - low), layer.path.decode(errors="replace")):
                return
            back = partial(way_back, lines, first)
            bytes_ = plain(text[first : skip + 4 * high])
            yield derive(layer, "base64", bytes_, back), lines.starts[0], lines.stop


def decode_broken(layer: Layer, start: int, end: int, budget: Budget) -> Iterator[Region]:
    """The base64 whose line ends at `end - 1`: a group begins with the next line."""
    follow = first_behind(layer.data, end - 1)
    if follow:
        yield from decode(1, layer, start, follow[0] + 1, budget)


def way_back(lines: Lines, first: int, offset: int) -> int:
    """The place of the base64 character in which the decoded byte `offset` begins."""
    return lines.place_of(first + offset * 4 // 3)


# How base64 of an archive begins: gzip (RFC 1952) with any of its optional parts, zip, bzip2, xz.
GZIPS = tuple(b"H4sI%c" % byte for byte in b"ABCDEFGH")
ARCHIVES = (*GZIPS, b"UEsDB", b"QlpoM", b"QlpoN", b"QlpoO", b"/Td6WFoA")
# zlib (RFC 1950) has only two fixed bytes, one of them for its level, so what may stand before its
# base64 has to help: literals are found faster than an expression.
ZLIBS = tuple(
    b"e%c%c" % (level, byte)
    for level, rest in ((65, b"EFGH"), (70, b"4567"), (74, b"wxyz"), (78, b"opqr"))
    for byte in rest
)
OPENERS = b"\"'` =:,>\n"
# Fewer characters are no archive; gzip has 18 bytes beside its data, the others have more.
SHORTEST_ARCHIVE = 24
PROBE = 256  # characters that tell whether it is one


@cache
def archive_starts() -> list[bytes]:
    """How base64 of an archive begins, and base64 of that."""
    twice = (b64encode(start)[: len(start) * 8 // 6] for start in ARCHIVES)
    return list(dict.fromkeys((*ARCHIVES, *twice)))


def archive_patterns(_exact: Sequence[bytes], _nocase: Sequence[bytes]) -> list[Pattern]:
    zlibs = (b"%c%b" % (opener, start) for opener in OPENERS for start in ZLIBS)
    return [Pattern(literal(text)) for text in (*archive_starts(), *zlibs)]


def decode_archive(layer: Layer, start: int, end: int, budget: Budget) -> Iterator[Region]:
    """The base64 that begins with a hit, where nothing that could be base64 stands before it."""
    data = layer.data
    starts = (*archive_starts(), *ZLIBS)
    text = next(text for text in starts if data.endswith(text, 0, end))
    before = end - len(text)
    if before and data[before - 1] in ALPHABET and not escaped(data, before):
        return
    head = data[before : before + PROBE]
    head = head[: right(head, 0, ALPHABET)]
    if len(head) < SHORTEST_ARCHIVE or not may_begin(text, plain(head)):
        return
    yield from decode(len(text), layer, start, end, budget, whole=False)


def may_begin(text: bytes, data: bytes) -> bool:
    """Whether `data`, whose base64 begins with `text`, may be the beginning of an archive."""
    if text in ZLIBS:
        return inflates(data)
    codec = next((codec for codec in (GZIP, BZIP2, XZ) if data.startswith(codec.magic)), None)
    return codec is None or codec.begins(data)


def escaped(data: bytes, at: int) -> bool:
    """Whether an escaped newline or tab ends before `data[at]`."""
    return at >= 2 and data[at - 2] == 0x5C and data[at - 1] in b"nrt"


BASE64_DECODERS = (
    *(Decoder("base64", partial(patterns, at), partial(decode, at)) for at in range(3)),
    Decoder("base64", break_patterns, decode_broken),
    Decoder("base64", archive_patterns, decode_archive),
)
