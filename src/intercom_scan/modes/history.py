"""Everything that is reachable from a commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.git import resolve
from intercom_scan.history.graph import EVERYTHING
from intercom_scan.modes import Mode
from intercom_scan.modes.collecting import Collected, Settings
from intercom_scan.modes.objects import objects_of, traced
from intercom_scan.sources import listing

if TYPE_CHECKING:
    from intercom_scan.api import Request
    from intercom_scan.git import Repository


def scan(request: Request, repository: Repository | None, settings: Settings) -> Collected:
    """Everything reachable from the request's revision, HEAD where it has none."""
    assert repository is not None
    collected = Collected()
    skips = listing.shallow(repository)
    commit = resolve(repository, request.revision or "HEAD")
    objects = objects_of(repository, settings)
    before = len(skips)
    with listing.reachable(repository.git, commit, skips) as read:
        tally = objects.read(read)
    if len(skips) > before:
        with listing.reachable_past_holes(repository.git, commit, skips) as read:
            tally = objects.read(read)
    collected.tally.add(tally)
    return traced(collected, objects, [], (commit, *EVERYTHING), skips, everything=False)


MODE = Mode(scan, env="history", empty="the repository has no objects yet")
