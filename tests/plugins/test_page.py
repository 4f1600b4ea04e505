"""Every block of docs/detect-secrets.md runs, in its order, in one repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from intercom_scan.plugins.shim import SHIM, shim_text
from tests.plugins.running import OURS, ROOT, entries, example, git, repository

PAGE = (ROOT / "docs" / "detect-secrets.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
IDS = [f"{kind}-{number}" for number, (kind, _) in enumerate(BLOCKS)]


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    where = tmp_path_factory.mktemp("page") / "repository"
    return repository(where, {"a.py": example("intercom-client-secret")[1]})


def shell(script: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["sh", "-e", "-c", script], cwd=cwd, env={**os.environ, "PATH": path},
        capture_output=True, text=True, check=False, timeout=100,
    )  # fmt: skip


@pytest.mark.parametrize(("kind", "text"), BLOCKS, ids=IDS)
def test_block(kind, text, ground):
    baseline = ground / ".secrets.baseline"
    if kind == "python":
        (ground / SHIM).write_text(text)
        loaded = shell(f"python -m detect_secrets scan -p {SHIM} --list-all-plugins", ground)
        chosen = OURS if text == shim_text() else [name for name in OURS if name in text]
        assert set(loaded.stdout.split()) & set(OURS) == set(chosen) != set()
    elif kind == "sh":
        ran = shell(text, ground)
        assert (ran.returncode, ran.stderr) == (0, "")
        report = baseline.read_text() if baseline.exists() else ran.stdout
        assert {name for name, _, _ in entries(json.loads(report))} == {"a.py"}
    else:
        assert kind == "yaml"
        (ground / ".pre-commit-config.yaml").write_text(text)
        (ground / "b.py").write_text(example("intercom-api-key")[1])
        git(ground, "add", "--all")
        ran = shell("pre-commit run", ground)
        assert ran.returncode == 1
        assert "Intercom API Key" in ran.stdout
        assert "Intercom Client Secret" not in ran.stdout


def test_the_page_has_blocks_of_each_kind():
    assert [kind for kind, _ in BLOCKS].count("sh") == 5
    assert {kind for kind, _ in BLOCKS} == {"sh", "python", "yaml"}
