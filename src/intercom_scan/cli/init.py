"""`intercom-scan init`: shows what a repository lacks, asks, and writes it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan.cli.difference import unified
from intercom_scan.cli.install_hook import PROGRAMS, hooks_path
from intercom_scan.env.remedy import quoted
from intercom_scan.errors import UsageError
from intercom_scan.escape import terminal
from intercom_scan.git import open_repository
from intercom_scan.plugins.shim import SHIM
from intercom_scan.setup import precommit
from intercom_scan.setup.files import write
from intercom_scan.setup.plan import BASELINE_FILE, plan

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.git import Repository
    from intercom_scan.setup.files import Change

_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


@click.command("init")
@click.option("--workflow", is_flag=True, help="A GitHub workflow too.")
@click.option("--detect-secrets", is_flag=True, help="The file by which it loads the plugin too.")
@click.option("-y", "--yes", is_flag=True, help="Write without asking.")
@click.option("--dry-run", is_flag=True, help="Show, and write nothing.")
def init_command(workflow: bool, detect_secrets: bool, yes: bool, dry_run: bool) -> None:
    """Set this repository up: hooks, .gitignore, a configuration.

    Adds what is missing to .pre-commit-config.yaml and .gitignore, leaves all else in them as
    it is, and never replaces a file. Shows the difference and asks.
    """
    if yes and dry_run:
        raise UsageError("--yes and --dry-run exclude each other: give one of them")
    repository = open_repository(Path())
    if repository is None:
        raise UsageError("not in a git repository: run `git init` first, or go to one")
    changes = plan(repository, workflow=workflow, detect_secrets=detect_secrets)
    if not changes:
        click.echo("Nothing to write: all of it is there.")
        return
    _show(changes)
    if dry_run:
        click.echo(f"Without --dry-run this writes {_names(changes)}.")
        return
    if not yes and not _agreed(changes):
        click.echo("Nothing was written.")
        return
    assert repository.top is not None
    write(repository.top, changes)
    click.echo(f"Wrote {_names(changes)}.")
    for line in _next_steps(repository, repository.top, changes):
        click.echo(line)


def _show(changes: Iterable[Change]) -> None:
    colour = (
        sys.stdout.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    )
    for change in changes:
        click.echo(f"# {terminal(change.path)}: {change.why}")
        for line in unified(change):
            shown = click.style(line, _COLOURS.get(line[0])) if colour else line
            click.echo(shown, color=colour)
        click.echo()


def _agreed(changes: list[Change]) -> bool:
    """Asks on standard error, which is seen where the output goes to a file."""
    if not sys.stdin.isatty():
        raise UsageError("nothing was written: no terminal to ask at; add --yes or --dry-run")
    try:
        return click.confirm(f"Write {_names(changes)}?", default=False, err=True)
    except click.Abort:  # the end of input; Ctrl-C ends the program
        click.echo(err=True)
        return False


def _names(changes: list[Change]) -> str:
    names = [terminal(change.path) for change in changes]
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _next_steps(repository: Repository, top: Path, changes: list[Change]) -> Iterator[str]:
    written = [change.path for change in changes]
    yield "Next:"
    if not Path().samefile(top):
        yield f"  cd {Path(os.path.relpath(top, Path().resolve())).as_posix()}"
    if precommit.FILE in written:
        yield f"  {_installing(hooks_path(repository))}"
    if SHIM in written:
        baseline = f" --baseline {BASELINE_FILE}" if (top / BASELINE_FILE).is_file() else ""
        yield f"  detect-secrets scan{baseline} -p {SHIM}"
    yield f"  git add {' '.join(quoted(os.fsencode(path)) for path in written)}"


def _installing(path: str) -> str:
    """pre-commit refuses to install where `core.hooksPath` is set, at whatever level."""
    if not path:
        return "pre-commit install"
    calls = ", ".join(f"{' and '.join(names)} in {hook}" for hook, names in PROGRAMS.items())
    return (
        f"# core.hooksPath is {terminal(path)}, so `pre-commit install` refuses: unset it (`git "
        f"config --show-origin core.hooksPath` says where), or call there {calls}"
    )
