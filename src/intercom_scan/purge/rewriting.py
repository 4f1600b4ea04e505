"""Contents without the secrets in them, and all else in them as it was.

A secret is replaced by as many other letters. In what was decoded that keeps alignment, padding,
line breaks and offsets; in a binary file it keeps all that says where something is. Archives are
put together again of their members. What comes out is looked at again: nothing leaves here with a
secret in it.
"""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING

from intercom_scan.decode import Budget, Layer, Limits, is_archive, unwrap
from intercom_scan.decode.magic import format_of
from intercom_scan.decode.offsets import spans
from intercom_scan.detector import ARCHIVE, WINDOW
from intercom_scan.purge import compressed, tars, zips
from intercom_scan.purge.encoding import WRITERS
from intercom_scan.purge.kinds import UnsafeError, refusal
from intercom_scan.purge.secrets import Secrets, fill, parts
from intercom_scan.rules.text import merged, span_at
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from intercom_scan.detector import Detector
    from intercom_scan.prefilter import Survey
    from intercom_scan.purge.secrets import Spots
    from intercom_scan.rules.text import Span

    Edit = tuple[Span, tuple[str, ...]]  # what may have changed, and what was undone to come there
    CleanMember = Callable[[bytes, bytes | None], bytes]  # by its body, and its name if it has one
    Rewrite = Callable[[bytes, CleanMember, Callable[[bytes], bytes]], bytes]  # which cleans names

# By their formats; an archive of another is dropped.
ARCHIVES: Mapping[str, Rewrite] = {
    "zip": zips.rewrite,
    "tar": tars.rewrite,
    **{name: partial(compressed.rewrite, name) for name in compressed.PACKERS},
}
PASSES = 3  # over one text: what hides another secret is gone after the first
_WORD = re.compile(rb"[^\s<>/]+")


@dataclass(frozen=True, slots=True)
class Cleaned:
    """What became of a content: `data` is None where it cannot be rewritten safely.

    `dropped` says why, in words. `ways` names what the secrets were replaced in: `text`, or what
    was undone to come to them, outermost first (`zip > base64`).
    """

    data: bytes | None = field(repr=False)
    dropped: str | None = None
    ways: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        return bool(self.ways) or self.data is None


@dataclass(slots=True)
class _Course:
    """What the rewriting of one content may still unfold, and what it replaced secrets in."""

    budget: Budget
    ways: dict[str, None] = field(default_factory=dict)


