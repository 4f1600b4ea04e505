"""Commits, and everything that a repository holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan import git as git_module
from intercom_scan.errors import GitError, UsageError
from intercom_scan.finding import Skip
from intercom_scan.git import Repository, resolve
from intercom_scan.history.attribution import EVERYTHING
from intercom_scan.history.objects import Objects
from intercom_scan.history.tracing import Trace
from intercom_scan.modes.collecting import Collected, Settings, look_at_paths
from intercom_scan.rules import path_names_intercom
from intercom_scan.sources import index, listing, looking, stores
from intercom_scan.sources.listing import Span

if TYPE_CHECKING:
    from pathlib import Path

    from intercom_scan.sources.index import Entry


def scan_range(repository: Repository, revisions: str, settings: Settings) -> Collected:
    """What the commits reachable from B and not from A bring, for `A..B`."""
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
    return _traced(collected, objects, [], start, skips, everything=False)


def scan_history(repository: Repository, revision: str, settings: Settings) -> Collected:
    """Everything reachable from a commit."""
    collected = Collected()
    skips = listing.shallow(repository)
    commit = resolve(repository, revision)
    objects = objects_of(repository, settings)
    before = len(skips)
    with listing.reachable(repository.git, commit, skips) as read:
        tally = objects.read(read)
    if len(skips) > before:
        with listing.reachable_past_holes(repository.git, commit, skips) as read:
            tally = objects.read(read)
    collected.tally.add(tally)
    return _traced(collected, objects, [], (commit, *EVERYTHING), skips, everything=False)


def scan_all_history(
    repository: Repository, settings: Settings, seen: set[Path] | None = None
) -> Collected:
    """Everything that the repository still holds, and its submodules' unless they are `seen`."""
    seen = {repository.common_dir} if seen is None else seen
    collected = Collected()
    skips = [*listing.shallow(repository), *stores.packs_without_index(repository)]
    objects = objects_of(repository, settings)
    connectivity = listing.Connectivity(repository)
    connectivity.start()
    if settings.progress.watched:
        settings.progress.total = listing.counted(repository.git, settings.progress.known)
    try:
        with listing.every_object(repository.git, skips) as read:
            collected.tally.add(objects.read(read))
        entries = _all_entries(repository, collected)
        _beside_objects(repository, entries, collected, settings)
        _traced(collected, objects, entries, EVERYTHING, skips, everything=True)
        collected.skips.extend(connectivity.finish())
    finally:
        connectivity.stop()
    for found in stores.submodules(repository, entries, seen):
        if isinstance(found, Skip):
            collected.skips.append(found)
        else:
            path, inner = found
            collected.add(scan_all_history(inner, settings, seen), path + b"/")
    return collected


def objects_of(repository: Repository, settings: Settings) -> Objects:
    """A repository's objects, to be read. Raises GitError where git is too old."""
    git_module.version(repository.git)
    return Objects(repository, settings.detector, settings.jobs, settings.progress)


def _traced(
    collected: Collected,
    objects: Objects,
    entries: list[Entry],
    start: tuple[str, ...],
    skips: list[Skip],
    *,
    everything: bool,
) -> Collected:
    if objects.hits or objects.names:
        objects.progress.doing = "looking for the commits that hold what was found"
    collected.tree_names |= objects.names_read
    refs = stores.refs(objects.repository)
    trace = Trace(objects, refs, entries, start, everything)
    collected.occurrences += trace.occurrences()
    collected.skips.extend(skips + trace.skips)
    return collected


def _all_entries(repository: Repository, collected: Collected) -> list[Entry]:
    """The index of every worktree."""
    found: list[Entry] = []
    folders = [repository.git_dir, *stores.worktrees(repository)]
    for folder in dict.fromkeys(folders):
        if (folder / "index").exists():
            try:
                found += index.entries(repository.git, git_dir=folder)
            except GitError as error:
                collected.skips.append(Skip(f"{folder.name}/index", str(error)))
    return found


def _beside_objects(
    repository: Repository, entries: list[Entry], collected: Collected, settings: Settings
) -> None:
    """Refs, reflogs, git's own files, LFS, and names that only the index has."""
    detector = settings.detector
    names = [os.fsencode(ref.name) for ref in stores.refs(repository)]
    for name in names:
        collected.text(detector.look(name), "ref-name", None)
    look_at_paths(collected, detector, {entry.path for entry in entries})
    for origin, file in stores.files(repository):
        look = looking.look_at_file(file, detector)
        collected.text(look.sight, origin if look.origin == "file" else look.origin, file.path)
        collected.tally.bytes += look.size or 0
    for file in stores.lfs_objects(repository):
        look = looking.look_at_file(file, detector)
        collected.text(look.sight, "lfs", file.path)
        collected.tally.bytes += look.size or 0
