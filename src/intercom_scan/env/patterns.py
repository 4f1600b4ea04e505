"""Path patterns of ignore files that git does not read; in time that no repository can run up."""

from __future__ import annotations

import posixpath
import re
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from intercom_scan.policy.paths import glob

if TYPE_CHECKING:
    from collections.abc import Iterator

LINES = 500  # of a file that are heeded
LONGEST = 100  # characters of a pattern that is


def lines(data: bytes) -> Iterator[str]:
    """The lines of a file, without blanks around them."""
    for line in data.decode("utf-8-sig", "replace").splitlines()[:LINES]:
        yield line.strip()


def cleaned(pattern: str) -> str:
    """A pattern without `.`, `..` and doubled or leading slashes; `.` for the directory itself."""
    return posixpath.normpath(pattern.strip().lstrip("/") or ".")


def covers(pattern: str, path: str) -> bool:
    """Whether `pattern` matches `path` or a directory that it is in; `**` is any number of them."""
    if len(pattern) > LONGEST:
        return False
    parts = [part for part in pattern.split("/") if part]
    return glob((*parts, "**"), path.split("/"), "**", part)


def equals(pattern: str, path: str) -> bool:
    """Whether `pattern` matches `path` itself."""
    return len(pattern) <= LONGEST and glob(pattern.split("/"), path.split("/"), "**", part)


def part(pattern: str, name: str) -> bool:
    """`*`, `?`, classes and backslashes within one name; `*` matches a dot at its start as well."""
    if len(pattern) > LONGEST:
        return False
    if "\\" in pattern or "[^" in pattern:
        pattern = re.sub(r"\\(.)", r"[\1]", pattern).replace("[^", "[!")
    return fnmatchcase(name, pattern)
