"""Members of archives as layers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.decode.model import Layer
from intercom_scan.decode.offsets import OVERLAP

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intercom_scan.decode.streams import Read


def shown(path: bytes) -> str:
    """A path for a person; bytes that are not UTF-8 as surrogate escapes."""
    return path.decode("utf-8", "surrogateescape")


def windows(read: Read, limit: int) -> Iterator[tuple[bytes, int]]:
    """A text in pieces of at most `limit` bytes that overlap, each with its first line's number."""
    overlap = min(OVERLAP, limit // 2)
    line, tail = 1, b""
    while True:
        fresh = read(limit - len(tail))
        if not fresh:
            return
        window = tail + fresh
        yield window, line
        if len(window) < limit:
            return
        tail = window[limit - overlap :]
        line += window.count(b"\n", 0, limit - overlap)


def up_to(read: Read, size: int) -> Read:
    """Reads no further than `size` bytes."""
    left = size

    def limited(count: int) -> bytes:
        nonlocal left
        data = read(min(count, left))
        left -= len(data)
        return data

    return limited


def inner(
    layer: Layer, names: tuple[str, ...], member: bytes | None, data: bytes, line: int = 1
) -> Layer:
    """What `layer` holds in compressed form, in a file of its own where `member` names one.

    Lines count from its own beginning, unless `layer` is itself a part of some text: then all of
    it stands where that part begins.
    """
    path = layer.path if member is None else layer.path + b"!" + member
    way: Callable[[int], int] | None = None
    if layer.outer is not None:
        start = layer.outer(0)
        way = lambda _offset: start  # noqa: E731 one expression
        line = layer.line
    return Layer(data, path, (*layer.encodings, *names), way, line)
