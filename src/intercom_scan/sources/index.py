"""The index: what the next commit will have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from intercom_scan.errors import GitError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intercom_scan.git import Git

GITLINK = b"160000"


@dataclass(frozen=True, slots=True)
class Entry:
    """A path in the index, the object there, and its mode as git writes it (`100644`, …)."""

    path: bytes
    object: str
    mode: bytes


def staged(git: Git) -> Iterator[Entry]:
    """What the index has and HEAD has not: added or changed, not deleted."""
    # --cached reads no working file, so no filter of the repository's own can run.
    answer = git.run("diff-index", "--cached", "--raw", "-z", "--no-renames", "--no-abbrev",
                     "--no-ext-diff", "--ita-invisible-in-index", "HEAD", "--")  # fmt: skip
    if answer.status != 0:
        if git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").status == 0:
            raise GitError(f"git cannot compare the index with HEAD: {answer.complaint}")
        yield from entries(git)
        return
    fields = answer.out.split(b"\0")[:-1]
    unmerged = False
    for meta, path in zip(fields[::2], fields[1::2], strict=True):
        _old_mode, mode, _old, new, status = meta.split(b" ")
        if status == b"U":
            unmerged = True
        elif status != b"D":
            yield Entry(path, new.decode("ascii"), mode)
    if unmerged:
        yield from entries(git, "--unmerged")


def entries(git: Git, *options: str, git_dir: Path | None = None) -> Iterator[Entry]:
    """Every entry of the index (of the worktree with this git directory); in conflicts each."""
    place = [] if git_dir is None else [f"--git-dir={git_dir}"]
    for record in git.records(*place, "ls-files", "--stage", "-z", "--full-name", *options):
        meta, path = record.split(b"\t", 1)
        mode, id_, _stage = meta.split(b" ")
        yield Entry(path, id_.decode("ascii"), mode)
