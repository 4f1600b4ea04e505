"""A new place to look is one module: done in a copy of the tree, with a made-up one."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest

from intercom_scan import modes
from intercom_scan.errors import UsageError
from intercom_scan.modes import Mode
from tests.test_extending import ROOT, python, tree

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["tree"]  # a fixture of the other page

SOURCE = '''"""What lies in the drawer of a directory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.modes import Mode
from intercom_scan.modes.collecting import Collected, Settings

if TYPE_CHECKING:
    from intercom_scan.api import Request
    from intercom_scan.git import Repository


def scan(request: Request, _: Repository | None, settings: Settings) -> Collected:
    collected = Collected()
    for file in (request.paths[0] / "drawer").glob("*"):
        data = file.read_bytes()
        collected.text(settings.detector.look(data), "file", file.name.encode())
        collected.tally.objects += 1
        collected.tally.bytes += len(data)
    return collected


MODE = Mode(scan, needs=None, empty="the drawer is empty")
'''
SCAN = """
import sys
from pathlib import Path
from intercom_scan import Request, scan
from intercom_scan.reporters import FORMATS, Options
result = scan(Request("bottom-drawer", (Path(sys.argv[2]),)))
FORMATS[sys.argv[1]](result, sys.stdout, Options())
"""
SAMPLE = "from intercom_scan.rules import RULES; print(RULES[0].sample().decode())"


def add_source(tree: Path) -> None:
    """The one step."""
    (tree / "src/intercom_scan/modes/bottom_drawer.py").write_text(SOURCE, encoding="utf-8")


def report(tree: Path, form: str, place: Path) -> str:
    done = python(tree, "-c", SCAN, form, str(place))
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_new_source_is_one_module(tree: Path, tmp_path: Path) -> None:
    add_source(tree)
    drawer = tmp_path / "place" / "drawer"
    drawer.mkdir(parents=True)
    empty = json.loads(report(tree, "json", drawer.parent))["scan"]
    assert [skip["reason"] for skip in empty["skipped"]] == ["the drawer is empty"]
    (drawer / "a.txt").write_text(python(tree, "-c", SAMPLE).stdout, encoding="utf-8")

    written = json.loads(report(tree, "json", drawer.parent))
    assert (written["scan"]["mode"], written["scan"]["objects"]) == ("bottom-drawer", 1)
    [found] = written["findings"]
    assert (found["path"], found["line"], found["status"]) == ("a.txt", 1, "new")
    assert "a.txt:1:1" in report(tree, "text", drawer.parent)
    run = json.loads(report(tree, "sarif", drawer.parent))["runs"][0]
    assert [result["ruleId"] for result in run["results"]] == [found["rule"]]


NAMES = [
    file.stem.replace("_", "-")
    for file in (ROOT / "src/intercom_scan/modes").glob("*.py")
    if re.search(r"^MODE = ", file.read_text(encoding="utf-8"), re.MULTILINE)
]


@pytest.mark.parametrize("name", NAMES)
def test_every_way_of_scanning_goes_by_its_module_s_name(name: str) -> None:
    assert isinstance(modes.by_name(name), Mode)


def test_the_library_s_page_has_every_way_of_scanning() -> None:
    page = (ROOT / "docs/library.md").read_text(encoding="utf-8")
    row = next(line for line in page.splitlines() if line.startswith('| `mode` | `str` | `"'))
    assert sorted(re.findall(r'`"([a-z-]+)"`', row)) == sorted(NAMES)


@pytest.mark.parametrize("name", ["collecting", "objects", "no-such", "", "a.b", "..api"])
def test_what_is_no_way_of_scanning(name: str) -> None:
    with pytest.raises(UsageError, match="is no way of scanning"):
        modes.by_name(name)
