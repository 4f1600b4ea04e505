"""`intercom-scan scopes`: what a token may do, beside what it should."""

from __future__ import annotations

import os
import time
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan import policy
from intercom_scan.api import Request, load_policy
from intercom_scan.cli.audited import audited
from intercom_scan.cli.given import variable
from intercom_scan.cli.scan import SEVERITIES, Format, reported, reports
from intercom_scan.errors import UsageError
from intercom_scan.escape import terminal
from intercom_scan.finding import ScanResult
from intercom_scan.git import open_repository
from intercom_scan.reporters import FORMATS
from intercom_scan.rules import access_token

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intercom_scan.policy import Policy
    from intercom_scan.scopes.judging import Case
    from intercom_scan.scopes.probing import Probed

_HELP = """Compare what a token may do with what it should.

Asks Intercom, with requests that change nothing and whose answers are not
read, which scopes a token has, and compares them with what the project
allows (scopes: in .intercom-scan.yaml) and with what its code calls.

\b
  intercom-scan scopes --env INTERCOM_ACCESS_TOKEN
  intercom-scan scopes --env STAGING_TOKEN --environment staging
  intercom-scan scopes --no-probe          the code and the project alone
"""


@click.command(
    "scopes", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]}
)  # fmt: skip
@click.argument(
    "path", required=False, type=click.Path(path_type=Path, exists=True), default=Path()
)
@click.option("--env", "name", metavar="NAME", help="The environment variable with the token.")
@click.option("--no-probe", is_flag=True, help="Ask nobody: what is called and allowed.")
@click.option("--environment", metavar="NAME", help="Whose scopes: of the configuration count.")
@click.option("--api-base", metavar="URL", help="A region's host, or a test server here.")
@click.option("--format", "formats", type=Format(), multiple=True, help=f"{', '.join(FORMATS)}.")
@click.option("--fail-on", type=SEVERITIES, default="low", help="Lowest that fails (low).")
@click.option("--config", type=click.Path(), help="Instead of .intercom-scan.yaml.")
@click.option("--policy-from", metavar="REV", help="Read it from a trusted commit.")
@click.option("-q", "--quiet", is_flag=True, help="A line a problem.")
@click.option("-v", "--verbose", is_flag=True, help="Every scope and place.")
@audited("probe", lambda given: given["path"])
def scopes_command(
    path: Path, name: str | None, no_probe: bool, environment: str | None, api_base: str | None,
    formats: tuple[tuple[str, str | None], ...], fail_on: str, config: str | None,
    policy_from: str | None, quiet: bool, verbose: bool,
) -> int:  # fmt: skip
    """See _HELP."""
    if (name is None) is not no_probe:
        raise UsageError("say whose scopes: --env NAME, or --no-probe to ask nobody")
    outputs = reports(formats)
    started = time.monotonic()
    token = None if name is None else _token(name)
    repository = open_repository(path if path.is_dir() else path.parent)
    rules = load_policy(
        Request("files", (path,), config=config, policy_from=policy_from), repository
    )
    chosen = _environment(rules.scopes, environment)
    case = _case(path, repository.top if repository else None, rules, chosen, token, api_base)
    result = _judged(case, rules, name, started)
    return reported(result, outputs, fail_on, quiet=quiet, verbose=verbose)


def _token(name: str) -> bytes:
    token = access_token.RULE.check(variable(name).strip())
    if token is None:
        raise UsageError(f"what {name} holds is no access token of Intercom's")
    return token


def _environment(known: Mapping[str, tuple[str, ...]], asked: str | None) -> str | None:
    """Whose scopes count: those of the one that is asked for, or of the only one there is."""
    names = ", ".join(known)
    if asked is not None and asked not in known:
        hint = f"it has {names}" if known else "it has no 'scopes'"
        raise UsageError(f"the configuration has no environment {terminal(asked, 60)}: {hint}")
    if asked is None and len(known) > 1:
        raise UsageError(f"say whose scopes count, with --environment NAME: one of {names}")
    return asked if asked is not None else next(iter(known), None)


def _case(
    path: Path, top: Path | None, rules: Policy, environment: str | None, token: bytes | None,
    api_base: str | None,
) -> Case:  # fmt: skip
    from intercom_scan.scopes.judging import Case  # noqa: PLC0415 after what may be wrong
    from intercom_scan.scopes.reading import look  # noqa: PLC0415 likewise

    code = look(path, top, lambda file: any(each.covers(file) for each in rules.exclusions))
    allowed = None if environment is None else rules.scopes[environment]
    return Case(code, allowed, _probed(token, api_base), environment)


def _probed(token: bytes | None, api_base: str | None) -> Probed | None:
    if token is None:
        return None
    from intercom_scan.scopes.probing import probe  # noqa: PLC0415 TLS, where somebody asks
    from intercom_scan.verify import hosts  # noqa: PLC0415 likewise

    return probe(token, hosts.hosts(api_base or os.environ.get(hosts.VARIABLE)))


def _judged(case: Case, rules: Policy, name: str | None, started: float) -> ScanResult:
    from intercom_scan.scopes import judging  # noqa: PLC0415 as above

    known = judging.permissions(case)
    found, notes = policy.apply(judging.findings(case, known), rules, date.today(), whole=False)
    return ScanResult(
        mode="scopes",
        findings=tuple(sorted(found, key=lambda finding: -finding.severity)),
        skipped=tuple(judging.skips(case, name or "")),
        commits=0,
        objects=case.code.files,
        bytes=case.code.bytes,
        seconds=time.monotonic() - started,
        notes=(*notes, *judging.notes(case)),
        permissions=known,
    )
