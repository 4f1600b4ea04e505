"""The edge: errors and signals become one line and an exit code here, and nowhere else."""

from __future__ import annotations

import errno
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan.cli.group import cli
from intercom_scan.errors import ExitCode, IntercomScanError
from intercom_scan.git import end_all
from intercom_scan.reporters.escape import terminal

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    for number in (signal.SIGINT, signal.SIGTERM):
        if signal.getsignal(number) != signal.SIG_IGN:
            signal.signal(number, _interrupted)
    if sys.stderr is None:  # closed by whoever started this
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 to the end
    if sys.stdout is None:
        return _fail("standard output is closed: nowhere to report to", ExitCode.INCOMPLETE)
    return _run(arguments)


def _run(arguments: Sequence[str] | None) -> int:  # noqa: PLR0911 one a cause
    output = sys.stdout
    try:
        result = cli.main(
            None if arguments is None else list(arguments), "intercom-scan", standalone_mode=False
        )
        sys.stdout.flush()
    except (_Interrupted, KeyboardInterrupt, click.Abort):
        return _fail(
            "interrupted: nothing can be said about what was not read", ExitCode.INTERRUPTED
        )
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        return _fail(_described(error), ExitCode.USAGE)
    except IntercomScanError as error:
        return _fail(str(error), error.exit_code)
    except SystemExit as exit_:
        # Of a closed pipe click makes the status that means findings here, and another stream.
        if sys.stdout is not output:
            return _unwritten(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))
        return int(exit_.code or ExitCode.CLEAN)
    except OSError as error:
        return _unwritten(error)
    except MemoryError:
        return _fail("out of memory: try fewer --jobs", ExitCode.INCOMPLETE)
    except Exception as error:  # a defect of ours: say where, and nothing of what was read
        return _fail(_defect(error), ExitCode.INCOMPLETE)
    return int(result or ExitCode.CLEAN)


class _Interrupted(BaseException):
    """Not a KeyboardInterrupt, to which click adds an empty line."""


def _interrupted(_signal: int, _frame: FrameType | None) -> None:
    end_all()
    raise _Interrupted


def _described(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "intercom-scan"
    return f"{error.format_message()} (see `{path} --help`)"


def _defect(error: Exception) -> str:
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    place = f"{Path(frame.tb_frame.f_code.co_filename).name}:{frame.tb_lineno}" if frame else "?"
    return f"internal error: {type(error).__name__} at {place}; please report it with this line"


def _fail(message: str, code: ExitCode) -> int:
    line = _masked(" ".join(message.split()))
    try:
        print(f"intercom-scan: {terminal(line)}", file=sys.stderr)
    except OSError:
        _forget_output(sys.stderr.fileno())
    return int(code)


def _masked(message: str) -> str:
    """Without a secret that an argument, a path or a revision was."""
    try:
        from intercom_scan.rules import find  # noqa: PLC0415 most runs have no error

        text = message.encode("utf-8", "surrogateescape")
        for match in reversed(list(find(text))):
            text = text[: match.start] + b"********" + text[match.end :]
        return text.decode("utf-8", "surrogateescape")
    except Exception:  # it may be the rules that have the defect which is to be told
        ours = message.startswith("internal error:")  # which quotes nothing
        return message if ours else "internal error: the rules failed; please report it"


def _unwritten(error: OSError) -> int:
    """A full disk or a reader that went away: whoever asked has not seen the whole report."""
    _forget_output(sys.stdout.fileno())
    where = f"{error.filename}: " if error.filename else ""
    return _fail(f"{where}{error.strerror or error}", ExitCode.INCOMPLETE)


def _forget_output(descriptor: int) -> None:
    # Or the interpreter would flush it again at its end, and complain again:
    # https://docs.python.org/3/library/signal.html#note-on-sigpipe
    os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
