"""`intercom-scan rotation record`: a value, or its rotation, into the ledger."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from intercom_scan.cli.audited import audited, note
from intercom_scan.cli.given import stream, variable
from intercom_scan.cli.rotation import repository_here
from intercom_scan.env.naming import environment as environment_of
from intercom_scan.errors import UsageError
from intercom_scan.masking import masked
from intercom_scan.policy.kinds import parse_day
from intercom_scan.policy.text import show
from intercom_scan.rotation import digest
from intercom_scan.rotation.ledger import FILE, by_problem, environment_problem, name_problem
from intercom_scan.rotation.recording import Recorded, recognised, record

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

DEFAULT = "default"  # an environment that nobody names
_LONGEST = 1 << 20  # bytes of standard input
_HELP = f"""Record a value, or that it was rotated.

The first value of a name begins its age, every other one is a rotation. What
is written into {FILE} is a slow, salted digest.

\b
  intercom-scan rotation record --env INTERCOM_TOKEN --environment production
  vault kv get -field=token secret/intercom |
    intercom-scan rotation record --stdin --name INTERCOM_ACCESS_TOKEN
"""


@click.command("record", help=_HELP)
@click.option("--env", "env", metavar="NAME", help="The environment variable with the value.")
@click.option("--stdin", is_flag=True, help="The value comes through standard input.")
@click.option("--name", help="What it is called, where that is not NAME.")
@click.option("--environment", help="Where it is used, such as production.")
@click.option("--by", metavar="WHO", help="Who rotated it.")
@click.option("--rotated", metavar="YYYY-MM-DD", help="On which day (UTC); today if not given.")
@audited("rotation", hidden=True)
def record_command(
    env: str | None, stdin: bool, name: str | None, environment: str | None, by: str | None,
    rotated: str | None,
) -> int:  # fmt: skip
    """See _HELP."""
    if (env is not None) == stdin:
        raise UsageError("say where the value comes from: one of --env NAME and --stdin")
    name = name or env
    if name is None:
        raise UsageError("standard input has no name: add --name NAME")
    value = variable(env) if env is not None else stream(_LONGEST, "the value")
    if not value.strip():
        raise UsageError("standard input has no value: give one, and nothing else")
    environment = environment or environment_of(os.fsencode(name)) or DEFAULT
    _check("--name", name, name_problem)
    _check("--environment", environment, environment_problem)
    if by is not None:
        _check("--by", by, by_problem)
    found = recognised(name, value)
    key = digest.key_of(os.environ)
    _, top = repository_here()
    done = record(top, name, environment, found, on=_day(rotated), by=by, key=key)
    note(name=name, environment=environment, kind=found.kind, outcome=done.outcome)
    click.echo(_outcome(done))
    for other in done.shared:  # whose name is what the file says
        line = f"{other.title} has the same value: issue one for each environment"
        click.echo(masked(line), err=True)
    return 0


def _check(option: str, text: str, problem: Callable[[str], str | None]) -> None:
    """The text is written into a file that others read."""
    if wrong := problem(text):
        raise UsageError(f"{option}: {show(text)} {wrong}")
    if masked(text) != text:
        raise UsageError(f"{option}: has a credential in it; write something else")


def _day(text: str | None) -> date | None:
    day = None if text is None else parse_day(text)
    if text is not None and day is None:
        raise UsageError(f"--rotated: {show(text)} is not a date; write YYYY-MM-DD")
    return day


def _outcome(done: Recorded) -> str:
    entry = done.entry
    if done.outcome == "again":
        return f"{entry.title} has the value of {entry.last} already; {FILE} is as it was."
    what = "in use since" if done.outcome == "first" else "rotated on"
    return f"{entry.title}: {entry.kind}, {what} {entry.last}. Commit {FILE}."
