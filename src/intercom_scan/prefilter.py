"""The anchors of rules and decoders as databases: what cannot match is never looked at."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from intercom_scan import decode, rules
from intercom_scan.decode import Decoder
from intercom_scan.decode.pattern import literal
from intercom_scan.matching import Buffer, Database

# No pattern matches more bytes than this, so overlapping buffers by as much misses nothing.
REACH = 1024


class Prefilter:
    """Three passes over the same needles: raw git output, text, and encoded text alone."""

    def __init__(self, more_needles: Sequence[bytes] = ()) -> None:
        """`more_needles` are lower-case texts that the user's own credential names contain."""
        nocase = (*rules.NEEDLES_NOCASE, *more_needles)
        plain = [(literal(needle), False) for needle in rules.NEEDLES_EXACT]
        plain += [(literal(needle), True) for needle in nocase]
        plain += [(pattern, False) for pattern in rules.NEEDLE_PATTERNS]
        encoded = [
            (pattern, decoder)
            for decoder in decode.DECODERS
            for pattern in decoder.patterns(rules.NEEDLES_EXACT, nocase)
        ]
        self._decoders = [decoder for _, decoder in encoded]
        self._plain = plain
        self._encoded = [(pattern.regex, pattern.caseless) for pattern, _ in encoded]
        # What a raw needle finds anyway need not be looked for over gigabytes.
        self._hidden = [(p.regex, p.caseless) for p, _ in encoded if not p.implied]

    @cached_property
    def _text(self) -> Database:
        return Database([*self._plain, *self._hidden])

    @cached_property
    def _output(self) -> Database:
        return Database([*self._plain, *self._hidden, *(map(_in_header, decode.MAGICS))])

    @cached_property
    def _decodable(self) -> Database:
        return Database(self._encoded)

    def first_in_output(self, data: Buffer) -> int | None:
        """The end of the first hit in the output of `git cat-file --batch`.

        An archive hits by its object's header and first bytes.
        """
        hit = self._output.first(data)
        return hit[1] if hit else None

    def in_text(self, data: Buffer) -> bool:
        """Whether anything could be found in `data`, as it stands or once it is decoded."""
        return self._text.first(data) is not None

    def first_encoded(self, data: bytes, start: int) -> tuple[Decoder, int, int] | None:
        """The first encoded needle from `start` on: who decodes it, and where it is."""
        hit = self._decodable.first(memoryview(data)[start:])
        if hit is None:
            return None
        return self._decoders[hit[0]], start, start + hit[1]


def _in_header(magic: decode.Magic) -> tuple[bytes, bool]:
    gap = b".{%d}" % magic.offset if magic.offset else b""
    return rb"blob [0-9]{1,15}\n" + gap + literal(magic.bytes), False
