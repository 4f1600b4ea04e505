"""`intercom-scan purge`: a copy of a repository without the secrets in its history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from intercom_scan.cli.audited import audited, note
from intercom_scan.cli.choosing import chosen
from intercom_scan.errors import ExitCode, UsageError
from intercom_scan.escape import terminal
from intercom_scan.masking import Mask
from intercom_scan.purge.outcome import WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intercom_scan.finding import Finding
    from intercom_scan.purge.outcome import Outcome

_HELP = """Make a copy of a repository without secrets in its history.

FINDING is a fingerprint, or the first 8 digits of one and more. The repository
itself is only read, and nothing is pushed: DIR gets the copy, and report.md says
what to do with it.

\b
  intercom-scan purge 1c9f0a3b --output ../purged
  intercom-scan purge --all --drop-env --output ../purged
"""


@click.command("purge", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("findings", nargs=-1, metavar="[FINDING]...")
@click.option("--all", "everything", is_flag=True, help="Every credential that is not ignored.")
@click.option("--drop-env", is_flag=True, help="Committed .env files go as a whole.")
@click.option(
    "--output", required=True, metavar="DIR", type=click.Path(path_type=Path),
    help="Where the copy goes: a directory that is not there, or empty.",
)  # fmt: skip
@click.option(
    "--repository", default=".", metavar="PATH", type=click.Path(path_type=Path),
    help="The repository (the one around the present directory).",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(1, 64), default=2, metavar="N", help="Readers (2).")
@click.option("-q", "--quiet", is_flag=True, help="No lines about the steps.")
@audited("purge", lambda given: given["repository"], hidden=True, done=(ExitCode.CLEAN,))
def purge_command(
    findings: tuple[str, ...], everything: bool, drop_env: bool, output: Path, repository: Path,
    jobs: int, quiet: bool,
) -> int:  # fmt: skip
    """See _HELP."""
    from intercom_scan.purge import driver  # noqa: PLC0415 the help needs none of it

    if everything and findings:
        raise UsageError("--all and FINDING exclude each other")
    if not (everything or findings or drop_env):
        raise UsageError("say what to purge: FINDING, --all or --drop-env")

    def pick(found: Sequence[Finding]) -> Sequence[Finding]:
        confidential = [finding for finding in found if finding.rule.confidential]
        if everything:
            return [finding for finding in confidential if finding.status != "ignored"]
        return chosen(confidential, findings)

    def say(step: str) -> None:
        if not quiet:
            click.echo(f"{step} ...", err=True)

    order = driver.Order(repository, output, pick, env_files=drop_env, jobs=jobs, say=say)
    outcome = driver.purge(order)
    if outcome is None:
        click.echo("Nothing to purge.")
        return int(ExitCode.CLEAN)
    return _told(outcome, output)


def _told(outcome: Outcome, output: Path) -> int:
    proof = outcome.proof
    fingerprints = dict.fromkeys(finding.fingerprint for finding in outcome.chosen)
    proven = proof is not None and proof.clean
    note(fingerprints=list(fingerprints), commits=len(outcome.commits), proven=proven)
    if proof is None:
        return _unreached(outcome)
    if not proof.clean:
        left = len(proof.findings) + len(proof.objects) + len(proof.files)
        click.echo(f"{left} places still hold a value, so there is no output:", err=True)
        for id_ in proof.objects[:10]:
            click.echo(f"  object {id_}", err=True)
        return int(ExitCode.FINDINGS)
    dropped = sum(blob.dropped is not None for blob in outcome.blobs)
    click.echo(
        f"Purged {_count(len(fingerprints), 'secret')}: {_count(len(outcome.commits), 'commit')} "
        f"made anew, {_count(len(outcome.blobs), 'file')} changed, {dropped:,} of them dropped."
    )
    click.echo("The copy was scanned and searched, and nothing is left. Nothing was pushed.")
    click.echo(f"Next: rotate what is not yet, then see {terminal(str(output / 'report.md'))}")
    if proof.unread:
        click.echo(f"Not complete: {_count(len(proof.unread), 'place')} cannot be read.", err=True)
        return int(ExitCode.INCOMPLETE)
    return int(ExitCode.CLEAN)


def _unreached(outcome: Outcome) -> int:
    """Nothing to rewrite; what else holds a value is not in history."""
    click.echo("No ref reaches a value: there is nothing to rewrite, and no output.")
    mask = Mask(outcome.scanned.findings)
    for origin, path in outcome.outside:
        click.echo(f"  {terminal(mask(path))} is {WORDS[origin]}")
    if outcome.unreachable:
        click.echo("  Objects that no ref reaches go with their reflogs:")
        click.echo("    git reflog expire --expire=now --all && git gc --prune=now")
    if outcome.links:
        click.echo("  A submodule has a history of its own: run the purge there.")
    return int(ExitCode.CLEAN)


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"
