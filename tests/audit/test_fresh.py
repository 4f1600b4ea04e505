"""Projects that were written without a look at the audit's code, as docs/evaluation.md says.

Each file of `fresh/` has some: `=== CHECK safe|unsafe NAME` begins a project, `--- PATH` a file.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.audit.texts import answered

FOLDER = Path(__file__).parent / "fresh"


class Fresh(NamedTuple):
    """A project, and what a check has to say of it."""

    check: str
    kind: str
    name: str
    files: dict[str, str]


def _read(text: str) -> list[Fresh]:
    found = []
    for project in re.split(r"^=== ", text, flags=re.MULTILINE)[1:]:
        head, *files = re.split(r"^--- ", project, flags=re.MULTILINE)
        check, kind, name = head.split()
        parted = (each.partition("\n") for each in files)
        found.append(Fresh(check, kind, name, {path: data for path, _, data in parted}))
    return found


ALL = [each for path in sorted(FOLDER.glob("*.txt")) for each in _read(path.read_text("utf-8"))]


def test_there_are_enough_of_both_kinds() -> None:
    kinds = [each.kind for each in ALL]
    assert kinds.count("unsafe") >= 145
    assert kinds.count("safe") >= 55


@pytest.mark.parametrize("fresh", ALL, ids=lambda each: f"{each.check}-{each.name}")
def test_the_unsafe_fail_and_the_safe_do_not(fresh: Fresh) -> None:
    answer = answered(fresh.files, fresh.check).answer
    assert answer == "fail" if fresh.kind == "unsafe" else answer in ("pass", "not-applicable")
