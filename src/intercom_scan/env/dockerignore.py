"""Does a Dockerfile copy its directory, and does a .dockerignore keep a file out of that?

The formats: https://docs.docker.com/build/concepts/context/#dockerignore-files and
https://docs.docker.com/reference/dockerfile/#copy.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from intercom_scan.env.patterns import LINES, cleaned, covers, lines

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"""(?:[^\s"'\\]|\\.|"[^"]{0,4096}"|'[^']{0,4096}')+""")


def is_dockerfile(name: bytes) -> bool:
    lower = name.lower()
    return (
        lower in (b"dockerfile", b"containerfile")
        or lower.startswith((b"dockerfile.", b"containerfile."))
        or lower.endswith((b".dockerfile", b".containerfile"))
    ) and not lower.endswith(b".dockerignore")


def copied(dockerfile: bytes, path: str) -> bool:
    """Whether a COPY or ADD takes `path`, as seen from the Dockerfile's directory."""
    return any(_takes(source, path) for source in _sources(dockerfile))


def _sources(dockerfile: bytes) -> Iterator[str]:
    text = re.sub(r"\\[ \t]{0,16}\r?\n", " ", dockerfile.decode("utf-8", "replace"))
    for line in text.splitlines()[:LINES]:
        command, _, rest = line.strip().partition(" ")
        if command.upper() not in ("COPY", "ADD"):
            continue
        words = _arguments(rest.strip())
        flags = [word for word in words if word.startswith("--")]
        if not any(flag.startswith("--from") for flag in flags):
            yield from [word for word in words if not word.startswith("--")][:-1]


def _arguments(rest: str) -> list[str]:
    flags = re.match(r"(?:--[^\s]{1,200}\s{1,20})*", rest)
    behind = rest[flags.end() :] if flags else rest
    if behind.startswith("["):
        try:
            listed = json.loads(behind)
        except (ValueError, RecursionError):
            return []
        written = [word for word in listed if isinstance(word, str)]
        return [*(flags[0].split() if flags else ()), *written]
    return [word.strip("\"'") for word in _WORD.findall(rest)]


def _takes(source: str, path: str) -> bool:
    directory = cleaned(source)
    return directory == "." or covers(directory, path)


def kept_out(dockerignore: bytes, path: str) -> bool:
    """Whether the last pattern that matches `path` or a directory of it excludes it."""
    out = False
    for line in lines(dockerignore):
        pattern = cleaned(line.removeprefix("!"))
        if line and not line.startswith("#") and pattern != "." and covers(pattern, path):
            out = not line.startswith("!")
    return out
