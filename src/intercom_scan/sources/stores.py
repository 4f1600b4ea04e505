"""What a repository keeps outside of its objects: refs, reflogs, its own files, LFS, submodules."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from intercom_scan.errors import GitError
from intercom_scan.finding import Skip
from intercom_scan.git import Repository, open_repository
from intercom_scan.sources.asking import describe
from intercom_scan.sources.files import File
from intercom_scan.sources.index import GITLINK, Entry
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.git import Git

# Folders, by where they lie, that are read in other ways.
_ELSEWHERE = {b".": (b"refs", b"reftable"), b"lfs": (b"objects",), b"objects": (b"pack",)}
_NOT_TEXT = (b"index", b"fsmonitor--daemon.ipc")


@dataclass(frozen=True, slots=True)
class Ref:
    """A ref, the object it names, its type ("" where it cannot be read), the commit in the end."""

    name: str
    object: str
    type: str
    commit: str | None


def refs(repository: Repository) -> list[Ref]:
    """All refs, and the HEAD of each worktree as `HEAD` or `worktrees/NAME/HEAD`."""
    git = repository.git
    # Neither format asks for the object itself, or one that is missing would end the list.
    lines = git.records("for-each-ref", "--format=%(objectname) %(refname)", end=b"\n")
    found = [(id_, os.fsdecode(name)) for id_, _, name in (line.partition(b" ") for line in lines)]
    for name in ("HEAD", *(f"worktrees/{path.name}/HEAD" for path in worktrees(repository))):
        answer = git.run("rev-parse", "--verify", "--quiet", name)
        if answer.status == 0:
            found.append((answer.out.strip(), name))
    return described(git, found)


def described(git: Git, found: Iterable[tuple[bytes, str]]) -> list[Ref]:
    """Refs of which the object's id and the name are known."""
    found = list(found)
    ids = list(dict.fromkeys(id_ for id_, _ in found))
    types = dict(zip(ids, describe(git, ids), strict=True))
    commits = dict(zip(ids, describe(git, (id_ + b"^{commit}" for id_ in ids)), strict=True))
    return [
        Ref(name, id_.decode("ascii"), types[id_].type, commits[id_].id or None)
        for id_, name in found
    ]


def worktrees(repository: Repository) -> list[Path]:
    """The git directories of linked worktrees."""
    folder = repository.common_dir / "worktrees"
    try:
        return sorted(path for path in folder.iterdir() if path.is_dir())
    except OSError:
        return []


def files(repository: Repository) -> Iterator[tuple[str, File]]:
    """Files of the git directory with the origin that their findings get."""
    base = os.fsencode(repository.common_dir)
    shown = b".git/" if repository.top is not None else b""
    for folder, names in _folders(base):
        for name in names:
            full = os.path.join(folder, name)
            path = shown + os.path.relpath(full, base).replace(os.fsencode(os.sep), b"/")
            yield _origin(path[len(shown) :]), File(path, full)


def _folders(base: bytes) -> Iterator[tuple[bytes, list[bytes]]]:
    """Folders and the names of files in them; also of a folder that cannot be entered."""
    failed: list[OSError] = []
    for here, directories, names in os.walk(base, onerror=failed.append):
        place = os.path.relpath(here, base).replace(os.fsencode(os.sep), b"/")
        inside = place.split(b"/")
        if inside[0] == b"modules" and b"HEAD" in names and b"objects" in directories:
            directories.clear()  # a store of its own
            continue
        hidden = _ELSEWHERE.get(place, ())
        directories[:] = [name for name in directories if name not in hidden]
        if inside[0] == b"objects" and inside[1:] != [b"info"]:
            yield here, [name for name in names if name.startswith(b"tmp_obj")]  # git was killed
        elif place == b"." or (inside[0] == b"worktrees" and len(inside) == 2):
            yield here, [name for name in names if name not in _NOT_TEXT]
        else:
            yield here, names
    for error in failed:
        if not isinstance(error, FileNotFoundError):
            folder, name = os.path.split(os.fsencode(error.filename))
            yield folder, [name]


def _origin(path: bytes) -> str:
    parts = path.split(b"/")
    if b"logs" in parts:
        return "reflog"
    return "git-config" if parts[-1] in (b"config", b"config.worktree") else "git-file"


def lfs_objects(repository: Repository) -> Iterator[File]:
    """Git LFS objects in the local store, named by their SHA-256."""
    store = os.path.join(os.fsencode(repository.common_dir), b"lfs", b"objects")
    failed: list[OSError] = []
    for here, _directories, names in os.walk(store, onerror=failed.append):
        for name in names:
            yield File(b".git/lfs/objects/" + name, os.path.join(here, name))
    for error in failed:
        if not isinstance(error, FileNotFoundError):
            yield File(
                b".git/lfs/objects", os.fsencode(error.filename)
            )  # which says why it is not read


def submodules(
    repository: Repository, index: list[Entry], seen: set[Path]
) -> Iterator[tuple[bytes, Repository] | Skip]:
    """The stores of submodules, also of removed ones, with the path that they stand under.

    `seen` are stores that need not be read again; stores may name each other in a circle.
    """
    for path, directory in _candidates(repository, index):
        try:
            # The working tree that a removed submodule's store names is not there any more.
            removed = (directory / "HEAD").exists() and not (directory / ".git").exists()
            inner = open_repository(directory, inherit=False, store=removed)
        except GitError as error:
            yield Skip(os.fsdecode(path), str(error))
            continue
        if inner is None or inner.common_dir == repository.common_dir:
            yield Skip(os.fsdecode(path), "a submodule without a local copy", incomplete=False)
        elif inner.common_dir not in seen:
            seen.add(inner.common_dir)
            yield path, inner


def _candidates(repository: Repository, index: list[Entry]) -> Iterator[tuple[bytes, Path]]:
    for entry in index:
        if entry.mode == GITLINK and repository.top is not None:
            directory = repository.top / os.fsdecode(entry.path)
            yield entry.path, directory if (directory / ".git").exists() else repository.common_dir
    modules = repository.common_dir / "modules"
    for here, directories, names in os.walk(modules):
        if "HEAD" in names and "objects" in directories:
            path = Path(here).relative_to(modules).as_posix()
            yield os.fsencode(path), Path(here)
            directories[:] = [name for name in directories if name == "modules"]


def packs(repository: Repository) -> set[str]:
    """The names of the store's packs, which a repack changes."""
    return {path.name for path in (repository.common_dir / "objects" / "pack").glob("*.pack")}


def packs_without_index(repository: Repository) -> Iterator[Skip]:
    """Packs that git does not see, so that their objects are unread without a word."""
    folder = repository.common_dir / "objects" / "pack"
    for pack in sorted(folder.glob("*.pack")):
        if not pack.with_suffix(".idx").exists():
            reason = f"a pack without its index: run `git index-pack {pack.name}` there"
            yield Skip(f"objects/pack/{pack.name}", reason)
