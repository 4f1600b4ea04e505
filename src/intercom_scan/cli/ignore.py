"""`intercom-scan ignore`: let findings be, with a reason."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan.api import Request, scan
from intercom_scan.errors import UsageError
from intercom_scan.git import open_repository
from intercom_scan.policy.ignore_file import FILE
from intercom_scan.policy.kinds import parse_day
from intercom_scan.policy.model import Ignore
from intercom_scan.policy.schema import fingerprint_problem, reason_problem
from intercom_scan.policy.text import show
from intercom_scan.policy.writing import add

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intercom_scan.finding import Finding

_HELP = f"""Let a finding be, with a reason.

It is still found and counted, and reported as ignored. Writes {FILE}, which
belongs into the repository.

\b
  intercom-scan ignore 0123456789abcdef0123456789abcdef --reason "revoked"
  intercom-scan ignore --all-current --reason "rotated" --until 2030-01-31
"""


def command(
    root: Callable[[], Path], current_findings: Callable[[], Iterable[Finding]]
) -> click.Command:
    """The command, given the repository's root and the findings that its policy says are new."""

    @click.command("ignore", help=_HELP)
    @click.argument("fingerprint", required=False)
    @click.option("--all-current", is_flag=True, help="All that the files and the history have.")
    @click.option("--reason", required=True, help="Why it may stay; readers of the file see it.")
    @click.option("--until", metavar="YYYY-MM-DD", help="The last day on which it is ignored.")
    def ignore(fingerprint: str | None, all_current: bool, reason: str, until: str | None) -> None:
        chosen = _fingerprints(fingerprint, all_current)
        reason = " ".join(reason.split())
        if wrong := reason_problem(reason):
            raise UsageError(f"--reason: {show(reason)} {wrong}")
        last = _last_day(until)
        found: list[tuple[str, str | None]]
        if chosen is None:
            found = sorted((f.fingerprint, f.rule.id) for f in current_findings() if _is_new(f))
        else:
            found = [(chosen, None)]
        changed = bool(found) and add(root(), [Ignore(f, reason, last, r) for f, r in found])
        click.echo(_outcome(len(found), changed))

    return ignore


def _fingerprints(fingerprint: str | None, all_current: bool) -> str | None:
    """The one fingerprint, None for all."""
    if (fingerprint is not None) == all_current:
        raise UsageError("name one FINGERPRINT, or give --all-current instead")
    if fingerprint is None:
        return None
    if wrong := fingerprint_problem(fingerprint.lower()):
        raise UsageError(f"FINGERPRINT: {show(fingerprint)} {wrong}")
    return fingerprint.lower()


def _last_day(until: str | None) -> date | None:
    if until is None:
        return None
    day = parse_day(until)
    if day is None:
        raise UsageError(f"--until: {show(until)} is not a date; write YYYY-MM-DD")
    if day < date.today():
        raise UsageError(f"--until: {day} is past; give a day to come")
    return day


def _is_new(finding: Finding) -> bool:
    return finding.status == "new"


def _outcome(count: int, changed: bool) -> str:
    if not count:
        return "Nothing to ignore: there are no new findings."
    findings = "1 finding" if count == 1 else f"{count} findings"
    if not changed:
        return f"{FILE} already ignores {findings} so; it is as it was."
    return f"{FILE} ignores {findings}. Commit it."


def _root() -> Path:
    repository = open_repository(Path())
    return repository.top if repository is not None and repository.top is not None else Path()


def _current_findings() -> Iterable[Finding]:
    """Of the files and, in a repository, of everything that it holds."""
    found = {finding.fingerprint: finding for finding in scan(Request(paths=(_root(),))).findings}
    if open_repository(Path()) is not None:
        more = scan(Request("all-history")).findings
        found |= {finding.fingerprint: finding for finding in more}
    return found.values()


ignore_command = command(_root, _current_findings)
