"""Looks through the files of a repository for calls."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.detector import Places
from intercom_scan.finding import Place, Skip
from intercom_scan.scopes import calls
from intercom_scan.sources.files import list_files
from intercom_scan.sources.looking import beginning
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from intercom_scan.sources.files import File

LARGEST = 4 << 20  # bytes of a file that are looked through
KEPT = 1000  # places of a scope
# Prose, logs and what tools write: a path in there is called by nobody.
_NO_CODE = (
    b".md", b".mdx", b".mdc", b".markdown", b".rst", b".adoc", b".txt", b".log", b".jsonl",
    b".ndjson", b".csv", b".tsv", b".lock", b".map", b".svg", b".snap",
)  # fmt: skip


@dataclass(slots=True)
class Code:
    """What was looked through: places by the id of the scope that they need, and how many."""

    places: dict[str, list[Place]] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)
    skips: list[Skip] = field(default_factory=list)
    files: int = 0
    bytes: int = 0

    def add(self, scope: str, place: Place) -> None:
        self.total[scope] = self.total.get(scope, 0) + 1
        kept = self.places.setdefault(scope, [])
        if len(kept) < KEPT:
            kept.append(place)


def look(
    directory: Path, top: Path | None, excluded: Callable[[str], bool],
    files: Iterable[File | Skip] | None = None,
) -> Code:  # fmt: skip
    """The calls in what git tracks or does not ignore below a directory, else in all files there.

    `excluded` says of paths from the repository's top which ones do not count. `files` are those
    that are known to say Intercom, where somebody has looked already. Raises UsageError where
    there is no such directory.
    """
    code = Code()
    for each in list_files([directory], top) if files is None else files:
        if isinstance(each, Skip):
            code.skips.append(each)
        elif each.there and not each.path.lower().endswith(_NO_CODE):
            path = os.fsdecode(each.path)
            if not excluded(path):
                _look_at(each.full, path, code)
    for places in code.places.values():
        places.sort(key=lambda place: (place.path or "", place.line, place.column))
    return code


def _look_at(full: bytes, path: str, code: Code) -> None:
    try:
        data = beginning(full, LARGEST)
    except OSError as error:
        code.skips.append(Skip(path, error.strerror or "unreadable"))
        return
    if data is None:
        return
    code.files += 1
    code.bytes += len(data)
    found = calls.find(data, os.fsencode(path))
    places = Places(data)
    for call in sorted(found, key=lambda call: call.start):
        line, column = places.of(call.start)
        code.add(call.scope, Place("file", path, line, column, column + call.end - call.start))
