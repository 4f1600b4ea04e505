"""Objects that are made here, written to a store as packs that no file held before."""

from __future__ import annotations

import hashlib
import struct
import subprocess
import zlib
from typing import TYPE_CHECKING

from intercom_scan.errors import GitError
from intercom_scan.git import stopped_at_exit
from intercom_scan.pipes import Stderr, feed

if TYPE_CHECKING:
    from intercom_scan.git import Git

LARGEST = 64 << 20  # bytes of a pack, as deflated, that are held until it is written
# https://git-scm.com/docs/gitformat-pack#_pack_pack_files_have_the_following_format
_TYPES = {"commit": 1, "tree": 2, "blob": 3, "tag": 4}


class Packer:
    """Takes objects and gives their ids; `flush` when the last one is in."""

    def __init__(self, git: Git, hex_digits: int) -> None:
        self._git = git
        self._sha1 = hex_digits == 40
        self._entries: list[bytes] = []
        self._size = 0
        self._known: set[str] = set()

    def add(self, type_: str, data: bytes) -> str:
        """The id of an object, which is written by the next `flush` at the latest."""
        id_ = self._hash(b"%b %d\0" % (type_.encode(), len(data)), data).hex()
        if id_ not in self._known:
            self._known.add(id_)
            entry = _head(_TYPES[type_], len(data)) + zlib.compress(data, 1)
            self._entries.append(entry)
            self._size += len(entry)
            if self._size >= LARGEST:
                self.flush()
        return id_

    def flush(self) -> None:
        """Write what is left. Raises GitError where git does not take it."""
        if not self._entries:
            return
        pack = [b"PACK", struct.pack(">II", 2, len(self._entries)), *self._entries]
        pack.append(self._hash(*pack))
        self._entries, self._size = [], 0
        process = self._git.start("index-pack", "--stdin", stdin=subprocess.PIPE)
        with stopped_at_exit(process):
            complaints = Stderr(process)
            feed(process, pack)
            if process.wait() != 0:
                raise GitError(f"git did not take the new objects: {complaints.line()}")

    def _hash(self, *parts: bytes) -> bytes:
        digest = hashlib.sha1(usedforsecurity=False) if self._sha1 else hashlib.sha256()
        for part in parts:
            digest.update(part)
        return digest.digest()


def _head(type_: int, size: int) -> bytes:
    first, size = type_ << 4 | size & 15, size >> 4
    head = bytearray()
    while size:
        head.append(first | 0x80)
        first, size = size & 0x7F, size >> 7
    head.append(first)
    return bytes(head)
