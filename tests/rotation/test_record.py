"""`intercom-scan rotation record`, as its users start it."""

from __future__ import annotations

import os
import re
import shutil
from datetime import timedelta

import pytest

from intercom_scan.rotation import digest, keeping
from intercom_scan.rotation.ledger import FILE
from intercom_scan.rotation.recording import today
from intercom_scan.rules import RULES
from tests.integration.running import git, one_line
from tests.rotation.running import CLIENT, NAME, command, record, token

PRODUCTION = ("--environment", "production")


def entries(project):
    known = keeping.load(project)
    return () if known is None else known.entries


def shares(text, value):
    return [n for n in range(6, len(value) - 10) if value[n : n + 8] in text]


def test_the_life_of_a_credential(project):
    one, two = token(), token()
    ran = record(project, one, *PRODUCTION, "--rotated", "2026-01-02", "--by", "Jane Doe")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == (
        f"{NAME} (production): intercom-access-token, in use since 2026-01-02. Commit {FILE}.\n"
    )
    written = (project / FILE).read_bytes()
    ran = record(project, one, *PRODUCTION)
    assert (ran.code, ran.err) == (0, "")
    assert "already" in ran.out
    assert (project / FILE).read_bytes() == written
    ran = record(project, two, *PRODUCTION, "--by", "Joe")
    assert (ran.code, f"rotated on {today()}" in ran.out) == (0, True)
    [known] = entries(project)
    assert (str(known.since), known.rotated, known.by) == ("2026-01-02", today(), "Joe")
    assert known.retired == (written.decode().rpartition("fingerprint: '")[2][:32],)
    text = (project / FILE).read_text() + ran.out
    assert shares(text, one) == shares(text, two) == []


def test_what_is_no_rotation(project):
    one, two = token(), token()
    for value in (one, two):
        record(project, value, "--rotated", "2026-01-02")
    written = (project / FILE).read_bytes()
    one_line(record(project, one), 1, "was rotated out of", NAME)
    one_line(record(project, one, "--environment", "staging"), 1, "was rotated out of", NAME)
    one_line(record(project, two, "--rotated", str(today())), 1, "it was not rotated")
    assert (project / FILE).read_bytes() == written


def test_the_same_value_in_two_environments_is_said(project):
    value = token()
    record(project, value, *PRODUCTION)
    ran = record(project, value, "--environment", "staging")
    assert ran.code == 0
    assert ran.err == f"{NAME} (production) has the same value: issue one for each environment\n"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_each_kind(project, rule):
    named = re.search(r"(\w+)\W*\{\}", rule.example)
    assert named
    ran = record(project, rule.sample().decode(), name=named[1])
    assert (ran.code, ran.err) == (0, "")
    assert entries(project)[0].kind == rule.id


ENVIRONMENTS = {
    NAME: "default",
    "PROD_INTERCOM_TOKEN": "production",
    "INTERCOM_STAGING_TOKEN": "staging",
}


@pytest.mark.parametrize("name", ENVIRONMENTS)
def test_the_environment_that_a_name_tells(project, name):
    assert record(project, token(), name=name).code == 0
    assert entries(project)[0].environment == ENVIRONMENTS[name]


def test_standard_input(project):
    arguments = ("rotation", "record", "--stdin", "--name", "INTERCOM_CLIENT_SECRET")
    ran = command(*arguments, cwd=project, stdin=CLIENT.sample() + b"\n")
    assert ran.code == 0
    [known] = entries(project)
    assert (known.name, known.kind) == ("INTERCOM_CLIENT_SECRET", CLIENT.id)


def test_it_is_the_root_that_has_the_ledger(project):
    below = project / "a" / "b"
    below.mkdir(parents=True)
    assert record(below, token()).code == 0
    assert (project / FILE).is_file()
    assert os.listdir(below) == []


