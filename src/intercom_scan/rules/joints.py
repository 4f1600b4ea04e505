"""Values that code puts together from string literals, and YAML from folded lines."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING

from intercom_scan.rules.text import lazy, merged, windows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from intercom_scan.rules.text import Span

_NEAR = 1024, 4096  # bytes before and behind the word in which literals are put together
LARGEST = 1 << 17  # bytes of a text; code that is written by hand is smaller

# A comment may hold an apostrophe, but nothing that a joint could begin with: so no byte is
# looked at for more than one joint.
_COMMENT = (
    rb"(?://|#)(?:[^\r\n\"'`]|(?<=[A-Za-z])'(?=[a-z])){0,120}\r?\n|"
    rb"/\*(?:[^*\"'`]|(?<=[A-Za-z])'(?=[a-z])){0,120}\*/"
)
_GAP = rb"(?:[ \t\r\n()]|" + _COMMENT + rb"){0,80}"
_VARIABLE = rb"[$@A-Za-z_][A-Za-z0-9_$.]{0,60}"
# Between two quotes: an operator, a line break, a comment, a few blanks, `.concat(`, or the end of
# a statement and another that appends. Not `""`, and no comma: that is a list.
_joint = lazy(
    rb"(?<=[A-Za-z0-9_-])[\"'`](?:" + _GAP + rb"[+.&~]" + _GAP + rb"\\?" + _GAP
    + rb"|[ \t]{0,40}\\?\r?\n[ \t]{0,80}|[ \t]{0,40}(?:" + _COMMENT + rb")[ \t]{0,80}|[ \t]{1,8}"
    rb"|\)?\s{0,40}\.concat\(\s{0,40}"
    rb"|[ \t]{0,9};?[ \t]{0,9}\r?\n[ \t]{0,80}" + _VARIABLE + rb"[ \t]{0,9}(?:\+=|\.=|<<)[ \t]{0,9}"
    rb")[\"'`](?=[A-Za-z0-9_-])"
)  # fmt: skip
_LITERAL = rb"[\"'`][A-Za-z0-9_-]{1,80}[\"'`]"
_joined_list = lazy(
    rb"(?P<before>(?:\"\"|'')\.join\(\s{0,8})?[\[(]\s{0,80}"
    rb"(?P<items>(?:" + _LITERAL + rb"\s{0,8},\s{0,80}){1,8}" + _LITERAL + rb")"
    rb"\s{0,80},?\s{0,80}[\])](?P<behind>\s{0,8}\.join\(\s{0,8}(?:\"\"|''|``))?"
)
_comma = lazy(rb"[\"'`]\s{0,8},\s{0,80}[\"'`]")
_folded = lazy(
    rb":[ \t]{1,8}>[-+0-9]{0,2}[ \t]{0,8}\r?\n(?P<indent>[ \t]{1,40})"
    rb"(?P<lines>[A-Za-z0-9_-]{1,80}(?:\r?\n(?P=indent)[A-Za-z0-9_-]{1,80}){1,8})"
    rb"[ \t]{0,8}(?=\r?\n|\Z)"
)
_break = lazy(rb"\s+")


def joined(data: bytes) -> tuple[bytes, Callable[[int], int]] | None:
    """The text with what belongs together near `intercom` put together, and the way back.

    The way back takes an offset. None where nothing is split there.
    """
    if len(data) > LARGEST:
        return None
    near = list(windows(data.lower(), *_NEAR))
    joints = merged([joint for span in near for joint in _joints(data, span)])
    return _without(data, joints) if joints else None


def _joints(data: bytes, span: Span) -> Iterator[Span]:
    """What stands between the parts of values."""
    yield from (hit.span() for hit in _joint().finditer(data, *span))
    lists = _joined_list().finditer(data, *span) if data.find(b".join(", *span) >= 0 else ()
    for hit in lists:
        if hit["before"] or hit["behind"]:
            yield from (comma.span() for comma in _comma().finditer(data, *hit.span("items")))
    for hit in _folded().finditer(data, *span):
        yield from (gap.span() for gap in _break().finditer(data, *hit.span("lines")))


def _without(data: bytes, joints: Iterable[Span]) -> tuple[bytes, Callable[[int], int]]:
    parts, starts, sources = [], [], []
    length = end = 0
    for low, high in (*joints, (len(data), len(data))):
        parts.append(data[end:low])
        starts.append(length)
        sources.append(end)
        length += low - end
        end = high

    def back(offset: int) -> int:
        part = bisect_right(starts, offset) - 1
        return sources[part] + offset - starts[part]

    return b"".join(parts), back
