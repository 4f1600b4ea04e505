"""The checks that need no syntax tree, each with what passes, fails, and what cannot be told."""

from __future__ import annotations

import json
from datetime import timedelta
from unittest import mock

import pytest

from intercom_scan.api import Request
from intercom_scan.audit import running
from intercom_scan.audit.checks import CHECKS
from intercom_scan.audit.project import Project
from intercom_scan.finding import Skip
from intercom_scan.rotation.ledger import FILE
from intercom_scan.rotation.recording import today
from intercom_scan.rules import by_id
from intercom_scan.rules.audit import AUDIT
from tests.audit.repositories import asked, repository, told
from tests.integration.running import git

TOKEN = by_id("intercom-access-token")
SDK_KEY = by_id("intercom-mobile-sdk-key")
IGNORED = {".gitignore": ".env\n.env.local\n.env.*.local\n"}
READS = {"app.py": 'import os\nTOKEN = os.environ["INTERCOM_ACCESS_TOKEN"]\n'}
READ_CALL = 'requests.get("https://api.intercom.io/contacts")\n'
WRITE_CALL = 'requests.post("https://api.intercom.io/contacts")\n'


def answer(place, check, files):
    repository(place, files)
    return asked(place, check)


def test_every_rule_has_its_check():
    assert [f"audit-{id_}" for id_ in CHECKS] == [rule.id for rule in AUDIT]


# --- tokens-outside-code


def token():
    return TOKEN.sample().decode()


def test_no_token_anywhere(tmp_path):
    outcome = answer(tmp_path, "tokens-outside-code", READS)
    assert (outcome.answer, told(outcome)) == (
        "pass", ["None:None: 2 files and 2 commits have none"],
    )  # fmt: skip


def test_a_token_in_a_file(tmp_path):
    value = token()
    outcome = answer(tmp_path, "tokens-outside-code", {"a.py": f'\nINTERCOM_TOKEN = "{value}"\n'})
    assert outcome.answer == "fail"
    assert [(each.path, each.line) for each in outcome.evidence] == [("a.py", 2)]
    assert value not in repr(outcome)


def test_a_token_in_history_alone(tmp_path):
    ground = repository(tmp_path, {"a.py": f'INTERCOM_TOKEN = "{token()}"\n'})
    ground.commit_file("a.py", b"pass\n", "Out of the code")
    outcome = asked(tmp_path, "tokens-outside-code")
    assert outcome.answer == "fail"
    assert "of commit" in told(outcome)[0]


def test_a_token_in_a_message(tmp_path):
    ground = repository(tmp_path, READS)
    ground.commit_file("b.py", b"pass\n", f"With {token()}")
    outcome = asked(tmp_path, "tokens-outside-code")
    assert (outcome.answer, outcome.evidence[0].path) == ("fail", None)


def test_a_path_named_after_a_token_is_masked(tmp_path):
    value = token().rstrip("=")
    outcome = answer(tmp_path, "tokens-outside-code", {f"{value}.txt": "\n"})
    assert outcome.answer == "fail"
    assert value not in repr(outcome)


def test_what_is_public_by_design_is_let_be(tmp_path):
    line = f'let intercom = "{SDK_KEY.sample().decode()}"\n'
    assert answer(tmp_path, "tokens-outside-code", {"a.swift": line}).answer == "pass"


def test_an_ignored_token_is_let_be(tmp_path):
    line = f'INTERCOM_TOKEN = "{token()}"  # intercom-scan: ignore a made-up one\n'
    assert answer(tmp_path, "tokens-outside-code", {"a.py": line}).answer == "pass"


def test_of_a_shallow_clone_it_cannot_be_told(tmp_path):
    ground = repository(tmp_path / "whole", READS)
    git(tmp_path, "clone", "--quiet", "--depth=1", f"file://{ground.path}", "shallow")
    assert asked(tmp_path / "shallow", "tokens-outside-code").answer == "cannot-tell"


# --- env-ignored


def test_env_files_are_ignored(tmp_path):
    assert answer(tmp_path, "env-ignored", IGNORED).answer == "pass"


def test_an_env_file_is_tracked(tmp_path):
    outcome = answer(tmp_path, "env-ignored", {**IGNORED, ".env": "INTERCOM_APP_ID=abcdefgh\n"})
    assert outcome.answer == "fail"
    assert outcome.evidence[0].path == ".env"


