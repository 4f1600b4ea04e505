"""What the program itself writes into a repository is no finding of the next scan."""

from __future__ import annotations

import json

import pytest

from intercom_scan.fakes.ground import Ground
from intercom_scan.reporters import FORMATS
from intercom_scan.rules import RULES
from tests.integration.running import command


@pytest.fixture
def leaks(tmp_path):
    ground = Ground(tmp_path / "leaks")
    for rule in RULES:
        ground.commit_file(f"{rule.id}.txt", rule.example.encode().replace(b"{}", rule.sample()))
    return ground


def found_in(folder):
    ran = command("--no-env", "--format", "json", cwd=folder)
    return [(f["rule"], f["path"]) for f in json.loads(ran.out)["findings"] if f["status"] == "new"]


def test_reports(leaks, tmp_path):
    folder = tmp_path / "reports"
    folder.mkdir()
    written = [f"--format={name}:{folder / name}" for name in FORMATS]
    assert command("--all-history", *written, cwd=leaks.path).code == 1
    assert sorted(path.name for path in folder.iterdir()) == sorted(FORMATS)
    assert found_in(folder) == []


@pytest.mark.parametrize("times", range(4))
def test_ignores(leaks, times):
    """Fingerprints are random, and so is the order of the lines."""
    assert command("ignore", "--all-current", "--reason", "Revoked.", cwd=leaks.path).code == 0
    file = leaks.path / ".intercom-scan" / "ignores"
    assert sum(rule.id in file.read_text() for rule in RULES) == len(RULES)
    assert found_in(leaks.path) == []
    marks = [line for line in file.read_text().splitlines() if line.startswith("# ") is False]
    folder = leaks.path.with_name("copy")
    folder.mkdir()
    (folder / "ignores").write_text("\n".join(marks) + "\n")
    assert found_in(folder) == []
