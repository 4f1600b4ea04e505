"""The way into a text again: a changed byte of what was decoded, in the bytes it was decoded from.

What is written has the length and the look of what stood there, so that all around it stays where
and what it is.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, cast

from intercom_scan.decode.lines import BACKSLASH, ENTITY, PERCENT, QUOTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from intercom_scan.decode import Layer
    from intercom_scan.decode.offsets import Escapes
    from intercom_scan.decode.runs import Lines
    from intercom_scan.rules.text import Span

    # Writes `new[low:high]`, of a layer's changed bytes, to what the layer was decoded from.
    # Answers which bytes of that may have changed.
    Writer = Callable[[Layer, bytearray, bytearray, Span], Span]
    # How a token that stands for another byte is written in as many bytes.
    Spelled = Callable[[bytes, int], bytes]

_BASE64 = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_URL_SAFE = _BASE64[:-2] + b"-_"
_VALUES = {digit: value for value, digit in enumerate(_BASE64)} | {0x2D: 62, 0x5F: 63}
_LETTER = ord("X")  # has two digits in decimal too
_WIDE = ("utf-16le", "utf-16be", "utf-32le", "utf-32be")


def base64(layer: Layer, new: bytearray, target: bytearray, span: Span) -> Span:
    """A byte has bits in two characters; the other bits stay."""
    # The way back of base64 is `b64.way_back` of these; it can only tell where a byte begins.
    lines, first = cast("partial[int]", layer.outer).args
    place = cast("Lines", lines).place_of
    digits = _URL_SAFE if re.search(rb"[-_]", lines.text(target)) else _BASE64
    for number in range(*span):
        if new[number] == layer.data[number]:
            continue
        character, used = divmod(8 * number, 6)
        here, behind = place(first + character), place(first + character + 1)
        shift = 4 - used
        pair = _VALUES[target[here]] << 6 | _VALUES[target[behind]]
        pair = pair & ~(0xFF << shift) | new[number] << shift
        for at, value in ((here, pair >> 6), (behind, pair & 63)):
            if _VALUES[target[at]] != value:
                target[at] = digits[value]
    low, high = (8 * span[0]) // 6, (8 * span[1] - 1) // 6
    return place(first + low), place(first + high) + 1


def hexadecimal(layer: Layer, new: bytearray, target: bytearray, span: Span) -> Span:
    """In the case of the digits that stand there."""
    low, last = layer.origin_of(span[0]), layer.origin_of(span[1] - 1)
    form = b"%02X" if re.search(rb"[A-F]", target[low : last + 2]) else b"%02x"
    for number in range(*span):
        at = layer.origin_of(number)
        target[at : at + 2] = form % new[number]
    return low, last + 2


def wide(name: str, layer: Layer, new: bytearray, target: bytearray, span: Span) -> Span:
    """Units of one width for each letter, as only ASCII is written over ASCII."""
    at = layer.origin_of(span[0])
    units = new[slice(*span)].decode("utf-8", "replace").encode(f"{name[:-2]}-{name[-2:]}")
    target[at : at + len(units)] = units
    return at, at + len(units)


def ebcdic(layer: Layer, new: bytearray, target: bytearray, span: Span) -> Span:
    low = layer.origin_of(span[0])
    for number in range(*span):
        if new[number] != layer.data[number]:
            target[low + number - span[0]] = chr(new[number]).encode("cp037")[0]
    return low, low + span[1] - span[0]


def escapes(
    kind: Escapes, spell: Spelled, layer: Layer, new: bytearray, target: bytearray, span: Span
) -> Span:
    """Tokens that each stand for a byte, with plain bytes between them."""
    begin = at = layer.origin_of(span[0])
    number = span[0]
    token = kind.token()
    while number < span[1]:
        hit = token.match(target, at)
        size, end = (len(kind.value(hit)), hit.end()) if hit else (1, at + 1)
        if size == 1 and new[number] != layer.data[number]:
            written = spell(hit[0], new[number]) if hit else new[number : number + 1]
            target[at:end] = written
        number, at = number + size, end
    return begin, at


def percent(token: bytes, byte: int) -> bytes:
    """Also of quoted-printable, which has another sign."""
    return token[:1] + (b"%02x" if token[1:] != token[1:].upper() else b"%02X") % byte


def backslash(token: bytes, byte: int) -> bytes:
    """What may be escaped and need not be tells nothing, and stays."""
    hit = re.fullmatch(rb"(\\(?:[uUx]\{?)?)([0-9A-Fa-f]+)(\}?)", token)
    if hit and hit[1] != b"\\":
        return hit[1] + b"%0*x" % (len(hit[2]), byte) + hit[3]
    if token[1:].isdigit():
        digits = b"%03o" % byte
        return b"\\" + (digits if len(token) == 4 else b"60"[: len(token) - 1])
    return b"\\%c" % _LETTER if token[1:].isalpha() else token


def entity(token: bytes, byte: int) -> bytes:
    """A name becomes a number."""
    hit = re.fullmatch(rb"&#([xX]?)([0-9A-Fa-f]+)(;?)", token)
    if hit is None:
        return b"&#%0*d;" % (len(token) - 3, _LETTER) if len(token) > 4 else token
    size = len(hit[2])
    if hit[1]:
        return b"&#" + hit[1] + b"%0*x" % (size, byte) + hit[3]
    return b"&#%0*d" % (size, byte if len(str(byte)) <= size else _LETTER) + hit[3]


WRITERS: dict[str, Writer] = {
    "base64": base64,
    "percent": partial(escapes, PERCENT, percent),
    "escape": partial(escapes, BACKSLASH, backslash),
    "html": partial(escapes, ENTITY, entity),
    "quoted-printable": partial(escapes, QUOTED, percent),
    **{name: partial(wide, name) for name in _WIDE},
    "ebcdic": ebcdic,
    "hex": hexadecimal,
}
