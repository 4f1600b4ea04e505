"""A repository made from nothing, for fakes to be planted in."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.git import Git

if TYPE_CHECKING:
    from pathlib import Path

IDENTITY = ("-c", "user.name=A. Tester", "-c", "user.email=tester@example.com",
            "-c", "commit.gpgSign=false", "-c", "tag.gpgSign=false",
    "-c", "init.defaultBranch=main",
            "-c", "core.autocrlf=false", "-c", "core.symlinks=true")  # fmt: skip


class Ground:
    """A repository to plant in."""

    def __init__(self, path: Path) -> None:
        path.mkdir(parents=True, exist_ok=True)
        self.path = path
        self._git = Git(path, inherit=False)
        # A caller's names would take the place of those that are planted.
        self._git.environment = {
            name: value
            for name, value in self._git.environment.items()
            if not name.startswith(("GIT_AUTHOR_", "GIT_COMMITTER_"))
        }
        self.git("init", "--quiet")
        self.commit_file("README.md", b"A project.\n")

    def git(self, *arguments: str | bytes, stdin: bytes = b"") -> str:
        """Run git and give its output without the last newline."""
        return os.fsdecode(self._git.output(*IDENTITY, *arguments, stdin=stdin)).rstrip("\n")

    def write(self, name: str, content: bytes) -> Path:
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def commit_file(self, name: str, content: bytes, message: str = "Add a file") -> str:
        self.write(name, content)
        self.git("add", "--force", "--", name)
        self.git("commit", "--quiet", "--message", message)
        return self.git("rev-parse", "HEAD")

    def object(self, content: bytes) -> str:
        return self.git("hash-object", "-w", "--stdin", stdin=content)

    def commit_of(self, content: bytes, message: str = "Loose end", name: str = "a.txt") -> str:
        """A commit that no ref has, with one file."""
        entry = f"100644 blob {self.object(content)}\t{name}\0"
        tree = self.git("mktree", "-z", stdin=entry.encode())
        return self.git("commit-tree", tree, "-m", message)
