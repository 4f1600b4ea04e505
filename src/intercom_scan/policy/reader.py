"""How policy files are obtained; the same code reads a working tree or a trusted commit."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path

from intercom_scan.errors import ConfigError

# Gives a file's content by its path, None where there is no such file. Nothing that uses it needs
# more than LONGEST bytes, so that is where it may stop.
Reader = Callable[[str], "bytes | None"]

LONGEST = 64 * 1024 * 1024 + 1


def tree_reader(root: Path) -> Reader:
    """Reads below `root`, without following links out of it; an absolute path is read as given.

    A repository names relative paths alone: an absolute one is a person's. Raises ConfigError
    where the path is no readable file.
    """

    def read(path: str) -> bytes | None:
        try:
            if not Path(path).is_absolute() and _leads_out(root, path):
                raise ConfigError(f"{path}:1: leads out of the repository; put the file into it")
            return _regular(root / path, path)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except RuntimeError:  # as pathlib says it before Python 3.13
            raise ConfigError(f"{path}:1: is a loop of links; put a file there") from None
        except OSError as error:
            reason = error.strerror or "unreadable"
            raise ConfigError(f"{path}:1: cannot be read ({reason}); make it readable") from None

    return read


def _leads_out(root: Path, path: str) -> bool:
    return not (root / path).resolve().is_relative_to(root.resolve())


def _regular(full: Path, path: str) -> bytes:
    # Opening a FIFO waits for its other end unless told not to, and a device may never end.
    flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    handle = os.open(full, flags)
    with os.fdopen(handle, "rb") as stream:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise ConfigError(f"{path}:1: is not a regular file; replace it by one")
        return stream.read(LONGEST)
