"""What the ways of scanning that read git's objects share."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan import git as git_module
from intercom_scan import waiting
from intercom_scan.history.objects import Objects
from intercom_scan.history.tracing import Trace
from intercom_scan.sources import stores

if TYPE_CHECKING:
    from intercom_scan.finding import Skip
    from intercom_scan.git import Repository
    from intercom_scan.modes.collecting import Collected, Settings
    from intercom_scan.sources.index import Entry


def objects_of(repository: Repository, settings: Settings) -> Objects:
    """A repository's objects, to be read. Raises GitError where git is too old, or would wait."""
    git_module.version(repository.git)
    if (fifo := waiting.fifo_in_store(os.fsencode(repository.git_dir))) is not None:
        raise git_module.waits_for(fifo)  # most gits of a history answer when they like
    return Objects(repository, settings.detector, settings.jobs, settings.progress)


def traced(
    collected: Collected,
    objects: Objects,
    entries: list[Entry],
    start: tuple[str, ...],
    skips: list[Skip],
    *,
    everything: bool,
) -> Collected:
    """The same with the places of what was found; `start` as `Trace` has it."""
    if objects.hits or objects.names:
        objects.progress.doing = "looking for the commits that hold what was found"
    collected.tree_names |= objects.names_read
    refs = stores.refs(objects.repository)
    trace = Trace(objects, refs, entries, start, everything)
    collected.occurrences += trace.occurrences()
    collected.skips.extend(skips + trace.skips)
    return collected
