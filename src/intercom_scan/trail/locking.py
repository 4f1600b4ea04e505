"""One process at a time: a lock on an open file, which the system drops when its process ends."""

from __future__ import annotations

import errno
import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

PATIENCE = 30.0  # seconds
_PAUSE = 0.002
_BUSY = (errno.EACCES, errno.EAGAIN, errno.EDEADLK)

if sys.platform == "win32":
    import msvcrt

    # A byte that is locked cannot be read by others, and it may lie behind a file's end:
    # https://learn.microsoft.com/en-us/windows/win32/api/fileapi/nf-fileapi-lockfile
    _FAR = 2**31 - 2

    def _take(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _drop(descriptor: int) -> None:
        os.lseek(descriptor, _FAR, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _drop(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@contextmanager
def locked(descriptor: int, patience: float | None = None) -> Iterator[None]:
    """Nobody else has the lock of this file meanwhile; OSError where somebody keeps it.

    That is waited for, `patience` seconds long (default: PATIENCE).
    """
    end = time.monotonic() + (PATIENCE if patience is None else patience)
    while True:
        try:
            _take(descriptor)
            break
        except OSError as error:
            if error.errno not in _BUSY or time.monotonic() > end:
                raise
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        _drop(descriptor)
