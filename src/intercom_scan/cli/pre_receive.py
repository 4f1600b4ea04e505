"""`intercom-scan pre-receive`: a server's hook, which refuses a push that brings a credential."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan import edge
from intercom_scan.api import Request, scan
from intercom_scan.cli.audited import audited, scanned
from intercom_scan.cli.scan import SEVERITIES
from intercom_scan.errors import UsageError
from intercom_scan.git import open_repository
from intercom_scan.hooks.pre_push import advice
from intercom_scan.rules.model import Severity
from intercom_scan.sources.updates import pre_receive

if TYPE_CHECKING:
    from intercom_scan.finding import Finding

_HELP = """Refuse a push that brings a credential.

For the hook pre-receive of a repository that is pushed to. Reads what git tells
that hook, and scans what the push brings before git makes it visible. The policy
is that of HEAD, the default branch as it was before the push.

\b
  printf '#!/bin/sh\\nexec intercom-scan pre-receive\\n' > hooks/pre-receive
  chmod +x hooks/pre-receive
"""


@click.command("pre-receive", help=_HELP)
@click.option("--fail-on", type=SEVERITIES, default="low", help="Lowest that is refused (low).")
@click.option("--config", type=click.Path(), help="Instead of .intercom-scan.yaml, in HEAD.")
@click.option("--baseline", type=click.Path(), help="A detect-secrets baseline, in HEAD.")
@click.option("--policy-from", metavar="REV", help="Another trusted commit than HEAD.")
@click.option("--no-inline", is_flag=True, help="Allow comments in what is pushed do not count.")
@click.option("-v", "--verbose", is_flag=True, help="Say what was read.")
@audited("scan")
def pre_receive_command(
    fail_on: str, config: str | None, baseline: str | None, policy_from: str | None,
    no_inline: bool, verbose: bool,
) -> int:  # fmt: skip
    """See _HELP."""
    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("no refs on standard input: git pipes them into its pre-receive hook")
    updates = pre_receive(sys.stdin.buffer.read())
    # What is pushed is in a folder of its own until the hook ends, and git's environment says so:
    # https://git-scm.com/docs/git-receive-pack#_quarantine_environment
    if policy_from is None and not _has_commit():
        config = baseline = None  # the first push: there is nothing yet that they could be in
    else:
        policy_from = policy_from or "HEAD"
    result = scan(
        Request(
            "push", updates=updates, known=("refs/*",), config=config, baseline=baseline,
            policy_from=policy_from, inline=not no_inline,
        )
    )  # fmt: skip
    scanned(result)
    lowest = Severity[fail_on.upper()]
    return edge.report(result, lowest, verbose=verbose, advice=_advice)


def _has_commit() -> bool:
    repository = open_repository(Path())
    if repository is None:
        raise UsageError("not in a git repository")
    head = repository.git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
    return head.status == 0


def _advice(findings: list[Finding]) -> str:
    return f"{advice(findings)}, and push again"
