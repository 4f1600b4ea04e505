"""What a decoder is, and the patterns by which encoded text is found without decoding it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from intercom_scan.decode.model import Budget, Layer

# What was decoded (None: nothing to look at), and the region `[a, b)` of the input it came from.
Region = tuple["Layer | None", int, int]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A bytes regular expression, in what hyperscan and `re` share, that encoded text matches.

    Only the end of a match counts, and it is the same however the match is found. `implied`
    says that a match has a raw needle in it, so that a pass for raw needles finds the place
    anyway: such a pattern only serves `first`.
    """

    regex: bytes
    caseless: bool = False
    implied: bool = False


@dataclass(frozen=True, slots=True)
class Decoder:
    """One encoding that can be undone.

    `patterns(exact, nocase)` takes the rules' needles. `decode(layer, start, end, budget)` takes
    a hit at `data[start:end]`, grows it to the whole encoded region, and yields each layer made of
    it with that region; it relies on `end` alone.
    """

    name: str
    patterns: Callable[[Sequence[bytes], Sequence[bytes]], list[Pattern]]
    decode: Callable[[Layer, int, int, Budget], Iterator[Region]]


_ESCAPED = [
    bytes((byte,)) if byte < 0x80 and chr(byte).isalnum() else b"\\x%02x" % byte
    for byte in range(256)
]


def lazy(regex: bytes, flags: int = 0) -> Callable[[], re.Pattern[bytes]]:
    """A function that returns the compiled expression: few scans decode, all would compile."""

    @cache
    def compiled() -> re.Pattern[bytes]:
        return re.compile(regex, flags)

    return compiled


def literal(text: bytes) -> bytes:
    """`text` as a regular expression; NUL and newlines too, which hyperscan takes only escaped."""
    return b"".join([_ESCAPED[byte] for byte in text])


def either(alternatives: Sequence[bytes]) -> bytes:
    """A group that matches any of the regular expressions."""
    return b"(?:" + b"|".join(alternatives) + b")"


def spellings(exact: Sequence[bytes], nocase: Sequence[bytes]) -> list[bytes]:
    """The needles as people write them: an encoding hides which letters differ only in case."""
    found = dict.fromkeys(exact)
    for needle in nocase:
        found.update(dict.fromkeys((needle.lower(), needle.upper())))
        if needle.isalpha():
            found[needle.capitalize()] = None
    return list(found)


def raw(exact: Sequence[bytes], nocase: Sequence[bytes]) -> list[tuple[bytes, bool]]:
    """Every needle as a regular expression, and whether its case does not matter."""
    return [(literal(text), False) for text in exact] + [(literal(text), True) for text in nocase]
