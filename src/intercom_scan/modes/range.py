"""What some commits bring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.errors import UsageError
from intercom_scan.git import resolve
from intercom_scan.history.graph import EVERYTHING
from intercom_scan.modes import Mode
from intercom_scan.modes.collecting import Collected, Settings
from intercom_scan.modes.objects import objects_of, traced
from intercom_scan.rules import path_names_intercom
from intercom_scan.sources import listing
from intercom_scan.sources.listing import Span

if TYPE_CHECKING:
    from intercom_scan.api import Request
    from intercom_scan.git import Repository


def scan(request: Request, repository: Repository | None, settings: Settings) -> Collected:
    """What the commits reachable from B and not from A bring, for `A..B`."""
    assert repository is not None
    revisions = request.revision or ""
    old, dots, new = revisions.partition("..")
    if not dots or not old or new.startswith("."):
        raise UsageError(f"{revisions!r} is not a range: write it as A..B")
    span = Span([resolve(repository, new or "HEAD")], [resolve(repository, old)])
    collected = Collected()
    skips = listing.shallow(repository)
    objects = objects_of(repository, settings)
    brought = listing.brought(repository.git, span, skips, path_names_intercom)
    objects.expect(brought.telling)
    with listing.named(repository.git, brought.ids, skips) as read:
        collected.tally.add(objects.read(read))
    objects.look_at_names(brought.names)
    # A secret's life need not end with the range: what else is not in A counts too.
    start = (*span.lines, *EVERYTHING)
    return traced(collected, objects, [], start, skips, everything=False)


MODE = Mode(scan, env="range", empty="the range has no commit: is it the right way round?")
