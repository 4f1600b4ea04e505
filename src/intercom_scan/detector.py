"""The one place where bytes meet decoders and rules."""

from __future__ import annotations

from collections import Counter
from functools import partial
from typing import TYPE_CHECKING

from intercom_scan import decode, rules
from intercom_scan.decode import Budget, Layer, Limits
from intercom_scan.finding import Skip
from intercom_scan.policy.inline import inline
from intercom_scan.prefilter import Prefilter
from intercom_scan.rules.credential import RULE as UNKNOWN
from intercom_scan.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.prefilter import Survey
    from intercom_scan.rules.model import Confidence, Credential, Match

WINDOW = 4 << 20  # bytes of a large file that are looked at together
OVERLAP = 1 << 16  # bytes that neighbouring windows share; no match is longer
ARCHIVE = 32 << 20  # the largest archive that is unpacked: it has to be in memory as a whole
HITS = 1000  # places of one secret in one blob that are kept


@dataclass(frozen=True, slots=True)
class Hit:
    """One occurrence in one blob; see `finding.Place` for what the fields say."""

    rule: Credential
    secret: bytes = field(repr=False)
    confidence: Confidence
    encoding: tuple[str, ...]
    member: bytes  # path inside of an archive, with the `!` before it; b"" outside of one
    start: int  # in the blob or the archive's member
    line: int
    column: int
    end_column: int
    inline: str | None
    written_sha1: str


@dataclass(slots=True)
class Sight:
    """What a look at one blob brought."""

    hits: list[Hit] = field(default_factory=list)
    skips: list[Skip] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)  # `LINE: remark`


@dataclass(frozen=True, slots=True)
class Names:
    """The user's own credential names: regular expressions, and text that each contains."""

    patterns: tuple[str, ...] = ()
    needles: tuple[bytes, ...] = ()


_NO_NAMES = Names()


