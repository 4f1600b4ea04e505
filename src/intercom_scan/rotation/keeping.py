"""Reads the ledger of a repository, and changes it: one process at a time, whole or not at all."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from intercom_scan.errors import IntercomScanError
from intercom_scan.rotation import ledger as ledgers
from intercom_scan.rotation.ledger import FILE
from intercom_scan.setup.files import read, replaced

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from intercom_scan.rotation.ledger import Ledger

_DRAFT = FILE + ".tmp"


def load(root: Path) -> Ledger | None:
    """The ledger of the repository at `root`, None where there is none. Raises ConfigError."""
    data = read(root, FILE)
    return None if data is None else ledgers.read(data)


def change(root: Path, make: Callable[[Ledger | None], Ledger]) -> Ledger:
    """Have `make` turn the present ledger into the next, and write that.

    No other process changes it meanwhile. Whoever reads the file sees the old or the new one,
    also after a crash. Raises ConfigError for a ledger that is none or behind a link, what `make`
    raises, and IntercomScanError where the file cannot be written.
    """
    try:
        with _alone(root) as directory:
            before = load(root)
            after = make(before)
            if after != before:
                content = ledgers.written(after)
                ledgers.read(content)  # or nobody could, as where it has become too large
                _write(root, directory, content)
            return after
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise IntercomScanError(f"{FILE}: cannot be written ({reason})") from None


def _write(root: Path, directory: int | None, content: bytes) -> None:
    path, draft = root / FILE, root / _DRAFT
    draft.unlink(missing_ok=True)  # of one that was killed; nobody else writes now
    replaced(path, draft, content)
    if directory is not None:
        os.fsync(directory)


@contextmanager
def _alone(root: Path) -> Iterator[int | None]:
    """The root's descriptor, locked: unlike a file that is a lock, it ends with its process.

    Where the system has no such lock (Windows), None, and two at the same time are refused by
    the draft of the first.
    """
    try:
        import fcntl  # noqa: PLC0415 not on Windows
    except ImportError:
        yield None
        return
    directory = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(directory, fcntl.LOCK_EX)
        yield directory
    finally:
        os.close(directory)