def test_an_env_file_goes_into_an_image(tmp_path):
    ground = repository(tmp_path, {**IGNORED, "Dockerfile": "FROM scratch\nCOPY . .\n"})
    ground.write(".env", f"INTERCOM_ACCESS_TOKEN={token()}\n".encode())
    outcome = asked(tmp_path, "env-ignored")
    assert outcome.answer == "fail"
    assert "Docker" in told(outcome)[0]


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, "not-applicable"),
        ({"yarn.lock": "dotenv@16:\n", "CHANGES.md": "No dotenv\n"}, "not-applicable"),
        ({"test/a.js": "require('dotenv').config()\n"}, "not-applicable"),
        ({".env.example": "PORT=\n"}, "fail"),
        ({"compose.yml": "services: {web: {env_file: .env}}\n"}, "fail"),
        ({"Gemfile": 'gem "dotenv-rails"\n'}, "fail"),
        (READS, "fail"),
        ({".github/workflows/a.yml": "run: deploy ${{ secrets.INTERCOM_TOKEN }}\n"},
         "not-applicable"),
    ],
    ids=["nothing", "of others", "a test", "a template", "compose", "a library", "code", "CI"],
)  # fmt: skip
def test_entries_are_missed_where_env_files_are_used(files, expected, tmp_path):
    assert answer(tmp_path, "env-ignored", files).answer == expected


# --- separate-environments and rotation


def ledger(*entries):
    lines = ["version: 1", f"salt: '{'3c' * 16}'", "credentials:"]
    for name, environment, age, digit in entries:
        lines += [
            f"  - name: {name}", f"    environment: {environment}",
            "    kind: intercom-access-token", f"    since: {today() - timedelta(days=age)}",
            f"    fingerprint: '{digit * 32}'",
        ]  # fmt: skip
    return {FILE: "\n".join(lines) + "\n"}


NAME = "INTERCOM_ACCESS_TOKEN"
TWO = ledger((NAME, "production", 3, "1"), (NAME, "staging", 3, "2"))
SAME = ledger((NAME, "production", 3, "1"), (NAME, "staging", 3, "1"))
OLD = ledger((NAME, "production", 300, "1"), (NAME, "staging", 3, "2"))
PAGE = {"docs/ops.md": "# Intercom\n\nHow we rotate its token: …\n"}


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({**READS, **TWO}, "pass"),
        ({**READS, **SAME}, "fail"),
        ({**READS, **ledger((NAME, "production", 3, "1"))}, "cannot-tell"),
        (READS, "cannot-tell"),
        ({}, "not-applicable"),
        ({**READS, FILE: "version: 9\n"}, "cannot-tell"),
    ],
    ids=["two", "the same", "one", "no ledger", "no credential", "no ledger that is valid"],
)
def test_environments(files, expected, tmp_path):
    assert answer(tmp_path, "separate-environments", files).answer == expected


def test_env_files_of_two_environments_share(tmp_path):
    line = f"INTERCOM_ACCESS_TOKEN={token()}\n"
    files = {**TWO, ".env.production": line, ".env.staging": line}
    outcome = answer(tmp_path, "separate-environments", files)
    assert outcome.answer == "fail"
    assert {each.path for each in outcome.evidence} == {".env.production", ".env.staging"}


@pytest.mark.parametrize(
    ("files", "expected", "message"),
    [
        ({**READS, **TWO, **PAGE}, "pass", "2 credentials, none overdue"),
        ({**READS, **TWO}, "fail", "no page says how Intercom's are rotated"),
        ({**READS, **OLD, **PAGE}, "fail", "is 300 days old"),
        ({"a.js": "process.env.INTERCOM_READ_KEY\n", **TWO, **PAGE}, "fail", "INTERCOM_READ_KEY"),
        (READS, "fail", "there is none"),
        ({}, "not-applicable", "no ledger"),
        ({**READS, FILE: "version: 9\n"}, "cannot-tell", FILE),
    ],
    ids=["all", "no page", "old", "unknown", "no ledger", "no credential", "invalid"],
)
def test_rotation(files, expected, message, tmp_path):
    outcome = answer(tmp_path, "rotation", files)
    assert outcome.answer == expected
    assert message in "\n".join(told(outcome))


# --- least-privilege


def scopes(*names):
    text = json.dumps({"scopes": {"production": list(names)}})
    return {".intercom-scan.yaml": text}


READ, WRITE = "read-and-list-users-and-companies", "write-users-and-companies"
BOTH = {"a.py": READ_CALL, "b.py": WRITE_CALL}
APART = {
    "env.py": 'os.environ["INTERCOM_READ_KEY"], os.environ["INTERCOM_WRITE_KEY"]\n',
}
REPORT = {
    "scopes.json": json.dumps(
        {
            "tool": {"name": "intercom-scan"},
            "scan": {"mode": "scopes"},
            "findings": [{"rule": "scope-excess", "status": "new", "redacted": "write-tags"}],
        }
    )
}


