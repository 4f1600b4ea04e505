"""Which files an npm package and a Python source distribution take with them.

https://docs.npmjs.com/cli/configuring-npm/package-json#files and
https://setuptools.pypa.io/en/latest/userguide/miscellaneous.html
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from intercom_scan.env.patterns import LINES, cleaned, covers, equals, lines, part

if TYPE_CHECKING:
    from collections.abc import Iterator


def npm_files(package_json: bytes) -> tuple[bool, list[str] | None]:
    """Whether a package can be published, and its `files`, None where it lists none."""
    try:
        package = json.loads(package_json)
    except (ValueError, RecursionError):
        return False, None
    if not isinstance(package, dict) or package.get("private") in (True, "true"):
        return False, None
    if not isinstance(package.get("name"), str) or not isinstance(package.get("version"), str):
        return False, None  # npm refuses to publish it
    files = package.get("files")
    listed = [name for name in files if isinstance(name, str)] if isinstance(files, list) else None
    return True, listed


def npm_takes(files: list[str], path: str) -> bool:
    """Whether the list takes `path`, as seen from the package; patterns are those of .gitignore."""
    taken = False
    for line in files[:LINES]:
        pattern = cleaned(line.removeprefix("!"))
        if pattern == "." or covers(pattern, path):
            taken = not line.startswith("!")
    return taken


def manifest_takes(manifest: bytes, path: str) -> bool:
    """Whether a MANIFEST.in takes `path`, as seen from its directory; later lines go first."""
    taken = False
    for command, *words in _commands(manifest):
        hit = _hits(command, words, path)
        if hit and command in ("include", "recursive-include", "global-include", "graft"):
            taken = True
        elif hit:
            taken = False
    return taken


def _commands(manifest: bytes) -> Iterator[list[str]]:
    for line in lines(manifest.replace(b"\\\n", b" ")):
        words = line.split("#")[0].split()
        if len(words) > 1:
            yield words[:20]


def _hits(command: str, words: list[str], path: str) -> bool:
    folder, _, name = path.rpartition("/")
    if command in ("include", "exclude"):
        return any(equals(cleaned(pattern), path) for pattern in words)
    if command in ("global-include", "global-exclude"):
        return any(part(pattern, name) for pattern in words)
    if command in ("recursive-include", "recursive-exclude"):
        return _below(words[0], folder) and any(part(pattern, name) for pattern in words[1:])
    return command in ("graft", "prune") and _below(words[0], folder)


def _below(directory: str, folder: str) -> bool:
    pattern = cleaned(directory)
    return pattern == "." or covers(pattern, folder)
