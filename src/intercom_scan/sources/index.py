"""The index: what the next commit will have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.errors import GitError
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from intercom_scan.git import Git

GITLINK = b"160000"

# Git knows the tree without an entry by heart: no repository needs to have it.
_NOTHING = {
    40: "4b825dc642cb6eb9a060e54bf8d69288fbee4904",
    64: "6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321",
}
_ASKED = 100  # git compares each path with each entry, so of more names the whole index is listed


@dataclass(frozen=True, slots=True)
class Entry:
    """A path in the index, the object there, and its mode as git writes it (`100644`, …)."""

    path: bytes
    object: str
    mode: bytes


def staged(git: Git, hex_digits: int = 40) -> Iterator[Entry]:
    """What the index has and HEAD has not: added or changed, not deleted; in conflicts each side.

    `hex_digits` are an object id's. Raises GitError where the index cannot be read.
    """
    try:
        yield from differing(git, "HEAD")
    except GitError:
        if git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").status == 0:
            raise
        yield from differing(git, _NOTHING[hex_digits])


def named(git: Git, names: Iterable[bytes], hex_digits: int = 40) -> Iterator[Entry]:
    """The index's entries at these paths and under them, whether or not HEAD has the same.

    Paths start at the top of the working tree and are taken literally. What is only intended to
    be added is no entry yet.
    """
    wanted = frozenset(names)
    asked = sorted(wanted) if len(wanted) <= _ASKED else []
    for entry in differing(git, _NOTHING[hex_digits], asked):
        if asked or not wanted.isdisjoint(with_parents(entry.path)):
            yield entry


def with_parents(path: bytes) -> Iterator[bytes]:
    """A path, and the directories that it lies in: `a/b/c`, `a/b`, `a`, and `.` for the top."""
    while path:
        yield path
        path = path.rpartition(b"/")[0]
    yield b"."


def differing(git: Git, tree: str, names: Iterable[bytes] = ()) -> Iterator[Entry]:
    """What the index has at these paths (at all, if there are none) and the tree or commit has not.

    Raises GitError where the two cannot be compared.
    """
    # --cached reads no working file, so no filter of the repository's own can run.
    answer = git.run("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev",
                     "--no-ext-diff", "--ita-invisible-in-index", tree, "--", *names)  # fmt: skip
    if answer.status != 0:
        raise GitError(f"git cannot compare the index with {tree}: {answer.complaint}")
    fields = answer.out.split(b"\0")[:-1]
    unmerged = []
    for meta, path in zip(fields[::2], fields[1::2], strict=True):
        _old_mode, mode, _old, new, status = meta.split(b" ")
        if status == b"U":
            unmerged.append(path)
        elif status != b"D":
            yield Entry(path, new.decode("ascii"), mode)
    if unmerged:
        sides = set(unmerged)
        yield from (entry for entry in entries(git, "--unmerged") if entry.path in sides)


def entries(git: Git, *options: str, git_dir: Path | None = None) -> Iterator[Entry]:
    """Every entry of the index (of the worktree with this git directory); in conflicts each."""
    place = [] if git_dir is None else [f"--git-dir={git_dir}"]
    return _parsed(git.records(*place, "ls-files", "--stage", "-z", "--full-name", *options))


def below(git: Git) -> Iterator[Entry]:
    """The entries below the directory that git is in, their paths as seen from there."""
    return _parsed(git.records("ls-files", "--stage", "-z"))


def _parsed(records: Iterable[bytes]) -> Iterator[Entry]:
    for record in records:
        meta, path = record.split(b"\t", 1)
        mode, id_, _stage = meta.split(b" ")
        yield Entry(path, id_.decode("ascii"), mode)
