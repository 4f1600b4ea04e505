from __future__ import annotations

import json
import uuid
from dataclasses import replace
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from intercom_scan.finding import ORIGINS, Skip
from intercom_scan.reporters import gitlab
from intercom_scan.rules import ALL
from intercom_scan.rules.model import Severity
from tests.reporters.build import (
    FIRST,
    KEY,
    MOBILE,
    SECRET,
    TOKEN,
    finding,
    in_history,
    place,
    problem,
    rendered,
    scan,
    token,
)

# As GitLab publishes it, under the MIT licence:
# https://gitlab.com/gitlab-org/security-products/security-report-schemas
SCHEMA = Path(__file__).parents[1] / "data" / "gitlab-secret-detection-15.2.4.json"


@cache
def validator():
    schema = json.loads(SCHEMA.read_text("utf-8"))
    return jsonschema.Draft7Validator(schema, format_checker=jsonschema.FormatChecker())


def report(*findings, more=(), **options):
    text = rendered("gitlab", scan(*findings, **dict(more)), **options)
    assert text.isascii()
    document = json.loads(text)
    validator().validate(document)
    return document


def vulnerability(found, **options):
    [only] = report(found, **options)["vulnerabilities"]
    return only


def test_the_schema_is_the_one_that_reports_name():
    assert json.loads(SCHEMA.read_text("utf-8"))["self"]["version"] == gitlab.SCHEMA_VERSION
    assert report()["version"] == gitlab.SCHEMA_VERSION
    assert f"/v{gitlab.SCHEMA_VERSION}/" in report()["schema"]


def test_the_validator_refuses():
    document = report(finding())
    del document["vulnerabilities"][0]["location"]["commit"]
    with pytest.raises(jsonschema.ValidationError):
        validator().validate(document)


def test_an_empty_scan():
    document = report()
    assert document["vulnerabilities"] == []
    assert document["scan"]["status"] == "success"
    [message] = document["scan"]["messages"]
    assert message["value"] == "1,234 commits, 5,678 objects, 12.3 MB read in 0.42 s"


def test_the_times_are_as_far_apart_as_the_scan_took(monkeypatch):
    monkeypatch.setattr("time.time", lambda: 1_700_000_000.0)
    described = report(more={"seconds": 90.0})["scan"]
    assert described["start_time"] == "2023-11-14T22:11:50"
    assert described["end_time"] == "2023-11-14T22:13:20"


def test_a_finding_of_the_working_tree():
    found = finding()
    only = vulnerability(found)
    assert only["severity"] == "Critical"
    assert only["location"] == {
        "file": "config/app.yml",
        "start_line": 12,
        "end_line": 12,
        "commit": {"sha": "0000000"},
    }
    assert [(i["type"], i["value"]) for i in only["identifiers"]] == [
        ("intercom_scan_rule", "intercom-access-token"),
        ("intercom_scan_fingerprint", found.fingerprint),
    ]
    assert "raw_source_code_extract" not in only
    sha = vulnerability(found, revision="cd" * 20)["location"]["commit"]["sha"]
    assert sha == "cd" * 20


def test_a_finding_of_history_has_its_commit_without_the_message():
    only = vulnerability(in_history())
    commit = {"sha": FIRST.id, "author": FIRST.author, "date": FIRST.date}
    assert only["location"]["commit"] == commit
    assert "`since 2024-03-01, for 100 days, not in HEAD`; 2 refs reach it" in only["description"]


def test_a_path_is_text_that_gives_its_bytes_back():
    only = vulnerability(finding(TOKEN, place("a\\b\udcff.env")))
    assert only["location"]["file"] == "a\\\\b\\xff.env"


def test_ids_are_of_the_secret_alone():
    value = token()
    one = vulnerability(finding(TOKEN, place("a", 1), secret=value))
    other = vulnerability(finding(TOKEN, place("b", 2), secret=value))
    assert one["id"] == other["id"]
    assert str(uuid.UUID(one["id"])) == one["id"]
    assert vulnerability(finding())["id"] != one["id"]


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_place_without_a_file_has_an_address(origin):
    only = vulnerability(finding(TOKEN, place(None, 0, origin=origin, object="12" * 20)))
    assert only["location"]["file"].startswith((".git/", "stdin", "environment"))
    assert only["location"]["start_line"] == 1


def test_severities():
    kinds = (TOKEN, SECRET, KEY, MOBILE)
    found = [finding(kind) for kind in kinds]
    levels = [v["severity"] for v in report(*found)["vulnerabilities"]]
    assert levels == ["Critical", "High", "Low", "Info"]
    names = {s.label.capitalize() for s in Severity}
    item = validator().schema["properties"]["vulnerabilities"]["items"]
    assert names <= set(item["properties"]["severity"]["enum"])


def test_every_rule_makes_a_valid_vulnerability():
    made = [replace(finding(), rule=rule) for rule in ALL]
    solutions = [v["solution"] for v in report(*made)["vulnerabilities"]]
    assert all(solution.startswith("1. ") for solution in solutions)


def test_known_findings_are_left_out():
    known = replace(finding(), status="ignored"), replace(finding(), status="baseline")
    assert report(*known)["vulnerabilities"] == []


def test_a_problem_of_a_file_has_its_command():
    only = vulnerability(problem(remedy="printf '.env\\n' >> .gitignore"))
    assert only["solution"].startswith("`printf '.env\\n' >> .gitignore`\n")
    assert "`.env is not ignored`" in only["description"]
    # As much as the schema takes, and never half of a code span.
    long = vulnerability(problem(remedy="\x1b" * 3900))
    assert long["solution"].startswith("1. ")
    assert "x1b" not in long["solution"]


def test_an_incomplete_scan_is_a_failure_with_its_reasons():
    skips = (Skip("b", "lost"), Skip("a", "fine", incomplete=False))
    described = report(more={"skipped": skips, "notes": ("a note",)})["scan"]
    assert described["status"] == "failure"
    assert [(m["level"], m["value"]) for m in described["messages"][1:]] == [
        ("fatal", "Not read: b: lost"),
        ("info", "Not read: a: fine"),
        ("warn", "a note"),
    ]
    many = tuple(Skip(str(number), "lost") for number in range(5000))
    assert len(report(more={"skipped": many})["scan"]["messages"]) == 1000


@pytest.mark.parametrize(
    ("mode", "partial"),
    [("range", True), ("staged", True), ("push", True), ("all-history", False), ("files", False)],
)
def test_a_part_of_the_history_closes_nothing(mode, partial):
    assert ("partial_scan" in report(more={"mode": mode})["scan"]) == partial


def test_secrets_are_not_shown_when_others_show_them():
    value = token()
    text = rendered("gitlab", scan(in_history(secret=value)), show_secrets=True)
    assert value.decode()[8:40] not in text
