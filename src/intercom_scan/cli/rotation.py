"""`intercom-scan rotation`: the group of commands; each is imported when it is used."""

from __future__ import annotations

from pathlib import Path

import click

from intercom_scan.cli.lazy import LazyGroup
from intercom_scan.errors import UsageError
from intercom_scan.git import Repository, open_repository

_HELP = """Know since when credentials are in use, and change them in time.

\b
  intercom-scan rotation record --env INTERCOM_TOKEN --environment production
  intercom-scan rotation check             in CI: fails on what is overdue
  intercom-scan rotation plan              of what the history holds
  intercom-scan rotation run 0123456789    step by step
"""
# Name → module and attribute.
_COMMANDS = {
    "record": ("rotation_record", "record_command"),
    "check": ("rotation_check", "check_command"),
    "plan": ("rotation_plan", "plan_command"),
    "run": ("rotation_run", "run_command"),
}


@click.group(
    "rotation", cls=LazyGroup, places=_COMMANDS, help=_HELP, no_args_is_help=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)  # fmt: skip
def rotation_command() -> None:
    """See _HELP."""


def repository_here() -> tuple[Repository, Path]:
    """The repository of this directory and its top, where the ledger is.

    Raises UsageError where there is none with files.
    """
    repository = open_repository(Path())
    if repository is None or repository.top is None:
        raise UsageError("there is no git repository with files here: the ledger belongs into one")
    return repository, repository.top
