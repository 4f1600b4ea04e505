"""Files and streams."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, BinaryIO

from intercom_scan.detector import WINDOW
from intercom_scan.finding import Skip
from intercom_scan.modes.collecting import Collected, Settings, look_at_paths
from intercom_scan.sources import files, looking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intercom_scan.sources.files import File


def scan_files(paths: list[Path], settings: Settings, top: Path | None = None) -> Collected:
    """What git tracks or does not ignore under the paths; outside of git every file."""
    collected = Collected()
    names: list[bytes] = []
    seen: set[bytes] = set()

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
        directories = collected.batches(batches, settings.progress)
        if not directories:
            break
        listed = chain.from_iterable(map(files.list_directory, directories))
    look_at_paths(collected, settings.detector, names)
    return collected


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
