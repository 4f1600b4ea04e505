"""Lists files: a repository's working tree as git has it, or any directory."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.errors import GitError, UsageError
from intercom_scan.finding import Skip
from intercom_scan.git import Git, Repository, open_repository

if TYPE_CHECKING:
    from collections.abc import Iterator


class File(NamedTuple):
    """`path` is how findings name it, `full` where it is; both as the system's bytes.

    `git` is in the directory that the file was listed in, where git listed it and its index may be
    read; `nested` says that git listed it and its index may not be. What is not `there` lies behind
    a link by now, which may lead anywhere.
    """

    path: bytes
    full: bytes
    git: Git | None = None
    nested: bool = False
    there: bool = True


def list_files(paths: list[Path], top: Path | None = None) -> Iterator[File | Skip]:
    """The files under some paths: in a repository those that git tracks or does not ignore.

    A file that is named itself is read even if git ignores it, and a directory is listed where it
    may be a submodule. What is in two of the paths comes twice. Raises UsageError where a path
    does not exist.
    """
    for path in paths:
        yield from _files(path, top)


def list_directory(found: File) -> Iterator[File | Skip]:
    """The files of what was listed and is a directory: a submodule's, else all that lie there."""
    return _nested(Path(os.fsdecode(found.full)), found.path)


def without_repeats(found: Iterator[File | Skip], seen: set[bytes]) -> Iterator[File | Skip]:
    """What is not at a place in `seen`, which grows by what is."""
    for each in found:
        if isinstance(each, File):
            full = os.path.abspath(each.full)  # resolving would follow links
            if full in seen:
                continue
            seen.add(full)
        yield each


def _files(path: Path, top: Path | None) -> Iterator[File | Skip]:
    try:
        mode = path.lstat().st_mode
    except OSError as error:
        raise UsageError(f"{path}: {error.strerror or 'not readable'}") from error
    if not stat.S_ISDIR(mode):
        yield File(_shown(path, top), os.fsencode(path))
        return
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


def _listed(
    repository: Repository, directory: Path, prefix: bytes, *, nested: bool = False
) -> Iterator[File | Skip]:
    here = os.fsencode(directory)
    start = os.path.join(here, b"")
    git = Git(directory, repository.git.inherit)
    command = ("ls-files", "-z", "--cached", "--others")
    try:
        answer = git.run(*command, "--exclude-standard", "--", ".")
    except GitError as error:
        yield Skip(os.fsdecode(prefix) or ".", f"{error}; ignored files are read too")
        answer = git.run(*command, "--", ".")
    if answer.status != 0:
        raise GitError(f"git ls-files failed in {directory}: {answer.complaint}")
    for line in answer.err.splitlines():
        if b"could not open directory" in line:  # git goes on, and its status stays 0
            yield Skip(os.fsdecode(prefix) or ".", line.decode("utf-8", "surrogateescape"))
    names = answer.out.split(b"\0")[:-1]
    linked: dict[bytes, bool] = {b"": False}
    # The store of a nested repository may be anybody's: `.git` can be a file that says so.
    source = None if nested else git
    for name in dict.fromkeys(names):
        there = not _behind_link(here, name.rpartition(b"/")[0], linked)
        name = name.rstrip(b"/")  # noqa: PLW2901 of a repository inside git adds one
        yield File(prefix + name, start + name, source, nested, there)


def _nested(directory: Path, shown: bytes) -> Iterator[File | Skip]:
    """A submodule, or a repository inside of the tree that git lists by its directory alone."""
    try:
        inner = open_repository(directory, inherit=False) if directory.is_dir() else None
        if inner and inner.top and inner.top.resolve() == directory.resolve():
            yield from _listed(inner, directory, shown + b"/", nested=True)
            return
    except GitError as error:
        yield Skip(os.fsdecode(shown), f"{error}; its files are read without git")
    # Its own configuration can say that it is bare, or that its files lie elsewhere.
    empty = True
    for each in _walk(directory, shown + b"/"):
        if isinstance(each, Skip) or b".git" not in each.path[len(shown) :].split(b"/"):
            empty = False
            yield each
    if empty:
        reason = "a submodule that is not checked out here"
        yield Skip(os.fsdecode(shown), reason, incomplete=False)


def _behind_link(here: bytes, folder: bytes, known: dict[bytes, bool]) -> bool:
    """Whether a part of a tracked folder's path is a link by now."""
    if folder not in known:
        above = folder.rpartition(b"/")[0]
        full = os.path.join(here, folder)
        known[folder] = _behind_link(here, above, known) or os.path.islink(full)
    return known[folder]


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
