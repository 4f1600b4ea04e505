"""What was read, and what could not be."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intercom_scan.finding import Skip


@dataclass(slots=True)
class Tally:
    """Counts of what was read, `bytes` of content, and what was not."""

    objects: int = 0
    commits: int = 0
    bytes: int = 0
    skips: list[Skip] = field(default_factory=list)

    def add(self, other: Tally) -> None:
        """Count what `other` counts too."""
        self.objects += other.objects
        self.commits += other.commits
        self.bytes += other.bytes
        self.skips += other.skips
