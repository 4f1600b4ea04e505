"""Files, as git or the system lists them."""

from __future__ import annotations

import os
from itertools import chain
from typing import TYPE_CHECKING

from intercom_scan.finding import Skip
from intercom_scan.modes import Mode
from intercom_scan.modes.collecting import Collected, Settings, look_at_paths, read_indexed
from intercom_scan.sources import files, index, looking
from intercom_scan.sources.reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intercom_scan.api import Request
    from intercom_scan.git import Git, Repository
    from intercom_scan.sources.files import File
    from intercom_scan.sources.looking import Batch


def scan(request: Request, repository: Repository | None, settings: Settings) -> Collected:
    """The files under the request's paths."""
    settings.detector.prefilter.prepare()
    top = None if repository is None else repository.top
    return scan_files(list(request.paths), settings, top)


def scan_files(paths: list[Path], settings: Settings, top: Path | None = None) -> Collected:
    """What git tracks or does not ignore under the paths; outside of git every file."""
    collected = Collected()
    names: list[bytes] = []
    seen: set[bytes] = set()
    absent: list[File] = []

    def taken(found: Iterator[File | Skip]) -> Iterator[File]:
        for each in files.without_repeats(found, seen) if len(paths) > 1 else found:
            if isinstance(each, Skip):
                collected.skips.append(each)
            else:
                names.append(each.path)
                if each.there:
                    yield each
                else:
                    absent.append(each)

    listed = files.list_files(paths, top)
    while True:
        batches = looking.look_at_files(
            taken(listed), settings.detector, jobs=settings.jobs, largest=settings.largest,
            progress=settings.progress,
        )  # fmt: skip
        directories = collected.batches(_present(batches, absent), settings.progress)
        if not directories:
            break
        listed = _without(set(names), chain.from_iterable(map(files.list_directory, directories)))
    _read_from_index(absent, collected, settings)
    look_at_paths(collected, settings.detector, names)
    return collected


def _without(known: set[bytes], found: Iterator[File | Skip]) -> Iterator[File | Skip]:
    """What was not listed before: a directory may have taken a tracked file's place."""
    return (each for each in found if isinstance(each, Skip) or each.path not in known)


def _present(batches: Iterator[Batch], absent: list[File]) -> Iterator[Batch]:
    """The same without what git listed and is no file of the working tree: that goes to `absent`.

    It may still be a directory, which is listed in its turn.
    """
    for batch in batches:
        looks, batch.looks = batch.looks, []
        for look in looks:
            missing = look.absent and (look.file.git is not None or look.file.nested)
            if missing:
                absent.append(look.file)
            if look.directory or not missing:
                batch.looks.append(look)
        yield batch


def _read_from_index(absent: list[File], collected: Collected, settings: Settings) -> None:
    """What the next commit has of files that the working tree has not."""
    wanted: dict[Git, dict[bytes, File]] = {}
    for file in absent:
        if file.git is not None:
            start = os.path.join(os.fsencode(file.git.cwd), b"")
            wanted.setdefault(file.git, {})[file.full[len(start) :]] = file
        elif not os.path.isdir(file.full):
            reason = "is not checked out in its repository, whose store is not read: scan that"
            collected.skips.append(Skip(os.fsdecode(file.path), reason))
    for git, by_name in wanted.items():
        known = set()
        with ObjectReader(git) as reader:
            for entry in index.below(git):
                if entry.path in by_name and entry.mode != index.GITLINK:
                    known.add(entry.path)
                    path = by_name[entry.path].path
                    read_indexed(reader, entry.object, path, collected, settings, settings.largest)
        for name in by_name.keys() - known:
            if not os.path.isdir(by_name[name].full):
                path = by_name[name].path
                reason = "not in the working tree"
                collected.skips.append(Skip(os.fsdecode(path), reason, incomplete=False))


MODE = Mode(scan, needs=None, env="files", empty="no file was read: is this the right place?")
