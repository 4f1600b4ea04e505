"""`intercom-scan check-identity`: whether a user_hash or a Messenger JWT is right, and why not."""

from __future__ import annotations

import os
import time

import click

from intercom_scan.cli.check_signature import FORMAT, told
from intercom_scan.cli.given import stream, variable
from intercom_scan.errors import UsageError
from intercom_scan.signatures import identity, tokens

_HELP = """Check the user_hash or the JWT that tells the Messenger who somebody is.

It comes from standard input, or from the variable of --env: whoever has it is
that user. What has dots is a JWT. Nothing connects. If it does not match, the
command says why most likely.

\b
  intercom-scan check-identity --secret-env INTERCOM_IDENTITY_SECRET \\
      --user-id 42 < hash.txt
  intercom-scan check-identity --secret-env INTERCOM_IDENTITY_SECRET \\
      --env USER_JWT
"""


@click.command(
    "check-identity", help=_HELP, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.option("--secret-env", metavar="NAME", required=True, help="Has the identity secret.")
@click.option("--env", "name", metavar="NAME", help="Has the hash or JWT.")
@click.option("--user-id", metavar="ID", help="Whom it is to be of.")
@click.option("--email", metavar="EMAIL", help="Likewise; hashed where there is no ID.")
@click.option("--format", "form", type=FORMAT, default="text", help="text (default) or json.")
def check_identity_command(
    secret_env: str, name: str | None, user_id: str | None, email: str | None, form: str
) -> int:
    """See _HELP."""
    if "" in (user_id, email):
        raise UsageError("--user-id and --email take no empty text: is a variable unset?")
    secret = variable(secret_env)
    if name is not None:
        value = variable(name)
    else:
        given = stream(tokens.LARGEST, "the hash or JWT")
        value = given.removesuffix(b"\n").removesuffix(b"\r")  # of the line that it is
        if not value.strip():
            raise UsageError("standard input is empty: the hash or JWT belongs there")
    if b"." in value:
        return told(tokens.check(value, user_id, email, secret, time.time()), form)
    if user_id is None and email is None:
        raise UsageError("say whose user_hash it is to be: --user-id ID, or --email EMAIL")
    return told(identity.check(os.fsdecode(value), user_id, email, secret), form)
