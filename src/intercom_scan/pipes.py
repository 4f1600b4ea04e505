"""The pipes of a git that runs: fed, read beside it, and read into a buffer."""

from __future__ import annotations

import sys
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    import io
    import subprocess
    from collections.abc import Iterable

if sys.platform == "linux":
    import fcntl

    F_SETPIPE_SZ = 1031  # fcntl has the name from Python 3.10 on some builds only


def feed(process: subprocess.Popen[bytes], lines: Iterable[bytes]) -> None:
    """Write to git's standard input and close it; a git that died is noticed by its reader."""
    pipe, process.stdin = process.stdin, None  # whoever writes closes, as in `Stderr`
    if pipe is None:
        raise ValueError("the process was started without a pipe to its standard input")
    write(pipe, lines)


def write(pipe: IO[bytes], lines: Iterable[bytes]) -> None:
    """Write to a process's standard input and close it, as `feed` does."""
    try:
        with pipe:
            for line in lines:
                view = memoryview(line)
                while view:  # an unbuffered pipe may take less than all
                    view = view[pipe.write(view) :]
    except (BrokenPipeError, ValueError):  # ValueError: closed before this began
        return


def enlarge_pipe(process: subprocess.Popen[bytes]) -> None:
    """Let a process write ahead; Linux alone can change the size of a pipe."""
    if sys.platform == "linux" and process.stdout is not None:
        with suppress(OSError):  # the user's quota of pipe memory may be used up
            fcntl.fcntl(process.stdout, F_SETPIPE_SZ, 1 << 20)


def shorten_input(process: subprocess.Popen[bytes]) -> None:
    """Let a process be asked for little ahead, so that others may take what it did not come to."""
    if sys.platform == "linux" and process.stdin is not None:
        with suppress(OSError):
            fcntl.fcntl(process.stdin, F_SETPIPE_SZ, 1 << 12)


def fill(process: subprocess.Popen[bytes], view: memoryview) -> int:
    """Read standard output into `view` until it is full or the output ends; bytes read."""
    filled = 0
    pipe = cast("io.RawIOBase", process.stdout)
    while filled < len(view) and (size := pipe.readinto(view[filled:])):
        filled += size
    return filled


class Stderr:
    """Reads a process's standard error beside it, so that neither waits for the other."""

    LIMIT = 1 << 16

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self.text = b""
        # Only the thread that reads may close: its descriptor's number could be another pipe's by
        # then. It ends with the process.
        pipe, process.stderr = process.stderr, None
        self._thread = threading.Thread(target=self._drain, args=(pipe,), daemon=True)
        self._thread.start()

    def _drain(self, pipe: IO[bytes]) -> None:
        with pipe:
            while data := pipe.read(1 << 12):
                self.text += data[: self.LIMIT - len(self.text)]

    def wait(self) -> bytes:
        """All of it, once the process has ended."""
        self._thread.join()
        return self.text

    def line(self) -> str:
        self._thread.join(1.0)
        return telling(self.text)


def telling(errors: bytes) -> str:
    """git's most telling line of standard error, safe to print; empty if there is none."""
    lines = [line for line in errors.decode("utf-8", "replace").splitlines() if line.strip()]
    fatal = [line for line in lines if line.startswith(("fatal:", "error:"))]
    line = (fatal or lines or [""])[0]
    return "".join(char if char.isprintable() else "?" for char in line)[:300]
