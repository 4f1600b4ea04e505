"""Files: a repository's working tree as git lists it, or any directory."""

from __future__ import annotations

import os
import stat
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from intercom_scan.detector import WINDOW, Detector, Sight
from intercom_scan.errors import GitError, UsageError
from intercom_scan.finding import Skip
from intercom_scan.git import Repository, open_repository

if TYPE_CHECKING:
    from collections.abc import Iterator

BATCH = 64  # files a thread takes at a time
PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class File:
    """`path` is how findings name it, `full` where it is; both as the system's bytes."""

    path: bytes
    full: bytes


@dataclass(slots=True)
class Look:
    """What came of one file; `size` is None where it was not read."""

    file: File
    origin: str
    size: int | None
    sight: Sight


def list_files(paths: list[Path], top: Path | None = None) -> Iterator[File | Skip]:
    """The files under some paths: in a repository those that git tracks or does not ignore.

    A file that is named itself is read even if git ignores it. Raises UsageError where a path
    does not exist.
    """
    if len(paths) < 2:
        yield from _files(paths, top)
        return
    seen: set[bytes] = set()
    for found in _files(paths, top):
        if isinstance(found, File):
            full = os.path.abspath(found.full)  # resolving would follow links
            if full in seen:
                continue
            seen.add(full)
        yield found


def _files(paths: list[Path], top: Path | None) -> Iterator[File | Skip]:
    for path in paths:
        try:
            mode = path.lstat().st_mode
        except OSError as error:
            raise UsageError(f"{path}: {error.strerror or 'not readable'}") from error
        if not stat.S_ISDIR(mode):
            yield File(_shown(path, top), os.fsencode(path))
            continue
        repository = open_repository(path)
        if repository is None:
            yield from _walk(path, _prefix(_shown(path, top)))
        elif repository.top is None:
            raise UsageError(f"{path}: a bare repository has no files: use --all-history")
        else:
            yield from _listed(repository, path, _prefix(_shown(path, top)))


def _shown(path: Path, top: Path | None) -> bytes:
    """As seen from the repository's top, where the policy's paths start; else from here."""
    real = os.path.join(os.path.realpath(path.parent), path.name) if path.name != ".." else path
    real = os.path.realpath(path) if path.is_dir() and not path.is_symlink() else real
    for base in (top, Path()):
        relative = os.path.relpath(real, os.path.realpath(base)) if base is not None else ".."
        if relative != ".." and not relative.startswith(".." + os.sep):
            return os.fsencode(relative.replace(os.sep, "/"))
    return os.fsencode(str(path).replace(os.sep, "/"))


def _listed(repository: Repository, directory: Path, prefix: bytes) -> Iterator[File | Skip]:
    here = os.fsencode(directory)
    git = type(repository.git)(directory, repository.git.inherit)
    answer = git.run("ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ".")
    if answer.status != 0:
        raise GitError(f"git ls-files failed in {directory}: {answer.complaint}")
    for line in answer.err.splitlines():
        if b"could not open directory" in line:  # git goes on, and its status stays 0
            yield Skip(os.fsdecode(prefix) or ".", line.decode("utf-8", "surrogateescape"))
    names = answer.out.split(b"\0")[:-1]
    linked: dict[bytes, bool] = {b"": False}
    for name in dict.fromkeys(names):
        full = os.path.join(here, name.rstrip(b"/"))
        if _behind_link(here, name.rpartition(b"/")[0], linked):
            yield Skip(os.fsdecode(prefix + name), "behind a symbolic link", incomplete=False)
        elif name.endswith(b"/") or _is_directory(full):
            yield from _nested(Path(os.fsdecode(full)), prefix + name.rstrip(b"/"))
        else:
            yield File(prefix + name, full)


def _nested(directory: Path, shown: bytes) -> Iterator[File | Skip]:
    """A submodule, or a repository inside of the tree that git lists by its directory alone."""
    inner = open_repository(directory, inherit=False) if directory.is_dir() else None
    if inner is None or inner.top is None or inner.top.resolve() != directory.resolve():
        reason = "a submodule that is not checked out here"
        yield Skip(os.fsdecode(shown), reason, incomplete=False)
        return
    yield from _listed(inner, directory, shown + b"/")


def _behind_link(here: bytes, folder: bytes, known: dict[bytes, bool]) -> bool:
    """Whether a part of a tracked folder's path is a link by now, which may lead anywhere."""
    if folder not in known:
        above = folder.rpartition(b"/")[0]
        full = os.path.join(here, folder)
        known[folder] = _behind_link(here, above, known) or os.path.islink(full)
    return known[folder]


def _is_directory(full: bytes) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(full).st_mode)
    except OSError:
        return False


