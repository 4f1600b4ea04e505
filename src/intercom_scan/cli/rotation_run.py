"""`intercom-scan rotation run`: guides a person through a rotation, and checks what they did."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan.cli.audited import audited, note
from intercom_scan.cli.given import variable
from intercom_scan.cli.rotation import repository_here
from intercom_scan.cli.rotation_plan import (
    escape_the_unprintable,
    names_read,
    picked,
    rule_of,
    scanned,
    settings,
    subjects_of,
)
from intercom_scan.cli.rotation_record import DEFAULT
from intercom_scan.edge import Interrupted, fail
from intercom_scan.env.naming import environment as environment_of
from intercom_scan.errors import ExitCode, IntercomScanError, UsageError
from intercom_scan.escape import terminal
from intercom_scan.finding import fingerprint
from intercom_scan.rotation import digest, guide, keeping, recording, state
from intercom_scan.rotation.ledger import FILE, RefusedError, by_problem
from intercom_scan.rotation.steps import way
from intercom_scan.rules import by_id
from intercom_scan.values import dataclass, field, replace
from intercom_scan.verify import hosts
from intercom_scan.verify.checking import verify

if TYPE_CHECKING:
    from intercom_scan.rotation.plan import Setting
    from intercom_scan.rules.model import Credential
    from intercom_scan.verify.hosts import Host

_LONGEST = 2000  # characters of a line: one to paste has to be whole
_KEPT = "what is done is kept: the same command goes on from there"
_HELP = """Go through a rotation step by step.

Shows each step and waits until it is done. Asks Intercom whether the new
token is live, in the same workspace as the old one, and at the end whether
the old one is dead; then writes the change into the ledger. Values are typed
where they are not shown, and kept nowhere. What was interrupted goes on with
the same command.

\b
  intercom-scan rotation run 0123456789abcdef --store github
  intercom-scan rotation run --rule intercom-access-token --name CRM_TOKEN
