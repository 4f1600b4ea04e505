"""docs/env.md says what is, and its blocks run."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from intercom_scan.env.naming import classify
from intercom_scan.policy import Policy, load
from intercom_scan.policy.model import ENV_ENTRIES
from tests.env.building import ENTRIES, Place, problems
from tests.integration.running import git

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "env.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```(\w+)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
YAML = [text for language, text in BLOCKS if language == "yaml"]


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path / "repository", ignored=False)


def test_every_block_is_known():
    assert [language for language, _ in BLOCKS] == ["sh", "yaml", "yaml"]


def test_the_commands_run(place):
    (text,) = [text for language, text in BLOCKS if language == "sh"]
    program = f"{sys.executable} -m intercom_scan"
    codes = []
    for line in text.splitlines():
        command = line.partition("#")[0].replace("intercom-scan", program)
        done = subprocess.run(["bash", "-c", command], cwd=place.path, check=False)
        codes.append(done.returncode)
    assert codes == [1, 0]
    assert (place.path / ".gitignore").read_bytes() == ENTRIES


def test_the_configuration_does_what_the_page_says(place):
    text = YAML[0].encode()
    assert load({".intercom-scan.yaml": text}.get) != Policy()
    place.write(".gitignore", ENTRIES)
    place.add(".env.vault", b"A=1\n")
    place.add(".env.test", b"A=1\n")
    place.write(".env.local", b"A=1\n").chmod(0o644)
    assert ("env-file-tracked", ".env.vault") in problems(place.path)
    place.write(".intercom-scan.yaml", text)
    assert problems(place.path) == {
        ("env-gitignore-entry", ".gitignore"): "high",
        ("env-world-readable", ".env.local"): "low",
    }


def test_the_hook_runs_under_pre_commit(place):
    """From a hook repository that has this entry; what is installed stands in for its build."""
    entry = (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    (manifest,) = re.findall(r"^- id: intercom-env\n(?:  .*\n)+", entry, re.MULTILINE)
    local = manifest.replace("language: python", "language: system").replace("\n", "\n    ")
    local = local.replace(
        "entry: intercom-env", f"entry: {sys.executable} -m intercom_scan.hooks.env"
    )
    assert "- id: intercom-env" in YAML[1]
    config = f"repos:\n- repo: local\n  hooks:\n    {local.rstrip()}\n"
    place.write(".pre-commit-config.yaml", config.encode())
    place.write(".gitignore", ENTRIES)
    place.git("add", ".")
    assert pre_commit(place) == 0
    place.add("api/.env", b"A=1\n")
    assert pre_commit(place) == 1
    git(place.path, "rm", "-q", "--cached", "api/.env")
    assert pre_commit(place) == 0


def pre_commit(place: Place) -> int:
    home = place.path.parent / "pre-commit"
    done = subprocess.run(
        [sys.executable, "-m", "pre_commit", "run", "--all-files"], cwd=place.path, check=False,
        capture_output=True, env={**os.environ, "PRE_COMMIT_HOME": str(home)},
    )  # fmt: skip
    assert done.returncode in (0, 1), done.stdout
    return done.returncode


def test_the_names_on_the_page():
    (names,) = re.findall(r"^\*\*By name\.\*\* (.*)$", PAGE, re.MULTILINE)
    env, templates, perhaps = re.split(r"(?<=\.) (?=`\.env\.example|`\.envrc)", names)
    assert {classify(n.encode()) for n in re.findall(r"`(\.env[^`…]*)`", env)} == {"env", "backup"}
    endings = re.findall(r"`(?:\.env)?\.([a-z]+)`", templates)
    assert {classify(f".env.{ending}".encode()) for ending in endings} == {"template"}
    assert len(endings) > 7
    assert {classify(n.encode()) for n in re.findall(r"`([^`]+)`", perhaps)} == {"perhaps"}
    assert all(f"`{entry}`" in PAGE for entry in ENV_ENTRIES)
