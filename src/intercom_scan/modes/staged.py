"""The index."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.finding import Skip
from intercom_scan.grouping import Occurrence, place
from intercom_scan.modes.collecting import Collected, Settings, look_at_paths
from intercom_scan.sources import index
from intercom_scan.sources.index import GITLINK
from intercom_scan.sources.reader import ObjectReader, UnreadableObject

if TYPE_CHECKING:
    from intercom_scan.git import Repository


def scan_staged(repository: Repository, settings: Settings) -> Collected:
    """The index's content where it differs from HEAD."""
    collected = Collected()
    entries = [entry for entry in index.staged(repository.git) if entry.mode != GITLINK]
    with ObjectReader(repository.git) as reader:
        for entry in entries:
            try:
                size, pieces = reader.open(entry.object)
                sight = settings.detector.look_at_pieces(pieces, size, entry.path)
            except UnreadableObject as error:
                collected.skips.append(Skip(os.fsdecode(entry.path), str(error)))
                continue
            collected.tally.objects += 1
            collected.tally.bytes += size
            collected.skips.extend(sight.skips)
            for hit in sight.hits:
                spot = place(hit, "index", entry.path, object=entry.object)
                collected.occurrences.append(Occurrence(hit, spot))
    look_at_paths(collected, settings.detector, {entry.path for entry in entries})
    return collected
