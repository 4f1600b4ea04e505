"""FIFOs where git expects a file: no scan and no hook waits for them."""

from __future__ import annotations

import os
import socket
from contextlib import suppress

import pytest

from intercom_scan import git, waiting
from intercom_scan.api import Request, scan
from intercom_scan.fakes.ground import Ground
from intercom_scan.finding import fingerprint
from tests.hooks.running import hook
from tests.integration.running import TOKEN, canonical, command, fresh, one_line

IN_TREE = (".gitignore", "new/inner/.gitignore", ".git/info/exclude")


@pytest.fixture
def ground(tmp_path):
    made = Ground(tmp_path / "repository")
    made.commit_file("src/a.txt", b"a\n")
    made.write("new/inner/b.txt", b"b\n")
    made.write("src/a.txt", b"c\n")
    made.git("add", "src")
    return made


def blocked(ground, name):
    path = ground.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    os.mkfifo(path)
    return path


def waited_for(path):
    """Whether a process waits at its other end: only then can it be opened for writing at once."""
    with suppress(OSError):
        os.close(os.open(path, os.O_WRONLY | os.O_NONBLOCK))
        return True
    return False


@pytest.mark.parametrize("name", IN_TREE)
def test_a_scan_of_files_goes_on_without_what_git_ignores(ground, name):
    secret, line = fresh()
    ground.write("new/inner/c.env", line)
    blocked(ground, name)
    ran = command("--format", "json", cwd=ground.path, timeout=30)
    assert ran.code == 3
    assert f"git waits for {name}, which is a FIFO" in ran.skipped
    assert [f["fingerprint"] for f in ran.report["findings"]] == [
        fingerprint(TOKEN, canonical(secret))
    ]
    assert not waited_for(ground.path / name)


@pytest.mark.parametrize("name", IN_TREE)
@pytest.mark.parametrize("program", ["intercom-secrets", "intercom-env"])
def test_a_hook_ends(ground, name, program):
    """It waits for nobody, and what it could not ask is no clean commit."""
    blocked(ground, name)
    ran = hook(program, cwd=ground.path)
    asks = program == "intercom-env" or name == ".git/info/exclude"
    assert ran.code == (3 if asks else 0), ran
    if asks:
        assert f"git waits for {name}" in ran.said


@pytest.mark.parametrize(
    ("name", "mode"),
    [
        ("config", "--history"),
        ("index", "--staged"),
        ("index", "--all-history"),
        ("packed-refs", "--history"),
        ("refs/heads/x", "--all-history"),
    ],
)
def test_a_fifo_in_the_store_is_one_line(ground, name, mode):
    blocked(ground, f".git/{name}")
    one_line(command(mode, cwd=ground.path, timeout=30), 3, "git waits for", name)


def test_a_worktree_s_shared_store(ground, tmp_path):
    ground.git("worktree", "add", "-q", str(tmp_path / "other"))
    blocked(ground, ".git/info/exclude")
    store = os.fsencode(ground.path / ".git/worktrees/other")
    assert waiting.fifo_in_store(store) is not None
    assert waiting.fifo(tmp_path / "other", {}) is not None


def test_a_nested_repository_s(ground):
    Ground(ground.path / "inner")
    blocked(ground, "inner/.gitignore")
    ran = command("--format", "json", cwd=ground.path, timeout=30)
    assert ran.code == 3
    assert "inner/: git waits for .gitignore" in ran.skipped


def test_a_socket_or_a_device_is_not_waited_for(ground):
    """git says that it cannot read the one, and finds nothing in the other."""
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(str(ground.path / ".gitignore"))
        assert command("--format", "json", cwd=ground.path, timeout=30).code == 0
    (ground.path / ".gitignore").unlink()
    (ground.path / ".git/info/exclude").unlink()
    (ground.path / ".git/info/exclude").symlink_to(os.devnull)
    assert command("--format", "json", cwd=ground.path, timeout=30).code == 0


def test_slow_is_not_stuck(ground, monkeypatch):
    """A git that takes its time is asked for its reason, and left alone where there is none."""
    blocked(ground, "src/pipe")  # which no git opens
    monkeypatch.setattr(git, "PATIENCE", 0.000001)
    result = scan(Request("files", (ground.path,), env=False))
    assert result.complete
    assert result.objects == 3
