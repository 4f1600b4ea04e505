"""The anchors of rules and decoders as databases: what cannot match is never looked at."""

from __future__ import annotations

import re
import threading
from array import array
from bisect import bisect_right
from contextlib import suppress
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING

from intercom_scan import decode, rules
from intercom_scan.decode.pattern import literal
from intercom_scan.matching import Buffer, Database
from intercom_scan.rules import suspects
from intercom_scan.rules.hygiene import TREE_ENTRY
from intercom_scan.rules.suspects import Suspects

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intercom_scan.decode import Decoder, Pattern

# No pattern matches more bytes than this, so overlapping buffers by as much misses nothing.
REACH = 1024
FIRST_STEP = 1 << 12  # bytes in which the next encoded needle is looked for first
SMALL = 1 << 16
TRIES = 60  # searches by `re` that cost less than compiling a database


class Prefilter:
    """The same needles for raw git output, for text, and for encoded text alone.

    Literals alone compile ten times faster than mixed with other patterns, which a scan of a few
    files would notice; one mixed database passes gigabytes faster than two.
    """

    def __init__(self, more_needles: Sequence[bytes] = ()) -> None:
        """`more_needles` are lower-case texts that the user's own credential names contain."""
        nocase = (*rules.NEEDLES_NOCASE, *more_needles)
        plain = decode.raw(rules.NEEDLES_EXACT, nocase)
        patterns = [(pattern, False) for pattern in rules.NEEDLE_PATTERNS]
        starts = [(literal(_start(pattern)), False) for pattern, _ in patterns]
        encoded = [
            (pattern, decoder)
            for decoder in decode.DECODERS
            for pattern in decoder.patterns(rules.NEEDLES_EXACT, nocase)
        ]
        # A raw needle is in what an implied pattern matches: none to look for over gigabytes.
        self._hidden, self._hidden_decoders = _split(encoded, implied=False)
        self._implied, self._implied_decoders = _split(encoded, implied=True)
        self._text = Lazy([*plain, *starts, *self._hidden.patterns])
        self._plain = len(plain) + len(starts)
        self._survey = Lazy([*suspects.patterns(), *self._implied.patterns, *self._hidden.patterns])
        self._surveyed_decoders = [*self._implied_decoders, *self._hidden_decoders]
        headers = map(_in_header, decode.MAGICS)
        named = (TREE_ENTRY, False)
        self._output = Lazy([*plain, *patterns, *self._hidden.patterns, *headers, named])

    def with_needles(self, patterns: Sequence[tuple[bytes, bool]]) -> Prefilter:
        """One that hits in raw output where any of these does too, and shares all else."""
        other = copy(self)
        other._output = Lazy([*self._output.patterns, *patterns])
        return other

    def first_in_output(self, data: Buffer) -> int | None:
        """The end of the first hit in the output of `git cat-file --batch`.

        An archive hits by its object's header and first bytes.
        """
        hit = self._output.database.first(data)
        return hit[1] if hit else None

    def in_text(self, data: Buffer) -> bool:
        """Whether anything could be found in `data`, as it stands or once it is decoded."""
        return self._text.database.hits(data)

    def first_in_text(self, data: bytes, start: int) -> int | None:
        """The end of the first hit from `start` on, as `in_text` asks for it."""
        hit = self._text.database.first(memoryview(data)[start:])
        return start + hit[1] if hit else None

    def prepare(self) -> None:
        """Begin to compile what text is looked at with, beside whatever else is to be done."""
        threading.Thread(target=self._text.make_ready, daemon=True).start()

    def survey(self, data: bytes) -> Survey | None:
        """One pass over a text for all that rules and decoders ask of it; None for a small one."""
        if len(data) <= suspects.SMALL:
            return None
        survey = Survey(Suspects.none(len(data)))
        uuid, note_uuid = suspects.UUID, survey.places.uuids.append

        def note(number: int, _start: int, end: int, _flags: int, _context: object) -> None:
            if number == uuid:  # there are more of them than of all others together
                note_uuid(end)
            else:
                survey.note(number, end)

        self._survey.database.each(data, note)
        return survey

    def first_encoded(
        self, data: bytes, start: int, survey: Survey | None = None
    ) -> tuple[Decoder, int, int] | None:
        """The first encoded needle from `start` on: who decodes it, and where it is.

        Looks further in growing steps: to look at all the rest for each of many hits would take
        the square of the time.
        """
        if survey is not None:
            return self._surveyed(data, start, survey)
        view = memoryview(data)
        low, step = start, FIRST_STEP
        while low < len(data):
            begin, end = max(start, low - REACH), min(low + step, len(data))
            if hit := self._encoded_in(view[begin:end]):
                decoder, at = hit
                return decoder, start, begin + at
            low, step = end, 4 * step
        return None

    def _surveyed(self, data: bytes, start: int, survey: Survey) -> tuple[Decoder, int, int] | None:
        number = bisect_right(survey.ends, start)
        near = bisect_right(survey.ends, start + REACH)
        view = memoryview(data)[start : start + REACH]
        # What ends there may have begun before `start`.
        if number < near and (hit := self._encoded_in(view)):
            return hit[0], start, start + hit[1]
        if near == len(survey.ends):
            return None
        return self._surveyed_decoders[survey.patterns[near]], start, survey.ends[near]

    def _encoded_in(self, data: memoryview) -> tuple[Decoder, int] | None:
        small = len(data) <= SMALL and self._implied.tries < TRIES
        hidden = self._first_hidden(data) if small else self._hidden.database.first(data)
        # What ends before the hidden one is all that is still of interest.
        rest = data[: hidden[1]] if hidden else data
        implied = self._implied.first_by_re(rest) if small else self._implied.database.first(rest)
        if implied is not None:
            return self._implied_decoders[implied[0]], implied[1]
        return (self._hidden_decoders[hidden[0]], hidden[1]) if hidden else None

    def _first_hidden(self, data: memoryview) -> tuple[int, int] | None:
        """In little text the hits of raw needles cost less than another database."""
        hit = self._text.database.first(data, self._plain)
        return (hit[0] - self._plain, hit[1]) if hit else None


