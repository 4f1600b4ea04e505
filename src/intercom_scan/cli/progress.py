"""A line on the terminal for what takes longer than a second."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from types import TracebackType

PATIENCE = 1.0  # seconds


class Progress:
    """Shows how much is read, on a terminal's standard error; nothing elsewhere."""

    def __init__(self) -> None:
        self._started = time.monotonic()
        self._shown = False
        self._wanted = sys.stderr.isatty()

    def __enter__(self) -> Progress:
        return self

    def tick(self, size: int) -> None:
        """`size` bytes are read by now."""
        seconds = time.monotonic() - self._started
        if self._wanted and seconds > PATIENCE:
            self._shown = True
            click.echo(f"\r\x1b[K{size / 1e6:,.0f} MB read in {seconds:.0f} s", err=True, nl=False)

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:  # fmt: skip
        if self._shown:
            click.echo("\r\x1b[K", err=True, nl=False)
