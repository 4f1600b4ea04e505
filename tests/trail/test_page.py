"""docs/audit-log.md says what is so."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

from intercom_scan.cli.group import cli
from intercom_scan.policy.yaml_tree import parse
from intercom_scan.trail import records, settings
from tests.trail.logs import act, problems, told
from tests.trail.test_commands import NOT_LOGGED, commands, start

PAGE = (Path(__file__).parents[2] / "docs" / "audit-log.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def blocks(language):
    return [text for known, text in BLOCKS if known == language]


def test_the_commands_run(tmp_path):
    act(tmp_path / "audit.log")
    lines = blocks("sh")[0].splitlines()
    assert len(lines) == 2
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path, check=True)
    for line in lines:
        program, *arguments = line.partition(" #")[0].split()
        assert program == "intercom-scan"
        assert start(*arguments, cwd=tmp_path).returncode in (0, 3)
    assert len(told(tmp_path / "audit.log")) == 4
    assert problems(tmp_path / "audit.log") == ()


def test_a_line_can_be_checked_by_hand(tmp_path):
    act(tmp_path / "audit.log")
    out = subprocess.run(
        ["bash", "-c", blocks("sh")[1]], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    assert out.split()[0] == told(tmp_path / "audit.log")[0]["sha256"]


def test_the_commands_that_have_the_option_are_named():
    listed = PAGE.partition("is an option of ")[2].partition(". In CI")[0]
    names = {path for path, _ in commands(cli)} - NOT_LOGGED
    assert set(re.findall(r"`([a-z -]+)`", listed)) == names


def test_the_configuration_is_one(monkeypatch):
    monkeypatch.setenv("HOME", "/home-of-somebody")
    tree = parse(blocks("yaml")[0].encode(), "config.yaml")
    assert tree is not None
    assert settings._configuration().read(tree) == (
        "/home-of-somebody/.local/state/intercom-scan.log"
    )
    assert f"`{settings.FILE}`" in PAGE


def test_the_example_and_the_table():
    lines = [line.encode() for line in blocks("json")[0].splitlines()]
    read = [records.parsed(line, b"") for line in lines]
    assert all(line is not None and line.genuine for line in read)
    rows = re.findall(r"^\| `(\w+)` \|", PAGE, re.MULTILINE)
    for line in lines:
        assert list(json.loads(line)) == rows


def test_what_a_scan_adds_is_described(tmp_path):
    log = tmp_path / "audit.log"
    start("--stdin", "--audit-log", log, cwd=tmp_path, stdin="nothing")
    named = set(re.findall(r"`(\w+)`", PAGE.partition("## A line")[2].partition("## What can")[0]))
    assert {name for line in told(log) for name in line["metadata"]} <= named | {
        "version", "command", "options",
    }  # fmt: skip


def test_numbers():
    assert f"at most {records.LONGEST} bytes" in PAGE
    for action in re.findall(r'@audited\(\s*"(\w+)"', _sources()):
        assert f"`{action}`" in PAGE


def _sources():
    folder = Path(__file__).parents[2] / "src" / "intercom_scan" / "cli"
    return "\n".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py"))
