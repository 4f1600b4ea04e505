"""`intercom-scan env`: the check of `.env` files alone, and what mends it."""

from __future__ import annotations

from pathlib import Path

import click

from intercom_scan.api import Request, mend_env, scan
from intercom_scan.cli.audited import audited
from intercom_scan.cli.scan import SEVERITIES, Format, reported, reports
from intercom_scan.escape import terminal
from intercom_scan.reporters import FORMATS


@click.command("env", context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("path", required=False, type=click.Path(path_type=Path), default=Path())
@click.option("--fix", is_flag=True, help="Append what .gitignore files lack.")
@click.option("--format", "formats", type=Format(), multiple=True, help=f"{', '.join(FORMATS)}.")
@click.option("--fail-on", type=SEVERITIES, default="low", help="Lowest that fails (low).")
@click.option("--config", type=click.Path(), help="Instead of .intercom-scan.yaml.")
@click.option("--policy-from", metavar="REV", help="Read it from a trusted commit.")
@click.option("-q", "--quiet", is_flag=True, help="A line a problem.")
@click.option("-v", "--verbose", is_flag=True, help="Ignored findings too.")
@audited("scan", lambda given: given["path"])
def env_command(
    path: Path, fix: bool, formats: tuple[tuple[str, str | None], ...], fail_on: str,
    config: str | None, policy_from: str | None, quiet: bool, verbose: bool,
) -> int:  # fmt: skip
    """Check that no .env file can slip into commits, images and packages."""
    request = Request("env", (path,), config=config, policy_from=policy_from)
    outputs = reports(formats)
    for line in mend_env(request) if fix else ():
        click.echo(terminal(line, 1000), err=True)
    result = scan(request)
    return reported(result, outputs, fail_on, quiet=quiet, verbose=verbose)
