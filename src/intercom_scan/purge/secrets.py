"""The secrets to take out: how they are written, where they are, and what stands there instead."""

from __future__ import annotations

import re
from array import array
from binascii import Error, a2b_base64
from bisect import bisect_right
from contextlib import suppress
from typing import TYPE_CHECKING

from intercom_scan.decode import DECODERS, literal
from intercom_scan.matching import Database
from intercom_scan.rules.text import merged
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.decode import Decoder
    from intercom_scan.rules.model import Match
    from intercom_scan.rules.text import Span

# Letters alone are valid in every language, name and alphabet of base64, and the first of these
# words is what every scanner takes for a stand-in. The beginning is no hexadecimal digit, so that
# no escape before it goes on into it.
_WORD = b"REDACTED"
_FILLER = b"x"

_CHUNK = 8  # bytes of a secret that show its encoded forms
_MANY = 50  # secrets, of which each gets one chunk: there are hundreds of patterns for each
_TOGETHER = 10  # pieces that a decoder makes patterns of at once
_HEX = re.compile(rb"[0-9A-Fa-f-]+")
_RUN = re.compile(rb"[A-Za-z0-9_-]+")
_ESCAPED = re.compile(rb"[nrt]")


def fill(size: int) -> bytes:
    """What stands for `size` bytes of a secret."""
    return (_WORD + _FILLER * size)[:size]


def spellings(secret: bytes) -> tuple[bytes, ...]:
    """A secret without its padding, and what a token is the base64 of."""
    plain = secret.rstrip(b"=")
    forms = [plain]
    if plain.startswith(b"dG9rO"):
        with suppress(Error):  # what only begins so
            forms.append(a2b_base64(plain + b"=" * (-len(plain) % 4)))
    return tuple(filter(None, forms))


def _batches(exact: list[bytes], nocase: list[bytes]) -> Iterator[tuple[list[bytes], list[bytes]]]:
    """Some at a time, as a decoder may make one pattern of all that it is given."""
    for needles in (exact, nocase):
        for at in range(0, len(needles), _TOGETHER):
            few = needles[at : at + _TOGETHER]
            yield (few, []) if needles is exact else ([], few)


def chunks(form: bytes, count: int) -> Iterator[bytes]:
    """Pieces out of the middle, as many values share their beginning and their end."""
    if len(form) <= 2 * _CHUNK:
        yield form[:_CHUNK]
        return
    for number in range(1, count + 1):
        at = (len(form) - _CHUNK) * number // (count + 1)
        yield form[at : at + _CHUNK]


@dataclass(frozen=True, slots=True)
class Spots:
    """Where a text has secrets as they are, and where it may have them in an encoding."""

    spans: list[Span]
    ends: array[int]  # of what an encoded piece of a secret looks like, ascending
    decoders: list[Decoder]  # for each of them

    def first(self, _data: bytes, at: int) -> tuple[Decoder, int, int] | None:
        """The first of those that ends after `at`, as `unwrap` asks for it."""
        number = bisect_right(self.ends, at)
        if number == len(self.ends):
            return None
        return self.decoders[number], at, self.ends[number]


class Secrets:
    """Canonical values, and the patterns that find them.

    `needles` are regular expressions, each with whether its case does not matter, one of which
    hits wherever a value stands in one piece, in whatever encoding.
    """

    def __init__(self, known: frozenset[bytes]) -> None:
        self.known = known
        self._forms = [form for secret in sorted(known) for form in spellings(secret)]
        count = 3 if len(known) <= _MANY else 1
        pieces = list(dict.fromkeys(part for form in self._forms for part in chunks(form, count)))
        nocase = {piece: piece.lower() for piece in pieces if _HEX.fullmatch(piece)}
        encoded = {
            pattern: decoder
            for decoder in reversed(DECODERS)
            for batch in _batches(pieces, list(nocase.values()))
            for pattern in decoder.patterns(*batch)
        }
        plain = [(literal(form), _HEX.fullmatch(form) is not None) for form in self._forms]
        self._decoders = list(encoded.values())
        patterns = [*plain, *((each.regex, each.caseless) for each in encoded)]
        self._database = Database(patterns) if patterns else None
        # In raw output of git's a piece says enough, and in an implied pattern there is one.
        self.needles = [
            *((literal(piece), piece in nocase) for piece in pieces),
            *((each.regex, each.caseless) for each in encoded if not each.implied),
        ]

    def hit(self, data: bytes) -> bool:
        """Whether a text may hold a secret, as it is or in an encoding."""
        return self._database is not None and self._database.hits(data)

    def spots(self, data: bytes) -> Spots:
        """All of them in one pass."""
        spans: list[Span] = []
        found = Spots([], array("Q"), [])

        def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            if number < len(self._forms):
                spans.append((end - len(self._forms[number]), end))
            else:
                found.ends.append(end)
                found.decoders.append(self._decoders[number - len(self._forms)])

        if self._database is not None:
            self._database.each(data, note)
        found.spans.extend(merged(spans))
        return found


def parts(data: bytes, match: Match) -> list[Span]:
    """What of a match is the value, which string literals or lines may have cut into several.

    All letters and digits where it cannot be told.
    """
    text = data[match.start : match.end]
    forms = spellings(match.secret)
    found = next((_whole(text, form) for form in forms if form in text), [])
    found = found or next((cut for form in forms if (cut := _aligned(text, form))), [])
    runs = found or [run.span() for run in _RUN.finditer(text)]
    return [(match.start + low, match.start + high) for low, high in runs]


def _whole(text: bytes, form: bytes) -> list[Span]:
    at = text.index(form)
    return [(at, _padded(text, at + len(form)))]


def _aligned(text: bytes, form: bytes) -> list[Span]:
    """The runs of `text` that make up `form`; none where they do not."""
    found: list[Span] = []
    done = 0
    for run in _RUN.finditer(text):
        low, high = run.span()
        escaped = text[low - 1 : low] == b"\\" and _ESCAPED.match(text, low)
        for begin in (low, low + 1) if escaped else (low,):
            size = min(high - begin, len(form) - done)
            if size and form.startswith(text[begin : begin + size], done):
                found.append((begin, _padded(text, begin + size)))
                done += size
                break
    return found if done == len(form) else []


def _padded(text: bytes, end: int) -> int:
    """Behind the padding of a value that ends at `end`, which is a part of it."""
    while text[end : end + 1] == b"=":
        end += 1
    return end
