"""FIFOs among the files that git reads by itself: it would wait for somebody to write to them."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

# https://git-scm.com/docs/gitignore, gitattributes, gitmodules and gitmailmap
_READ = frozenset({b".gitignore", b".gitattributes", b".gitmodules", b".mailmap"})
_PATH = 4096  # bytes of a file that says where a repository is


def fifo(start: str | os.PathLike[str], environment: Mapping[str, str]) -> bytes | None:
    """A FIFO that a git which is started there could wait for, as seen from the top of the tree."""
    here = os.path.abspath(os.fsencode(start))
    top = _top(here)
    told = environment.get("GIT_DIR")
    store = os.path.join(here, os.fsencode(told)) if told else _store(top)
    found = fifo_in_store(store) or next(_in_tree(top), None)
    return found and os.path.relpath(found, top)


def fifo_in_store(store: bytes) -> bytes | None:
    """A FIFO in a git directory, or in the one that it shares with other working trees."""
    shared = os.path.join(store, _said(os.path.join(store, b"commondir")))
    return next(_in_store(store), None) or next(_in_store(shared), None)


def _top(start: bytes) -> bytes:
    """The nearest directory with a repository; `start` itself outside of one, or in a bare one."""
    here = start
    while not os.path.lexists(os.path.join(here, b".git")):
        above = os.path.dirname(here)
        if above == here:
            return start
        here = above
    return here


def _store(top: bytes) -> bytes:
    """`.git`, or where it says that the repository is; the directory itself of a bare one."""
    place = os.path.join(top, b".git")
    if not os.path.lexists(place):
        return top
    return os.path.join(top, _said(place).removeprefix(b"gitdir: ") or place)


def _said(place: bytes) -> bytes:
    """What a file says that names a directory; nothing where there is no such file."""
    if not os.path.isfile(place):
        return b""
    with open(place, "rb") as file:
        return file.read(_PATH).rstrip(b"\n")


def _in_store(store: bytes) -> Iterator[bytes]:
    """Objects are left out: there may be millions of them."""
    for here, directories, names in os.walk(store):
        yield from _fifos(here, names)
        if {b"objects", b"refs"} <= {*directories}:
            directories.remove(b"objects")
            yield from _in_store(os.path.join(here, b"objects", b"info"))


def _in_tree(top: bytes) -> Iterator[bytes]:
    for here, directories, names in os.walk(top):
        directories[:] = [name for name in directories if name != b".git"]
        yield from _fifos(here, _READ.intersection(names))


def _fifos(here: bytes, names: Iterable[bytes]) -> Iterator[bytes]:
    for name in names:
        path = os.path.join(here, name)
        try:
            if stat.S_ISFIFO(os.stat(path).st_mode):  # git follows a link here
                yield path
        except OSError:
            continue
