"""Interruption, colour, progress, help and completion: what a person at a terminal meets."""

from __future__ import annotations

import os
import pty
import re
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path

import pytest

from intercom_scan.fakes.planting import Ground
from tests.integration.running import COMMAND, command, fresh


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


def living(group: int) -> list[str]:
    """Processes of a group that are not only waiting to be buried."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, of = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(of) == group and state != "Z":
            found.append(path.parent.name)
    return found


@pytest.fixture(scope="module")
def slow(tmp_path_factory):
    """A repository whose git never ends, so that a scan is surely in its middle."""
    folder = tmp_path_factory.mktemp("slow")
    ground = Ground(folder / "repository")
    ground.commit_file("a.env", fresh()[1])
    script = folder / "git"
    script.write_text(
        f'#!/bin/sh\ncase "$*" in *--batch=*) echo > "{folder}/started"; exec sleep 1000;; esac\n'
        f'exec {shutil.which("git")} "$@"\n'
    )
    script.chmod(0o755)
    return folder, ground.path


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_interrupted(slow, number):
    folder, path = slow
    (folder / "started").unlink(missing_ok=True)
    env = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
    process = subprocess.Popen(
        [*COMMAND, "--all-history"], cwd=path, env=env, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, start_new_session=True,
    )  # fmt: skip
    until = time.monotonic() + 30
    while not (folder / "started").exists() and time.monotonic() < until:
        time.sleep(0.02)
    assert (folder / "started").exists()
    time.sleep(0.2)
    group = os.getpgid(process.pid)
    assert len(living(group)) > 1
    process.send_signal(number)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130, err
    assert err.count(b"\n") == 1
    assert b"interrupted" in err
    assert out == b""
    assert living(group) == []


def on_a_terminal(arguments, cwd, env=None, slow_input=False) -> tuple[int, str]:
    """Run with a pseudo-terminal for output and error; exit code and all that it showed."""
    main, side = pty.openpty()
    process = subprocess.Popen(
        [*COMMAND, *arguments], cwd=cwd, stdout=side, stderr=side,
        stdin=subprocess.PIPE if slow_input else subprocess.DEVNULL,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80", **(env or {})},
    )  # fmt: skip
    os.close(side)
    if slow_input:
        assert process.stdin is not None
        for _ in range(22):
            process.stdin.write(b"nothing\n" * (1 << 17))
            process.stdin.flush()
            time.sleep(0.1)
        process.stdin.close()
    shown = b""
    while select.select([main], [], [], 30)[0]:
        try:
            data = os.read(main, 4096)
        except OSError:
            break
        if not data:
            break
        shown += data
    os.close(main)
    return process.wait(), shown.decode("utf-8", "replace")


def test_colour_on_a_terminal_only(ground):
    ground.commit_file("a.env", fresh()[1])
    code, shown = on_a_terminal(["--all-history"], ground.path)
    assert code == 1
    assert "\x1b[" in shown
    for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}):
        assert "\x1b[" not in on_a_terminal(["--all-history"], ground.path, env)[1]
    assert "\x1b" not in command("--all-history", cwd=ground.path).out


def test_progress_on_a_terminal_after_a_second_and_none_when_piped(slow, tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    script = folder / "git"
    real = shutil.which("git")
    script.write_text(f'#!/bin/sh\ncase "$*" in *--batch=*) sleep 1.6;; esac\nexec {real} "$@"\n')
    script.chmod(0o755)
    env = {"PATH": f"{folder}:{os.environ['PATH']}"}
    code, shown = on_a_terminal(["--all-history"], slow[1], env)
    assert code == 1
    bars = re.findall(r"\r\x1b\[K\[#*-+\] +\d+ %  \S+ \w+ read, \S+ \w+/s", shown)
    assert len(bars) > 1
    assert shown.rpartition("/s")[2].find("\r\x1b[K") >= 0  # it is gone before the report
    ran = command("--all-history", cwd=slow[1], env=env)
    assert ran.err == ""
    assert "\r" not in ran.out


def test_help_fits_a_screen_and_leads_with_examples():
    ran = command("--help", env={"COLUMNS": "80"})
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert len(lines) <= 40
    assert max(map(len, lines)) <= 80
    assert ran.out.index("intercom-scan --all-history") < ran.out.index("Options:")
    for name in ("rules", "explain", "ignore", "self-test"):
        assert name in ran.out


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_script(shell):
    ran = command(env={"_INTERCOM_SCAN_COMPLETE": f"{shell}_source"})
    assert ran.code == 0
    assert "_INTERCOM_SCAN_COMPLETE" in ran.out


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("intercom-scan ", ["rules", "explain", "ignore", "self-test"]),
        ("intercom-scan --", ["--staged", "--range", "--all-history", "--format", "--fail-on"]),
        ("intercom-scan --fail-on ", ["critical", "high", "medium", "low", "info"]),
        ("intercom-scan --format ", ["text", "json", "sarif"]),
        ("intercom-scan --all-history --format s", ["sarif"]),
        ("intercom-scan explain intercom-a", ["intercom-access-token", "intercom-api-key"]),
        ("intercom-scan ru", ["rules"]),
    ],
)
def test_completion(tmp_path, words, wanted):
    count = len(words.split(" ")) - 1
    env = {
        "_INTERCOM_SCAN_COMPLETE": "bash_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(count),
    }
    ran = command(env=env, cwd=tmp_path)
    offered = {line.partition(",")[2] for line in ran.out.splitlines()}
    assert set(wanted) <= offered
