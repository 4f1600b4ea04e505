"""Hooks as git and pre-commit start them: by their console scripts."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from intercom_scan.fakes.ground import IDENTITY, Ground
from tests.integration.running import Dated, fresh

BIN = Path(sys.executable).parent
WHO = {
    "GIT_AUTHOR_NAME": "A. Tester", "GIT_AUTHOR_EMAIL": "tester@example.com",
    "GIT_COMMITTER_NAME": "A. Tester", "GIT_COMMITTER_EMAIL": "tester@example.com",
}  # fmt: skip


@dataclass(frozen=True)
class Ran:
    """What a program did."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        return self.out + self.err


def run(command, cwd, stdin=b"", env=None) -> Ran:
    done = subprocess.run(
        [os.fsencode(word) for word in command], cwd=cwd, input=stdin, capture_output=True,
        env={**os.environ, **WHO, **(env or {})}, timeout=300, check=False,
    )  # fmt: skip
    ran = Ran(
        done.returncode, *(text.decode("utf-8", "replace") for text in (done.stdout, done.stderr))
    )
    assert "Traceback" not in ran.said, ran.said
    assert "internal error" not in ran.said, ran.said
    return ran


def hook(name: str, *arguments, cwd, **more) -> Ran:
    """Run a hook's console script."""
    return run([str(BIN / name), *map(os.fsdecode, arguments)], cwd, **more)


def git(cwd, *arguments, **more) -> Ran:
    """Run git, whatever it answers: hooks may refuse."""
    options = [*IDENTITY, "-c", "protocol.file.allow=always"]
    return run(["git", *options, *arguments], cwd, **more)


def hang_up(repository: Path, type_: str, name: str, *arguments: str) -> None:
    """A plain git hook that starts one of ours."""
    folder = repository / ".git" / "hooks"
    folder = folder if folder.parent.is_dir() else repository / "hooks"
    folder.mkdir(exist_ok=True)
    words = " ".join(map(shlex.quote, [str(BIN / name), *arguments]))
    file = folder / type_
    file.write_text(f'#!/bin/sh\nexec {words} "$@"\n')
    file.chmod(0o755)


def stage(ground: Ground, name: str, content: bytes) -> None:
    ground.write(name, content)
    ground.git("add", "--force", "--", name)


def leak() -> bytes:
    """A line with a fresh fake."""
    return fresh()[1]


def with_origin(folder) -> Dated:
    """A repository with a pre-push hook, and `origin`, which has its first commit."""
    made = Dated(folder / "repository")
    git(folder, "init", "--quiet", "--bare", "remote.git")
    made.git("remote", "add", "origin", str(folder / "remote.git"))
    assert git(made.path, "push", "--quiet", "origin", "main").code == 0
    hang_up(made.path, "pre-push", "intercom-pre-push", "-v")
    return made
