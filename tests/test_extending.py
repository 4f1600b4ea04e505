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
def tree(tmp_path: Path, unmeasured: None) -> Path:
    """A copy of the code and of the tests of rules."""
    copy = tmp_path / "tree"
    leave = shutil.ignore_patterns("__pycache__", "*.egg-info")
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, copy / name, ignore=leave)
    shutil.copy(ROOT / "pyproject.toml", copy)
    return copy


def python(
    tree: Path, *arguments: str, given: str = "", place: Path | None = None
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PYTHONPATH": str(tree / "src"), "PYTHONDONTWRITEBYTECODE": "1"}
    return subprocess.run(
        [sys.executable, *arguments], cwd=place or tree, env=environment, capture_output=True,
        check=False, input=given, text=True,
    )  # fmt: skip


def scanner(tree: Path, *arguments: str, code: int = 0, place: Path | None = None) -> str:
    done = python(tree, "-m", "intercom_scan", *arguments, place=place)
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout


def rules_found(tree: Path, place: Path, *arguments: str) -> list[str]:
    report = json.loads(scanner(tree, "--format", "json", *arguments, code=1, place=place))
    return [finding["rule"] for finding in report["findings"]]


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
    assert re.findall(r"^\d\.", form, re.MULTILINE) == ["1.", "2.", "3."]
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


def add_named_kind(tree: Path, *changes: tuple[str, str]) -> None:
    """A module alone: values of 32 hex digits, under names that end in a word of their own."""
    module = RULE
    for old, new in (
        ("    contextual=False,\n", ""),
        ('(b"kiosk-",)', '(b"intercom",)'),
        ('rb"kiosk-[0-9a-f]{32}"', 'rb"[0-9a-f]{32}"'),
        ('b"kiosk-" + ', ""),
        ('.partition(b"-")[2]', ""),
        ('r"intercom_kiosk_key"', 'r"intercom_(?:.+_)?kiosk_code"'),
        ("kiosk.open", "intercom_kiosk_code = "),
        *changes,
    ):
        assert old in module
        module = module.replace(old, new)
    (tree / "src/intercom_scan/rules/kiosk_key.py").write_text(module, encoding="utf-8")


NAMED = {
    "dotenv": "INTERCOM_KIOSK_CODE=VALUE\n",
    "camel": "const intercomMainKioskCode = 'VALUE';\n",
    "section": "intercom:\n  kiosk_code: VALUE\n",
    "far": "intercom_kiosk_code = [\n  'VALUE',\n]\n",
    "large": "\n" * (1 << 17) + "intercom_kiosk_code: VALUE\n",
    "by-shape": f"intercom_kiosk_code({' ' * 600}'VALUE')\n",
    "large-by-shape": "\n" * (1 << 17) + f"intercom_kiosk_code({' ' * 600}'VALUE')\n",
}
LOOK = """
import sys
from intercom_scan import scan_bytes
findings = scan_bytes(sys.stdin.buffer.read())
print(*(f"{found.rule.id}={found.secret.decode()}" for found in findings))
"""


def test_a_new_kind_that_needs_a_name_is_found_by_it(tree: Path) -> None:
    """Its nouns and lengths are those of no other kind, and nothing else says them."""
    add_named_kind(tree)
    place = tree.parent / "place"
    place.mkdir()
    values = {name: os.urandom(16).hex() for name in NAMED}
    for name, text in NAMED.items():
        data = text.replace("VALUE", values[name])
        (place / name).write_text(data, encoding="utf-8")
        found = python(tree, "-c", LOOK, given=data)
        assert found.stdout.split() == [f"intercom-kiosk-key={values[name]}"], name
    assert rules_found(tree, place) == ["intercom-kiosk-key"] * len(NAMED)
    for arguments in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"], ["rm", "-q", "*"],
                      ["commit", "-qm", "b"]):  # fmt: skip
        identity = ("-c", "user.name=a", "-c", "user.email=a@example.test")
        subprocess.run(["git", "-C", str(place), *identity, *arguments], check=True)
    assert rules_found(tree, place, "--history") == ["intercom-kiosk-key"] * len(NAMED)
    assert "found   intercom-kiosk-key in " in scanner(tree, "self-test", "--verbose")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("kiosk_code", "kiosk[0-9]"), "words of small letters"),
        (("kiosk_code", "kiosk_url"), "is no credential's"),
        (("intercom_(?:.+_)?kiosk_code", "kiosk_code"), "is read as `intercom_kiosk_code`"),
        (("kiosk_code", "prod_code"), "is read as `intercom_code`"),
        (("random_hex(32)", "random_hex(12)"), "its sample is not looked for"),
    ],
)
def test_a_kind_that_cannot_be_found_is_refused(
    tree: Path, change: tuple[str, str], said: str
) -> None:
    """At import, and the message names the kind."""
    add_named_kind(tree, change)
    done = python(tree, "-c", "import intercom_scan.rules")
    assert done.returncode == 1
    assert "intercom-kiosk-key" in done.stderr
    assert said in done.stderr


def test_a_new_format_is_one_module_and_its_name(tree: Path) -> None:
    (tree / "src/intercom_scan/reporters/count.py").write_text(FORMAT, encoding="utf-8")
    registry = tree / "src/intercom_scan/reporters/__init__.py"
    text = registry.read_text(encoding="utf-8")
    assert text.count('"sarif", ') == 1
    registry.write_text(text.replace('"sarif", ', '"sarif", "count", '), encoding="utf-8")
    place = tree.parent / "a.txt"
    place.write_text("nothing\n", encoding="utf-8")
    assert scanner(tree, "--format", "count", str(place)) == "0 counted\n"
    scanner(tree, "--format", f"count:{tree.parent / 'report'}", str(place))
    assert (tree.parent / "report").read_text(encoding="utf-8") == "0 counted\n"
    assert "count" in scanner(tree, "scan", "--help")
