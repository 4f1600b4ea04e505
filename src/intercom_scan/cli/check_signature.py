"""`intercom-scan check-signature`: whether a webhook's signature is right, and why not."""

from __future__ import annotations

import json
import textwrap
from typing import TYPE_CHECKING

import click

from intercom_scan.cli.given import stream, variable
from intercom_scan.errors import ExitCode
from intercom_scan.signatures import webhook

if TYPE_CHECKING:
    from intercom_scan.signatures.reasons import Verdict

FORMAT = click.Choice(["text", "json"])
_HELP = """Check the signature of a webhook or of a Canvas Kit request.

The body comes from standard input, byte for byte as it was received. Nothing
connects. If the signature does not match, the command says why most likely.

\b
  intercom-scan check-signature --secret-env INTERCOM_CLIENT_SECRET \\
      --header "X-Hub-Signature: sha1=..." < body.json
"""


@click.command(
    "check-signature", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--secret-env", metavar="NAME", required=True, help="Has the app's client secret.")
@click.option("--header", required=True, help="X-Hub-Signature or X-Body-Signature, or its value.")
@click.option("--format", "form", type=FORMAT, default="text", help="text (default) or json.")
def check_signature_command(secret_env: str, header: str, form: str) -> int:
    """See _HELP."""
    secret = variable(secret_env)
    body = stream(webhook.LARGEST, "the body")
    return told(webhook.check(header, body, secret), form)


def told(verdict: Verdict, form: str) -> int:
    """Print what came out; the exit code."""
    if form == "json":
        causes = [{"id": cause.id, "text": cause.text} for cause in verdict.causes]
        tree = {
            "schema_version": 1,
            "of": verdict.of,
            "matches": verdict.matches,
            "certain": verdict.certain,
            "reasons": causes,
            "notes": list(verdict.notes),
        }
        click.echo(json.dumps(tree, indent=2))
    else:
        _print(verdict)
    return int(ExitCode.CLEAN if verdict.matches else ExitCode.FINDINGS)


def _print(verdict: Verdict) -> None:
    if verdict.matches:
        click.echo(f"{verdict.of}: right")
    elif verdict.certain:
        click.echo(f"{verdict.of}: wrong, for certain because of this:")
    else:
        click.echo(f"{verdict.of}: wrong. What may be the reason:")
    for cause in verdict.causes:
        click.echo(_wrapped(f"{cause.text} [{cause.id}]"))
    for note in verdict.notes:
        click.echo(_wrapped(note))


def _wrapped(text: str) -> str:
    return textwrap.fill(text, 80, initial_indent="  ", subsequent_indent="  ",
                         break_long_words=False, break_on_hyphens=False)  # fmt: skip
