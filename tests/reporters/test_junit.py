from __future__ import annotations

import io
import xml.etree.ElementTree as ET
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
import xmlschema

from intercom_scan.finding import Skip
from intercom_scan.rules.model import Severity
from tests.reporters.build import (
    FIRST,
    KEY,
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

# As the xUnit plugin of Jenkins has it, under the MIT licence that stands in it:
# https://github.com/jenkinsci/xunit-plugin
SCHEMA = Path(__file__).parents[1] / "data" / "junit-10.xsd"
LOST = Skip("ab" * 20, "object missing")


@cache
def validator():
    return xmlschema.XMLSchema(SCHEMA)


def suite(*findings, more=(), **options):
    text = rendered("junit", scan(*findings, **dict(more)), **options)
    root = ET.parse(io.BytesIO(text.encode())).getroot()
    validator().validate(root)
    [only] = root
    return only


def cases(*findings, **options):
    """The cases of findings, by name; each has at most one outcome."""
    _scan, *others = suite(*findings, **options).findall("testcase")
    return others


def outcome(case):
    [only] = [child for child in case if child.tag != "system-out"]
    return only.tag


def test_the_validator_refuses():
    with pytest.raises(xmlschema.XMLSchemaValidationError):
        validator().validate(ET.fromstring("<testsuites><testsuite name='a'/></testsuites>"))


def test_an_empty_scan_has_one_case_that_passes():
    only = suite()
    [case] = only.findall("testcase")
    assert case.attrib == {"classname": "intercom-scan", "name": "everything was read"}
    [told] = case
    assert told.tag == "system-out"
    assert told.text.startswith("clean: 1,234 commits")
    assert (only.get("tests"), only.get("failures"), only.get("errors")) == ("1", "0", "0")


def test_coverage_stands_in_the_properties():
    values = {p.get("name"): p.get("value") for p in suite().find("properties")}
    assert (values["commits"], values["objects"], values["bytes"]) == ("1234", "5678", "12345678")
    assert (values["mode"], values["complete"]) == ("all-history", "true")


def test_a_finding_fails_under_its_rule():
    found = in_history()
    [case] = cases(found)
    assert case.get("classname") == "intercom-access-token"
    assert case.get("name") == f"config/app.yml ({found.fingerprint[:12]})"
    [failure] = case
    assert failure.get("type") == "critical"
    assert failure.get("message") == f"Intercom access token in a file of commit {FIRST.id[:12]}"
    assert "config/app.yml:12:8" in failure.text
    assert "for 100 days" in failure.text


def test_the_name_stays_when_the_line_changes():
    value = token()
    names = {cases(finding(TOKEN, place(line=n), secret=value))[0].get("name") for n in (1, 9)}
    assert len(names) == 1


def test_what_does_not_fail_the_build_is_skipped_with_its_reason():
    known = replace(finding(), status="ignored", reason="a sample")
    low = finding(KEY)
    made = cases(finding(), low, known, fail_on=Severity.HIGH)
    assert [outcome(case) for case in made] == ["failure", "skipped", "skipped"]
    assert made[1][0].get("message").startswith("below high: Intercom legacy API key")
    assert made[2][0].get("message") == "ignored: a sample"
    only = suite(finding(), low, known, fail_on=Severity.HIGH)
    assert (only.get("tests"), only.get("failures"), only.get("skipped")) == ("4", "1", "2")


def test_a_problem_of_a_file():
    [case] = cases(problem())
    assert case.get("classname") == "env-gitignore-entry"
    assert case[0].get("message") == "A .gitignore lacks .env entries"
    assert case[0].text.startswith(".env is not ignored\nNext: mend it\n")


def test_an_incomplete_scan_is_an_error():
    fine = Skip("link", "a symbolic link", incomplete=False)
    only = suite(finding(SECRET), more={"skipped": (LOST, fine)})
    [error] = only.findall("testcase/error")
    assert error.text == f"{LOST.what}: object missing"
    assert (only.get("errors"), only.get("failures")) == ("1", "1")
    assert suite(more={"skipped": (fine,)}).get("errors") == "0"


def test_hostile_names_are_text():
    hostile = "]]><x a='\"&amp;\x00\x0b\ufffe\ud800\udcff\u202e"
    found = finding(TOKEN, place(hostile), status="ignored", reason=hostile)
    [case] = cases(found, more={"skipped": (Skip(hostile, hostile),)})
    assert case.get("name").startswith("]]><x a='\"&amp;\\x00\\x0b\\ufffe\\ud800\\xff\\u202e (")
    assert case[0].get("message").startswith("ignored: ]]><x a='\"&amp;\\x00")


def test_long_scans_keep_to_the_schema_s_time():
    assert suite(more={"seconds": 123456.7891}).get("time") == "123456.789"


def test_secrets_are_not_shown_when_others_show_them():
    value = token()
    text = rendered("junit", scan(in_history(secret=value)), show_secrets=True)
    assert value.decode()[8:40] not in text
