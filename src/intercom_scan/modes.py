"""What each way of scanning reads: one function a mode, from places to occurrences."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from intercom_scan import git as git_module
from intercom_scan.attribution import EVERYTHING
from intercom_scan.errors import GitError, UsageError
from intercom_scan.finding import Skip
from intercom_scan.git import Repository, resolve
from intercom_scan.grouping import Occurrence, place
from intercom_scan.history import Objects
from intercom_scan.scan import WINDOW, Detector, Sight
from intercom_scan.sources import files, index, listing, stores
from intercom_scan.sources.files import File, Look
from intercom_scan.sources.index import GITLINK, Entry
from intercom_scan.sources.objects import ObjectReader, Tally, UnreadableObject
from intercom_scan.tracing import Trace


@dataclass(frozen=True, slots=True)
class Settings:
    """How to scan. `largest` is the largest file in bytes that is read (None: any)."""

    detector: Detector
    jobs: int = 2
    largest: int | None = None
    tick: Callable[[int], None] = lambda _bytes: None


@dataclass(slots=True)
class Collected:
    """What a mode read and where something hit."""

    occurrences: list[Occurrence] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)

    @property
    def skips(self) -> list[Skip]:
        return self.tally.skips

    def add(self, other: Collected, prefix: bytes = b"") -> None:
        """Take over what a submodule brought; its paths stand under `prefix`."""
        self.occurrences += (_under(prefix, found) for found in other.occurrences)
        shown = os.fsdecode(prefix)
        other.tally.skips = [Skip(shown + s.what, s.reason, s.incomplete) for s in other.skips]
        self.count(other.tally)

    def count(self, tally: Tally) -> None:
        self.tally.objects += tally.objects
        self.tally.commits += tally.commits
        self.tally.bytes += tally.bytes
        self.tally.skips += tally.skips

    def text(self, sight: Sight, origin: str, path: bytes | None) -> None:
        """Take over what was seen in something that is not a git object."""
        self.occurrences += (Occurrence(hit, place(hit, origin, path)) for hit in sight.hits)
        self.tally.skips += sight.skips

    def looks(self, looks: Iterable[Look], tick: Callable[[int], None]) -> None:
        for look in looks:
            self.text(look.sight, look.origin, look.file.path)
            if look.size is not None:
                self.tally.objects += 1
                self.tally.bytes += look.size
                tick(self.tally.bytes)


def _under(prefix: bytes, found: Occurrence) -> Occurrence:
    path = found.place.path
    if not prefix or path is None:
        return found
    return replace(found, place=replace(found.place, path=os.fsdecode(prefix) + path))


def scan_files(paths: list[Path], settings: Settings) -> Collected:
    """What git tracks or does not ignore under the paths; outside of git every file."""
    collected = Collected()
    names: list[bytes] = []

    def listed() -> Iterator[File]:
        for found in files.list_files(paths):
            if isinstance(found, Skip):
                collected.skips.append(found)
            else:
                names.append(found.path)
                yield found

    looks = files.look_at_files(
        listed(), settings.detector, jobs=settings.jobs, largest=settings.largest
    )
    collected.looks(looks, settings.tick)
    _names(collected, settings.detector, names)
    return collected


def _names(collected: Collected, detector: Detector, paths: Iterable[bytes]) -> None:
    """Look at the paths themselves; most repositories have none that says Intercom's needles."""
    paths = list(paths)
    if detector.prefilter.in_text(b"\0".join(paths)):
        for path in paths:
            collected.text(detector.look(path), "file-name", path)


def scan_staged(repository: Repository, settings: Settings) -> Collected:
    """The index's content where it differs from HEAD."""
    collected = Collected()
    entries = [entry for entry in index.staged(repository.git) if entry.mode != GITLINK]
    with ObjectReader(repository.git) as reader:
        for entry in entries:
            try:
                data = reader.read(entry.object)
            except UnreadableObject as error:
                collected.skips.append(Skip(os.fsdecode(entry.path), str(error)))
                continue
            collected.tally.objects += 1
            collected.tally.bytes += len(data)
            for hit in settings.detector.look(data, entry.path).hits:
                spot = place(hit, "index", entry.path, object=entry.object)
                collected.occurrences.append(Occurrence(hit, spot))
    _names(collected, settings.detector, {entry.path for entry in entries})
    return collected


