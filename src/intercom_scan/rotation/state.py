"""How far a guided rotation is, so that it goes on where it was interrupted.

A file for each, without any secret: which steps are done, the workspace of the old token, and a
slow digest of the new one, which has to be typed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from intercom_scan.errors import IntercomScanError
from intercom_scan.rotation.digest import Digest
from intercom_scan.rotation.steps import TITLES
from intercom_scan.sources.looking import FLAGS
from intercom_scan.trail.locking import locked
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_VERSION = 1
_LARGEST = 1 << 16  # bytes


@dataclass(frozen=True, slots=True)
class Progress:
    """Which steps are done, and what later ones need to know of them.

    `workspace` is the one that the old token is of, as Intercom told. `new` is the digest of the
    new value, with its `salt`.
    """

    done: tuple[str, ...] = ()
    workspace: str | None = None
    salt: str | None = None
    new: str | None = None

    def is_new(self, value: bytes) -> bool:
        """Whether this value is the new one. Takes half a second."""
        return self.salt is not None and Digest(self.salt).fingerprint(value) == self.new


def folder(environment: Mapping[str, str]) -> Path:
    """Where a user's programs keep such files.

    https://specifications.freedesktop.org/basedir-spec/latest/, which ignores relative paths: one
    would be another folder in each repository, with what that has there.
    """
    given = (environment.get(name, "") for name in ("XDG_STATE_HOME", "LOCALAPPDATA"))
    base = next(filter(os.path.isabs, given), None)
    return (Path(base) if base else Path.home() / ".local" / "state") / "intercom-scan" / "rotation"


def file(directory: Path, *names: str | None) -> Path:
    """The file of the rotation that these names tell from all others."""
    return directory / f"{hashlib.sha256(json.dumps(names).encode()).hexdigest()[:32]}.json"


def load(path: Path) -> Progress:
    """How far it is; nothing is done where there is no file.

    Raises IntercomScanError for what is none, and what others may have written: they could have
    steps left out.
    """
    try:
        with open(os.open(path, FLAGS), "rb") as stream:
            if not _ours(os.fstat(stream.fileno())):
                raise IntercomScanError(
                    f"{path}: is no file that its owner alone may write; remove it to begin anew"
                )
            data = stream.read(_LARGEST)
        return _progress(json.loads(data))
    except FileNotFoundError:
        return Progress()
    except OSError as error:
        raise IntercomScanError(f"{path}: cannot be read ({error.strerror})") from None
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise IntercomScanError(
            f"{path}: is no state of a rotation; remove it to begin anew"
        ) from None


def _ours(state: os.stat_result) -> bool:
    user = getattr(os, "geteuid", None)  # not on Windows
    private = user is None or (state.st_uid == user() and not state.st_mode & 0o022)
    return stat.S_ISREG(state.st_mode) and private


def _progress(tree: Mapping[str, Any]) -> Progress:
    if tree["version"] != _VERSION or not set(tree["done"]) <= set(TITLES):
        raise ValueError
    for name in ("salt", "new"):
        if tree[name] is not None and not re.fullmatch(r"[0-9a-f]{32}", tree[name]):
            raise ValueError
    workspace = tree["workspace"]
    if workspace is not None and not isinstance(workspace, str):
        raise TypeError
    return Progress(tuple(tree["done"]), workspace, tree["salt"], tree["new"])


def save(path: Path, progress: Progress) -> None:
    """Write it for its owner alone: whoever reads it sees it as it was before or as it is then.

    Raises IntercomScanError where that is not possible.
    """
    tree = {
        "version": _VERSION,
        "done": progress.done,
        "workspace": progress.workspace,
        "salt": progress.salt,
        "new": progress.new,
    }
    draft = path.with_suffix(".tmp")
    try:
        draft.unlink(missing_ok=True)  # of one that was killed
        descriptor = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with open(descriptor, "w", encoding="utf-8") as stream:
            json.dump(tree, stream)
            stream.flush()
            os.fsync(descriptor)
        draft.replace(path)
    except OSError as error:
        raise IntercomScanError(f"{path}: cannot be written ({error.strerror})") from None


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """No other run goes on with this rotation meanwhile; the lock ends with its process.

    Raises IntercomScanError where one does, and where its folder cannot be made or written to.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        lock = os.open(path.with_suffix(".lock"), os.O_CREAT | FLAGS, 0o600)
    except OSError as error:
        raise IntercomScanError(f"{path}: cannot be written ({error.strerror})") from None
    with open(lock, "rb"), ExitStack() as held:
        try:
            held.enter_context(locked(lock, patience=0))
        except OSError as error:
            raise IntercomScanError(
                f"another run of this rotation is at work ({error.strerror})"
            ) from None
        yield


def forget(path: Path) -> None:
    """Remove what there is of it."""
    path.unlink(missing_ok=True)
