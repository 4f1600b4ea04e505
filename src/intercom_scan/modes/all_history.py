"""Everything that a repository holds."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.errors import GitError
from intercom_scan.finding import Skip
from intercom_scan.history.graph import EVERYTHING
from intercom_scan.modes import Mode
from intercom_scan.modes.collecting import Collected, Settings, look_at_paths
from intercom_scan.modes.objects import objects_of, traced
from intercom_scan.sources import index, listing, looking, stores

if TYPE_CHECKING:
    from pathlib import Path

    from intercom_scan.api import Request
    from intercom_scan.git import Repository
    from intercom_scan.history.objects import Objects
    from intercom_scan.sources.index import Entry
    from intercom_scan.sources.tally import Tally

_TRIES = 5  # at reading a store that somebody repacks


def scan(_: Request, repository: Repository | None, settings: Settings) -> Collected:
    """Everything that the repository still holds, and its submodules."""
    assert repository is not None
    return _scan(repository, settings, {repository.common_dir})


def _scan(repository: Repository, settings: Settings, seen: set[Path]) -> Collected:
    """The same of those submodules that are not `seen`."""
    collected = Collected()
    skips = [*listing.shallow(repository), *stores.packs_without_index(repository)]
    connectivity = listing.Connectivity(repository)
    connectivity.start()
    if settings.progress.watched:
        settings.progress.total = listing.counted(repository.git, settings.progress.known)
    try:
        objects, tally = _read(repository, settings)
        collected.tally.add(tally)
        entries = _all_entries(repository, collected)
        _beside_objects(repository, entries, collected, settings)
        traced(collected, objects, entries, EVERYTHING, skips, everything=True)
        collected.skips.extend(connectivity.finish())
    finally:
        connectivity.stop()
    for found in stores.submodules(repository, entries, seen):
        if isinstance(found, Skip):
            collected.skips.append(found)
        else:
            path, inner = found
            collected.add(_scan(inner, settings, seen), path + b"/")
    return collected


def _read(repository: Repository, settings: Settings) -> tuple[Objects, Tally]:
    """All objects of the store, from the begin again where packs were replaced meanwhile.

    git lists what is in the packs that it met first, and ends where one of them is gone.
    """
    for left in reversed(range(_TRIES)):
        packs, skips = stores.packs(repository), list[Skip]()
        progress = settings.progress
        before = progress.objects, progress.bytes
        objects = objects_of(repository, settings)
        with listing.every_object(repository.git, skips) as read:
            tally = objects.read(read)
        tally.skips += skips
        if not (left and tally.skips) or stores.packs(repository) == packs:
            break
        progress.objects, progress.bytes = before
    return objects, tally


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


MODE = Mode(scan, env="all-history", empty="the repository has no objects yet", whole=True)
