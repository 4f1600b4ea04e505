"""The `.env` files of a repository: alone, or beside what another way of scanning reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.modes import Mode
from intercom_scan.modes.collecting import Collected, Settings

if TYPE_CHECKING:
    from intercom_scan.api import Request
    from intercom_scan.env.model import Outcome
    from intercom_scan.git import Repository


def scan(request: Request, repository: Repository | None, settings: Settings) -> Collected:
    """What is wrong with the `.env` files of the working tree, the index and HEAD."""
    collected = Collected()
    outcome = add("env", request, repository, settings, collected)
    collected.tally.objects, collected.tally.bytes = outcome.files, outcome.bytes
    return collected


def add(
    way: str, request: Request, repository: Repository | None, settings: Settings,
    collected: Collected,
) -> Outcome:  # fmt: skip
    """Add what is wrong with those that a scan has in view, by a way that `checking` knows."""
    from intercom_scan.env import checking  # noqa: PLC0415 many scans are told to leave it out

    assert repository is not None
    outcome = checking.check(
        way, repository, settings.policy, settings.detector,
        paths=request.paths, revision=request.revision, names=collected.tree_names,
    )  # fmt: skip
    collected.findings += outcome.findings
    collected.tally.skips += outcome.skips
    return outcome


MODE = Mode(scan, needs="tree")
