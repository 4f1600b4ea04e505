"""What the tests of the ledger share."""

from __future__ import annotations

from intercom_scan.rules import by_id
from tests.integration.running import command

TOKEN = by_id("intercom-access-token")
CLIENT = by_id("intercom-client-secret")
NAME = "INTERCOM_ACCESS_TOKEN"


def token() -> str:
    return TOKEN.sample().decode()


def record(project, value, *arguments, name=NAME, **env):
    """`rotation record` as a process, with the value in a variable."""
    given = ("rotation", "record", "--env", name, *arguments)
    return command(*given, cwd=project, env={name: value, **env})


def check(project, *arguments, **env):
    return command("rotation", "check", *arguments, cwd=project, env=env)


def problems(ran):
    """(rule, what it is about) of each finding of a json report."""
    return {(f["rule"], f["redacted"]) for f in ran.report["findings"]}
