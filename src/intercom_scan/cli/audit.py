"""`intercom-scan audit`: the security checklist of a project that uses Intercom."""

from __future__ import annotations

import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan import policy
from intercom_scan.api import Request
from intercom_scan.audit import running
from intercom_scan.audit.checks import CHECKS
from intercom_scan.audit.project import Project
from intercom_scan.cli.audited import audited, scanned
from intercom_scan.cli.scan import SEVERITIES, Format, reports, write
from intercom_scan.errors import UsageError
from intercom_scan.finding import ScanResult
from intercom_scan.reporters import FORMATS, Options, exit_code
from intercom_scan.rules.model import Severity
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Collection

    from intercom_scan.audit.model import Check

_HELP = """Ask what a reviewer of an Intercom integration would ask.

Each check answers pass, fail, not applicable or cannot tell, with evidence.
A check without an answer makes the audit incomplete: it is no pass.

\b
  intercom-scan audit
  intercom-scan audit --only rotation --only history-scanned
  intercom-scan audit --format text --format sarif:audit.sarif
"""

_Id = click.Choice(list(CHECKS))


@click.command("audit", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("directory", required=False, type=click.Path(path_type=Path), default=Path())
@click.option("--only", type=_Id, metavar="CHECK", multiple=True, help="These checks alone.")
@click.option("--skip", type=_Id, metavar="CHECK", multiple=True, help="All but these checks.")
@click.option("--format", "formats", type=Format(), multiple=True, help=f"{', '.join(FORMATS)}.")
@click.option("--fail-on", type=SEVERITIES, default="low", help="Lowest that fails (low).")
@click.option("--config", type=click.Path(), help="Instead of .intercom-scan.yaml.")
@click.option("--policy-from", metavar="REV", help="Read it from a trusted commit.")
@click.option("-q", "--quiet", is_flag=True, help="A line a problem.")
@click.option("-v", "--verbose", is_flag=True, help="All evidence, ignored findings too.")
@audited("audit", lambda given: given["directory"])
def audit_command(
    directory: Path, only: tuple[str, ...], skip: tuple[str, ...],
    formats: tuple[tuple[str, str | None], ...], fail_on: str, config: str | None,
    policy_from: str | None, quiet: bool, verbose: bool,
) -> int:  # fmt: skip
    """See _HELP."""
    outputs = reports(formats)
    request = Request("files", (directory,), config=config, policy_from=policy_from)
    result = audit(request, only, skip)
    scanned(result)
    verbosity = 1 if verbose else -1 if quiet else 0
    options = Options(verbosity=verbosity, fail_on=Severity[fail_on.upper()])
    write(result, outputs, options)
    return int(exit_code(result, options.fail_on))


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


def audit(request: Request, only: Collection[str], skip: Collection[str]) -> ScanResult:
    """The result of the checks `only` without `skip`, by their ids.

    Where `only` names none, it is of all that the policy does not leave out. Raises UsageError
    where none is left, and what `Project` raises.
    """
    started = time.monotonic()
    project = Project(request)
    left_out = {} if only else project.policy.audit_skips
    wanted = only or [id_ for id_ in CHECKS if id_ not in left_out]
    chosen: list[Check] = [CHECKS[id_] for id_ in CHECKS if id_ in wanted and id_ not in skip]
    if not chosen:
        raise UsageError("no check is left: see `intercom-scan audit --help`")
    answered = running.answers(project, chosen)
    found, notes = policy.apply(
        running.findings(project, answered), project.policy, date.today(), whole=False
    )
    commits, files, read = project.read_so_far
    return ScanResult(
        mode="audit",
        findings=tuple(sorted(found, key=lambda finding: -finding.severity)),
        skipped=(*running.skips(answered), *project.skips),
        commits=commits,
        objects=files,
        bytes=read,
        seconds=time.monotonic() - started,
        notes=(*notes, *(f"{id_} is left out: {why}" for id_, why in left_out.items())),
        checks=tuple(running.checked(answered, found)),
    )
