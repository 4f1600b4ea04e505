"""Adds ignores to the repository's file of ignores; the one place where a policy is written."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING

from intercom_scan.errors import ConfigError, IntercomScanError
from intercom_scan.policy import ignore_file
from intercom_scan.policy.reader import tree_reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from intercom_scan.policy.model import Ignore


def add(root: Path, ignores: Iterable[Ignore]) -> bool:
    """Write `ignores` into `.intercom-scan/ignores` below `root`; False where they were there.

    An ignore of the same fingerprint is replaced. The file is there whole or not at all,
    whenever it is read. Raises ConfigError where the present file is none, or leads out of the
    repository, and IntercomScanError where it cannot be written.
    """
    path = root / ignore_file.FILE
    with _translated(path), _locked(root, path) as lock:
        before = tree_reader(root)(ignore_file.FILE)
        after = ignore_file.update(before or b"", ignores)
        if after == before:
            return False
        if before is not None:
            lock.chmod(path.stat().st_mode & 0o777)
        lock.write_bytes(after)
        lock.replace(path)
        attributes = root / ignore_file.ATTRIBUTES_FILE
        if not attributes.exists() and not attributes.is_symlink():
            attributes.write_text(ignore_file.ATTRIBUTES, encoding="utf-8", newline="\n")
    return True


@contextlib.contextmanager
def _locked(root: Path, path: Path) -> Iterator[Path]:
    """The file to write to before it takes the place of `path`; nobody else has it meanwhile."""
    path.parent.mkdir(exist_ok=True)
    if path.is_symlink() or path.parent.resolve() != root.resolve() / path.parent.name:
        raise ConfigError(f"{ignore_file.FILE}:1: is or lies behind a link; put a file there")
    lock = path.with_name(path.name + ".lock")
    try:
        os.close(os.open(lock, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
    except FileExistsError:
        raise IntercomScanError(
            f"{lock} is there: another 'intercom-scan ignore' is at work; "
            "try again, or remove the file where none is"
        ) from None
    try:
        yield lock
    finally:
        lock.unlink(missing_ok=True)


@contextlib.contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise IntercomScanError(f"{path}: cannot be written ({reason})") from None