class Detector:
    """Finds credentials in bytes. One serves all threads."""

    def __init__(self, names: Names = _NO_NAMES, limits: Limits | None = None) -> None:
        self.prefilter = Prefilter(names.needles)
        self._names = names.patterns
        self._limits = limits or Limits()

    def look(self, data: bytes, path: bytes = b"") -> Sight:
        """Everything in one blob, through all encodings, by place. `path` as git says it."""
        if not self._worth(data, path):
            return Sight()
        budget = Budget(self._limits)
        look = _Look(path)
        for layer, text, survey in self._layers(Layer(data, path), None, budget, 0):
            for match in self.matches(layer, survey):
                look.note(layer, text, match)
        return Sight(look.sorted(), budget.skips, look.notes)

    def matches(self, layer: Layer, survey: Survey | None) -> Iterator[Match]:
        """What the rules find in a layer as it stands; see `Prefilter.survey` for the latter."""
        places = survey.places if survey else None
        return rules.find(layer.data, layer.path, self._names, places)

    def look_at_pieces(self, pieces: Iterable[bytes], size: int, path: bytes = b"") -> Sight:
        """Like `look`, for content of `size` bytes that may be too large to hold."""
        source = iter(pieces)
        head = _take(source, b"", min(size, WINDOW))
        archive = decode.is_archive(head)
        if size <= WINDOW or (archive and size <= ARCHIVE):
            return self.look(b"".join((head, *source)), path)
        sight = self._look_at_windows(source, head, path)
        if archive:
            what = path.decode("utf-8", "surrogateescape")
            reason = f"an archive of more than {ARCHIVE >> 20} MiB: read, but not unpacked"
            # That its first window is no whole archive need not be said as well.
            kept = [skip for skip in sight.skips if skip.incomplete or skip.what != what]
            sight.skips = [*kept, Skip(what, reason)]
        return sight

    def _look_at_windows(self, source: Iterator[bytes], window: bytes, path: bytes) -> Sight:
        """Neighbours share OVERLAP bytes; each half belongs to the window that sees beyond it."""
        whole = Sight()
        base, lines, column = 0, 0, 0  # of the window's first byte; `column` counts from 0
        low = 0
        while True:
            fresh = _take(source, b"", WINDOW - OVERLAP)
            high = len(window) - OVERLAP // 2 if fresh else len(window)
            sight = self.look(window, path)
            kept = (hit for hit in sight.hits if hit.member or low <= hit.start < high)
            whole.hits += [_moved(hit, base, lines, column) for hit in kept]
            whole.skips += [skip for skip in sight.skips if skip not in whole.skips]
            whole.notes += sight.notes
            if not fresh:
                return whole
            low, step = OVERLAP // 2, len(window) - OVERLAP
            newline = window.rfind(b"\n", 0, step)
            column = step - newline - 1 if newline >= 0 else column + step
            lines += window.count(b"\n", 0, step)
            base += step
            window = window[step:] + fresh

    def _worth(self, data: bytes, path: bytes) -> bool:
        return self.prefilter.in_text(data) or self.hides(data, path)

    def hides(self, data: bytes, path: bytes) -> bool:
        """Whether there may be more to `data` than its text tells: by its path, or an archive."""
        return _named(path) or decode.is_archive(data)

    def _tells(self, data: bytes, path: bytes) -> bool:
        """Whether a rule may find anything in `data` as it stands."""
        return _named(path) or self.prefilter.in_text(data)

    def _layers(
        self, layer: Layer, parent: Layer | None, budget: Budget, depth: int
    ) -> Iterator[tuple[Layer, Layer, Survey | None]]:
        """Each layer with the outermost text that it was decoded from; one branch at a time."""
        text = layer if parent is None or layer.outer is None else parent
        tells = self._tells(layer.data, layer.path)
        if not tells and not decode.is_archive(layer.data):
            return
        survey = self.prefilter.survey(layer.data)
        if tells:
            yield layer, text, survey
        if budget.over:
            return
        first = partial(self.prefilter.first_encoded, survey=survey)
        for child in decode.unwrap(layer, first, budget):
            if depth == self._limits.depth:
                budget.stop(_shown(layer.path), f"is encoded more than {depth} times over")
                return
            yield from self._layers(child, text, budget, depth + 1)


class _Look:
    """Gathers the hits of one blob."""

    def __init__(self, path: bytes) -> None:
        self.notes: list[str] = []
        self._path = path
        self._hits: dict[tuple[object, ...], Hit] = {}
        self._texts: list[int] = []  # for each hit the line that its text begins in
        self._counts: Counter[tuple[str, bytes]] = Counter()
        self._text: Layer | None = None
        self._places = Places(b"", 1)

    def note(self, layer: Layer, text: Layer, match: Match) -> None:
        if text is not self._text:
            self._text, self._places = text, Places(text.data, text.line)
        start = layer.origin_of(match.start)
        line, column = self._places.of(start)
        member = layer.path[len(self._path) :]
        key = (match.rule.id, match.secret, member, line, column)
        if key in self._hits or self._too_many(match, line):
            return
        end = max(layer.origin_of(match.end - 1) + 1, start + 1)
        written = layer.data[match.start : match.end]
        self._texts.append(text.line)
        self._hits[key] = Hit(
            rule=match.rule,
            secret=match.secret,
            confidence=match.confidence,
            encoding=layer.encodings,
            member=member,
            start=start,
            line=line,
            column=column,
            end_column=column + end - start,
            inline=self._allowed(layer, text, start, end, line, match),
            written_sha1=_sha1(written),
        )

    def _too_many(self, match: Match, line: int) -> bool:
        self._counts[match.rule.id, match.secret] += 1
        count = self._counts[match.rule.id, match.secret]
        if count == HITS + 1:
            self.notes.append(f"{line}: more than {HITS} places of one secret; no more are listed")
        return count > HITS

    def _allowed(
        self, layer: Layer, text: Layer, start: int, end: int, line: int, match: Match
    ) -> str | None:
        found = inline(layer.data, match.start, match.end, match.rule.id)
        if (found is None or found.reason is None) and layer is not text:
            found = inline(text.data, start, end, match.rule.id) or found
        if found is not None and found.problem is not None:
            self.notes.append(f"{line}: {found.problem}")
        return found.reason if found else None

    def sorted(self) -> list[Hit]:
        kept = _read_once(zip(self._texts, self._hits.values(), strict=True))
        return sorted(kept, key=lambda hit: (hit.member, hit.start))


