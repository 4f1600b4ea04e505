"""Escapes that leave the rest of a line as it is: percent, backslash, HTML, quoted-printable."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.decode.offsets import Escapes, derive, spans
from intercom_scan.decode.pattern import Decoder, Pattern, Region, either, lazy, literal, spellings

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from intercom_scan.decode.model import Budget, Layer

# So many letters of a needle, each of them escaped, say enough: at least 12 bytes.
LETTERS = 4

# Bytes before and behind a hit whose lines are decoded with it: the context that some rules need,
# and fewer layers where hits are many.
BEFORE, BEHIND = 4 * 1024, 64 * 1024

ENTITIES = {
    b"amp": b"&", b"apos": b"'", b"colon": b":", b"commat": b"@", b"dollar": b"$",
    b"equals": b"=", b"grave": b"`", b"gt": b">", b"hyphen": b"-", b"lbrace": b"{",
    b"lowbar": b"_", b"lt": b"<", b"nbsp": b" ", b"newline": b"\n", b"num": b"#",
    b"period": b".", b"quot": b'"', b"rbrace": b"}", b"semi": b";", b"sol": b"/",
    b"tab": b"\t",
}  # fmt: skip

CONTROLS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"v": b"\v"}


def character(number: int) -> bytes:
    """A code point as UTF-8; what is none stands as `?`."""
    return chr(number).encode("utf-8", "replace") if number < 0x110000 else b"?"


def backslash(hit: re.Match[bytes]) -> bytes:
    wide, octal, other = hit.groups()
    if wide:
        return character(int(wide.strip(b"uUx{}"), 16))
    if octal:
        return character(int(octal, 8) & 0xFF)
    return CONTROLS.get(other, other)


def entity(hit: re.Match[bytes]) -> bytes:
    decimal, hexadecimal, name = hit.groups()
    if name:
        return ENTITIES.get(name.lower(), hit[0])
    return character(int(decimal) if decimal else int(hexadecimal, 16))


def quoted(hit: re.Match[bytes]) -> bytes:
    return bytes.fromhex(hit[1].decode()) if hit[1] else b""


PERCENT = Escapes(lazy(rb"%([0-9A-Fa-f]{2})"), lambda hit: bytes.fromhex(hit[1].decode()))
BACKSLASH = Escapes(
    lazy(
        rb"\\(?:(u[0-9A-Fa-f]{4}|u\{[0-9A-Fa-f]{1,6}\}|U[0-9A-Fa-f]{8}|x[0-9A-Fa-f]{2})"
        rb"|([0-7]{1,3})|(.))",
        re.DOTALL,
    ),
    backslash,
)
ENTITY = Escapes(lazy(rb"&(?:#([0-9]{1,8});?|#[xX]([0-9A-Fa-f]{1,7});?|([A-Za-z]{2,7});)"), entity)
QUOTED = Escapes(lazy(rb"=(?:([0-9A-Fa-f]{2})|[ \t]{0,8}\r?\n)"), quoted)
# RFC 2045, 6.7 (1): capital letters must be used, and `NAME=3d…` is much likelier to be a value.
STRICTLY_QUOTED = Escapes(lazy(rb"=(?:([0-9A-F]{2})|[ \t]{0,8}\r?\n)"), quoted)
ANNOUNCED = lazy(rb"(?i)transfer-encoding:[ \t]{0,8}quoted-printable")


def lines_around(data: bytes, at: int) -> tuple[int, int]:
    """The line around `data[at]`, with lines before and after it that say what it belongs to."""
    start = data.rfind(b"\n", 0, max(0, at - BEFORE)) + 1
    stop = data.find(b"\n", at + BEHIND)
    return start, len(data) if stop < 0 else stop


def soft_lines(data: bytes, at: int) -> tuple[int, int]:
    """The same, ended where quoted-printable does not go on in the next line."""
    start, stop = lines_around(data, at)
    while start and data[max(0, start - 3) : start].rstrip(b"\r\n").endswith(b"="):
        start = data.rfind(b"\n", 0, start - 1) + 1
    while stop < len(data) and data[max(start, stop - 2) : stop].rstrip(b"\r").endswith(b"="):
        after = data.find(b"\n", stop + 1)
        stop = len(data) if after < 0 else after
    return start, stop


def strictly_quoted(layer: Layer, start: int, end: int, budget: Budget) -> Iterator[Region]:
    """Undoes quoted-printable; small letters in it are taken where a header announces it."""
    low, high = soft_lines(layer.data, end - 1)
    announced = ANNOUNCED().search(layer.data, low, high)
    escapes = QUOTED if announced else STRICTLY_QUOTED
    return undoing("quoted-printable", escapes, soft_lines)(layer, start, end, budget)


def undoing(
    name: str, escapes: Escapes, region: Callable[[bytes, int], tuple[int, int]]
) -> Callable[[Layer, int, int, Budget], Iterator[Region]]:
    """A `decode` that undoes `escapes` in the lines around a hit."""

    def decode(layer: Layer, _start: int, end: int, budget: Budget) -> Iterator[Region]:
        start, stop = region(layer.data, end - 1)
        for low, high in spans(stop - start, budget.limits.member):
            if not budget.take(high - low, layer.path.decode(errors="replace")):
                return
            data, back = escapes.undo(layer.data, start + low, start + high)
            same = len(data) == high - low
            yield None if same else derive(layer, name, data, back), start, start + high

    return decode


def spelled(*forms: bytes) -> Callable[[Sequence[bytes], Sequence[bytes]], list[Pattern]]:
    """Patterns for the needles with each of their first letters in one of the `%`-forms."""

    def patterns(exact: Sequence[bytes], nocase: Sequence[bytes]) -> list[Pattern]:
        heads = dict.fromkeys(needle[:LETTERS] for needle in spellings(exact, nocase))
        return [
            Pattern(literal(b"".join(form % byte for byte in head)), caseless=True)
            for form in forms
            for head in heads
        ]

    return patterns


PERCENT_DECODER = Decoder("percent", spelled(b"%%%02x"), undoing("percent", PERCENT, lines_around))
ESCAPE_DECODER = Decoder(
    "escape",
    spelled(b"\\u%04x", b"\\x%02x", b"\\%03o", b"\\u{%x}"),
    undoing("escape", BACKSLASH, lines_around),
)
ENTITY_DECODER = Decoder(
    "html", spelled(b"&#%d;", b"&#x%x;"), undoing("html", ENTITY, lines_around)
)
QUOTED_DECODER = Decoder(
    "quoted-printable", spelled(b"=%02x"), undoing("quoted-printable", QUOTED, soft_lines)
)
SOFT_DECODER = Decoder("quoted-printable", lambda _exact, _nocase: [], strictly_quoted)

# An escape right behind a name, or the start of one, hides where the name ends and what its value
# is. A lone `\"` is no reason: the rules read that. Nor is the `=` of an access token's padding
# at a line's end, for the token is longer than what a pattern lets pass before it. A letter or a
# digit has no need of an escape, so one that has hides something.
TELLING = (
    (lazy(rb"%(?:25){0,4}(?:[23467][0-9A-Fa-f]|5[0-9ABab])"), PERCENT_DECODER),
    (
        lazy(rb"\\(?:\\{1,8}[\x22'nrtux]|u\{?0|x[2-7]|0?(?:72|75|42|47|1[0-7]{2}))"),
        ESCAPE_DECODER,
    ),
    (lazy(rb"&(?:amp;){0,4}(?:quot|apos|equals|colon|#x?[0-9])"), ENTITY_DECODER),
    (lazy(rb"=(?:3[ADad]|22|\r?\n\w)"), SOFT_DECODER),
)


# An escape within a token whose end stands there in plain letters, and who undoes it.
ESCAPED = (
    rb"(?:%[3-7][0-9A-Fa-f]|\\(?:u00|x)[3-7][0-9A-Fa-f]|&#(?:[0-9]{2,3}|[xX][0-9A-Fa-f]{2});)"
    rb"[A-Za-z0-9]{0,60}"
)
ESCAPED_BEFORE = lazy(ESCAPED + rb"\Z")
BY_SIGN = {b"%": PERCENT_DECODER, b"\\": ESCAPE_DECODER, b"&": ENTITY_DECODER}
_AT_ONCE = 24  # needles in one pattern: hyperscan refuses one that is too large


def inside_patterns(exact: Sequence[bytes], nocase: Sequence[bytes]) -> list[Pattern]:
    """Raw needles with an escape behind or before them."""
    found = []
    if exact:
        found.append(Pattern(ESCAPED + either([literal(text) for text in exact]), implied=True))
    # `NAME=` at a line's end is an empty variable; only within a token is it a soft break.
    for needles, caseless, soft in ((exact, False, rb"|=\r?\n"), (nocase, True, b"")):
        for begin in range(0, len(needles), _AT_ONCE):
            needle = either([literal(text) for text in needles[begin : begin + _AT_ONCE]])
            tail = rb"[A-Za-z0-9_ .:=\x22\x27\]-]{0,48}(?:[%&\\]|=3[AaDd]|=22" + soft + b")"
            found.append(Pattern(needle + tail, caseless, implied=True))
            found.append(Pattern(rb"\\[nrt]" + needle, caseless, implied=True))
    return found


def inside(layer: Layer, start: int, end: int, budget: Budget) -> Iterator[Region]:
    """Undoes the escape that ends at or begins before `end`, where it hides something."""
    data = layer.data
    if hit := ESCAPED_BEFORE().search(data, max(0, end - 80), end):
        yield from BY_SIGN[hit[0][:1]].decode(layer, start, end, budget)
        return
    for back in (1, 2, 3):
        for telling, decoder in TELLING:
            if end >= back and telling().match(data, end - back):
                yield from decoder.decode(layer, start, end, budget)
                return
    if data[end - 1 : end] not in (b"%", b"&", b"\\", b"=", b"\n"):
        yield from ESCAPE_DECODER.decode(layer, start, end, budget)


INSIDE_DECODER = Decoder("line", inside_patterns, inside)
