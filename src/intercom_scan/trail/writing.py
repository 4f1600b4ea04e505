"""Appends lines to an audit log: whole, one process at a time, each naming the one before it."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
import tempfile
from typing import IO, TYPE_CHECKING

from intercom_scan.errors import IntercomScanError, UsageError
from intercom_scan.trail import records
from intercom_scan.trail.locking import locked
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.trail.records import Entry

KEY = "INTERCOM_SCAN_AUDIT_KEY"
ROOM = 64 * 1024  # bytes; a line takes at most an eighth
_TAIL = records.LONGEST + 2  # a line and the ends of two


@dataclass(frozen=True, slots=True)
class Log:
    """A log that is open; `key` is empty where anybody may compute its hashes."""

    path: str
    descriptor: int
    key: bytes = field(repr=False)


def key_given() -> bytes:
    """The key in the environment, which no program that is started needs to have."""
    return os.fsencode(os.environ.pop(KEY, ""))


def opened(path: str, flags: int) -> int:
    """A descriptor of the file at `path`. Raises UsageError where that is none or cannot be."""
    more = sum(getattr(os, name, 0) for name in ("O_BINARY", "O_NOFOLLOW", "O_NONBLOCK"))
    try:
        descriptor = os.open(path, flags | more, 0o600)
    except OSError as error:
        # What O_NOFOLLOW says of a link is of no help.
        reason = "is a link" if error.errno == errno.ELOOP else error.strerror
        raise UsageError(f"audit log {path}: {reason}; name a file that can be used") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise UsageError(f"audit log {path}: is not a regular file; name one")
    return descriptor


@contextlib.contextmanager
def translated(path: str, problem: str) -> Iterator[None]:
    """What the system says, as one line that tells the log and `problem`."""
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise IntercomScanError(f"audit log {path}: {problem} ({reason})") from None


@contextlib.contextmanager
def open_log(path: str, key: bytes) -> Iterator[Log]:
    """The log at `path`, which is made (mode 0600) if need be. Raises as `opened` does."""
    descriptor = opened(path, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    try:
        yield Log(path, descriptor, key)
    finally:
        os.close(descriptor)


def room_for_the_end(log: Log) -> IO[bytes]:
    """A file without a name that holds the space for one more line until it is closed.

    Raises OSError where there is not as much: on the disk, within the quota, or below the largest
    size that this process may write.
    """
    _below_limit(os.fstat(log.descriptor).st_size + ROOM)
    directory = os.path.dirname(os.path.abspath(log.path))
    room = tempfile.TemporaryFile(dir=directory, buffering=0)  # noqa: SIM115 to the end
    try:
        # What can be compressed would take no space on some file systems.
        if room.write(os.urandom(ROOM)) != ROOM:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(room.fileno())
    except BaseException:
        room.close()
        raise
    return room


def append(log: Log, entry: Entry) -> str:
    """Write a line for `entry`, down to the disk; its hash.

    A line that was cut off by a crash stays as it is, and the new one names what is left of it.
    Raises OSError where the line cannot be written, IntercomScanError where the last one is not
    genuine, and UsageError where the file is no audit log.
    """
    with locked(log.descriptor):
        size = os.fstat(log.descriptor).st_size
        last, whole = _last(log, size)
        previous = _linked(log, last) if size else records.ORIGIN
        line, own = records.sealed(entry, previous, log.key)
        data = (b"" if whole else b"\n") + line + b"\n"
        try:
            if os.write(log.descriptor, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(log.descriptor)
        except OSError:
            with contextlib.suppress(OSError):  # where a file may only grow, a torn line stays
                os.ftruncate(log.descriptor, size)
            raise
        return own


def _last(log: Log, size: int) -> tuple[bytes, bool]:
    """The last line without its end, and whether it has one; both are as new of an empty file."""
    if not size:
        return b"", True
    start = max(size - _TAIL, 0)
    os.lseek(log.descriptor, start, os.SEEK_SET)
    tail = b""
    while piece := os.read(log.descriptor, size - start - len(tail)):
        tail += piece
    whole = tail.endswith(b"\n")
    line = tail.removesuffix(b"\n").rpartition(b"\n")[2]
    if not records.plausible(line):
        raise UsageError(f"audit log {log.path}: has lines that are none; name another file")
    return line, whole


def _linked(log: Log, last: bytes) -> str:
    line = records.parsed(last, log.key)
    if line is None:
        return records.digest(last, b"")
    if not line.genuine or line.keyed != bool(log.key):
        raise IntercomScanError(
            f"audit log {log.path}: its last line was changed, or written with another {KEY}; "
            "see `intercom-scan audit-log verify`, and name another file"
        )
    return line.hash


def _below_limit(size: int) -> None:
    if sys.platform != "win32":
        import resource  # noqa: PLC0415 not on all systems

        limit = resource.getrlimit(resource.RLIMIT_FSIZE)[0]
        if limit not in (resource.RLIM_INFINITY, -1) and size > limit:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
