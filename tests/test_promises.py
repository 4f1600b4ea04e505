"""What SECURITY.md promises: nothing is executed, connected to, shown or written."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from intercom_scan.fakes.planting import Ground
from intercom_scan.rules import RULES

if TYPE_CHECKING:
    from pathlib import Path

MODES = {
    "files": ["."],
    "file": ["a.txt"],
    "staged": ["--staged"],
    "range": ["--range", "HEAD~1..HEAD"],
    "history": ["--history", "HEAD"],
    "all": ["--all-history"],
    "policy": ["--all-history", "--policy-from", "HEAD"],
}
TOKEN = next(rule for rule in RULES if rule.id == "intercom-access-token")


@pytest.fixture
def token() -> bytes:
    return TOKEN.sample()


@pytest.fixture
def repository(tmp_path: Path, token: bytes) -> Path:
    """With a finding in its files, its index and its history."""
    ground = Ground(tmp_path / "repository")
    ground.commit_file("a.txt", b"one\n")
    ground.commit_file("config/app.env", b"INTERCOM_ACCESS_TOKEN=" + token + b"\n")
    ground.write("staged.env", b"TOKEN=" + token + b"\n")
    ground.git("add", "staged.env")
    return ground.path


def run(place: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "intercom_scan", *arguments], cwd=place, env=os.environ | more,
        stdin=subprocess.DEVNULL, capture_output=True, check=False,
    )  # fmt: skip


def git(place: Path, *arguments: str) -> None:
    subprocess.run(["git", *arguments], cwd=place, check=False, capture_output=True)


# --- executes nothing of what it scans

KEYS = (
    "core.fsmonitor", "core.pager", "core.editor", "core.askPass", "core.sshCommand",
    "core.gitProxy", "core.alternateRefsCommand", "credential.helper", "diff.external",
    "diff.trap.command", "diff.trap.textconv", "filter.trap.clean", "filter.trap.smudge",
    "filter.trap.process", "gpg.program", "interactive.diffFilter", "merge.trap.driver",
    "pager.ls-files", "pager.rev-list", "pager.cat-file", "sequence.editor",
    "uploadpack.packObjectsHook",
)  # fmt: skip
HOOKS = ("pre-commit", "post-checkout", "post-index-change", "reference-transaction", "fsmonitor")


@pytest.fixture
def trap(tmp_path: Path, repository: Path) -> Path:
    """Whatever the repository can name as a program is one that makes this file."""
    sprung = tmp_path / "sprung"
    program = tmp_path / "trap"
    program.write_text(f"#!/bin/sh\necho \"$0 $@\" >> '{sprung}'\nexit 1\n", encoding="utf-8")
    program.chmod(0o755)
    (repository / ".git/info/attributes").write_text("* diff=trap merge=trap filter=trap\n")
    for hook in HOOKS:
        target = repository / ".git" / "hooks" / hook
        target.parent.mkdir(exist_ok=True)
        target.write_bytes(program.read_bytes())
        target.chmod(0o755)
    config = [f"{key}={program}" for key in KEYS]
    config += [f"alias.{name}=!{program}" for name in ("ls-files", "cat-file", "rev-list")]
    config += ["core.repositoryFormatVersion=1", "extensions.partialClone=origin"]
    config += [f"remote.origin.url=ext::{program} %S", "remote.origin.promisor=true"]
    config += ["protocol.ext.allow=always", "protocol.allow=always"]
    for line in config:
        git(repository, "config", *line.split("=", 1))
    sprung.unlink(missing_ok=True)
    os.utime(repository / "a.txt", (1, 1))  # or git would not look at the file again
    return sprung


def test_the_trap_works(trap: Path, repository: Path) -> None:
    git(repository, "status")
    # Of all the programs, the one for fsmonitor is given its protocol's version and a token.
    assert f"{trap.with_name('trap')} 2 " in trap.read_text()
    trap.unlink()
    git(repository, "update-ref", "refs/heads/other", "HEAD")
    assert "hooks/reference-transaction prepared" in trap.read_text()
    trap.unlink()
    git(repository, "cat-file", "-p", "1" * 40)  # fetched from the promisor
    assert "git-upload-pack" in trap.read_text()


@pytest.mark.parametrize("mode", MODES)
def test_nothing_is_executed(mode: str, trap: Path, repository: Path) -> None:
    for name in ("a.txt", "staged.env"):  # so that there is something to fetch
        blob = subprocess.run(
            ["git", "hash-object", "--no-filters", name], cwd=repository, check=True,
            capture_output=True, text=True,
        ).stdout.strip()  # fmt: skip
        (repository / ".git/objects" / blob[:2] / blob[2:]).unlink()
    done = run(repository, *MODES[mode])
    assert done.returncode in (0, 1, 3), done.stderr
    assert not trap.exists(), trap.read_text()


def test_the_environment_cannot_make_it_execute(trap: Path, repository: Path) -> None:
    program = str(trap.with_name("trap"))
    names = ("GIT_EXTERNAL_DIFF", "GIT_PAGER", "GIT_EDITOR", "GIT_SSH", "GIT_SSH_COMMAND",
             "GIT_ASKPASS", "GIT_PROXY_COMMAND")  # fmt: skip
    traced = trap.with_name("traced")
    more = dict.fromkeys(names, program) | {"GIT_TRACE": str(traced), "GIT_TRACE2": str(traced)}
    assert run(repository, "--all-history", **more).returncode in (1, 3)
    assert not trap.exists()
    assert not traced.exists()


# --- connects nowhere


def test_no_socket_is_opened(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from intercom_scan import Request
    from intercom_scan.api import scan

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    assert scan(Request("all-history", (repository,))).findings


# --- writes only where told


def snapshot(place: Path) -> dict[str, tuple[int, bytes]]:
    return {
        str(path.relative_to(place)): (path.lstat().st_mtime_ns, path.read_bytes())
        for path in sorted(place.rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("mode", MODES)
def test_a_scan_changes_nothing(mode: str, repository: Path) -> None:
    os.utime(repository / "a.txt", (1, 1))
    before = snapshot(repository)
    run(repository, *MODES[mode])
    assert snapshot(repository) == before


def test_a_report_goes_where_it_is_told(repository: Path, tmp_path: Path) -> None:
    before = snapshot(repository)
    run(repository, "--all-history", "--format", f"json:{tmp_path / 'report.json'}")
    assert snapshot(repository) == before
    assert (tmp_path / "report.json").stat().st_size > 100


@pytest.mark.parametrize("command", [["--all-history"], ["self-test"]], ids=["scan", "self-test"])
def test_nothing_is_left_in_the_temporary_directory(
    command: list[str], repository: Path, tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    run(repository, *command, TMPDIR=str(temporary))
    assert list(temporary.iterdir()) == []


# --- shows no secret


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
@pytest.mark.parametrize("more", [[], ["-v"], ["-q"]], ids=["plain", "verbose", "quiet"])
def test_no_part_of_a_secret_is_shown(
    form: str, more: list[str], repository: Path, token: bytes
) -> None:
    done = run(repository, "--all-history", "--format", form, *more)
    assert done.returncode == 1
    secret = token.rstrip(b"=")
    prefix = len("dG9rO")
    for start in range(prefix, len(secret) - 8):
        assert secret[start : start + 8] not in done.stdout + done.stderr


def test_it_is_shown_when_asked_for(repository: Path, token: bytes) -> None:
    done = run(repository, "--all-history", "--format", "json", "--show-secrets")
    assert token in done.stdout


def test_an_error_of_ours_shows_nothing_either(repository: Path, token: bytes) -> None:
    """A defect is reported by its place in the code, without the message that it came with."""
    code = (
        "import sys; from intercom_scan.rules import contextual as c; from intercom_scan.cli.main "
        "import main\n"
        "def broken(data, *_):\n    raise ValueError(bytes(data))\n"
        "c.find = broken; raise SystemExit(main(['--all-history']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=repository, capture_output=True, check=False
    )
    assert done.returncode == 3
    assert b"internal error: ValueError" in done.stderr
    assert token[5:20] not in done.stdout + done.stderr
