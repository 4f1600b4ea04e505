"""The README's two lines, as they stand there, on a machine that has git and Python and no more."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.test_project import FILES

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCAN, TEST = re.findall(r"^```sh\n(.+)\n```$", README, re.MULTILINE)

# Of the machine's own settings only those by which it reaches its package index.
KEPT = re.compile(
    r"(?i)PATH|(?:https?|no|all)_proxy|PIP_.*|(?:SSL|REQUESTS|CURL)_.*|SYSTEMROOT|TE?MP"
)


def machine(home: Path) -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if KEPT.fullmatch(name)}
    home.mkdir()
    return environment | {"HOME": str(home), "LC_ALL": "C", "GIT_CONFIG_NOSYSTEM": "1"}


def git(*arguments: str, cwd: Path) -> None:
    identity = ("-c", "user.name=A. Tester", "-c", "user.email=tester@example.com")
    subprocess.run(["git", *identity, *arguments], cwd=cwd, check=True, capture_output=True)


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clone of the tree as it stands now, so that changes not yet committed are tested too."""
    tree = tmp_path_factory.mktemp("origin") / "intercom-scan"
    for file in FILES:
        to = tree / file.relative_to(ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, to)
    git("init", "--quiet", "--initial-branch=main", cwd=tree)
    git("add", "--all", cwd=tree)
    git("commit", "--quiet", "--message=All of it", cwd=tree)
    clone = tmp_path_factory.mktemp("fresh") / "intercom-scan"
    git("clone", "--quiet", str(tree), str(clone), cwd=tree)
    return clone


def pasted(line: str, clone: Path, home: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line], cwd=clone, env=machine(home) | more, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=900,
    )  # fmt: skip


def test_the_lines_are_lines() -> None:
    for line in (SCAN, TEST):
        assert "\n" not in line
        assert line.startswith("python3 ")


def test_the_first_line_scans_the_whole_history(clone: Path, tmp_path: Path) -> None:
    done = pasted(SCAN, clone, tmp_path / "home")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^clean: 1 commit, \d\d\d objects, ", done.stdout, re.MULTILINE)
    status = subprocess.run(
        ["git", "status", "--porcelain"], cwd=clone, check=True, capture_output=True
    )
    assert status.stdout == b""  # whatever it set up is ignored by git


@pytest.mark.second_tier
def test_the_second_line_runs_the_tests(clone: Path, tmp_path: Path) -> None:
    """Of the tests only some: all of them have run when this one does."""
    done = pasted(TEST, clone, tmp_path / "home", PYTEST_ADDOPTS="-k test_user_hash")
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^\d+ passed in ", done.stdout, re.MULTILINE)
