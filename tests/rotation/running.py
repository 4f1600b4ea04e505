"""What the tests of the ledger share."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from unittest import mock

from click.testing import CliRunner

from intercom_scan.cli.group import cli
from intercom_scan.rules import by_id
from tests.integration import running

CHEAP = (sys.executable, str(Path(__file__).with_name("cheap.py")))
command = partial(running.command, program=CHEAP)

TOKEN = by_id("intercom-access-token")
CLIENT = by_id("intercom-client-secret")
NAME = "INTERCOM_ACCESS_TOKEN"


def token() -> str:
    return TOKEN.sample().decode()


def record(project, value, *arguments, name=NAME, **env):
    """`rotation record` as a process, with the value in a variable."""
    given = ("rotation", "record", "--env", name, *arguments)
    return command(*given, cwd=project, env={name: value, **env})


def recorded(project, value, *arguments, name=NAME, **env) -> None:
    """The same in this process, where that is not what is tested."""
    before = Path.cwd()
    os.chdir(project)
    try:
        with mock.patch.dict(os.environ, {name: value, **env}):
            given = ("rotation", "record", "--env", name, *arguments)
            done = CliRunner().invoke(cli, given, catch_exceptions=False)
    finally:
        os.chdir(before)
    assert done.exit_code == 0


def check(project, *arguments, **env):
    return command("rotation", "check", *arguments, cwd=project, env=env)


def problems(ran):
    """(rule, what it is about) of each finding of a json report."""
    return {(f["rule"], f["redacted"]) for f in ran.report["findings"]}
