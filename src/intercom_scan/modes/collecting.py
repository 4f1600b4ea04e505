"""What every mode is told, and what it brings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, BinaryIO

from intercom_scan.errors import UsageError
from intercom_scan.finding import Skip
from intercom_scan.grouping import Occurrence, place
from intercom_scan.policy import Policy
from intercom_scan.sources.reader import UnreadableObject
from intercom_scan.sources.tally import Progress, Tally
from intercom_scan.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.api import Request
    from intercom_scan.detector import Detector, Sight
    from intercom_scan.finding import Finding
    from intercom_scan.sources.files import File
    from intercom_scan.sources.looking import Batch
    from intercom_scan.sources.reader import ObjectReader


@dataclass(frozen=True, slots=True)
class Settings:
    """How to scan. `largest` is the largest file in bytes that is read (None: any)."""

    detector: Detector
    jobs: int = 2
    largest: int | None = None
    progress: Progress = field(default_factory=Progress)
    policy: Policy = field(default_factory=Policy)


@dataclass(slots=True)
class Collected:
    """What a mode read and where something hit."""

    occurrences: list[Occurrence] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    notes: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)  # that are of no occurrence
    tree_names: set[bytes] = field(default_factory=set)  # see `history.objects.Objects.names_read`

    @property
    def skips(self) -> list[Skip]:
        return self.tally.skips

    def add(self, other: Collected, prefix: bytes = b"") -> None:
        """Take over what a submodule brought; its paths stand under `prefix`."""
        self.occurrences += (_under(prefix, found) for found in other.occurrences)
        shown = os.fsdecode(prefix)
        other.tally.skips = [Skip(shown + s.what, s.reason, s.incomplete) for s in other.skips]
        self.tally.add(other.tally)

    def text(self, sight: Sight, origin: str, path: bytes | None) -> None:
        """Take over what was seen in something that is not a git object."""
        self.occurrences += (Occurrence(hit, place(hit, origin, path)) for hit in sight.hits)
        self.tally.skips += sight.skips
        self.notes += (f"{os.fsdecode(path or b'')}:{note}" for note in sight.notes)

    def batches(self, batches: Iterable[Batch], progress: Progress) -> list[File]:
        """Take over what came of files; those that are directories."""
        directories = []
        for batch in batches:
            self.tally.objects += batch.read
            self.tally.bytes += batch.bytes
            progress.objects += batch.read
            for look in batch.looks:
                if look.directory:
                    directories.append(look.file)
                else:
                    self.text(look.sight, look.origin, look.file.path)
        return directories


def stream_of(request: Request) -> BinaryIO:
    """The request's stream. Raises UsageError where it has none."""
    if request.stream is None:
        raise UsageError("no stream was given to read")
    return request.stream


def _under(prefix: bytes, found: Occurrence) -> Occurrence:
    path = found.place.path
    if not prefix or path is None:
        return found
    return replace(found, place=replace(found.place, path=os.fsdecode(prefix) + path))


def look_at_paths(collected: Collected, detector: Detector, paths: Iterable[bytes]) -> None:
    """Look at the paths themselves; most repositories have none that says Intercom's needles."""
    paths = list(paths)
    if detector.prefilter.in_text(b"\0".join(paths)):
        for path in paths:
            collected.text(detector.look(path), "file-name", path)


def read_indexed(
    reader: ObjectReader, id_: str, path: bytes, collected: Collected, settings: Settings,
    largest: int | None = None,
) -> None:  # fmt: skip
    """Look at what the index has for a path, unless that is larger than `largest` bytes."""
    try:
        size, pieces = reader.open(id_)
        if largest is not None and size > largest:
            for _ in pieces:  # the next answer comes behind it
                pass
            reason = f"larger than the limit of {largest} bytes"
            collected.skips.append(Skip(os.fsdecode(path), reason))
            return
        sight = settings.detector.look_at_pieces(pieces, size, path)
    except UnreadableObject as error:
        collected.skips.append(Skip(os.fsdecode(path), str(error)))
        return
    collected.tally.objects += 1
    collected.tally.bytes += size
    collected.skips.extend(sight.skips)
    for hit in sight.hits:
        spot = place(hit, "index", path, object=id_)
        collected.occurrences.append(Occurrence(hit, spot))
