"""Reads and writes a repository's files, and none outside of it."""

from __future__ import annotations

import os
import secrets
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from intercom_scan.errors import ConfigError, IntercomScanError
from intercom_scan.policy.reader import tree_reader
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST = 1024 * 1024  # bytes of a file that is to be extended


@dataclass(frozen=True, slots=True)
class Change:
    """A file's content as it is (None: no such file) and as it is to be.

    `path` begins at the repository's top and has `/` on every system. `why` is a few words.
    """

    path: str
    before: bytes | None
    after: bytes
    why: str


def read(root: Path, path: str) -> bytes | None:
    """The content of a file below `root`, None where there is none.

    Raises ConfigError for a link or what lies behind one, since what is written to it could land
    anywhere, for what is no regular file, and for more than 1 MiB.
    """
    for part in (*reversed(PurePosixPath(path).parents), PurePosixPath(path)):
        if part != PurePosixPath() and (root / part).is_symlink():
            raise ConfigError(f"{part}:1: is a link; put a file or directory there")
    data = tree_reader(root)(path)
    if data is not None and len(data) > LONGEST:
        raise ConfigError(f"{path}:1: is larger than {LONGEST} bytes; make it smaller")
    return data


def write(root: Path, changes: Sequence[Change]) -> None:
    """Make all changes; each file is there whole or as it was, and keeps its mode.

    Raises ConfigError, before anything is written, where a file is no longer as it was when the
    change was worked out, and IntercomScanError where one cannot be written.
    """
    for change in changes:
        if read(root, change.path) != change.before:
            raise ConfigError(f"{change.path}:1: was changed meanwhile; start again")
    for change in changes:
        try:
            _replace(root / change.path, change.after)
        except OSError as error:
            reason = error.strerror or type(error).__name__
            raise IntercomScanError(f"{change.path}: cannot be written ({reason})") from None


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    replaced(path, draft, content)


def replaced(path: Path, draft: Path, content: bytes) -> None:
    """Write `draft`, which must not be there, and have it take the place and mode of `path`.

    Raises OSError; no draft is left behind.
    """
    try:
        with draft.open("xb") as stream:
            if path.exists():
                draft.chmod(path.stat().st_mode & 0o777)
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
