"""`intercom-scan rotation check`: whether credentials are rotated as they have to be."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

import click

from intercom_scan import policy
from intercom_scan.api import Request, load_policy, scan
from intercom_scan.cli.audited import audited
from intercom_scan.cli.given import variable
from intercom_scan.cli.rotation import repository_here
from intercom_scan.cli.scan import SEVERITIES, Format, reported, reports
from intercom_scan.errors import UsageError
from intercom_scan.finding import ScanResult, fingerprint
from intercom_scan.policy.text import show
from intercom_scan.reporters import FORMATS
from intercom_scan.rotation import checking, digest, keeping, reads
from intercom_scan.rotation.age import DEFAULT, days_of, first_seen
from intercom_scan.rotation.checking import Given
from intercom_scan.rotation.ledger import FILE, environment_problem
from intercom_scan.rotation.recording import Value, recognised, today
from intercom_scan.rules import by_id
from intercom_scan.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.finding import Finding
    from intercom_scan.rotation.ledger import Ledger
    from intercom_scan.rotation.reads import Reads

_HELP = f"""Fail on credentials that are overdue, unknown, unchanged or shared.

By {FILE} and the names that the code reads; with --env also by the
values themselves. Where there is no such file, ages are those of history.

\b
  intercom-scan rotation check --max-age 12w
  intercom-scan rotation check --env INTERCOM_ACCESS_TOKEN=production
"""


@dataclass(slots=True)
class _Checked:
    """What a check made of the ledger, or of history, and what was read for that."""

    findings: list[Finding]
    notes: list[str] = field(default_factory=list)
    history: ScanResult | None = None


@click.command("check", help=_HELP, short_help="Fail on what is overdue, unknown or shared.")
@click.option(
    "--env", "variables", metavar="NAME[=ENVIRONMENT]", multiple=True,
    help="A variable with a value, and where that is used.",
)  # fmt: skip
@click.option("--max-age", metavar="AGE", default=f"{DEFAULT}d", help=f"Such as 12w ({DEFAULT}d).")
@click.option("--format", "formats", type=Format(), multiple=True, help=f"{', '.join(FORMATS)}.")
@click.option("--fail-on", type=SEVERITIES, default="low", help="Lowest that fails (low).")
@click.option("--config", type=click.Path(), help="Instead of .intercom-scan.yaml.")
@click.option("--policy-from", metavar="REV", help="Read it from a trusted commit.")
@click.option("-q", "--quiet", is_flag=True, help="A line a problem.")
@click.option("-v", "--verbose", is_flag=True, help="Ages and ignored findings too.")
@audited("rotation", hidden=True)
def check_command(
    variables: tuple[str, ...], max_age: str, formats: tuple[tuple[str, str | None], ...],
    fail_on: str, config: str | None, policy_from: str | None, quiet: bool, verbose: bool,
) -> int:  # fmt: skip
    """See _HELP."""
    started = time.monotonic()
    outputs = reports(formats)
    days = days_of(max_age)
    values = [_value(each) for each in variables]
    key = digest.key_of(os.environ)
    repository, top = repository_here()
    request = Request(paths=(top,), config=config, policy_from=policy_from)
    rules = load_policy(request, repository)
    ledger = keeping.load(top)
    code = reads.find(top)
    if ledger is None:
        checked = _by_history(replace(request, mode="all-history", env=False), values, code, days)
    else:
        checked = _by_ledger(ledger, values, key, code, days, verbose=verbose)
    judged, notes = policy.apply(checked.findings, rules, today(), whole=False)
    checked.findings, checked.notes = judged, [*checked.notes, *notes]
    result = _result(checked, code, time.monotonic() - started)
    return reported(result, outputs, fail_on, quiet=quiet, verbose=verbose)


def _value(given: str) -> tuple[str, str | None, Value]:
    """Name, environment if it is said, and value."""
    name, said, environment = given.partition("=")
    if said and (wrong := environment_problem(environment)):
        raise UsageError(f"--env NAME=ENVIRONMENT: {show(environment)} {wrong}")
    return name, environment or None, recognised(name, variable(name))


def _by_ledger(
    ledger: Ledger, values: list[tuple[str, str | None, Value]], key: bytes | None, code: Reads,
    days: int, *, verbose: bool,
) -> _Checked:  # fmt: skip
    found = list(checking.by_ledger(ledger, today(), days))
    if values:
        made = digest.matching(ledger.salt, ledger.key_check, key)
        given = [Given(n, e, value, made.fingerprint(value.secret)) for n, e, value in values]
        held = {entry.fingerprint for entry in ledger.entries}
        found += [finding for each in given for finding in checking.by_value(ledger, each)]
        found += checking.between([each for each in given if each.fingerprint not in held])
    known = {entry.name for entry in ledger.entries} | {name for name, _, _ in values}
    found += checking.by_name(code.places, known)
    ages = [f"{e.title}: {(today() - e.last).days} days old" for e in ledger.entries]
    return _Checked(found, ages if verbose else [])


def _by_history(
    request: Request, values: list[tuple[str, str | None, Value]], code: Reads, days: int
) -> _Checked:
    history = scan(request)
    secrets = [f for f in history.findings if f.rule.confidential and f.status == "new"]
    given = [Given(n, e, v, fingerprint(by_id(v.kind), v.secret)) for n, e, v in values]
    found = list(checking.by_history(secrets, today(), days))
    found += checking.between(given)
    ages = {finding.fingerprint for finding in secrets}
    unknown = [each for each in given if each.fingerprint not in ages]
    found += [checking.unknown(each) for each in unknown]
    found += checking.by_name(code.places, {name for name, _, _ in values})
    begin = "begin one with `intercom-scan rotation record`"
    notes = [f"there is no {FILE}: ages are those of history; {begin}"]
    return _Checked(found, [*notes, *_ages(secrets)], history)


def _ages(secrets: Iterable[Finding]) -> Iterator[str]:
    for finding in secrets:
        since = first_seen(finding)
        age = f"{(today() - since).days} days" if since else "for how long no commit says"
        yield f"{finding.rule.title} {finding.fingerprint}: in history {age}"


def _result(checked: _Checked, code: Reads, seconds: float) -> ScanResult:
    history = checked.history
    return ScanResult(
        mode="rotation",
        findings=tuple(sorted(checked.findings, key=lambda finding: -finding.severity)),
        skipped=(*code.skips, *(history.skipped if history else ())),
        commits=history.commits if history else 0,
        objects=code.files + (history.objects if history else 0),
        bytes=code.bytes + (history.bytes if history else 0),
        seconds=seconds,
        notes=tuple(checked.notes),
    )
