"""The copy: a bare repository that borrows the original's objects until it has its own.

Nothing is copied that is to be removed: new objects are written beside the borrowed ones, and only
what the new refs reach is packed in the end. The directory is private and becomes the output by one
rename; what an ended run has left there is cleared by the next one.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from intercom_scan.errors import GitError, UsageError
from intercom_scan.git import Git
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intercom_scan.git import Repository

REPOSITORY = "repository.git"
REPORTS = ("report.md", "report.json", "commit-map", "ref-map")
_SUFFIX = ".partial"
# What is imported stays a pack: git would touch the borrowed objects to unpack it.
_SETTINGS = (("fastimport.unpackLimit", "0"), ("gc.auto", "0"))


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy in the making: its private directory, and git in it with the borrowed objects."""

    folder: Path
    store: Path
    git: Git

    def own(self) -> Git:
        """git in the copy without what it borrows."""
        return Git(self.store).apart()

    def complete(self) -> None:
        """Pack what the refs reach, and nothing else. Raises GitError where an object lacks."""
        self.git.output("pack-refs", "--all")
        self.git.output("repack", "-a", "-d", "-q")
        git = self.own()
        git.output("prune", "--expire=now")
        for name, _ in _SETTINGS:
            git.output("config", "--local", "--unset", name)


@contextmanager
def begun(repository: Repository, output: Path) -> Iterator[Copy]:
    """A copy to be filled, gone at the end unless `place` was called. Raises UsageError."""
    folder = output.with_name(output.name + _SUFFIX)
    _check(repository, output, folder)
    _clear(folder)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir(mode=0o700)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be made: {error.strerror}") from error
    try:
        yield _created(repository, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def place(copy: Copy, output: Path) -> None:
    """Put the finished directory in its place."""
    try:
        if output.is_dir():
            output.rmdir()
        copy.folder.rename(output)
    except OSError as error:
        raise GitError(f"{output}: cannot be put in place: {error.strerror}") from error


def _check(repository: Repository, output: Path, folder: Path) -> None:
    if output.is_symlink() or (output.exists() and not output.is_dir()):
        raise UsageError(f"{output}: is there already: give a directory that is not")
    if output.is_dir() and any(output.iterdir()):
        raise UsageError(f"{output}: is not empty: give a directory that is, or a new one")
    real, beside = output.resolve(), folder.resolve()
    for inside in (repository.git_dir, repository.common_dir, repository.top):
        if inside is not None and real.is_relative_to(inside.resolve()):
            raise UsageError(f"{output}: is inside of the repository: give a directory beside it")
        if inside is not None and inside.resolve().is_relative_to(beside):
            raise UsageError(f"{folder}: has the repository in it: give another output")


def _clear(folder: Path) -> None:
    """Remove what an ended run has left; nothing that is not of its making."""
    if not os.path.lexists(folder):
        return
    ours = folder.is_dir() and not folder.is_symlink()
    if not ours or {path.name for path in folder.iterdir()} - {REPOSITORY, *REPORTS}:
        raise UsageError(f"{folder}: is in the way, and not of an earlier purge: remove it")
    shutil.rmtree(folder)


def _created(repository: Repository, folder: Path) -> Copy:
    store = folder / REPOSITORY
    kind = "sha1" if repository.hex_digits == 40 else "sha256"
    here = Git(folder).apart()
    here.output(
        "-c", "init.defaultBranch=main", "init", "--quiet", "--bare", "--template=",
        f"--object-format={kind}", str(store),
    )  # fmt: skip
    objects = _quoted(repository.common_dir.resolve() / "objects")
    git = Git(store).apart(GIT_ALTERNATE_OBJECT_DIRECTORIES=objects)
    for name, value in _SETTINGS:
        git.output("config", "--local", name, value)
    return Copy(folder, store, git)


def _quoted(path: Path) -> str:
    """As git reads a list of directories: https://git-scm.com/docs/git#_environment_variables."""
    text = path.as_posix()
    if os.pathsep not in text and not text.startswith('"'):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
