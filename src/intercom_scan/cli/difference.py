"""A change of a file as a unified diff that is safe to look at."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.detector import Detector
from intercom_scan.escape import terminal
from intercom_scan.rules import find

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.setup.files import Change

_STARS = b"********"
CONTEXT = 3  # lines
_WIDE = 1000  # characters of a line that are shown
_FAR = 64  # lines that are looked ahead for the next common one; more than any change puts in


def unified(change: Change) -> Iterator[str]:
    """The lines of the diff, without line ends: secrets masked, everything escaped.

    Takes time linear in the file, which is an attacker's. A line end that differs is not shown.
    """
    old, new = _lines(change.before or b"", change.path), _lines(change.after, change.path)
    yield "--- /dev/null" if change.before is None else f"--- a/{terminal(change.path)}"
    yield f"+++ b/{terminal(change.path)}"
    rows = list(_rows(old, new))
    changed = [at for at, (sign, _) in enumerate(rows) if sign != " "]
    shown = [False] * len(rows)
    for at in changed:
        for near in range(max(at - CONTEXT, 0), min(at + CONTEXT + 1, len(rows))):
            shown[near] = True
    before = after = 0
    start = 0
    while start < len(rows):
        stop = start
        while stop < len(rows) and shown[stop] == shown[start]:
            stop += 1
        hunk = rows[start:stop]
        less, more = (sum(sign != but for sign, _ in hunk) for but in "+-")
        if shown[start]:
            yield f"@@ -{_range(before, less)} +{_range(after, more)} @@"
            yield from (f"{sign}{terminal(line, _WIDE)}" for sign, line in hunk)
        before, after, start = before + less, after + more, stop


def _range(before: int, count: int) -> str:
    """`count` lines behind the first `before` ones, as diff writes that."""
    return f"{before + (count > 0)},{count}"


def _lines(data: bytes, path: str) -> list[str]:
    """Without secrets: a value that is written plainly, or the line of an encoded one."""
    parts, end = [], 0
    for match in find(data, os.fsencode(path)):
        parts += [data[end : match.start], _STARS]
        # What was cut out may have been several lines; the others keep their numbers.
        parts += [b"\n" * data.count(b"\n", match.start, match.end)]
        end = match.end
    lines = b"".join([*parts, data[end:]]).split(b"\n")
    for hit in Detector().look(data, os.fsencode(path)).hits:
        if hit.encoding:
            lines[hit.line - 1] = _STARS
    shown = [os.fsdecode(line.removesuffix(b"\r")) for line in lines]
    return shown[:-1] if shown[-1] == "" else shown


def _rows(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Every line with ` `, `-` or `+` before it: right for any two texts, short where little was
    added."""
    i = j = 0
    while i < len(old) and j < len(new):
        if old[i] == new[j]:
            yield " ", old[i]
            i, j = i + 1, j + 1
            continue
        ahead = next((k for k in range(1, _FAR) if new[j + k : j + k + 2] == old[i : i + 2]), 0)
        if not ahead:  # replaced
            yield "-", old[i]
            i += 1
            ahead = 1
        yield from (("+", line) for line in new[j : j + ahead])
        j += ahead
    yield from (("-", line) for line in old[i:])
    yield from (("+", line) for line in new[j:])
