"""Small tools on bytes: patterns compiled at first use, windows around a word, undone escapes."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Span = tuple[int, int]

RUN = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-"


def lazy(pattern: bytes, flags: int = 0) -> Callable[[], re.Pattern[bytes]]:
    """A function that returns the compiled pattern; compiling at import would cost every hook."""

    @lru_cache(maxsize=1)
    def compiled() -> re.Pattern[bytes]:
        return re.compile(pattern, flags)

    return compiled


# `intercompany`, `intercommunal`, `intercomparison` are other words; `intercompassword` and
# `IntercomMessenger` are not.
INTERCOM = rb"intercom(?!(?-i:(?<=m)(?:m|p(?:a(?!ss)|o|l|r))|(?<=M)(?:M|P(?:A(?!SS)|O|L|R))))"
intercom_word = lazy(INTERCOM, re.IGNORECASE)


def windows(lower: bytes, before: int, after: int) -> Iterator[Span]:
    """Merged spans of `before` and `after` bytes around each `intercom` in lower-case text.

    Steps from window to window and never over single occurrences, so that text made of nothing
    but the word costs no more than other text.
    """
    position = lower.find(b"intercom")
    while position >= 0:
        start, last = max(0, position - before), position
        while (further := lower.rfind(b"intercom", last + 1, last + before + after)) >= 0:
            last = further
        end = min(len(lower), last + after)
        yield start, end
        position = lower.find(b"intercom", last + 1)


def merged(spans: list[Span]) -> list[Span]:
    """The same bytes as `spans`, in order and without overlap."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return result


def span_at(spans: list[Span], offset: int) -> Span | None:
    """The one of the spans, which are in order and apart, that holds `offset`."""
    number = bisect_right(spans, offset, key=_start)
    return spans[number - 1] if number and offset < spans[number - 1][1] else None


def meeting(spans: list[Span], others: list[Span]) -> Iterator[Span]:
    """The spans that share a byte with one of the others; both are in order and apart."""
    rest = iter(others)
    other = next(rest, None)
    for start, end in spans:
        while other and other[1] <= start:
            other = next(rest, None)
        if other and other[0] < end:
            yield start, end


def _start(span: Span) -> int:
    return span[0]


_escaped_quote = lazy(rb"\\{1,8}([\"'`/])")
_escaped_break = lazy(rb"\\{1,8}[nr]|\r")


def unescaped(text: bytes) -> bytes:
    """Text with `\\"` and the two characters `\\n` undone, as JSON inside a string has them."""
    if b"\\" not in text and b"\r" not in text:
        return text
    return _escaped_break().sub(b"\n", _escaped_quote().sub(rb"\1", text))