def scan_range(repository: Repository, revisions: str, settings: Settings) -> Collected:
    """What the commits reachable from B and not from A bring, for `A..B`."""
    old, dots, new = revisions.partition("..")
    if not dots or not old or new.startswith("."):
        raise UsageError(f"{revisions!r} is not a range: write it as A..B")
    start = (resolve(repository, new or "HEAD"), f"^{resolve(repository, old)}")
    collected = Collected()
    skips = listing.shallow(repository)
    objects = _objects(repository, settings)
    brought = listing.brought(repository.git, start, skips)
    with listing.named(repository.git, brought.ids, skips) as read:
        collected.count(objects.read(read))
    _look_at_names(objects, brought.names)
    return _traced(collected, objects, [], start, skips, everything=False)


def scan_history(repository: Repository, revision: str, settings: Settings) -> Collected:
    """Everything reachable from a commit."""
    collected = Collected()
    skips = listing.shallow(repository)
    commit = resolve(repository, revision)
    objects = _objects(repository, settings)
    with listing.reachable(repository.git, commit, skips) as read:
        collected.count(objects.read(read))
    return _traced(collected, objects, [], (commit, *EVERYTHING), skips, everything=False)


def scan_all_history(repository: Repository, settings: Settings) -> Collected:
    """Everything that the repository still holds, and its submodules'."""
    collected = Collected()
    skips = [*listing.shallow(repository), *stores.packs_without_index(repository)]
    objects = _objects(repository, settings)
    connectivity = listing.Connectivity(repository)
    connectivity.start()
    try:
        with listing.every_object(repository.git, skips) as read:
            collected.count(objects.read(read))
        entries = _all_entries(repository, collected)
        _beside_objects(repository, entries, collected, settings)
        _traced(collected, objects, entries, EVERYTHING, skips, everything=True)
        collected.skips.extend(connectivity.finish())
    finally:
        connectivity.stop()
    for found in stores.submodules(repository, entries):
        if isinstance(found, Skip):
            collected.skips.append(found)
        else:
            path, inner = found
            collected.add(scan_all_history(inner, settings), path + b"/")
    return collected


def scan_stream(stream: BinaryIO, settings: Settings) -> Collected:
    """One stream to its end."""
    collected = Collected()
    total = 0

    def pieces() -> Iterator[bytes]:
        nonlocal total
        while piece := stream.read(1 << 20):
            total += len(piece)
            yield piece

    sight = settings.detector.look_at_pieces(pieces(), WINDOW + 1)
    collected.text(sight, "stdin", None)
    collected.tally.objects, collected.tally.bytes = 1, total
    return collected


def _objects(repository: Repository, settings: Settings) -> Objects:
    git_module.version(repository.git)
    return Objects(repository, settings.detector, settings.jobs, settings.tick)


def _traced(
    collected: Collected,
    objects: Objects,
    entries: list[Entry],
    start: tuple[str, ...],
    skips: list[Skip],
    *,
    everything: bool,
) -> Collected:
    refs = stores.refs(objects.repository)
    trace = Trace(objects, refs, entries, start, everything)
    collected.occurrences += trace.occurrences()
    collected.skips.extend(skips + trace.skips)
    return collected


def _look_at_names(objects: Objects, names: Iterable[bytes]) -> None:
    for name in names:
        if hits := objects.detector.look(name).hits:
            objects.names[name] = hits


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
    _names(collected, detector, {entry.path for entry in entries})
    before = collected.tally.objects
    for origin, file in stores.files(repository):
        look = files.look_at_file(file, detector)
        collected.text(look.sight, origin if look.origin == "file" else look.origin, file.path)
        collected.tally.bytes += look.size or 0
    for file in stores.lfs_objects(repository):
        look = files.look_at_file(file, detector)
        collected.text(look.sight, "lfs", file.path)
        collected.tally.bytes += look.size or 0
    collected.tally.objects = before