DAY_TO_COME = str(today() + timedelta(2))
WRONG = {
    "no value": ((), "one of --env NAME and --stdin"),
    "two values": (("--env", NAME, "--stdin"), "one of --env NAME and --stdin"),
    "no name": (("--stdin",), "add --name NAME"),
    "nothing in it": (("--stdin", "--name", NAME), "standard input has no value"),
    "no such variable": (("--env", "NOT_THERE"), "has no NOT_THERE"),
    "no credential": (("--env", "HOME"), "is no Intercom credential"),
    "a name that is none": (("--env", NAME, "--name", "a b"), "--name: 'a b' is not allowed"),
    "an environment that is none": (("--env", NAME, "--environment", "$(x)"), "is not allowed"),
    "no date": (("--env", NAME, "--rotated", "yesterday"), "'yesterday' is not a date"),
    "a date to come": (("--env", NAME, "--rotated", DAY_TO_COME), "is to come"),
    "many lines": (("--env", NAME, "--by", "a\nb"), "--by"),
    "a short key": (("--env", NAME), "INTERCOM_SCAN_LEDGER_KEY is too short"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_usage(project, case):
    arguments, words = WRONG[case]
    env = {NAME: token(), **({digest.KEY: "short"} if case == "a short key" else {})}
    one_line(command("rotation", "record", *arguments, cwd=project, env=env), 2, words)
    assert not (project / FILE).exists()


@pytest.mark.parametrize("option", ["--by", "--name"])
def test_a_secret_is_not_written_for_a_text(project, option):
    value, other = token(), token().rstrip("=")
    ran = record(project, value, option, other)
    one_line(ran, 2, option)
    assert shares(ran.err, other) == []
    assert not (project / FILE).exists()


def test_where_there_is_no_repository(tmp_path):
    one_line(record(tmp_path, token()), 2, "no git repository")
    git(tmp_path, "init", "--bare", "--quiet", "bare")
    one_line(record(tmp_path / "bare", token()), 2, "no git repository")


def test_no_program_is_given_the_value_or_the_key(project, tmp_path):
    """Neither as an argument nor in its environment."""
    log = tmp_path / "log"
    real = shutil.which("git")
    fake = tmp_path / "bin" / "git"
    fake.parent.mkdir()
    fake.write_text(f'#!/bin/sh\n{{ env; echo "$@"; }} >> "{log}"\nexec "{real}" "$@"\n')
    fake.chmod(0o755)
    value, key = token(), "k3y" * 9
    path = {"PATH": f"{fake.parent}{os.pathsep}{os.environ['PATH']}"}
    name = "HELPDESK_TOKEN"  # what says Intercom is kept from git in any case
    assert record(project, value, name=name, **path, **{digest.KEY: key}).code == 0
    env = {name: value, digest.KEY: key, **path}
    ran = command("rotation", "check", "--env", name, cwd=project, env=env)
    assert (ran.code, ran.err) == (0, "")
    seen = log.read_text()
    assert "rev-parse" in seen
    assert "ls-files" in seen
    assert shares(seen, value) == []
    assert key not in seen


def test_a_secret_that_the_file_has_for_a_name_is_not_printed(project):
    value, name = token(), token().rstrip("=")
    record(project, value)
    path = project / FILE
    path.write_text(path.read_text().replace(NAME, name))
    ran = record(project, value, "--environment", "staging")
    assert (ran.code, "has the same value" in ran.err) == (0, True)
    assert shares(ran.err + ran.out, name) == []


def test_the_next_scan_is_clean(project):
    record(project, token(), *PRODUCTION, "--by", "Jane Doe")
    git(project, "add", FILE)
    git(project, "commit", "--quiet", "-m", "Record")
    ran = command("--all-history", "--fail-on", "info", cwd=project)
    assert ran.code == 0, ran.out


@pytest.mark.parametrize("between", [" ", ",", "\n"])
def test_a_variable_with_two_values_is_neither(project, between):
    """Which one is the recorded one nobody could tell; rotating the other would not show."""
    one, two = token(), token()
    one_line(record(project, f"{one}{between}{two}"), 2, "is more than one credential", NAME)
    assert record(project, f"{one}{between}{one}").code == 0
