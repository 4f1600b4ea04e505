"""The linters of workflows, on `action.yml`, the workflows, and all examples."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.action import examples
from tests.action.host import ROOT

pytestmark = pytest.mark.second_tier
BIN = Path(sys.executable).parent
ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
ACTIONLINT = shutil.which("actionlint") or shutil.which("actionlint", path=BIN)


def passes(*command: str | Path) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="module")
def all_examples(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    return examples.written(tmp_path_factory.mktemp("repository") / ".github" / "workflows")


def test_zizmor() -> None:
    passes(BIN / "zizmor", "--offline", "--persona=pedantic", "--quiet", ROOT)


def test_zizmor_on_the_examples(all_examples: list[Path]) -> None:
    passes(BIN / "zizmor", "--offline", "--quiet", *all_examples)


def test_the_schemas(all_examples: list[Path]) -> None:
    check = BIN / "check-jsonschema"
    passes(check, "--builtin-schema", "vendor.github-actions", ACTION)
    passes(check, "--builtin-schema", "vendor.github-workflows", *WORKFLOWS, *all_examples)


if ACTIONLINT:  # it is not among the packages of Python; .ci/run installs it where there is a Go
    COMMAND = ACTIONLINT

    def test_actionlint(all_examples: list[Path]) -> None:
        passes(COMMAND)
        passes(COMMAND, *all_examples)
