"""One stream, to its end."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO

from intercom_scan.detector import WINDOW
from intercom_scan.modes import Mode
from intercom_scan.modes.collecting import Collected, Settings, stream_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.api import Request
    from intercom_scan.git import Repository


def scan(request: Request, _: Repository | None, settings: Settings) -> Collected:
    """What the request's stream holds."""
    settings.detector.prefilter.prepare()
    return scan_stream(stream_of(request), settings)


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
    collected.tally.objects, collected.tally.bytes = min(total, 1), total
    return collected


MODE = Mode(scan, needs="stream", empty="standard input was empty")