def _prefix(shown: bytes) -> bytes:
    return b"" if shown == b"." else shown.rstrip(b"/") + b"/"


def _walk(directory: Path, prefix: bytes) -> Iterator[File | Skip]:
    root = os.fsencode(directory)
    failed: list[OSError] = []
    for here, directories, names in os.walk(root, onerror=failed.append):
        for name in sorted(directories):
            full = os.path.join(here, name)
            if os.path.islink(full):
                names.append(name)
        directories.sort()
        for name in sorted(names):
            full = os.path.join(here, name)
            relative = os.path.relpath(full, root).replace(os.fsencode(os.sep), b"/")
            yield File(prefix + relative, full)
    for error in failed:
        yield Skip(os.fsdecode(error.filename or root), error.strerror or "unreadable")


def look_at_files(
    files: Iterator[File], detector: Detector, *, jobs: int, largest: int | None = None
) -> Iterator[Look]:
    """Read files with `jobs` threads; a Look for each. Those above `largest` bytes are left."""

    def work(batch: list[File]) -> list[Look]:
        return [look_at_file(file, detector, largest) for file in batch]

    with ThreadPoolExecutor(jobs) as pool:
        running = []
        while batch := list(islice(files, BATCH)):
            running.append(pool.submit(work, batch))
            if len(running) >= 4 * jobs:
                yield from running.pop(0).result()
        for future in running:
            yield from future.result()


def look_at_file(file: File, detector: Detector, largest: int | None = None) -> Look:
    """Read one file, or a link's target; anything else is a skip."""
    try:
        # Without O_NONBLOCK opening a FIFO waits for its writer.
        flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
        handle = os.open(
            file.full, flags | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0)
        )
    except OSError as error:
        return _unopened(file, detector, error)
    try:
        state = os.fstat(handle)
        if not stat.S_ISREG(state.st_mode):
            return _skipped(file, "not a regular file", incomplete=False)
        if largest is not None and state.st_size > largest:
            return _skipped(file, f"larger than the limit of {largest} bytes")
        return _read(handle, file, detector, state.st_size)
    except OSError as error:
        return _skipped(file, error.strerror or "unreadable")
    finally:
        os.close(handle)


def _read(handle: int, file: File, detector: Detector, size: int) -> Look:
    if size <= WINDOW:
        data = os.read(handle, size + 1)
        if len(data) == size:
            return Look(file, "file", size, detector.look(data, file.path))
        pieces = _pieces(handle, data)  # it changes as it is read
    else:
        pieces = _pieces(handle, b"")
    total = 0

    def counted() -> Iterator[bytes]:
        nonlocal total
        for piece in pieces:
            total += len(piece)
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
        if not stat.S_ISREG(state.st_mode) and not stat.S_ISDIR(state.st_mode):
            return _skipped(file, "a socket, FIFO or device", incomplete=False)
    except FileNotFoundError:
        return _skipped(file, "not in the working tree", incomplete=False)
    except OSError as late:
        error = late
    return _skipped(file, error.strerror or "unreadable")


def _skipped(file: File, reason: str, *, incomplete: bool = True) -> Look:
    skip = Skip(os.fsdecode(file.path), reason, incomplete)
    return Look(file, "file", None, Sight(skips=[skip]))