"""


@click.command("run", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("findings", nargs=-1, metavar="[FINDING]...")
@click.option("--rule", "kind", metavar="RULE", help="A kind, without any finding.")
@click.option("--store", "places", metavar="STORE[:PLACE]", multiple=True, help="As for the plan.")
@click.option("--name", help="What its readers and the ledger know it by.")
@click.option("--environment", help="Where it is used, such as production.")
@click.option("--by", metavar="WHO", help="For the ledger.")
@click.option("--new-env", metavar="NAME", help="A variable with the new value.")
@click.option("--old-env", metavar="NAME", help="A variable with the old value.")
@click.option(
    "--state", "folder", type=click.Path(path_type=Path), metavar="DIR", help="Keeps how far it is."
)
@click.option("--api-base", metavar="URL", help="A region's host, or a test server here.")
@audited("rotation", hidden=True, done=(ExitCode.CLEAN,))
def run_command(
    findings: tuple[str, ...], kind: str | None, places: tuple[str, ...], name: str | None,
    environment: str | None, by: str | None, new_env: str | None, old_env: str | None,
    folder: Path | None, api_base: str | None,
) -> int:  # fmt: skip
    """See _HELP."""
    if sys.stdin is None or not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(
            "no terminal to guide anybody at: `intercom-scan rotation plan` prints the steps"
        )
    escape_the_unprintable()
    # Before git is started by anything below.
    secrets = _Secrets(_value(old_env), _value(new_env), digest.key_of(os.environ))
    setting = replace(settings(places, name, environment, guided=True), reads=names_read())
    if by is not None and (wrong := by_problem(by)):
        raise UsageError(f"--by: {wrong}")
    servers = hosts.hosts(api_base or os.environ.get(hosts.VARIABLE))
    subjects = _subjects(findings, kind, secrets.old)
    if len(subjects) > 1 and secrets.new:
        raise UsageError("--new-env is for one rotation: name one FINDING")
    if not subjects:
        click.echo("Nothing to rotate: there are no new findings.")
    _, root = repository_here()
    started = _Run(setting, servers, secrets, folder or state.folder(os.environ), by, root)
    for number, subject in enumerate(subjects, 1):
        click.echo(f"{subject.rule.title} {subject.fingerprint} ({number} of {len(subjects)})")
        for place in subject.places:
            click.echo(f"  {place}")
        if code := _guided(subject, started):
            return code
    return int(ExitCode.CLEAN)


@dataclass(frozen=True, slots=True)
class _Secrets:
    """What the environment has: values, and the key of the ledger."""

    old: bytes | None = field(repr=False)
    new: bytes | None = field(repr=False)
    key: bytes | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Subject:
    """What is to be rotated; `fingerprint` is empty where its value is not known."""

    rule: Credential
    fingerprint: str
    old: bytes | None = field(repr=False)
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Run:
    """What all rotations of one run share."""

    setting: Setting
    servers: tuple[Host, ...]
    secrets: _Secrets
    folder: Path
    by: str | None
    root: Path


def _subjects(
    given: tuple[str, ...], kind: str | None, old: bytes | None
) -> list[_Subject]:  # fmt: skip
    if kind is None:
        if old:
            raise UsageError("--old-env is for --rule: a finding has its value")
        result = scanned()
        found = picked(result, given)
        shown = subjects_of(found, result)
        return [
            _Subject(by_id(f.rule.id), f.fingerprint, f.secret, s.places)
            for f, s in zip(found, shown, strict=True)
        ]
    if given:
        raise UsageError("--rule is for a rotation without a finding: give one or the other")
    rule = rule_of(kind)
    value = rule.check(old) if old else None
    if old and not value:
        raise UsageError(f"what --old-env names holds no {rule.title}")
    return [_Subject(rule, fingerprint(rule, value) if value else "", value)]


def _value(name: str | None) -> bytes | None:
    return None if name is None else variable(name).strip()


def _environment(setting: Setting, rule: Credential) -> str:
    """As `rotation record` says it where nobody does."""
    return setting.environment or environment_of(os.fsencode(setting.called(rule))) or DEFAULT


def _guided(subject: _Subject, run: _Run) -> int:
    """Guide through one; 0, or the exit code after a line that says why it stopped."""
    name, environment = run.setting.called(subject.rule), _environment(run.setting, subject.rule)
    # By what was said and not by what follows from it: the code that reads a name may change.
    said = (run.setting.name, run.setting.environment)
    path = state.file(run.folder, str(run.root), subject.rule.id, subject.fingerprint, *said)
    rotation = guide.Rotation(
        rule=subject.rule,
        fingerprint=subject.fingerprint,
        old=subject.old,
        new=run.secrets.new,
        setting=run.setting,
        ask=partial(verify, hosts=run.servers),
        record=partial(_recorded, subject, run, name, environment),
        keep=partial(state.save, path),
    )
    try:
        with state.alone(path):
            guide.guide(rotation, state.load(path), _Terminal())
    except (Interrupted, click.Abort):
        click.echo()
        return fail(f"interrupted; {_KEPT}", ExitCode.INTERRUPTED)
    except IntercomScanError as error:
        return fail(f"{error}; {_KEPT}", error.exit_code)
    if not subject.fingerprint:
        state.forget(path)  # or the next rotation of that name would be done before it begins
    click.echo("That is all.")
    return int(ExitCode.CLEAN)


def _recorded(
    subject: _Subject, run: _Run, name: str, environment: str, value: bytes
) -> str:  # fmt: skip
    """Write a rotation into the ledger; a line about it."""
    rule = way(subject.rule).makes or subject.rule
    known = keeping.load(run.root)
    put = partial(recording.record, run.root, name, environment, by=run.by, key=run.secrets.key)
    if subject.old and rule is subject.rule and not (known and known.entry(name, environment)):
        with suppress(RefusedError):  # another name had it, and was rotated before
            put(recording.Value(rule.id, subject.old))  # so that it shows where it comes back
    done = put(recording.Value(rule.id, value))
    note(name=name, environment=environment, kind=rule.id, outcome=done.outcome)
    again = " before" if done.outcome == "again" else ""
    return f"{done.entry.title} is recorded{again} in {FILE}: commit it."


class _Terminal:
    """The person at this terminal."""

    def told(self, line: str) -> None:
        click.echo(terminal(line, _LONGEST))

    def agrees(self, question: str) -> bool:
        return click.confirm(question)

    def secret(self, question: str) -> bytes:
        text: str = click.prompt(question, default="", hide_input=True, show_default=False)
        return text.strip().encode("utf-8", "surrogateescape")