class Survey:
    """What one pass over a large text brought: suspected places, and encoded needles."""

    def __init__(self, places: Suspects) -> None:
        self.places = places
        self.ends = array("Q")  # of encoded needles
        self._suspects = len(suspects.patterns())
        self.patterns = array("L")  # that hit there: implied ones first, then hidden ones

    def note(self, number: int, end: int) -> None:
        if number < self._suspects:
            self.places.note(number, end)
            return
        number -= self._suspects
        if self.ends and self.ends[-1] == end:
            self.patterns[-1] = min(self.patterns[-1], number)
        else:
            self.ends.append(end)
            self.patterns.append(number)


class Lazy:
    """Patterns that are compiled when they are first needed."""

    def __init__(self, patterns: Sequence[tuple[bytes, bool]]) -> None:
        self.patterns = patterns
        self.tries = 0  # by `re`
        self._lock = threading.Lock()

    @cached_property
    def _compiled(self) -> Database:
        return Database(self.patterns)

    @cached_property
    def _expressions(self) -> list[re.Pattern[bytes]]:
        flags = ((re.IGNORECASE if nocase else 0) | re.DOTALL for _, nocase in self.patterns)
        pairs = zip(self.patterns, flags, strict=True)
        return [re.compile(pattern, flag) for (pattern, _), flag in pairs]

    def first_by_re(self, data: memoryview) -> tuple[int, int] | None:
        """As `Database.first`, for data too small to compile one for."""
        self.tries += 1
        hits = ((number, one.search(data)) for number, one in enumerate(self._expressions))
        ends = ((number, hit.end()) for number, hit in hits if hit)
        return min(ends, key=lambda end: end[1], default=None)

    @property
    def database(self) -> Database:
        with self._lock:
            return self._compiled

    def make_ready(self) -> None:
        """Compile now; what goes wrong is said to whoever needs the database."""
        with suppress(Exception):
            _ = self.database


def _split(encoded: list[tuple[Pattern, Decoder]], *, implied: bool) -> tuple[Lazy, list[Decoder]]:
    chosen = [(pattern, decoder) for pattern, decoder in encoded if pattern.implied == implied]
    patterns = [(pattern.regex, pattern.caseless) for pattern, _ in chosen]
    return Lazy(patterns), [decoder for _, decoder in chosen]


def _start(pattern: bytes) -> bytes:
    """The literal text that a pattern begins with."""
    found = re.match(rb"[A-Za-z0-9:_ -]{4,}", pattern)
    if found is None:
        raise ValueError(f"the needle {pattern!r} does not begin with literal text")
    return found[0]


def _in_header(magic: decode.Magic) -> tuple[bytes, bool]:
    gap = b".{%d}" % magic.offset if magic.offset else b""
    return rb"blob [0-9]{1,15}\n" + gap + literal(magic.bytes), False