class Cleaner:
    """Replaces secrets by text of the same length. One serves all threads."""

    def __init__(
        self, secrets: Iterable[bytes], detector: Detector, limits: Limits | None = None
    ) -> None:
        """`secrets` in their canonical form, as findings have them."""
        self._secrets = Secrets(frozenset(secrets))
        self._detector = detector
        self._limits = limits or Limits()
        # Hits in git's output wherever the detector may find anything or a secret stands.
        self.prefilter = detector.prefilter.with_needles(self._secrets.needles)

    def holds(self, data: bytes, path: bytes = b"") -> bool:
        """Whether any of the secrets is in a content, in any spelling or encoding; quick."""
        return self._ways(data, path, Budget(self._limits)) is not None

    def clean(self, data: bytes, path: bytes = b"") -> Cleaned:
        """A content without the secrets; the same object where it has none."""
        if not self.holds(data, path):
            return Cleaned(data)
        course = _Course(Budget(self._limits))
        try:
            new = self._content(data, path, (), course)
            self._prove(new, path)
        except UnsafeError as error:
            return Cleaned(None, str(error))
        return Cleaned(new, ways=tuple(course.ways))

    def clean_text(self, data: bytes) -> bytes:
        """A message, name, author, ref or path: never dropped, and of the same length."""
        if not self.holds(data):
            return data
        try:
            new = self._in_place(data, b"", (), _Course(Budget(self._limits)))
            self._prove(new, b"")
        except UnsafeError:
            return _WORD.sub(lambda word: fill(len(word[0])), data)
        return new

    def _prove(self, data: bytes, path: bytes) -> None:
        """Raises UnsafeError where one of the secrets is still found, or it cannot be told."""
        budget = Budget(self._limits)
        if self._ways(data, path, budget) is not None:
            raise UnsafeError("a secret is in it in a way that cannot be undone")
        sight = self._detector.look_at_pieces(iter([data]), len(data), path)
        if any(hit.secret in self._secrets.known for hit in sight.hits):
            raise UnsafeError("a secret is in it in a way that cannot be undone")
        for skip in (*budget.skips, *sight.skips):
            if skip.incomplete:
                raise UnsafeError(f"it cannot be read to its end: {skip.reason}")

    def _content(self, data: bytes, path: bytes, within: tuple[str, ...], course: _Course) -> bytes:
        """A file or an archive's member, rewritten; the same object where nothing is in it."""
        if len(within) > self._limits.depth or not course.budget.take(len(data), ""):
            raise UnsafeError("more than is unfolded of one file")
        if not self.holds(data, path):
            return data
        form = format_of(data)
        inner = partial(self._member, path, (*within, form), course)
        name = partial(self._name, (*within, form), course)
        if rewrite := ARCHIVES.get(form):
            return rewrite(data, inner, name)
        if reason := refusal(data):
            raise UnsafeError(reason)
        return self._in_place(data, path, within, course)

    def _member(
        self, path: bytes, within: tuple[str, ...], course: _Course, data: bytes, name: bytes | None
    ) -> bytes:
        return self._content(data, path if name is None else path + b"!" + name, within, course)

    def _name(self, within: tuple[str, ...], course: _Course, text: bytes) -> bytes:
        new = self.clean_text(text)
        if new is not text:
            course.ways[" > ".join(within)] = None
        return new

    def _in_place(
        self, data: bytes, path: bytes, within: tuple[str, ...], course: _Course
    ) -> bytes:
        """A text with its secrets replaced; a large one in the detector's windows."""
        for _ in range(PASSES):
            new = bytearray(data)
            for low, high in _windows(data):
                layer = Layer(data[low:high], path, within)
                window = bytearray(layer.data)
                for (start, stop), way in self._edit(layer, window, Budget(self._limits)):
                    new[low + start : low + stop] = window[start:stop]
                    course.ways[" > ".join(way) or "text"] = None
            if new == data:
                break
            data = bytes(new)
        return data

    def _edit(self, layer: Layer, target: bytearray, budget: Budget) -> list[Edit]:
        """Replaces in `target`, which has a layer's bytes, what is a secret in any encoding."""
        if len(layer.encodings) > self._limits.depth or not self._worth(layer):
            return []
        form = format_of(layer.data)
        if form in compressed.FITTED and not WRITERS.keys().isdisjoint(layer.encodings[-1:]):
            return self._edit_stream(form, layer, target, budget)
        spots, survey = self._secrets.spots(layer.data), self._survey(layer)
        own = merged([*spots.spans, *self._found(layer, survey)])
        edits = [(span, layer.encodings) for span in own]
        for child in self._children(layer, spots, survey, budget):
            for span, way in self._edit_child(child, target, budget):
                # A token is base64 by itself, and has gone with its text.
                if span_at(own, span[0]) is None:
                    edits.append((span, way))
        for low, high in own:
            target[low:high] = fill(high - low)
        return edits

    def _edit_stream(
        self, form: str, layer: Layer, target: bytearray, budget: Budget
    ) -> list[Edit]:
        """Replaces all of a text's compressed part, if there is a secret in it."""
        if self._way(layer, budget) is None:
            return []
        within = (*layer.encodings, form)
        course = _Course(budget)
        target[:] = compressed.fitted(
            form, layer.data, lambda text: self._content(text, layer.path, within, course)
        )
        return [((0, len(target)), within)]

    def _edit_child(self, child: Layer, target: bytearray, budget: Budget) -> Iterator[Edit]:
        name = child.encodings[-1]
        text = Layer(child.data, child.path, child.encodings)
        if (writer := WRITERS.get(name)) is None:
            if self._way(text, budget) is not None:
                raise UnsafeError(
                    f"a secret is in {name} data within it, which has to keep its length"
                )
            return
        new = bytearray(child.data)
        for span, way in self._edit(text, new, budget):
            yield writer(child, new, target, span), way

    def _ways(self, data: bytes, path: bytes, budget: Budget) -> tuple[str, ...] | None:
        """What has to be undone to come to a secret; None where there is none."""
        for low, high in _windows(data):
            way = self._way(Layer(data[low:high], path), budget)
            if way is not None:
                return way
        return None

    def _way(self, layer: Layer, budget: Budget) -> tuple[str, ...] | None:
        if len(layer.encodings) > self._limits.depth or not self._worth(layer):
            return None
        spots, survey = self._secrets.spots(layer.data), self._survey(layer)
        if spots.spans or any(self._found(layer, survey)):
            return layer.encodings
        for child in self._children(layer, spots, survey, budget):
            way = self._way(child, budget)
            if way is not None:
                return way
        return None

    def _worth(self, layer: Layer) -> bool:
        detector, data = self._detector, layer.data
        return (
            self._secrets.hit(data)
            or detector.prefilter.in_text(data)
            or detector.hides(data, layer.path)
        )

    def _survey(self, layer: Layer) -> Survey | None:
        return self._detector.prefilter.survey(layer.data)

    def _found(self, layer: Layer, survey: Survey | None) -> Iterator[Span]:
        """What the rules see, and literals alone do not: values cut in parts."""
        for match in self._detector.matches(layer, survey):
            if match.secret in self._secrets.known:
                yield from parts(layer.data, match)

    def _children(
        self, layer: Layer, spots: Spots, survey: Survey | None, budget: Budget
    ) -> Iterator[Layer]:
        """What the detector decodes, then what has a piece of a secret in it.

        One pass for both would let either hide what the other begins with.
        """
        prefilter = self._detector.prefilter
        yielded: set[tuple[str, int, int]] = set()
        theirs = partial(prefilter.first_encoded, survey=survey)
        for first in (theirs, spots.first) if spots.ends else (theirs,):
            for child in unwrap(layer, first, budget):
                key = child.encodings[-1], child.origin_of(0), hash(child.data)
                if key not in yielded:
                    yielded.add(key)
                    yield child


def _windows(data: bytes) -> Iterator[Span]:
    """The parts in which the detector looks at a content: all of it, where it is small enough."""
    whole = len(data) <= WINDOW or (len(data) <= ARCHIVE and is_archive(data))
    return iter([(0, len(data))]) if whole else spans(len(data), WINDOW)
