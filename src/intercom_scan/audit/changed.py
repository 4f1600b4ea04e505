"""Which files were changed, and what the index has for those that an audit has to do with.

A hook that has nothing to ask imports nothing more of the audit.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.words import TELLING, database
from intercom_scan.finding import Skip
from intercom_scan.git import resolve
from intercom_scan.modes.staged import from_top
from intercom_scan.sources import index
from intercom_scan.sources.reader import ObjectReader, UnreadableObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from intercom_scan.git import Repository
    from intercom_scan.matching import Database
    from intercom_scan.sources.index import Entry

LARGEST = 1 << 20  # bytes of a file; what is larger was not written by a person
_KEPT = 64 << 20  # bytes of contents in all
_FILES = (b"100644", b"100755")  # modes; links and submodules have no code of their own


class Changed(NamedTuple):
    """Files by their paths from the repository's top.

    `paths` are all that were changed, `contents` what the index has for those that say a word
    which checks look for, `skips` what could not be read.
    """

    paths: frozenset[str]
    contents: dict[str, bytes]
    skips: tuple[Skip, ...] = ()


def staged(repository: Repository) -> Changed:
    """The files that the index has otherwise than HEAD. Raises GitError."""
    return _read(repository, index.staged(repository.git, repository.hex_digits))


def named(repository: Repository, names: Sequence[str], base: Path) -> Changed:
    """The files of these names, as seen from `base`, changed or not.

    What the index does not have of them is no part of the next commit. Raises UsageError for a
    name outside of the repository, and GitError.
    """
    paths = from_top(repository, names, base)
    return _read(repository, index.named(repository.git, paths, repository.hex_digits))


def since(repository: Repository, revision: str) -> Changed:
    """The files that the index has otherwise than the commit in which `revision` and HEAD part.

    Raises UsageError where there is no such revision, and GitError.
    """
    commit = resolve(repository, revision)
    parting = repository.git.run("merge-base", commit, "HEAD")
    base = parting.out.decode().strip() if parting.status == 0 else commit
    return _read(repository, index.differing(repository.git, base))


def _read(repository: Repository, entries: Iterable[Entry]) -> Changed:
    words = database(TELLING)
    paths, contents, skips = set(), {}, []
    room = _KEPT
    with ObjectReader(repository.git) as reader:
        for entry in entries:
            if entry.mode not in _FILES:
                continue
            path = os.fsdecode(entry.path)
            paths.add(path)
            try:
                data = _content(reader, entry, words)
            except UnreadableObject as error:
                skips.append(Skip(path, str(error)))
                continue
            if data is None:
                continue
            room -= len(data)
            if room < 0:
                skips.append(Skip(path, f"more than {_KEPT} bytes were changed"))
            else:
                contents[path] = data
    return Changed(frozenset(paths), contents, tuple(skips))


def _content(reader: ObjectReader, entry: Entry, words: Database) -> bytes | None:
    """None for what says no word of the checks, and what is too large to be code."""
    size, pieces = reader.open(entry.object)
    if size > LARGEST:
        for _ in pieces:  # the next answer comes behind it
            pass
        return None
    data = b"".join(pieces)
    return data if words.hits(data) else None
