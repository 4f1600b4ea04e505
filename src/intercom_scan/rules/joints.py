"""Values that code puts together from adjacent string literals."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from intercom_scan.rules.text import lazy, windows

if TYPE_CHECKING:
    from collections.abc import Callable

_NEAR = 1024, 4096  # bytes before and behind the word in which literals are put together
LARGEST = 1 << 17  # bytes of a text; code that is written by hand is smaller

# A quote, an operator or nothing but blanks, a quote; not `""`, and no comma: that is a list.
_joint = lazy(
    rb"(?<=[A-Za-z0-9_-])[\"'`](?:[ \t]{0,40}[+.&~][ \t\r\n]{0,80}|[ \t]{0,40}\\?\r?\n[ \t]{0,80}"
    rb"(?:[+.&][ \t]{0,40})?|[ \t]{1,8})[\"'`](?=[A-Za-z0-9_-])"
)


def joined(data: bytes) -> tuple[bytes, Callable[[int], int]] | None:
    """The text with the literals near `intercom` put together, and the way back to `data`.

    The way back takes an offset. None where nothing is split there.
    """
    if len(data) > LARGEST:
        return None
    near = windows(data.lower(), *_NEAR)
    joints = [hit for span in near for hit in _joint().finditer(data, *span)]
    if not joints:
        return None
    parts, starts, sources = [], [], []
    length = end = 0
    for hit in (*joints, None):
        start = hit.start() if hit else len(data)
        parts.append(data[end:start])
        starts.append(length)
        sources.append(end)
        length += start - end
        end = hit.end() if hit else end

    def back(offset: int) -> int:
        part = bisect_right(starts, offset) - 1
        return sources[part] + offset - starts[part]

    return b"".join(parts), back
