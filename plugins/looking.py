"""What stands on a line that detect-secrets asks about.

detect-secrets 1.5 hands a detector one line, the file's name, the line's number, and up to five
lines on each side; of YAML and INI files it hands over what its parsers leave of them, without
comments, lists and the names of sections (https://github.com/Yelp/detect-secrets, `core/scan.py`
and `transformers/`). So a line that is of the file it names is answered from a look at the whole
file, and any other (`scan --string`, a diff) from the line and those around it.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from detect_secrets.core.log import log

from intercom_scan.detector import Detector, Hit
from intercom_scan.escape import terminal
from intercom_scan.plugins.readings import second_reading

if TYPE_CHECKING:
    from detect_secrets.util.code_snippet import CodeSnippet

LARGEST = 64 << 20  # bytes of a file that is held; of a larger one each line is looked at alone
NEAR = 5  # lines on each side in which a parsed line's words stand
WIDE = 4096  # characters of each of these
WORDS = 3  # of a parsed line that are looked for


@dataclass(frozen=True, slots=True)
class Seen:
    """A credential on a line.

    `rule` is the rule's id; `value` is the value as it is written or, where that is encoded or
    split, its canonical form, so that the baseline's hash is one that `intercom-scan` knows;
    `shown` is what of the line it takes up; `allowed` is the reason of an allow comment.
    """

    rule: str
    value: str
    shown: str
    line: int
    allowed: str | None


@dataclass(frozen=True, slots=True)
class _File:
    lines: list[str]
    seen: dict[int, list[Seen]]
    second: list[str]  # the lines of a second reading that is to be waited for

    def waits(self, context: CodeSnippet) -> bool:
        """Whether this is the first reading, before one in which others find something.

        `scan` leaves a line its end in the first reading alone, `audit --report` in none.
        """
        if not self.second or any(row.endswith("\n") for row in context.lines):
            return bool(self.second)
        rows = self.second[context.start_line :][: len(context.lines)]
        return [row.rstrip() for row in context.lines] != [row.rstrip() for row in rows]

    def has(self, line: str, number: int) -> bool:
        """Whether this is its line, as it stands or as a parser leaves it."""
        if number <= len(self.lines) and self.lines[number - 1].rstrip() == line.rstrip():
            return True
        rows = self.lines[max(0, number - 1 - NEAR) : number + NEAR]
        near = "\n".join(row[:WIDE] for row in rows)
        words = islice(re.finditer(r"\w{4,64}", line[:WIDE]), WORDS)
        return bool(near) and all(word[0] in near for word in words)

    def at(self, number: int, *, last: bool) -> list[Seen]:
        """A parser may end before the file does: its last line answers for the rest."""
        if not last:
            return self.seen.get(number, [])
        return [seen for line, those in self.seen.items() if line >= number for seen in those]


def on_line(
    filename: str, line: str, number: int, context: CodeSnippet | None, *, wait: bool = True
) -> list[Seen]:
    """The credentials on line `number` of a file (0: the line is of no file), of every kind.

    With `wait` nothing is said in a first reading that must not be the last one.
    """
    file = _file(filename) if number else None
    if file is None or not file.has(line, number):
        return _around(line, context, _path(filename) if number else b"")
    if context is None:
        return file.at(number, last=False)
    if wait and file.waits(context):
        return []
    return file.at(number, last=context.target_index + 1 == len(context.lines))


def in_text(text: str) -> tuple[Seen, ...]:
    """The credentials in a text of no file."""
    return _look(text, b"")


def _around(line: str, context: CodeSnippet | None, path: bytes) -> list[Seen]:
    before = after = ""
    if context is not None and _is_at(context, line):
        at = context.target_index
        before = "".join(row.rstrip("\r\n") + "\n" for row in context.lines[:at])
        after = "".join("\n" + row.rstrip("\r\n") for row in context.lines[at + 1 :])
    first = before.count("\n") + 1
    last = first + line.count("\n")
    return [seen for seen in _look(before + line + after, path) if first <= seen.line <= last]


def _is_at(context: CodeSnippet, line: str) -> bool:
    """Of a diff detect-secrets counts the lines of the file and takes those of the diff."""
    at = context.target_index
    return at < len(context.lines) and context.lines[at].rstrip() == line.rstrip()


def _file(filename: str) -> _File | None:
    try:
        status = os.stat(filename)
    except (OSError, ValueError):
        return None
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST:
        return None
    return _read(filename, status.st_mtime_ns, status.st_size, status.st_ino)


@lru_cache(maxsize=1)  # every detector asks about a line before the next line comes
def _read(filename: str, *_stamp: int) -> _File | None:
    """Read as detect-secrets does: its lines and their numbers are those of Python's text files."""
    try:
        with open(filename) as file:
            text = file.read()
    except (OSError, UnicodeError):
        return None
    seen = defaultdict(list)
    for one in _look(text, _path(filename)):
        seen[one.line].append(one)
    return _File(text.split("\n"), dict(seen), second_reading(filename) if seen else [])


def _path(filename: str) -> bytes:
    """The path from the top of the repository: directories above it say nothing of the file."""
    path = Path(os.path.abspath(filename))
    tops = (top for top in path.parents if os.path.lexists(top / ".git"))
    top = next(tops, Path.cwd())
    return os.fsencode(path.relative_to(top).as_posix() if top in path.parents else path.name)


@lru_cache(maxsize=1)
def _look(text: str, path: bytes) -> tuple[Seen, ...]:
    data = text.encode("utf-8", "surrogateescape")
    sight = _detector().look_at_pieces((data,), len(data), path)
    for skip in sight.skips:
        log.warning(terminal(f"{skip.what}: {skip.reason}"))
    return tuple(_seen(hit, data) for hit in sight.hits if not hit.member)


@lru_cache(maxsize=1)
def _detector() -> Detector:
    return Detector()


def _seen(hit: Hit, data: bytes) -> Seen:
    outer = data[hit.start : hit.start + hit.end_column - hit.column]
    plain = hashlib.sha1(outer, usedforsecurity=False).hexdigest() == hit.written_sha1
    return Seen(
        rule=hit.rule.id,
        value=(outer if plain else hit.secret).decode("utf-8", "replace"),
        shown=outer.decode("utf-8", "replace").partition("\n")[0],
        line=hit.line,
        allowed=hit.inline,
    )
