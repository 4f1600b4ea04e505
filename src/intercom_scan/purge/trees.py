"""Trees with other files, names or links in them, and all else in them byte for byte as it was."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.env.naming import classify
from intercom_scan.purge import reading
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from intercom_scan.git import Git
    from intercom_scan.purge.packing import Packer
    from intercom_scan.purge.rewriting import Cleaner

_FOLDER, _LINK = 0o040000, 0o160000


@lru_cache(maxsize=1024)
def _kind(mode: bytes) -> int:
    """The bits of a mode that say what an entry is; git reads no other, and any number of them."""
    return int(mode[-6:], 8) & 0o170000


class Entry(NamedTuple):
    """One entry of a tree, as it stands there: histories have millions, and few change."""

    mode: bytes
    name: bytes
    id: bytes

    @property
    def folder(self) -> bool:
        return _kind(self.mode) == _FOLDER

    @property
    def link(self) -> bool:
        """Whether it is a submodule, whose id is one of another repository."""
        return _kind(self.mode) == _LINK


@dataclass(slots=True)
class Forest:
    """What a look at all trees brought; ids are bytes, as trees have them.

    `touched` have an entry that is to change, `above` are the trees that a tree stands in, `named`
    a name of each blob asked for, `links` the names of submodules, `renames` names that hold a
    secret with what they become, `env_files` the names of `.env` files that are to be dropped:
    no folder, and no submodule.
    """

    touched: set[bytes] = field(default_factory=set)
    above: dict[bytes, list[bytes]] = field(default_factory=dict)
    named: dict[str, bytes] = field(default_factory=dict)
    links: set[bytes] = field(default_factory=set)
    renames: dict[bytes, bytes] = field(default_factory=dict)
    env_files: set[bytes] = field(default_factory=set)

    def dirty(self) -> set[bytes]:
        """The touched trees and all that have one in them."""
        found, todo = set(self.touched), list(self.touched)
        while todo:
            fresh = [id_ for id_ in self.above.get(todo.pop(), ()) if id_ not in found]
            found.update(fresh)
            todo += fresh
        return found


def entries(content: bytes, hex_digits: int) -> list[Entry]:
    """The entries of a raw tree."""
    return list(map(Entry._make, _tuples(content, hex_digits)))


def _tuples(content: bytes, hex_digits: int) -> list[tuple[bytes, bytes, bytes]]:
    pattern = rb"([0-7]+) ([^\0]+)\0(.{%d})" % (hex_digits // 2)
    return re.findall(pattern, content, re.DOTALL)


def survey(
    git: Git, hex_digits: int, blobs: Iterable[str], cleaner: Cleaner, *, drop_env: bool
) -> Forest:
    """Look at all trees of a store for `blobs`, for names that hold a secret, and `.env` files."""
    forest, wanted, seen = Forest(), set(map(bytes.fromhex, blobs)), set[bytes]()
    env_names: set[bytes] = set()
    for hex_id, content in reading.contents(git, reading.trees(git)):
        tree = bytes.fromhex(hex_id)
        for mode, name, id_ in _tuples(content, hex_digits):
            if name not in seen:
                seen.add(name)
                if cleaner.holds(name):
                    forest.renames[name] = cleaner.clean_text(name)
                if drop_env and classify(name) in ("env", "backup"):
                    env_names.add(name)
            if name in forest.renames:
                forest.touched.add(tree)
            if (kind := _kind(mode)) == _FOLDER:
                forest.above.setdefault(id_, []).append(tree)
            elif kind == _LINK:
                forest.links.add(name)
            else:
                if id_ in wanted:
                    forest.named.setdefault(id_.hex(), name)
                    forest.touched.add(tree)
                if name in env_names:
                    forest.env_files.add(name)
                    forest.touched.add(tree)
    return forest


def rewrite(
    git: Git, hex_digits: int, forest: Forest, renamed: dict[str, str], packer: Packer
) -> None:
    """Make the trees anew that are to change, and note them in `renamed`; blobs are there."""
    new = {bytes.fromhex(old): bytes.fromhex(id_) for old, id_ in renamed.items()}
    below = dict.fromkeys(forest.dirty(), 0)
    for child in below:
        for tree in forest.above.get(child, ()):
            below[tree] += 1
    ready = [tree for tree, count in below.items() if not count]
    empty = bytes.fromhex(packer.add("tree", b""))
    while ready:
        wave, ready = ready, []
        for hex_id, content in reading.contents(git, map(bytes.hex, wave)):
            tree = bytes.fromhex(hex_id)
            changed = raw(_changed(entries(content, hex_digits), forest, new, empty))
            if (new_id := packer.add("tree", changed)) != hex_id:
                renamed[hex_id], new[tree] = new_id, bytes.fromhex(new_id)
            for parent in forest.above.get(tree, ()):
                below[parent] -= 1
                if not below[parent]:
                    ready.append(parent)


def _changed(
    old: list[Entry], forest: Forest, new: Mapping[bytes, bytes], empty: bytes
) -> list[Entry]:
    """Where a name changes, git's order may too: https://git-scm.com/docs/git-mktree."""
    found, moved = list[Entry](), False
    taken: set[bytes] = set()
    for entry in old:
        name = entry.name
        if entry.id not in new and name not in forest.renames and name not in forest.env_files:
            found.append(entry)
            continue
        id_ = entry.id if entry.link else new.get(entry.id, entry.id)
        emptied = entry.folder and id_ == empty != entry.id  # git keeps no folder without a file
        if emptied or (name in forest.env_files and not (entry.folder or entry.link)):
            continue
        if name in forest.renames:
            taken = taken or {each.name for each in old}
            name = unused(forest.renames[name], taken)
            taken.add(name)
            moved = True
        found.append(Entry(entry.mode, name, id_))
    return sorted(found, key=_place) if moved else found


def unused(name: bytes, taken: Collection[bytes]) -> bytes:
    """The name, with a number behind it where it is taken already."""
    number, found = 2, name
    while found in taken:
        found, number = b"%b-%d" % (name, number), number + 1
    return found


def _place(entry: Entry) -> bytes:
    return entry.name + b"/" if entry.folder else entry.name


def raw(found: list[Entry]) -> bytes:
    """The content of a tree with these entries, in this order."""
    return b"".join(b"%b %b\0%b" % entry for entry in found)
