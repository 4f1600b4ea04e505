"""Files and streams."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from intercom_scan.detector import WINDOW
from intercom_scan.finding import Skip
from intercom_scan.modes.collecting import Collected, Settings, look_at_paths
from intercom_scan.sources import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intercom_scan.sources.files import File


def scan_files(paths: list[Path], settings: Settings, top: Path | None = None) -> Collected:
    """What git tracks or does not ignore under the paths; outside of git every file."""
    collected = Collected()
    names: list[bytes] = []

    def listed() -> Iterator[File]:
        for found in files.list_files(paths, top):
            if isinstance(found, Skip):
                collected.skips.append(found)
            else:
                names.append(found.path)
                yield found

    looks = files.look_at_files(
        listed(), settings.detector, jobs=settings.jobs, largest=settings.largest
    )
    collected.looks(looks, settings.tick)
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
            yield piece

    sight = settings.detector.look_at_pieces(pieces(), WINDOW + 1)
    collected.text(sight, "stdin", None)
    collected.tally.objects, collected.tally.bytes = 1, total
    return collected
