"""Objects asked for one at a time."""

from __future__ import annotations

import subprocess
from typing import IO, TYPE_CHECKING

from intercom_scan.errors import GitError
from intercom_scan.finding import MISSING
from intercom_scan.git import Git, stopped_at_exit
from intercom_scan.pipes import Stderr

if TYPE_CHECKING:
    from collections.abc import Iterator


class UnreadableObject(GitError):  # noqa: N818 it says what is wrong with what
    """An object that git names but cannot give."""


class ObjectReader:
    """Objects asked for one by one; used as a context manager."""

    PIECE = 1 << 20

    def __init__(self, git: Git) -> None:
        self._git = git
        self._process: subprocess.Popen[bytes] | None = None
        self._complaints: Stderr | None = None

    def __enter__(self) -> ObjectReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with stopped_at_exit(process):
                process.kill()

    def _ask(self, id_: str) -> IO[bytes]:
        if self._process is None:
            self._process = self._git.start(
                "cat-file", "--batch", stdin=subprocess.PIPE, buffered=True
            )
            self._complaints = Stderr(self._process)
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(id_.encode("ascii") + b"\n")
        self._process.stdin.flush()
        return self._process.stdout

    def pieces(self, id_: str) -> Iterator[bytes]:
        """The content in pieces of up to 1 MiB; to be read to its end. Raises UnreadableObject."""
        return self.open(id_)[1]

    def open(self, id_: str) -> tuple[int, Iterator[bytes]]:
        """The size in bytes, and the content as `pieces` has it."""
        try:
            pipe = self._ask(id_)
            header = pipe.readline().split()
        except OSError as error:
            raise self._failure([]) from error
        if len(header) != 3:
            raise self._failure(header)
        size = int(header[2])
        return size, self._pieces(pipe, size)

    def _pieces(self, pipe: IO[bytes], left: int) -> Iterator[bytes]:
        try:
            while left:
                piece = pipe.read(min(left, self.PIECE))
                if not piece:
                    raise self._failure([])
                left -= len(piece)
                yield piece
            pipe.read(1)
        except OSError as error:
            raise self._failure([]) from error

    def read(self, id_: str) -> bytes:
        """The whole content. Raises UnreadableObject."""
        return b"".join(self.pieces(id_))

    def _failure(self, header: list[bytes]) -> UnreadableObject:
        if header[1:] == [b"missing"]:
            return UnreadableObject(MISSING)
        complaint = self._complaints.line() if self._complaints else ""
        self._end()
        return UnreadableObject(complaint or "git could not read it")
