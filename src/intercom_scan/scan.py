"""The one place where bytes meet decoders and rules."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from intercom_scan import decode, rules
from intercom_scan.decode import Budget, Layer, Limits
from intercom_scan.finding import Skip
from intercom_scan.policy.inline import inline
from intercom_scan.prefilter import Prefilter
from intercom_scan.rules.model import Confidence, Match, Rule

WINDOW = 16 << 20  # bytes of a large file that are looked at together
OVERLAP = 1 << 16  # bytes that neighbouring windows share; no match is longer
ARCHIVE = 64 << 20  # the largest archive that is unpacked: it has to be in memory as a whole
HITS = 10_000  # places of one secret in one blob that are kept


@dataclass(frozen=True, slots=True)
class Hit:
    """One occurrence in one blob; see `finding.Place` for what the fields say."""

    rule: Rule
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


@dataclass(frozen=True, slots=True)
class Names:
    """The user's own credential names: regular expressions, and text that each contains."""

    patterns: tuple[str, ...] = ()
    needles: tuple[bytes, ...] = ()


class Detector:
    """Finds credentials in bytes. One serves all threads."""

    def __init__(self, names: Names = Names(), limits: Limits | None = None) -> None:  # noqa: B008 frozen
        self.prefilter = Prefilter(names.needles)
        self._names = names.patterns
        self._limits = limits or Limits()

    def look(self, data: bytes, path: bytes = b"") -> Sight:
        """Everything in one blob, through all encodings, by place. `path` as git says it."""
        if not self._worth(data, path):
            return Sight()
        budget = Budget(self._limits)
        hits: dict[tuple[object, ...], Hit] = {}
        for layer, text in self._layers(Layer(data, path), budget):
            for hit in self._hits(layer, text, path):
                key = (hit.rule.id, hit.secret, hit.member, hit.line, hit.column)
                hits.setdefault(key, hit)
        found = sorted(hits.values(), key=lambda hit: (hit.member, hit.start))
        return Sight(found, budget.skips)

    def look_at_pieces(self, pieces: Iterable[bytes], size: int, path: bytes = b"") -> Sight:
        """Like `look`, for content of `size` bytes that may be too large to hold."""
        source = iter(pieces)
        head = _take(source, b"", min(size, WINDOW))
        archive = decode.is_archive(head)
        if size <= WINDOW or (archive and size <= ARCHIVE):
            return self.look(b"".join((head, *source)), path)
        sight = self._look_at_windows(source, head, path)
        if archive:
            reason = f"an archive of more than {ARCHIVE >> 20} MiB: read, but not unpacked"
            sight.skips.append(Skip(path.decode("utf-8", "surrogateescape"), reason))
        return sight

    def _look_at_windows(self, source: Iterator[bytes], window: bytes, path: bytes) -> Sight:
        """Neighbours share OVERLAP bytes; each half of it belongs to the window that sees beyond."""
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
            if not fresh:
                return whole
            low, step = OVERLAP // 2, len(window) - OVERLAP
            newline = window.rfind(b"\n", 0, step)
            column = step - newline - 1 if newline >= 0 else column + step
            lines += window.count(b"\n", 0, step)
            base += step
            window = window[step:] + fresh

    def _worth(self, data: bytes, path: bytes) -> bool:
        return (
            self.prefilter.in_text(data)
            or (bool(path) and rules.path_names_intercom(path))
            or decode.is_archive(data)
        )

    def _layers(self, blob: Layer, budget: Budget) -> Iterator[tuple[Layer, Layer]]:
        """Each layer with the outermost text that it was decoded from, parents first."""
        level = [(blob, blob)]
        for depth in range(self._limits.depth + 1):
            below = []
            for layer, text in level:
                yield layer, text
                if budget.over or not self._worth(layer.data, layer.path):
                    continue
                for child in decode.unwrap(layer, self.prefilter.first_encoded, budget):
                    below.append((child, text if child.outer else child))
            if depth == self._limits.depth and below:
                budget.stop(_shown(blob.path), f"is encoded more than {depth} times over")
            level = below

    def _hits(self, layer: Layer, text: Layer, path: bytes) -> Iterator[Hit]:
        place = _Places(text)
        for match in rules.find(layer.data, layer.path, self._names):
            start = layer.origin_of(match.start)
            end = max(layer.origin_of(match.end - 1) + 1, start + 1)
            line, column = place.of(start)
            written = layer.data[match.start : match.end]
            yield Hit(
                rule=match.rule,
                secret=match.secret,
                confidence=match.confidence,
                encoding=layer.encodings,
                member=layer.path[len(path) :],
                start=start,
                line=line,
                column=column,
                end_column=column + end - start,
                inline=_allowed(layer, match) or _allowed_outside(layer, text, start, end, match),
                written_sha1=hashlib.sha1(written, usedforsecurity=False).hexdigest(),
            )


class _Places:
    """Lines and columns of ascending offsets, each stretch of text counted once."""

    def __init__(self, text: Layer) -> None:
        self._data = text.data
        self._line = text.line
        self._at = 0

    def of(self, offset: int) -> tuple[int, int]:
        if offset < self._at:
            self._line -= self._data.count(b"\n", offset, self._at)
        else:
            self._line += self._data.count(b"\n", self._at, offset)
        self._at = offset
        return self._line, offset - self._data.rfind(b"\n", 0, offset)


def _allowed(layer: Layer, match: Match) -> str | None:
    found = inline(layer.data, match.start, match.end, match.rule.id)
    return found.reason if found else None


def _allowed_outside(layer: Layer, text: Layer, start: int, end: int, match: Match) -> str | None:
    if layer.outer is None:
        return None
    found = inline(text.data, start, end, match.rule.id)
    return found.reason if found else None


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


def _shown(path: bytes) -> str:
    return path.decode("utf-8", "surrogateescape") or "a text"
