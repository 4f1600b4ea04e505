"""Notes, which name what they are about by its id: https://git-scm.com/docs/git-notes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.purge import reading
from intercom_scan.purge.commits import parse
from intercom_scan.purge.trees import Entry, entries, raw
from intercom_scan.sources.reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from intercom_scan.git import Git
    from intercom_scan.purge.packing import Packer

FOLDER = b"refs/notes/"
_DIGITS = re.compile(rb"[0-9a-f]+\Z")


class Notes:
    """Makes trees of notes anew, under the new ids of what they are about."""

    def __init__(self, git: Git, hex_digits: int, renamed: dict[str, str], packer: Packer) -> None:
        self._git, self._digits, self._renamed, self._packer = git, hex_digits, renamed, packer
        self._leaves: dict[tuple[str, bytes], list[tuple[bytes, Entry]]] = {}

    def rekey(self, walk: Iterable[str]) -> None:
        """Of all commits of a walk over refs of notes."""
        with ObjectReader(self._git) as reader:
            for id_, content in reading.contents(self._git, walk):
                tree = parse(id_, content).all(b"tree")[0].decode("ascii")
                leaves = self._of(reader, tree, b"")
                if any(_id(path) in self._renamed for path, _ in leaves):
                    self._renamed[tree] = self._grown(
                        {_moved(path, self._renamed): entry for path, entry in leaves}
                    )

    def _of(self, reader: ObjectReader, tree: str, path: bytes) -> list[tuple[bytes, Entry]]:
        """All that a tree has, by paths; folders are entered that are part of an id."""
        if (known := self._leaves.get((tree, path))) is not None:
            return known
        found: list[tuple[bytes, Entry]] = []
        for entry in entries(reader.read(tree), self._digits):
            here = path + entry.name
            if entry.folder and _DIGITS.match(entry.name) and len(_id(here)) < self._digits:
                found += self._of(reader, entry.id.hex(), here + b"/")
            else:
                found.append((here, entry))
        self._leaves[tree, path] = found
        return found

    def _grown(self, leaves: Mapping[bytes, Entry]) -> str:
        """The tree of some paths."""
        folders: dict[bytes, dict[bytes, Entry]] = {}
        found: list[Entry] = []
        for path, entry in leaves.items():
            name, inside, rest = path.partition(b"/")
            if inside:
                folders.setdefault(name, {})[rest] = entry
            else:
                id_ = self._renamed.get(entry.id.hex())
                found.append(Entry(entry.mode, name, bytes.fromhex(id_) if id_ else entry.id))
        for name, inner in folders.items():
            found.append(Entry(b"40000", name, bytes.fromhex(self._grown(inner))))
        found.sort(key=lambda entry: entry.name + b"/" * entry.folder)
        return self._packer.add("tree", raw(found))


def _id(path: bytes) -> str:
    return path.replace(b"/", b"").decode("latin-1")


def _moved(path: bytes, renamed: Mapping[str, str]) -> bytes:
    """The path of another id, with the slashes where they were."""
    new = iter(renamed.get(_id(path), _id(path)))
    return bytes(char if char == 0x2F else ord(next(new)) for char in path)
