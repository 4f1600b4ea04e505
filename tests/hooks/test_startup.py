"""What a hook with nothing to find loads: its user waits for all of it at each commit."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from intercom_scan.fakes.ground import Ground
from tests.test_startup import DEAR

# What a change that has nothing to do with Intercom needs no part of.
CHECKING = ("ast_grep_py", "intercom_scan.audit.checks", "intercom_scan.audit.syntax")

CODE = """
import sys
before = set(sys.modules)
from intercom_scan.hooks.{} import main
assert main({!r}) == 0
print(*set(sys.modules) - before)
"""


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        ("secrets", []),
        ("secrets", ["--", "README.md"]),
        ("commit_msg", ["--", "README.md"]),
        ("audit", []),
        ("audit", ["--", "a.py"]),
    ],
    ids=["staged", "named", "message", "audit of staged", "audit of named"],
)
def test_nothing_dear(tmp_path, module, arguments):
    ground = Ground(tmp_path / "repository")
    ground.write("a.py", b"print(1)\n")
    ground.git("add", ".")
    done = subprocess.run(
        [sys.executable, "-c", CODE.format(module, arguments)], cwd=ground.path, check=True,
        env=dict(os.environ), capture_output=True, text=True,
    )  # fmt: skip
    loaded = done.stdout.split()
    assert "intercom_scan.detector" in loaded
    assert [name for name in loaded if name.startswith((*DEAR, *CHECKING))] == []
