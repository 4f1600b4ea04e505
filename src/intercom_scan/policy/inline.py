"""Allow comments beside a value, in any language's comment syntax.

`pragma: allowlist secret` and `pragma: allowlist nextline secret` are detect-secrets' own
(https://github.com/Yelp/detect-secrets#inline-allowlisting). The others name rules and a reason:
`intercom-scan: ignore[RULE, RULE] REASON`, `ignore-next-line` and `ignore-file`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.policy.text import mask
from intercom_scan.rules.text import lazy
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

REACH = 4096  # bytes looked at on each side, as a line may have 50 MB
VALUE = 65536  # bytes of the value itself
HEAD_LINES = 20

# What may stand right before the words: the end of a comment's or a string's opening.
_MARK = rb"(?P<mark>[#;%'\"*!`]|//|--|::|\b[Rr][Ee][Mm][ \t])[ \t]{0,16}"
# A comment about the next line stands alone on its own, so that it cannot hide behind code;
# JSON has no comments, there a key of any name does.
_KEY = rb"(?:[{\[,][ \t]{0,8})?(?:\"[^\"\\\r\n]{0,64}\"[ \t]{0,8}:[ \t]{0,8})?"
_ALONE = rb"[ \t]{0,256}" + _KEY + rb"[^\w\s]{0,8}[ \t]{0,16}"
_RULES = (
    rb"(?![\w-])(?:[ \t]?\[(?P<rules>[^\]\r\n]{0,400})\]|(?![ \t]?\[))(?=(?P<text>[^\r\n]{0,400}))"
)

_pragma = lazy(_MARK + rb"pragma: ?(?:allow|white)list[ -]secret")
_pragma_next = lazy(_ALONE + _MARK + rb"pragma: ?allowlist[ -]nextline[ -]secret")
_ignore = lazy(_MARK + rb"intercom-scan: ?ignore" + _RULES)
_ignore_next = lazy(_ALONE + _MARK + rb"intercom-scan: ?ignore-next-line" + _RULES)
_ignore_file = lazy(_MARK + rb"intercom-scan: ?ignore-file" + _RULES)

# The longest first, as some end in others.
_CLOSERS = ("--%>", "--}}", "**/", "-->", "*/", "}}", "#}", "%}", "%>", "*)", "'", "`")


@dataclass(frozen=True, slots=True)
class Inline:
    """An allow comment that concerns a value: `reason`, or `problem` where it has no effect."""

    reason: str | None
    problem: str | None = None


def inline(data: bytes, start: int, end: int, rule: str) -> Inline | None:
    """The allow comment for `data[start:end]`, a value that the rule with this id found.

    Looks at the value's lines, the line before and the first 20 lines, at no more than 4096
    bytes on each side. `data` is text of one byte a character at least for ASCII (UTF-8, Latin-1).
    None where there is no such comment. A comment that allows goes before one that has a problem.
    """
    problem = None
    for found in _comments(data, start, end, rule):
        if found.reason is not None:
            return found
        problem = problem or found
    return problem


def _comments(data: bytes, start: int, end: int, rule: str) -> Iterator[Inline]:
    line = _line(data, start, min(end, start + VALUE))
    if b"pragma:" in line and _pragma().search(line):
        yield Inline("pragma: allowlist secret")
    if b"intercom-scan:" in line:
        yield from _for_rule(_ignore().finditer(line), rule)
    before = _line_before(data, start)
    if b"pragma:" in before and _pragma_next().match(before):
        yield Inline("pragma: allowlist nextline secret")
    if b"intercom-scan:" in before and (found := _ignore_next().match(before)):
        yield from _for_rule(iter([found]), rule)
    if data.find(b"intercom-scan:", 0, REACH) >= 0:
        head = b"\n".join(data[:REACH].split(b"\n", HEAD_LINES)[:HEAD_LINES])
        yield from _for_rule(_ignore_file().finditer(head), rule)


def _line(data: bytes, start: int, end: int) -> bytes:
    low = max(0, start - REACH)
    first = max(data.rfind(b"\n", low, start), data.rfind(b"\r", low, start)) + 1
    last = data.find(b"\n", end, end + REACH)
    return data[max(first, low) : last if last >= 0 else end + REACH]


def _line_before(data: bytes, start: int) -> bytes:
    """The whole line above, or nothing where its beginning is out of reach."""
    low = max(0, start - 2 * REACH)
    stop = data.rfind(b"\n", low, start)
    if stop < 0:
        return b""
    first = data.rfind(b"\n", low, stop)
    return b"" if first < 0 and low > 0 else data[first + 1 : stop]


def _for_rule(found: Iterator[re.Match[bytes]], rule: str) -> Iterator[Inline]:
    for match in found:
        if match["rules"] is not None:
            rules = re.split(r"[\s,]+", match["rules"].decode("latin-1").strip(" ,\t"))
            if rule not in rules:
                continue
        # Another comment for another rule may follow on the same line.
        text, another, _ = match["text"].partition(b"intercom-scan:")
        text = text.rstrip(b" \t#/;%*!<-") if another else text
        reason = _reason(text.split(b'"')[0] if match["mark"].startswith(b'"') else text)
        if reason:
            yield Inline(reason)
        else:
            yield Inline(None, "the ignore comment has no reason and has no effect; add one")


def _reason(text: bytes) -> str:
    line = text.decode("utf-8", "replace").strip()
    closer = next((mark for mark in _CLOSERS if line.endswith(mark)), "")
    line = line.removesuffix(closer)
    line = mask(line.lstrip(" \t:-–—"))  # noqa: RUF001
    return line if re.search(r"\w", line) else ""
