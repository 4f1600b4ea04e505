"""Decoding text piecewise, with a way back from every decoded byte to the byte it stood for."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from intercom_scan.decode.model import Layer
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

# A mark is kept this often (bytes of source): one lookup walks no further, and a mark is 16 bytes.
STEP = 1024

# A piece of a long text repeats this much of the piece before, so that nothing is cut in two.
OVERLAP = 64 * 1024


def derive(layer: Layer, name: str, data: bytes, inner: Callable[[int], int]) -> Layer:
    """A layer decoded from a part of `layer`; `inner` maps its offsets into `layer.data`."""
    outer = layer.outer
    way = inner if outer is None else lambda offset: outer(inner(offset))
    return Layer(data, layer.path, (*layer.encodings, name), way, layer.line)


def spans(total: int, limit: int) -> Iterator[tuple[int, int]]:
    """Cuts `[0, total)` into spans of at most `limit` that overlap."""
    overlap = min(OVERLAP, limit // 2)
    start = 0
    while start + limit < total:
        yield start, start + limit
        start += limit - overlap
    yield start, total


@dataclass(frozen=True, slots=True)
class Escapes:
    """Text in which tokens stand for other bytes: `value` says which."""

    token: Callable[[], re.Pattern[bytes]]
    value: Callable[[re.Match[bytes]], bytes]

    def undo(self, data: bytes, start: int, stop: int) -> tuple[bytes, Callable[[int], int]]:
        """`data[start:stop]` without escapes, and the way back from an offset in it to `data`."""
        out = bytearray()
        decoded, source = array("Q", [0]), array("Q", [start])
        at = start
        for hit in self.token().finditer(data, start, stop):
            begin = hit.start()
            out += data[at:begin]
            if begin - source[-1] >= STEP:
                decoded.append(len(out))
                source.append(begin)
            out += self.value(hit)
            at = hit.end()
        out += data[at:stop]

        def back(offset: int) -> int:
            mark = bisect_right(decoded, offset) - 1
            return self._walk(data, source[mark], stop, offset - decoded[mark])

        return bytes(out), back

    def _walk(self, data: bytes, at: int, stop: int, left: int) -> int:
        """The place `left` decoded bytes after `data[at]`, where a token or plain text begins."""
        for hit in self.token().finditer(data, at, stop):
            plain = hit.start() - at
            if left < plain:
                return at + left
            left -= plain
            size = len(self.value(hit))
            if left < size:
                return hit.start()
            left -= size
            at = hit.end()
        return min(at + left, stop)
