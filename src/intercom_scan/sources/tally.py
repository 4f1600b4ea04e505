"""What was read, and what could not be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.values import dataclass, field

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


class Progress:
    """How far a scan is: the scan writes it, and another thread may read it at any time.

    `objects` (git objects or files) and `bytes` are read by now. `total` is how many objects
    there are, None while that cannot be known, and `known` how many of them are listed so far.
    `doing` is what the scan is at. Where it is `watched`, git is asked first how many there are.
    """

    def __init__(self) -> None:
        self.objects = 0.0
        self.bytes = 0
        self.known = 0
        self.total: int | None = None
        self.doing = "reading"
        self.watched = False
