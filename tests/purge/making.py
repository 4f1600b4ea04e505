"""Repositories to purge, purges of them, and what both have."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from intercom_scan.git import Git
from intercom_scan.purge import driver
from intercom_scan.rules import RULES

if TYPE_CHECKING:
    from pathlib import Path

    from intercom_scan.fakes.ground import Ground

TOKEN = next(rule for rule in RULES if rule.id == "intercom-access-token")


def line(value: bytes) -> bytes:
    """As a file has it."""
    return TOKEN.example.format(value.decode()).encode() + b"\n"


def confidential(findings):
    return [finding for finding in findings if finding.rule.confidential]


class Purged:
    """A repository that was purged, and what came of it."""

    def __init__(self, ground: Ground, pick=confidential, **more) -> None:
        self.original = ground
        self.output = ground.path.parent / f"{ground.path.name}-purged"
        self.outcome: Any = driver.purge(driver.Order(ground.path, self.output, pick, **more))
        self.copy = self.output / "repository.git"

    def git(self, *arguments: str, stdin: bytes | None = None) -> bytes:
        return Git(self.copy, inherit=False).output(*arguments, stdin=stdin)

    def new(self, old: str) -> Any:
        """The id that a commit has now."""
        return self.outcome.commits.get(old, old)

    def everything(self) -> bytes:
        """All objects of the copy, and all files beside them."""
        return contents(self.output, self.copy)


def contents(folder: Path, store: Path) -> bytes:
    objects = Git(store, inherit=False).output("cat-file", "--batch", "--batch-all-objects")
    files = [path for path in folder.rglob("*") if path.is_file()]
    names = [os.fsencode(path) for path in folder.rglob("*")]
    return b"\n".join([objects, *(path.read_bytes() for path in files), *names])


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """What each file has in it, and when it was changed."""
    return {
        path.relative_to(folder).as_posix(): (
            os.fsencode(os.readlink(path)) if path.is_symlink() else path.read_bytes(),
            path.lstat().st_mtime_ns,
        )
        for path in folder.rglob("*")
        if path.is_symlink() or path.is_file()
    }


def listed(git: Git, tree: str) -> dict[bytes, tuple[bytes, str]]:
    """Mode and object of each path, by the raw trees."""
    found: dict[bytes, tuple[bytes, str]] = {}
    for record in git.records("ls-tree", "-r", "-t", "-z", "--full-tree", tree):
        meta, _, path = record.partition(b"\t")
        mode, type_, id_ = meta.split()
        if type_ != b"tree":
            found[path] = (mode, id_.decode())
    return found


def same_but_for(purged: Purged, commits: list[str], blobs: dict[str, str]) -> None:
    """All these commits have what they had, but for these contents: asked of git, one by one."""
    old, new = Git(purged.original.path, inherit=False), Git(purged.copy, inherit=False)
    form = "--format=%an%x00%ae%x00%ad%x00%cn%x00%ce%x00%cd%x00%e%x00%B"
    for commit in commits:
        now = purged.new(commit)
        expected = {
            path: (mode, blobs.get(id_, id_)) for path, (mode, id_) in listed(old, commit).items()
        }
        assert listed(new, now) == expected
        show = ("log", "-1", "--date=raw", form)
        assert new.output(*show, now) == old.output(*show, commit)
        parents = old.output("rev-parse", f"{commit}^@").decode().split()
        assert new.output("rev-parse", f"{now}^@").decode().split() == list(
            map(purged.new, parents)
        )
