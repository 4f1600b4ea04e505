"""What a scan of staged files with nothing to find loads and starts: a hook pays for all of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

import pytest

from intercom_scan.fakes.ground import Ground

# Each takes a millisecond or more to import, and is of use to other ways of scanning alone.
DEAR = (
    "ast", "asyncio", "click", "concurrent.futures", "dataclasses", "datetime", "hashlib",
    "importlib.metadata", "inspect", "json", "logging", "pkgutil", "shutil", "tempfile",
    "tokenize", "uuid", "yaml",
    "intercom_scan.cli", "intercom_scan.fakes", "intercom_scan.history",
    "intercom_scan.reporters", "intercom_scan.sources.listing",
)  # fmt: skip

STAGED = """
import sys
from intercom_scan.api import Request, scan
result = scan(Request("staged", env=False))
assert (result.objects, result.findings, result.complete) == (2, (), True), result
print(*sys.modules)
"""


@pytest.fixture
def ground(tmp_path):
    ground = Ground(tmp_path / "repository")
    for name in ("a.py", "b.py"):
        (ground.path / name).write_text("print(1)\n", encoding="utf-8")
    ground.git("add", ".")
    return ground


def run(ground, code, **env):
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ground.path, env={**os.environ, **env}, check=True,
        capture_output=True, text=True,
    ).stdout  # fmt: skip


def test_a_clean_staged_scan_imports_nothing_dear(ground):
    before = set(run(ground, "import sys; print(*sys.modules)").split())
    loaded = set(run(ground, STAGED).split()) - before
    assert "intercom_scan.detector" in loaded
    assert {name for name in loaded if name.startswith(DEAR)} == set()


def test_a_staged_scan_starts_three_gits(ground, tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    log = tmp_path / "log"
    script = folder / "git"
    script.write_text(f'#!/bin/sh\necho "$*" >> "{log}"\nexec "{shutil.which("git")}" "$@"\n')
    script.chmod(0o755)
    run(ground, STAGED, PATH=f"{folder}{os.pathsep}{os.environ['PATH']}")
    words = ("rev-parse", "diff-index", "cat-file")
    lines = log.read_text(encoding="utf-8").splitlines()
    assert [next((word for word in words if word in line), line) for line in lines] == [*words]
