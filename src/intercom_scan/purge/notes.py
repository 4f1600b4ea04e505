"""Notes, which name what they are about by its id: https://git-scm.com/docs/git-notes."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TYPE_CHECKING, NamedTuple

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


class _Leaf(NamedTuple):
    old: bytes  # its path as it was, and as it is
    path: bytes
    entry: Entry


class Notes:
    """Makes trees of notes anew, under the new ids of what they are about.

    One commit adds a note or two to thousands, so the last tree is kept, and of the next one only
    that is looked at which is not the same.
    """

    def __init__(self, git: Git, hex_digits: int, renamed: dict[str, str], packer: Packer) -> None:
        """`git` has the objects as they are by now."""
        self._git, self._digits, self._renamed, self._packer = git, hex_digits, renamed, packer
        self._ids = sorted({*renamed, *renamed.values()})
        self._last: dict[Entry, list[_Leaf]] = {}  # below each entry of the last root
        self._folders: dict[bytes, dict[_Leaf, bytes]] = {}  # where these go, and as what
        self._grown: dict[bytes, Entry] = {}  # what became of these folders
        self._moved = 0

    def rekey(self, walk: Iterable[str]) -> None:
        """Of all commits of a walk over refs of notes."""
        with ObjectReader(self._git) as reader:
            for id_, content in reading.contents(self._git, walk):
                tree = parse(id_, content).all(b"tree")[0].decode("ascii")
                now = self._renamed.get(tree, tree)
                if (new := self._rekeyed(reader, now)) != tree:
                    self._renamed[tree] = new

    def _rekeyed(self, reader: ObjectReader, tree: str) -> str:
        root = dict.fromkeys(entries(reader.read(tree), self._digits))
        changed: set[bytes] = set()
        for entry in self._last.keys() - root.keys():
            for leaf in self._last.pop(entry):
                folder, _ = _split(leaf.path)
                del self._folders[folder][leaf]
                self._moved -= leaf.old != leaf.path
                changed.add(folder)
        for entry in root.keys() - self._last.keys():
            self._last[entry] = list(self._leaves(reader, entry, b""))
            for leaf in self._last[entry]:
                folder, name = _split(leaf.path)
                self._folders.setdefault(folder, {})[leaf] = name
                self._moved += leaf.old != leaf.path
                changed.add(folder)
        for folder in changed - {b""}:
            self._grown.pop(folder, None)
            if found := self._folders[folder]:
                inner = {name: leaf.entry for leaf, name in found.items()}
                self._grown[folder] = Entry(b"40000", folder, self._tree(inner))
        if not self._moved:
            return tree
        files = [
            leaf.entry._replace(name=name) for leaf, name in self._folders.get(b"", {}).items()
        ]
        return self._written([*files, *self._grown.values()]).hex()

    def _leaves(self, reader: ObjectReader, entry: Entry, above: bytes) -> Iterable[_Leaf]:
        """All below an entry; only folders are entered that are part of an id that counts."""
        path = above + entry.name
        if entry.folder and _DIGITS.match(entry.name) and self._counts(_id(path)):
            for inner in entries(reader.read(entry.id.hex()), self._digits):
                yield from self._leaves(reader, inner, path + b"/")
        else:
            yield _Leaf(path, _moved(path, self._renamed), entry)

    def _counts(self, begin: str) -> bool:
        """Whether some id that changes, or that something becomes, begins so and goes on."""
        at = bisect_left(self._ids, begin)
        after = self._ids[at : at + 1]
        return len(begin) < self._digits and any(id_.startswith(begin) for id_ in after)

    def _tree(self, leaves: Mapping[bytes, Entry]) -> bytes:
        """The tree of some paths."""
        folders: dict[bytes, dict[bytes, Entry]] = {}
        found: list[Entry] = []
        for path, entry in leaves.items():
            folder, name = _split(path)
            if folder:
                folders.setdefault(folder, {})[name] = entry
            else:
                found.append(entry._replace(name=name))
        found += [Entry(b"40000", name, self._tree(inner)) for name, inner in folders.items()]
        return self._written(found)

    def _written(self, found: list[Entry]) -> bytes:
        found.sort(key=lambda entry: entry.name + b"/" * entry.folder)
        return bytes.fromhex(self._packer.add("tree", raw(found)))


def _split(path: bytes) -> tuple[bytes, bytes]:
    """The first folder, if any, and what follows."""
    folder, inside, rest = path.partition(b"/")
    return (folder, rest) if inside else (b"", folder)


def _id(path: bytes) -> str:
    return path.replace(b"/", b"").decode("latin-1")


def _moved(path: bytes, renamed: Mapping[str, str]) -> bytes:
    """The path of another id, with the slashes where they were."""
    if (new := renamed.get(_id(path))) is None:
        return path
    digits = iter(new)
    return bytes(char if char == 0x2F else ord(next(digits)) for char in path)
