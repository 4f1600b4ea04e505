"""Files and streams."""

from __future__ import annotations

import os
from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from intercom_scan.detector import WINDOW
from intercom_scan.finding import Skip
from intercom_scan.modes.collecting import Collected, Settings, look_at_paths, read_indexed
from intercom_scan.sources import files, index, looking
from intercom_scan.sources.reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intercom_scan.git import Git
    from intercom_scan.sources.files import File
    from intercom_scan.sources.looking import Batch


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
                yield each

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
    """The same without what git listed and the working tree lacks: that goes to `absent`."""
    for batch in batches:
        absent += (look.file for look in batch.looks if look.absent and look.file.git)
        batch.looks = [look for look in batch.looks if not (look.absent and look.file.git)]
        yield batch


def _read_from_index(absent: list[File], collected: Collected, settings: Settings) -> None:
    """What the next commit has of files that are deleted or left out of a sparse checkout."""
    wanted: dict[Git, dict[bytes, File]] = {}
    for file in absent:
        if file.git is not None:
            start = os.path.join(os.fsencode(file.git.cwd), b"")
            wanted.setdefault(file.git, {})[file.full[len(start) :]] = file
    for git, by_name in wanted.items():
        known = set()
        with ObjectReader(git) as reader:
            for entry in index.below(git):
                if entry.path in by_name and entry.mode != index.GITLINK:
                    known.add(entry.path)
                    file = by_name[entry.path]
                    read_indexed(
                        reader, entry.object, file.path, collected, settings, settings.largest
                    )
        for name in by_name.keys() - known:
            path = os.fsdecode(by_name[name].path)
            collected.skips.append(Skip(path, "not in the working tree", incomplete=False))


def scan_stream(stream: BinaryIO, settings: Settings) -> Collected:
    """One stream to its end."""
    collected = Collected()
    total = 0

    def pieces() -> Iterator[bytes]:
        nonlocal total
        while piece := stream.read(1 << 20):
            total += len(piece)
            settings.progress.bytes = total
            yield piece

    sight = settings.detector.look_at_pieces(pieces(), WINDOW + 1)
    collected.text(sight, "stdin", None)
    collected.tally.objects, collected.tally.bytes = 1, total
    return collected
