"""A bar on the terminal for what takes longer than a second."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from intercom_scan.reporters.summary import duration, size

if TYPE_CHECKING:
    from types import TracebackType

    from intercom_scan.sources.tally import Progress

PATIENCE = 1.0  # seconds
PAUSE = 0.1
WIDEST = 40  # columns of the bar itself
CLEAR = "\r\x1b[K"


class Bar:
    """Draws how far a scan is on a terminal's standard error; nothing elsewhere."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._draw, daemon=True)

    def __enter__(self) -> Bar:
        if wanted():
            self._progress.watched = True
            self._thread.start()
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        self._ended.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _draw(self) -> None:
        started = time.monotonic()
        pause = PATIENCE
        with suppress(OSError, ValueError):  # the terminal may go away
            while not self._ended.wait(pause):
                columns = shutil.get_terminal_size().columns - 1
                line = shown(self._progress, time.monotonic() - started, columns)
                sys.stderr.write(f"{CLEAR}{line}")
                sys.stderr.flush()
                pause = PAUSE
            if pause == PAUSE:
                sys.stderr.write(CLEAR)
                sys.stderr.flush()


def wanted() -> bool:
    """Whether somebody is there to see a bar."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"


def shown(progress: Progress, seconds: float, columns: int) -> str:
    """One line of at most `columns` characters: how much is done after so many seconds."""
    if progress.doing != "reading":
        return f"{progress.doing}, {duration(seconds)}"[:columns]
    read = f"{size(progress.bytes)} read, {size(round(progress.bytes / seconds))}/s"
    if not progress.total:
        more = f", {progress.objects:,.0f} of {progress.known:,} or more" if progress.known else ""
        return f"{read}{more}, {duration(seconds)}"[:columns]
    share = min(progress.objects / progress.total, 1.0)
    left = f", {duration(seconds / share - seconds)} left" if share > 0.01 else ""
    line = f" {int(100 * share):3} %  {read}{left}"
    width = min(columns - len(line) - 2, WIDEST)
    if width < 5:
        return line.strip()[:columns]
    full = int(width * share)
    return f"[{'#' * full}{'-' * (width - full)}]{line}"
