"""The command line: click's own ways to end become a line and an exit code as all others do."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING

import click

from intercom_scan.cli.group import cli
from intercom_scan.edge import fail, guarded, unwritten
from intercom_scan.errors import ExitCode

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    return guarded(lambda: _run(arguments))


def _run(arguments: Sequence[str] | None) -> int:
    output = sys.stdout
    try:
        result = cli.main(
            None if arguments is None else list(arguments), "intercom-scan", standalone_mode=False
        )
    except click.Abort as error:
        raise KeyboardInterrupt from error
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        return fail(_described(error), ExitCode.USAGE)
    except SystemExit as exit_:
        # Of a closed pipe click makes the status that means findings here, and another stream.
        if sys.stdout is not output:
            return unwritten(BrokenPipeError(errno.EPIPE, os.strerror(errno.EPIPE)))
        return int(exit_.code or ExitCode.CLEAN)
    return int(result or ExitCode.CLEAN)


def _described(error: click.ClickException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context else "intercom-scan"
    return f"{error.format_message()} (see `{path} --help`)"
