"""Repositories that are audited: made of a few files at run time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from click.testing import CliRunner

from intercom_scan.api import Request
from intercom_scan.audit import running
from intercom_scan.audit.checks import CHECKS
from intercom_scan.audit.project import Project
from intercom_scan.cli.group import cli
from intercom_scan.fakes.ground import Ground

if TYPE_CHECKING:
    from pathlib import Path

    from intercom_scan.audit.model import Outcome


def repository(place: Path, files: dict[str, str]) -> Ground:
    """A repository with one commit of these files."""
    ground = Ground(place)
    for path, text in files.items():
        target = ground.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, encoding="utf-8")
    ground.git("add", "--all", "--force")
    ground.git("commit", "--quiet", "--allow-empty", "--message", "all of it")
    return ground


def asked(place: Path, check: str) -> Outcome:
    """What a check answers of the repository in a directory."""
    ((_, outcome),) = running.answers(Project(Request(paths=(place,))), [CHECKS[check]])
    return outcome


def told(outcome: Outcome) -> list[str]:
    """The evidence as `path:line: message`."""
    return [f"{each.path}:{each.line}: {each.message}" for each in outcome.evidence]


def explained(*arguments: str) -> str:
    """What `explain` prints, in this process."""
    ran = CliRunner().invoke(cli, ["explain", *arguments], catch_exceptions=False)
    assert ran.exit_code == 0
    return ran.stdout
