"""CONTRIBUTING's steps, done in a copy of the tree with a made-up kind and a made-up format."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

RULE = '''"""Made-up kiosk keys: `kiosk-` and 32 hex digits."""

from __future__ import annotations

from intercom_scan.rules.model import Credential, Severity
from intercom_scan.rules.values import random_digits, random_hex


def check(value: bytes) -> bytes | None:
    return value if random_digits(value.partition(b"-")[2]) else None


def sample() -> bytes:
    return b"kiosk-" + random_hex(32).encode()


RULE = Credential(
    id="intercom-kiosk-key",
    title="Intercom Kiosk Key",
    severity=Severity.HIGH,
    names=(r"intercom_kiosk_key",),
    shape=rb"kiosk-[0-9a-f]{32}",
    check=check,
    opens="Every kiosk.",
    rotation=("Press the red button.",),
    needles=(b"kiosk-",),
    sample=sample,
    example='kiosk.open("{}")',
    contextual=False,
)
'''
FIND = '''

def find(data: bytes) -> Iterator[Match]:
    """Every key in `data`."""
    for hit in re.finditer(rb"kiosk-[0-9a-f]{32}(?![0-9a-z])", data):
        if secret := check(hit[0]):
            yield Match(RULE, secret, *hit.span())
'''
CASES = '''"""What is, and what is not, a kiosk key."""

import pytest

from intercom_scan.rules.kiosk_key import RULE
from tests.rules.cases import assert_flagged, assert_quiet, params

FLAGGED = {"call": 'kiosk.open("VALUE")', "dotenv": "INTERCOM_KIOSK_KEY=VALUE"}
IGNORED = {"longer": "VALUEabcdef"}


@pytest.mark.parametrize("case", params(FLAGGED))
def test_flagged(case):
    assert_flagged(case, RULE)


@pytest.mark.parametrize("case", params(IGNORED))
def test_ignored(case):
    assert_quiet(case, RULE.sample())
'''
FORMAT = '''"""The count format: how many secrets there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from intercom_scan.finding import ScanResult
    from intercom_scan.reporters.model import Options


def render(result: ScanResult, out: TextIO, options: Options) -> None:
    out.write(f"{len(result.findings)} counted\\n")
'''


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the code and of the tests of rules."""
    copy = tmp_path / "tree"
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def python(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    # What runs of the copy is no coverage of the original.
    kept = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE")}
    environment = kept | {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=tree, env=environment, capture_output=True, text=True,
        check=False,
    )  # fmt: skip


def scanner(tree: Path, *arguments: str, code: int = 0) -> str:
    done = python(tree, "-m", "intercom_scan", *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def add_kind(tree: Path) -> None:
    """Step 1 and step 2."""
    line = "from intercom_scan.rules.model import Credential, Severity"
    head = f"import re\nfrom typing import TYPE_CHECKING\n\n{line.replace(',', ', Match,')}"
    module = RULE.replace(line, head, 1)
    block = "\nif TYPE_CHECKING:\n    from collections.abc import Iterator\n\n\ndef check("
    module = module.replace("\n\ndef check(", block, 1) + FIND
    (tree / "src/intercom_scan/rules/kiosk_key.py").write_text(module, encoding="utf-8")
    (tree / "tests/rules/test_kiosk_key.py").write_text(CASES, encoding="utf-8")


def test_the_steps_are_those_of_the_page() -> None:
    kind = CONTRIBUTING.partition("## Add a kind of credential")[2].partition("\n## ")[0]
    assert re.findall(r"^\d\.", kind, re.MULTILINE) == ["1.", "2."]
    assert "`src/intercom_scan/rules/`" in kind
    assert "`tests/rules/test_<module>.py`" in kind
    form = CONTRIBUTING.partition("## Add a report format")[2].partition("\n## ")[0]
    assert re.findall(r"^\d\.", form, re.MULTILINE) == ["1.", "2."]
    assert "`src/intercom_scan/reporters/`" in form
    assert "`FORMATS` in `reporters/__init__.py`" in form


def test_a_new_kind_is_everywhere(tree: Path) -> None:
    add_kind(tree)
    assert "intercom-kiosk-key" in scanner(tree, "rules")
    assert "Press the red button." in scanner(tree, "explain", "intercom-kiosk-key")
    assert "found   intercom-kiosk-key in " in scanner(tree, "self-test", "--verbose")

    place = tree.parent / "place"
    place.mkdir()
    key = python(
        tree, "-c", "from intercom_scan.rules import kiosk_key as k; print(k.sample().decode())"
    )
    (place / "a.txt").write_text(f"kiosk.open('{key.stdout.strip()}')\n", encoding="utf-8")
    sarif = json.loads(scanner(tree, "--format", "sarif", str(place), code=1))["runs"][0]
    assert "intercom-kiosk-key" in [rule["id"] for rule in sarif["tool"]["driver"]["rules"]]
    assert [result["ruleId"] for result in sarif["results"]] == ["intercom-kiosk-key"]

    done = python(tree, "-m", "pytest", "-p", "no:cacheprovider", "tests/rules/test_kiosk_key.py")
    assert done.returncode == 0, done.stdout
    assert "3 passed" in done.stdout


def test_a_new_kind_that_needs_a_name_is_found_by_it(tree: Path) -> None:
    named = RULE.replace("    contextual=False,\n", "").replace('(b"kiosk-",)', '(b"intercom",)')
    named = named.replace('rb"kiosk-[0-9a-f]{32}"', 'rb"[0-9a-f]{64}"').replace('b"kiosk-" + ', "")
    named = named.replace("random_hex(32)", "random_hex(64)").replace('.partition(b"-")[2]', "")
    (tree / "src/intercom_scan/rules/kiosk_key.py").write_text(named, encoding="utf-8")
    (tree.parent / "a.env").write_text(
        f"INTERCOM_KIOSK_KEY={os.urandom(32).hex()}\n", encoding="utf-8"
    )
    report = json.loads(scanner(tree, "--format", "json", str(tree.parent / "a.env"), code=1))
    assert [finding["rule"] for finding in report["findings"]] == ["intercom-kiosk-key"]


def test_a_new_format_is_one_module_and_its_name(tree: Path) -> None:
    (tree / "src/intercom_scan/reporters/count.py").write_text(FORMAT, encoding="utf-8")
    registry = tree / "src/intercom_scan/reporters/__init__.py"
    text = registry.read_text(encoding="utf-8")
    assert text.count('"sarif")') == 1
    registry.write_text(text.replace('"sarif")', '"sarif", "count")'), encoding="utf-8")
    place = tree.parent / "a.txt"
    place.write_text("nothing\n", encoding="utf-8")
    assert scanner(tree, "--format", "count", str(place)) == "0 counted\n"
