"""What a command is given: a variable's value, standard input, a file; never as an argument."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from intercom_scan.errors import UsageError
from intercom_scan.policy.text import mask

if TYPE_CHECKING:
    from pathlib import Path


def variable(name: str) -> bytes:
    """The bytes of an environment variable, taken out: no program that is started is given them.

    Raises UsageError where there is none, or nothing but blanks.
    """
    value = os.fsencode(os.environ.pop(name, ""))
    if not value.strip():
        raise UsageError(f"the environment has no {mask(name)}, or it is empty")
    return value


def stream(most: int, what: str) -> bytes:
    """All of standard input, which is `what` and has at most `most` bytes. Raises UsageError.

    A terminal is not read: what is typed there would be seen, and nothing says what is waited for.
    """
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError(f"{what} comes from standard input: give it by a pipe, or by `< file`")
    data = sys.stdin.buffer.read(most + 1)
    if len(data) > most:
        raise UsageError(f"{what} has more than {most} bytes")
    return data


def content(file: Path, most: int) -> bytes:
    """All of a file of at most `most` bytes. Raises UsageError."""
    try:
        with file.open("rb") as opened:
            data = opened.read(most + 1)
    except OSError as error:
        raise UsageError(f"{file}: cannot be read: {error.strerror}") from error
    if len(data) > most:
        raise UsageError(f"{file}: is larger than {most} bytes")
    return data