def _read_once(hits: Iterable[tuple[int, Hit]]) -> list[Hit]:
    """What was read in one place both as it stands and decoded, once.

    Each hit comes with the line that its text begins in: an archive's member has several texts.
    """
    by_place = sorted(
        hits, key=lambda each: (each[1].member, each[0], each[1].start, len(each[1].encoding))
    )
    dropped: set[int] = set()
    near: list[tuple[int, Hit]] = []
    for line, hit in by_place:
        near = [
            (number, one)
            for number, one in near
            if (number, one.member) == (line, hit.member) and hit.start < _end(one)
        ]
        for _, one in near:
            outer, inner = sorted((one, hit), key=lambda each: len(each.encoding))
            if (loser := _wrong(outer, inner)) is not None:
                dropped.add(id(loser))
        # All of an archive in base64 stands where that begins, and holds nothing that stands there.
        if not hit.encoding or _end(hit) - hit.start > 1:
            near.append((line, hit))
    return [hit for _, hit in by_place if id(hit) not in dropped]


def _wrong(outer: Hit, inner: Hit) -> Hit | None:
    """Which of two hits in one place comes of reading a value as what it is not, if any.

    `=3d…` may be the beginning of a value or quoted-printable, and so on: of what was decoded and
    what stands there, the latter counts, unless it has no shape that is known.
    """
    size = len(outer.encoding)
    if size == len(inner.encoding) or inner.encoding[:size] != outer.encoding:
        return None
    if outer.rule is UNKNOWN and inner.rule is not UNKNOWN:
        return outer
    certain = not inner.rule.contextual and inner.secret != outer.secret
    return None if certain else inner


def _end(hit: Hit) -> int:
    return hit.start + hit.end_column - hit.column


def _sha1(written: bytes) -> str:
    import hashlib  # noqa: PLC0415 a scan without a finding need not load OpenSSL

    return hashlib.sha1(written, usedforsecurity=False).hexdigest()


class Places:
    """Lines and columns of mostly ascending offsets, each stretch of text counted once."""

    def __init__(self, data: bytes, line: int = 1) -> None:
        self._data = data
        self._line = line
        self._begin = 0  # of the line
        self._at = 0

    def of(self, offset: int) -> tuple[int, int]:
        """Both count from 1, and a column is one of bytes."""
        if offset < self._at:
            self._line -= self._data.count(b"\n", offset, self._at)
            self._begin = self._data.rfind(b"\n", 0, offset) + 1
        elif newlines := self._data.count(b"\n", self._at, offset):
            self._line += newlines
            self._begin = self._data.rfind(b"\n", self._at, offset) + 1
        self._at = offset
        return self._line, offset - self._begin + 1


def _take(source: Iterator[bytes], head: bytes, size: int) -> bytes:
    parts, length = [head], len(head)
    while length < size and (piece := next(source, None)) is not None:
        parts.append(piece)
        length += len(piece)
    return b"".join(parts)


def _moved(hit: Hit, base: int, lines: int, column: int) -> Hit:
    if hit.member:
        return hit
    shift = column if hit.line == 1 else 0
    return replace(
        hit, start=hit.start + base, line=hit.line + lines, column=hit.column + shift,
        end_column=hit.end_column + shift,
    )  # fmt: skip


def _named(path: bytes) -> bool:
    return bool(path) and rules.path_names_intercom(path)


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape") or "a text"
