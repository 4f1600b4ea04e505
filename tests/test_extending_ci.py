"""A new CI service is one row: done in a copy of the tree, with a made-up one."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.ci.running import ci, fetched, head, leak, origin
from tests.test_extending import ROOT, python, scanner
from tests.test_extending_hooks import put, steps, tree

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["tree"]  # a fixture of the other page

ROW = """TOWER = Service(
    "tower", "Tower CI", "TOWER_CI", "TOWER_DIR", ("clone:", "  depth: 0"),
    head=("TOWER_COMMIT",), request=("TOWER_REQUEST",), bases=("TOWER_TARGET_COMMIT",),
)

"""
PAGE = "from tests.pages import renewed; print(renewed('services')[2])"


def add_service(tree: Path) -> None:
    """The first step."""
    services = tree / "src/intercom_scan/ci/services.py"
    put(services, "SERVICES = {\n", ROW)
    put(services, "PLAIN)\n}", "TOWER, ")


def test_a_new_service_is_one_row(tree: Path, tmp_path: Path) -> None:
    add_service(tree)
    made = origin(tmp_path)
    made.git("checkout", "--quiet", "-b", "topic")
    leak(made, "new.txt")
    place = fetched(made, "heads/topic", "--depth=1")
    env = {"TOWER_CI": "1", "TOWER_DIR": str(place), "TOWER_COMMIT": head(place)}

    def scanned(*options: str, **more: str) -> str:
        ran = ci(place, *options, env={**env, **more, "PYTHONPATH": str(tree / "src")})
        assert ran.code == 1, ran.said
        assert "1 secret" in ran.out
        return ran.out

    assert scanned().startswith("Tower CI, a branch or tag: ")
    request = {"TOWER_REQUEST": "7", "TOWER_TARGET_COMMIT": head(made.path, "main")}
    brought = scanned("--mode=changes", **request)
    assert brought.startswith("Tower CI, a merge request: ")
    assert "1 commit," in brought
    told = " ".join(scanner(tree, "ci", "--help").split())
    assert "Bitbucket Pipelines and Tower CI by their variables" in told
    assert "|bitbucket|tower|plain]" in told
    assert "| Tower CI | `tower` | `TOWER_CI` |" in python(tree, "-c", PAGE).stdout


def test_the_steps_are_those_of_the_page() -> None:
    first, second, third = steps("Add a CI service")
    assert "`src/intercom_scan/ci/services.py`, and its name in `SERVICES`" in first
    assert "`<!-- run: NAME -->`" in second
    [file] = re.findall(r"`(tests/\S+\.py)`", third)
    assert "def variables(" in (ROOT / file).read_text(encoding="utf-8")
