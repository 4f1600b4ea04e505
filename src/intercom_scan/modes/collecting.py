"""What every mode is told, and what it brings."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from intercom_scan.finding import Skip
from intercom_scan.grouping import Occurrence, place
from intercom_scan.sources.tally import Tally

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intercom_scan.detector import Detector, Sight
    from intercom_scan.sources.files import Look


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
    notes: list[str] = field(default_factory=list)

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


def look_at_paths(collected: Collected, detector: Detector, paths: Iterable[bytes]) -> None:
    """Look at the paths themselves; most repositories have none that says Intercom's needles."""
    paths = list(paths)
    if detector.prefilter.in_text(b"\0".join(paths)):
        for path in paths:
            collected.text(detector.look(path), "file-name", path)
