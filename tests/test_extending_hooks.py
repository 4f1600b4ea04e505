"""CONTRIBUTING's steps for hooks and .env rules, done in a copy of the tree."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from intercom_scan.fakes.ground import Ground
from tests.test_extending import CONTRIBUTING, ROOT, python, scanner

if TYPE_CHECKING:
    from pathlib import Path

MODULE = '''"""`intercom-last`: the last commit."""

from __future__ import annotations

import sys

from intercom_scan import edge
from intercom_scan.api import Request
from intercom_scan.hooks import _shared


def main(argv=None):
    return edge.guarded(lambda: _run(argv))


def _run(argv):
    options = _shared.parse(_shared.parser("intercom-last", "The last commit."), argv)

    def request(**policy):
        return Request("range", revision="HEAD~1..HEAD", **policy)

    return _shared.run(options, request, lambda _findings: "take the commit back")


if __name__ == "__main__":
    sys.exit(main())
'''
ENTRY = """- id: intercom-last
  name: Intercom credentials in the last commit
  description: Finds Intercom credentials in what the last commit has brought here.
  entry: intercom-last
  language: python
  stages: [post-commit]
  pass_filenames: false
  always_run: true
  minimum_pre_commit_version: 3.2.0
"""
RULE = """SURGE = _upload(
    "env-surge-upload", "a Surge upload", ".surgeignore", "https://surge.sh/help/ignoring-files"
)

"""
IGNORER = '    Ignorer(b".surgeignore", rules.SURGE),\n'


@pytest.fixture
def tree(tmp_path: Path, unmeasured: None) -> Path:
    """A copy of the code, the tests and the pages, laid out as it is installed."""
    copy = tmp_path / "tree"
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("src", "tests", "docs", "hooks", "plugins"):
        shutil.copytree(ROOT / name, copy / name, ignore=leave)
    for name in ("hooks", "plugins"):
        (copy / "src/intercom_scan" / name).symlink_to(copy / name)
    for name in ("pyproject.toml", ".pre-commit-hooks.yaml", "README.md"):
        shutil.copy(ROOT / name, copy)
    return copy


def put(file: Path, before: str, text: str) -> None:
    """Put some text before another, which has to be there once."""
    content = file.read_text(encoding="utf-8")
    assert content.count(before) == 1
    file.write_text(content.replace(before, text + before), encoding="utf-8")


def steps(title: str) -> list[str]:
    section = CONTRIBUTING.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return re.findall(r"^\d\. (.*)", section, re.MULTILINE)


def manifest(tree: Path) -> str:
    ran = python(
        tree, "-m", "pytest", "-q", "-p", "no:cacheprovider", "tests/hooks/test_manifest.py"
    )
    assert ran.returncode in (0, 1), ran.stdout
    return ran.stdout


def test_a_new_hook(tree: Path) -> None:
    first, second, third = steps("Add a hook")
    assert "`hooks/` with a `main(argv=None)`" in first
    (tree / "hooks/last.py").write_text(MODULE, encoding="utf-8")
    place = Ground(tree.parent / "place")
    place.commit_file("a.txt", b"nothing\n")
    told = python(tree, "-c", HOOK, str(place.path), "-v")
    assert told.returncode == 0, told.stdout + told.stderr
    assert "1 commit" in told.stdout

    assert re.findall("`([^`]+)`", second) == [
        "intercom-", "[project.scripts]", "pyproject.toml", ".pre-commit-hooks.yaml",
    ]  # fmt: skip
    line = 'intercom-last = "intercom_scan.hooks.last:main"\n'
    put(tree / "pyproject.toml", "\n[tool.setuptools]\n", line)
    assert "FAILED" in manifest(tree)
    put(tree / ".pre-commit-hooks.yaml", "- id: intercom-detect-secrets\n", ENTRY)
    row = "| `intercom-last` | post-commit | The last commit. |\n"
    put(tree / "docs/hooks.md", "| `intercom-detect-secrets` | ", row)
    assert "FAILED" in manifest(tree)
    assert "`STAGES` in `tests/hooks/test_manifest.py`" in third
    stage = '    "intercom-last": ["post-commit"],\n'
    put(tree / "tests/hooks/test_manifest.py", '    "intercom-detect-secrets": [', stage)
    assert "FAILED" not in manifest(tree)


HOOK = """
import os, sys
os.chdir(sys.argv[1])
from intercom_scan.hooks.last import main
sys.exit(main(sys.argv[2:]))
"""


def test_a_new_env_rule(tree: Path) -> None:
    first, second = steps("Add an .env rule")
    assert "`src/intercom_scan/rules/hygiene.py`, and its name in `HYGIENE`" in first
    rules = tree / "src/intercom_scan/rules/hygiene.py"
    put(rules, "HYGIENE: tuple[Rule, ...] = (\n", RULE)
    put(rules, "    VERCEL,\n    READABLE,\n", "    SURGE,\n")
    assert "env-surge-upload" in scanner(tree, "rules")
    assert "Exclude the file in .surgeignore." in scanner(tree, "explain", "env-surge-upload")

    named = re.findall(r"`([a-z]+\.py)`", second)
    assert all((tree / "src/intercom_scan/env" / name).is_file() for name in named)
    assert named[-1] == "uploads.py"
    put(tree / "src/intercom_scan/env/uploads.py", '    Ignorer(b".gcloudignore", ', IGNORER)
    place = Ground(tree.parent / "place")
    place.write(".gitignore", b".env\n.env.local\n.env.*.local\n")
    place.write(".env", b"DEBUG=1\n").chmod(0o600)
    place.write(".surgeignore", b"dist\n")
    said = scanner(tree, "env", "-q", "--fail-on", "info", str(place.path), code=1)
    assert "An .env file goes into a Surge upload (.surgeignore does not leave it out)" in said
    place.write(".surgeignore", b".env\n")
    scanner(tree, "env", "-q", "--fail-on", "info", str(place.path))

    made = "from tests.pages import renewed; print(renewed('env-rules')[2])"
    page = python(tree, "-c", made).stdout
    assert "| `env-surge-upload` | An .env file goes into a Surge upload | up to low |" in page
