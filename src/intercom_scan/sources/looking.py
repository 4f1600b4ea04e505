"""Reads files and looks at them: small ones many at a time, as most have nothing to be looked at.

A thread reads some small files and passes all of them to the prefilter at once, which leaves the
interpreter's lock to the other threads meanwhile. Python makes nothing of a file until something
in it hits.
"""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.detector import WINDOW, Detector, Sight
from intercom_scan.finding import Skip

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.sources.files import File
    from intercom_scan.sources.tally import Progress

BATCH = 64  # files a thread takes at a time
AHEAD = 4  # batches a thread that wait for it, or for what came of them to be taken
PIECE = 1 << 20
SMALL = 1 << 16  # bytes of a file that is looked at together with others

# Without O_NONBLOCK opening a FIFO waits for its writer.
FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
FLAGS |= getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)


class Look(NamedTuple):
    """What came of one file; `size` is None where it was not read.

    `absent` says that no file is there, though there may be a `directory` or a device.
    """

    file: File
    origin: str
    size: int | None
    sight: Sight
    directory: bool = False
    absent: bool = False

    @property
    def tells(self) -> bool:
        """Whether anything is to be said about the file."""
        return self.directory or bool(self.sight.hits or self.sight.skips or self.sight.notes)


class Batch:
    """What came of some files: how many were read, their bytes, and the looks that tell."""

    def __init__(self) -> None:
        self.read = 0
        self.bytes = 0
        self.looks: list[Look] = []

    def add(self, look: Look) -> None:
        if look.size is not None:
            self.read += 1
            self.bytes += look.size
        if look.tells:
            self.looks.append(look)


def look_at_files(
    files: Iterator[File],
    detector: Detector,
    *,
    jobs: int,
    largest: int | None = None,
    progress: Progress,
) -> Iterator[Batch]:
    """Read files with `jobs` threads. Those above `largest` bytes are left."""
    together = _Together(detector, largest, progress)
    with ThreadPoolExecutor(jobs) as pool:
        running = []
        while batch := list(islice(files, BATCH)):
            progress.known += len(batch)
            running.append(pool.submit(together.look, batch))
            if len(running) >= AHEAD * jobs:
                yield running.pop(0).result()
        progress.total = progress.known
        for future in running:
            yield future.result()


class _Together:
    """Looks at small files together, and at others one by one."""

    def __init__(self, detector: Detector, largest: int | None, progress: Progress) -> None:
        self._detector = detector
        self._largest = largest
        self._progress = progress
        self._small = SMALL if largest is None else min(SMALL, largest)

    def look(self, files: list[File]) -> Batch:
        batch = Batch()
        small: list[tuple[File, bytes]] = []
        for file in files:
            data = _small(file, self._small)
            if data is None:
                batch.add(look_at_file(file, self._detector, self._largest, self._progress))
            else:
                small.append((file, data))
        self._pass(small, batch)
        return batch

    def _pass(self, small: list[tuple[File, bytes]], batch: Batch) -> None:
        """Look at those files in which something hits, or seems to across the end of one."""
        text = b"".join([data for _, data in small])
        self._progress.bytes += len(text)
        first = self._detector.prefilter.first_in_text
        hit, end = first(text, 0), 0
        for file, data in small:
            end += len(data)
            hits = hit is not None and hit <= end
            if hits:
                hit = first(text, end)
            if hits or self._detector.hides(data, file.path):
                batch.add(Look(file, "file", len(data), self._detector.look(data, file.path)))
            else:
                batch.read += 1
                batch.bytes += len(data)


def _small(file: File, largest: int) -> bytes | None:
    """What is in a small file; None where it is another, or changes meanwhile."""
    try:
        handle = os.open(file.full, FLAGS)
    except OSError:
        return None
    try:
        state = os.fstat(handle)
        if state.st_size > largest or not stat.S_ISREG(state.st_mode):
            return None
        data = os.read(handle, state.st_size + 1)
        return data if len(data) == state.st_size else None
    except OSError:
        return None
    finally:
        os.close(handle)


def beginning(full: bytes, most: int) -> bytes | None:
    """The first `most` bytes of a file; None for a link, a directory, a device and what is gone.

    Raises OSError for a file that cannot be read.
    """
    try:
        handle = os.open(full, FLAGS)
    except OSError:
        if os.path.isfile(full) and not os.path.islink(full):
            raise
        return None
    if not stat.S_ISREG(os.fstat(handle).st_mode):
        os.close(handle)
        return None
    with os.fdopen(handle, "rb") as stream:
        return stream.read(most)


def look_at_file(
    file: File, detector: Detector, largest: int | None = None, progress: Progress | None = None
) -> Look:
    """Read one file, or a link's target; anything else is a skip."""
    try:
        handle = os.open(file.full, FLAGS)
    except OSError as error:
        return _unopened(file, detector, error)
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            return _no_file(file, "not a regular file", stat.S_ISDIR(state.st_mode))
        if largest is not None and state.st_size > largest:
            return _skipped(file, f"larger than the limit of {largest} bytes")
        return _read(handle, file, detector, state.st_size, progress)
    except OSError as error:
        return _skipped(file, error.strerror or "unreadable")
    finally:
        os.close(handle)


def _read(
    handle: int, file: File, detector: Detector, size: int, progress: Progress | None
) -> Look:
    if size <= WINDOW:
        data = os.read(handle, size + 1)
        if len(data) == size:
            if progress is not None:
                progress.bytes += size
            return Look(file, "file", size, detector.look(data, file.path))
        pieces = _pieces(handle, data)  # it changes as it is read
    else:
        pieces = _pieces(handle, b"")
    total = 0

    def counted() -> Iterator[bytes]:
        nonlocal total
        for piece in pieces:
            total += len(piece)
            if progress is not None:
                progress.bytes += len(piece)
            yield piece

    sight = detector.look_at_pieces(counted(), max(size, WINDOW + 1), file.path)
    return Look(file, "file", total, sight)


def _pieces(handle: int, head: bytes) -> Iterator[bytes]:
    piece = head or os.read(handle, PIECE)
    while piece:
        yield piece
        piece = os.read(handle, PIECE)


def _unopened(file: File, detector: Detector, error: OSError) -> Look:
    try:
        state = os.lstat(file.full)
        if stat.S_ISLNK(state.st_mode):
            target = os.readlink(file.full)
            return Look(file, "symlink", len(target), detector.look(target, file.path))
        if stat.S_ISDIR(state.st_mode):
            return _skipped(file, error.strerror or "unreadable")._replace(
                directory=True, absent=True
            )
        if not stat.S_ISREG(state.st_mode):
            return _no_file(file, "a socket, FIFO or device")
    except (FileNotFoundError, NotADirectoryError):
        return _no_file(file, "not in the working tree")
    except OSError as late:
        error = late
    return _skipped(file, error.strerror or "unreadable")


def _no_file(file: File, reason: str, directory: bool = False) -> Look:
    """What is there holds no bytes of its own, so nothing of it is missed."""
    look = _skipped(file, reason, incomplete=False)
    return look._replace(directory=directory, absent=True)


def _skipped(file: File, reason: str, *, incomplete: bool = True) -> Look:
    skip = Skip(os.fsdecode(file.path), reason, incomplete)
    return Look(file, "file", None, Sight(skips=[skip]))
