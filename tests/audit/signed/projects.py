"""What is known of the handlers in a few files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.signed.judging import judge
from tests.audit.texts import project

if TYPE_CHECKING:
    from intercom_scan.audit.signed.judging import Judged, Kind


def judged(files: dict[str, str], kind: Kind) -> list[Judged]:
    """What is known of each handler in these files."""
    modules = project(files).modules
    return [each for path in modules.code for each in judge(modules, path, kind)]


def said(files: dict[str, str], kind: Kind) -> tuple[set[str], set[str]]:
    """The words for what is wrong, and for where the trail ends."""
    found = judged(files, kind)
    assert found, "no handler was found"
    wrong = {words for each in found for _, words in each.wrong}
    return wrong, {words for each in found for _, words in each.lost}
