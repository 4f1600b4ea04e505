"""`intercom-scan audit`: the security checklist of a project that uses Intercom."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan.api import Request
from intercom_scan.audit import changed
from intercom_scan.audit.auditing import audit
from intercom_scan.audit.checks import CHECKS
from intercom_scan.cli.audited import audited, scanned
from intercom_scan.cli.scan import SEVERITIES, Format, reports, write
from intercom_scan.errors import UsageError
from intercom_scan.git import open_repository
from intercom_scan.reporters import FORMATS, Options, exit_code
from intercom_scan.rules.model import Severity
from intercom_scan.values import replace

if TYPE_CHECKING:
    from intercom_scan.audit.changed import Changed
    from intercom_scan.finding import ScanResult

_HELP = """Ask what a reviewer of an Intercom integration would ask.

Each check answers pass, fail, not applicable or cannot tell, with evidence.
A check without an answer makes the audit incomplete: it is no pass.

\b
  intercom-scan audit
  intercom-scan audit --only rotation --only history-scanned
  intercom-scan audit --format text --format sarif:audit.sarif
  intercom-scan audit --changed-since origin/main
"""

_Id = click.Choice(list(CHECKS))


@click.command("audit", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("directory", required=False, type=click.Path(path_type=Path), default=Path())
@click.option("--only", type=_Id, metavar="CHECK", multiple=True, help="These checks alone.")
@click.option("--skip", type=_Id, metavar="CHECK", multiple=True, help="All but these checks.")
@click.option("--staged", is_flag=True, help="Of what is staged alone.")
@click.option("--changed-since", metavar="REV", help="Of what has changed since then alone.")
@click.option("--format", "formats", type=Format(), multiple=True, help=f"{', '.join(FORMATS)}.")
@click.option("--fail-on", type=SEVERITIES, default="low", help="Lowest that fails (low).")
@click.option("--config", type=click.Path(), help="Instead of .intercom-scan.yaml.")
@click.option("--policy-from", metavar="REV", help="Read it from a trusted commit.")
@click.option("-q", "--quiet", is_flag=True, help="A line a problem.")
@click.option("-v", "--verbose", is_flag=True, help="All evidence, ignored findings too.")
@audited("audit", lambda given: given["directory"])
def audit_command(
    directory: Path, only: tuple[str, ...], skip: tuple[str, ...], staged: bool,
    changed_since: str | None,
    formats: tuple[tuple[str, str | None], ...], fail_on: str, config: str | None,
    policy_from: str | None, quiet: bool, verbose: bool,
) -> int:  # fmt: skip
    """See _HELP."""
    outputs = reports(formats)
    request = Request("files", (directory,), config=config, policy_from=policy_from)
    result = audit(request, only, skip, _changed(directory, staged, changed_since))
    scanned(result)
    verbosity = 1 if verbose else -1 if quiet else 0
    options = Options(verbosity=verbosity, fail_on=Severity[fail_on.upper()])
    write(result, outputs, options)
    return int(exit_code(result, options.fail_on))


def _changed(directory: Path, staged: bool, revision: str | None) -> Changed | None:
    if staged and revision is not None:
        raise UsageError("--staged and --changed-since name different files: give one of them")
    if not staged and revision is None:
        return None
    repository = open_repository(directory)
    if repository is None or repository.top is None:
        raise UsageError(f"{directory}: is in no repository that has files")
    return changed.since(repository, revision) if revision else changed.staged(repository)


def with_checks(result: ScanResult, request: Request) -> ScanResult:
    """A scan with the checks that are of something else than what it has found itself."""
    done = audit(request, (), ("tokens-outside-code", "env-ignored"))
    return replace(
        result,
        findings=(*result.findings, *done.findings),
        skipped=tuple(dict.fromkeys((*result.skipped, *done.skipped))),
        seconds=result.seconds + done.seconds,
        notes=tuple(dict.fromkeys((*result.notes, *done.notes))),
        checks=done.checks,
    )