@pytest.mark.parametrize(
    ("files", "expected", "message"),
    [
        ({"a.py": READ_CALL, **scopes(READ)}, "pass", "production"),
        ({"a.py": READ_CALL}, "fail", "declares no scopes"),
        ({"a.py": WRITE_CALL, **scopes(READ)}, "fail", "a.py:1: calls what needs Write users"),
        ({**BOTH, **scopes(READ, WRITE)}, "fail", "b.py:1: writes with the token that also reads"),
        ({**BOTH, **READS, **scopes(READ, WRITE)}, "fail", "a.py:1: reads with the token"),
        ({**BOTH, **APART, **scopes(READ, WRITE)}, "pass", "production"),
        ({"a.py": READ_CALL, **scopes(READ), **REPORT}, "fail", "scopes.json:None: the token has"),
        ({"a.py": "pass\n"}, "not-applicable", "nothing calls"),
    ],
    ids=["declared", "not declared", "not allowed", "one token", "one name", "two names",
         "excess", "none"],
)  # fmt: skip
def test_least_privilege(files, expected, message, tmp_path):
    outcome = answer(tmp_path, "least-privilege", files)
    assert message in "\n".join(told(outcome))
    assert outcome.answer == expected


TEMPLATE = {".env.example": "INTERCOM_ACCESS_TOKEN=\n"}  # which nothing reads


def test_what_tests_call_counts_for_nothing(tmp_path):
    files = {"tests/test_a.py": READ_CALL, "spec/a_spec.rb": WRITE_CALL, **TEMPLATE}
    assert answer(tmp_path, "least-privilege", files).answer == "not-applicable"


SDK = {
    "{0}a.py": WRITE_CALL,
    "{0}b.py": READ_CALL + READS["app.py"],
}


@pytest.mark.parametrize("folder", ["", "lib/intercom/"])
@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("pyproject.toml", '[project]\nname = "python-intercom"\n', "not-applicable"),
        ("pyproject.toml", '[project]\nname = "ask-intercom"\n', "fail"),
        ("package.json", '{"name": "@acme/intercom-client"}', "not-applicable"),
        ("package.json", '{"name": "intercom-client", "private": true}', "fail"),
        ("go.mod", "module github.com/acme/intercom-go/v2\n", "not-applicable"),
        ("intercom.gemspec", 's.name = "intercom"\n', "not-applicable"),
        ("x.package.json", '{"name": "intercom"}', "fail"),
    ],
)
@pytest.mark.parametrize("check", ["audit-logging", "least-privilege", "rotation"])
def test_a_client_of_the_api_is_asked_nothing(check, folder, name, text, expected, tmp_path):
    files = {path.format(folder): code for path, code in SDK.items()}
    assert answer(tmp_path, check, {**files, f"{folder}{name}": text}).answer == expected


def test_what_a_client_is_tried_with_in_ci_is_a_credential(tmp_path):
    files = {
        "go.mod": "module github.com/acme/intercom-go\n",
        ".github/workflows/ci.yml": "env: {INTERCOM_API_KEY: '${{ secrets.INTERCOM_API_KEY }}'}\n",
    }
    assert "ci.yml" in told(answer(tmp_path, "rotation", files))[0]


@pytest.mark.parametrize("text", ["[" * 100_000, '{"scan": 1}', "\x00", '{"scan": {"mode": 1}}'])
def test_a_report_may_be_anything(text, tmp_path):
    files = {"a.py": READ_CALL, **scopes(READ), "scopes.json": f'{text}\n// "mode": "scopes"'}
    assert answer(tmp_path, "least-privilege", files).answer == "pass"


# --- what all have in common


def test_a_file_that_cannot_be_read_is_told(tmp_path):
    repository(tmp_path, READS)
    project = Project(Request(paths=(tmp_path,)))
    denied = PermissionError(13, "Permission denied")
    with mock.patch("intercom_scan.audit.project.beginning", side_effect=denied):
        assert project.saying(b"intercom") == ()
    assert Skip("app.py", "Permission denied") in project.skips


def test_no_pass_where_something_was_not_read(tmp_path):
    repository(tmp_path, {**READS, **TWO, **PAGE})
    project = Project(Request(paths=(tmp_path,)))
    project.skips.append(Skip("secret.py", "Permission denied"))
    ((_, outcome),) = running.answers(project, [CHECKS["rotation"]])
    assert (outcome.answer, told(outcome)) == (
        "cannot-tell", ["secret.py:None: Permission denied"],
    )  # fmt: skip
