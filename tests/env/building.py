"""Real repositories with `.env` files in them."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from intercom_scan.fakes.ground import Ground
from intercom_scan.rules import RULES
from tests.integration import running

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = RULES[0]
ENTRIES = b".env\n.env.local\n.env.*.local\n"


class Place(Ground):
    """A repository whose .gitignore has the entries, unless `ignored` is False."""

    def __init__(self, path: Path, *, ignored: bool = True) -> None:
        super().__init__(path)
        if ignored:
            self.commit_file(".gitignore", ENTRIES)

    def add(self, name: str, content: bytes = b"PORT=3000\n") -> None:
        self.write(name, content).chmod(0o600)
        self.git("add", "--force", "--", name)

    def untracked(self, name: str, content: bytes = b"PORT=3000\n", mode: int = 0o600) -> Path:
        path = self.write(name, content)
        path.chmod(mode)
        return path


def token() -> bytes:
    return TOKEN.sample()


def line(value: bytes, name: bytes = b"INTERCOM_ACCESS_TOKEN") -> bytes:
    return name + b"=" + value + b"\n"


def scanned(path, mode="env", **more):
    return running.scan(path, mode, env=True, **more)


def problems(path, mode="env", **more) -> dict[tuple[str, str], str]:
    """(rule, path of the first place) to severity, of what is no credential."""
    result = scanned(path, mode, **more)
    assert result.complete, result.skipped
    return {
        (f.rule.id, f.places[0].path): f.severity.label
        for f in result.findings
        if not f.rule.confidential
    }


def one(path, rule: str, mode="env", **more):
    found = [f for f in scanned(path, mode, **more).findings if f.rule.id == rule]
    assert len(found) == 1, found
    return found[0]


def shell(remedy: str, cwd: Path) -> None:
    """Do what a finding says."""
    done = subprocess.run(
        ["bash", "-c", remedy], cwd=cwd, env={**os.environ, "GIT_EDITOR": "true"}, check=False,
        capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, (remedy, done.stderr)
