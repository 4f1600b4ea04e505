"""`intercom-scan audit-log verify`: whether an audit log is as it was written."""

from __future__ import annotations

import re

import click

from intercom_scan.errors import ExitCode, UsageError
from intercom_scan.escape import terminal
from intercom_scan.reporters.summary import plural
from intercom_scan.trail.settings import log_file
from intercom_scan.trail.verifying import verified
from intercom_scan.trail.writing import key_given, translated

_SHOWN = 20
_HELP = """Check an audit log line by line.

Each line names the one before it, so that one which was changed, removed, put
in or moved shows. Lines that are cut off at the end show where --expect has
the hash that this command printed at some time before.

FILE is by default the one that the user's configuration names.

\b
  intercom-scan audit-log verify
  intercom-scan audit-log verify audit.log --expect HASH
"""


@click.group(
    "audit-log", no_args_is_help=False, context_settings={"help_option_names": ["-h", "--help"]}
)
def audit_log_command() -> None:
    """See that what was done is written down as it was."""


@audit_log_command.command("verify", help=_HELP)
@click.argument("file", required=False, type=click.Path())
@click.option("--expect", metavar="HASH", help="Of a line that has to be there.")
def verify_command(file: str | None, expect: str | None) -> int:
    """See _HELP."""
    path = file or log_file()
    if path is None:
        raise UsageError("say which file: no configuration names an audit log")
    if expect is not None and not re.fullmatch(r"[0-9a-f]{64}", expect):
        raise UsageError("--expect takes the 64 hexadecimal digits that this command prints")
    with translated(path, "cannot be read"):
        report = verified(path, key_given(), expect)
    shown = terminal(path, 1000)
    for number, problem in report.problems[:_SHOWN]:
        click.echo(f"{shown}:{number}: {problem}" if number else f"{shown}: {problem}")
    if more := len(report.problems) - _SHOWN if len(report.problems) > _SHOWN else 0:
        click.echo(f"and {plural(more, 'problem')} more")
    for number, entry in report.open_[:_SHOWN]:
        what = terminal(f"{entry.action} by {entry.user_id} at {entry.timestamp}")
        click.echo(f"note: line {number} begins what has no end: {what}")
    actions = f"{plural(report.lines, 'line')}, {plural(report.ended, 'action')} with an end"
    without = f" and {len(report.open_):,} without" if report.open_ else ""
    state = "not as it was written" if report.problems else "as it was written"
    click.echo(f"{shown}: {state}: {actions}{without}")
    click.echo(f"last hash: {report.head}")
    return int(ExitCode.FINDINGS if report.problems else ExitCode.CLEAN)
