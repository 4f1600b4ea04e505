from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from pathlib import Path

import jsonschema
import pytest

from intercom_scan.finding import ORIGINS, Exposure, Skip
from intercom_scan.rules import ALL
from intercom_scan.rules.model import Severity
from tests.reporters.build import (
    FIRST,
    HASH,
    KEY,
    LAST,
    MOBILE,
    SECRET,
    TOKEN,
    finding,
    in_history,
    password,
    place,
    rendered,
    rule,
    scan,
    token,
)

# The standard's own schema, errata 01, as OASIS publishes it:
# https://github.com/oasis-tcs/sarif-spec/blob/main/sarif-2.1/schema/sarif-schema-2.1.0.json
SCHEMA = Path(__file__).parents[1] / "data" / "sarif-schema-2.1.0.json"


@cache
def validator():
    return jsonschema.Draft4Validator(
        json.loads(SCHEMA.read_text("utf-8")), format_checker=jsonschema.FormatChecker()
    )


def run(*findings, skipped=(), notes=(), **options):
    text = rendered("sarif", scan(*findings, skipped=skipped, notes=notes), **options)
    assert text.isascii()
    log = json.loads(text)
    validator().validate(log)
    assert log["version"] == "2.1.0"
    [only] = log["runs"]
    return only


def results(*findings, **options):
    return run(*findings, **options)["results"]


def region(result):
    return result["locations"][0]["physicalLocation"]["region"]


def address(result):
    return result["locations"][0]["physicalLocation"]["artifactLocation"]


def test_the_validator_refuses():
    with pytest.raises(jsonschema.ValidationError):
        validator().validate({"version": "2.1.0", "runs": [{"tool": {}}]})


def test_an_empty_scan_lists_every_rule_and_no_result():
    only = run()
    assert only["results"] == []
    assert [r["id"] for r in only["tool"]["driver"]["rules"]] == [r.id for r in ALL]
    assert only["invocations"][0]["executionSuccessful"] is True
    assert only["invocations"][0]["exitCode"] == 0


def test_each_rule_is_listed_once_with_help():
    unknown = rule("intercom-other", "Another", Severity.LOW)
    only = run(finding(TOKEN), finding(TOKEN), finding(unknown))
    rules = only["tool"]["driver"]["rules"]
    ids = [r["id"] for r in rules]
    assert len(ids) == len(set(ids))
    assert "intercom-other" in ids
    assert all(r["help"]["markdown"] and r["help"]["text"] for r in rules)
    assert all("helpUri" not in r for r in rules)
    for result in only["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]


@pytest.mark.parametrize(
    ("kind", "level", "score"),
    [
        (TOKEN, "error", "9.5"),
        (SECRET, "error", "8.0"),
        (HASH, "warning", "5.5"),
        (KEY, "note", "3.0"),
        (MOBILE, "note", "0.0"),
    ],
    ids=lambda value: getattr(value, "id", value),
)
def test_severity(kind, level, score):
    only = run(finding(kind))
    [result] = only["results"]
    assert result["level"] == level
    described = only["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert described["properties"]["security-severity"] == score


def test_a_configured_severity_reaches_the_rule():
    only = run(replace(finding(KEY), severity=Severity.CRITICAL))
    [result] = only["results"]
    described = only["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert described["properties"]["security-severity"] == "9.5"
    assert result["level"] == "error"


def test_the_rule_has_the_worst_severity_of_its_findings():
    only = run(finding(KEY, severity=Severity.HIGH), finding(KEY, severity=Severity.LOW))
    described = only["tool"]["driver"]["rules"][only["results"][0]["ruleIndex"]]
    assert described["properties"]["security-severity"] == "8.0"
    assert [result["level"] for result in only["results"]] == ["error", "note"]


def test_one_result_a_secret_with_its_places_related():
    places = [place(f"{number}.env", number) for number in range(1, 9)]
    [result] = results(replace(finding(TOKEN, *places), places_total=400))
    assert address(result)["uri"] == "1.env"
    related = result["relatedLocations"]
    assert [r["id"] for r in related] == list(range(1, 8))
    assert related[0]["physicalLocation"]["artifactLocation"]["uri"] == "2.env"
    assert result["occurrenceCount"] == 400
    assert "399 other places: [place 1](1)" in result["message"]["text"]
    assert "(6)" not in result["message"]["text"]


def test_many_places_are_cut_at_what_viewers_keep():
    [result] = results(finding(TOKEN, *[place("a", n) for n in range(1, 500)]))
    assert len(result["relatedLocations"]) == 99


def test_fingerprints():
    found = finding()
    [result] = results(found)
    assert result["partialFingerprints"] == {"intercomScan/v1": found.fingerprint}
    gone = in_history()
    [result] = results(gone)
    assert result["partialFingerprints"]["intercomScan/v1"] == gone.fingerprint
    assert result["partialFingerprints"]["primaryLocationLineHash"] == gone.fingerprint[:16] + ":1"


def test_a_region_is_never_empty():
    [result] = results(finding(TOKEN, place(line=0, column=0, end_column=0)))
    at = region(result)
    assert (at["startLine"], at["endLine"], at["startColumn"], at["endColumn"]) == (1, 1, 1, 2)
    [result] = results(finding(TOKEN, place(column=40, end_column=3)))
    assert region(result)["endColumn"] == 41


def test_columns_are_declared():
    only = run(finding())
    assert only["columnKind"] == "unicodeCodePoints"
    assert only["properties"]["columnUnit"] == "bytes"


@pytest.mark.parametrize(
    ("path", "root", "uri"),
    [
        ("a b/c#d?e.yml", None, "a%20b/c%23d%3Fe.yml"),
        ("a:b", None, "a%3Ab"),
        ("é\udcff\n", None, "%C3%A9%FF%0A"),
        ("lib/app.jar!conf/app.yml", None, "lib/app.jar!conf/app.yml"),
        ("../up", None, "../up"),
        ("/srv/repo/a.env", "/srv/repo/", "a.env"),
        ("/srv/repository/a.env", "/srv/repo", "file:///srv/repository/a.env"),
        ("C:/repo/a.env", "C:\\repo", "a.env"),
        ("D:/a.env", "C:\\repo", "file:///D:/a.env"),
        ("%41", None, "%2541"),
    ],
)
def test_uris(path, root, uri):
    [result] = results(finding(TOKEN, place(path)), root=root)
    assert address(result)["uri"] == uri
    assert ("uriBaseId" in address(result)) == (not uri.startswith("file:"))


@pytest.mark.parametrize("origin", ORIGINS)
def test_a_place_without_a_file_has_an_address(origin):
    [result] = results(finding(TOKEN, place(None, 1, origin=origin, object="12" * 20)))
    assert address(result)["uri"]
    assert not address(result)["uri"].startswith(("/", "file:"))
    assert result["locations"][0]["logicalLocations"]
    assert ORIGINS[origin].words in result["message"]["text"]


def test_a_commit_message_names_its_commit():
    [result] = results(finding(TOKEN, place(None, 3, origin="commit-message", commit=FIRST)))
    assert address(result)["uri"] == f".git/commit-message/{FIRST.id}"
    assert f"in a commit message of commit {FIRST.id[:12]}" in result["message"]["text"]


def test_a_finding_of_history_says_so():
    [result] = results(in_history())
    assert (
        "Not in HEAD, but in history, exposed for 100 days, reachable from 2 refs"
        in (result["message"]["text"])
    )
    assert result["properties"]["commit"] == FIRST.id
    lost = replace(in_history(), exposure=Exposure(FIRST, LAST, False, (), None))
    assert "reachable from no ref" in results(lost)[0]["message"]["text"]


def test_known_findings_are_suppressed_results():
    ignored = replace(finding(TOKEN, place("a")), status="ignored", reason="a sample")
    inline = finding(TOKEN, place("b", inline="why"), status="ignored", reason="why")
    base = replace(finding(TOKEN, place("c")), status="baseline")
    found = {address(r)["uri"]: r for r in results(ignored, inline, base, finding(KEY))}
    assert found["a"]["suppressions"] == [
        {"kind": "external", "status": "accepted", "justification": "a sample"}
    ]
    assert found["b"]["suppressions"][0]["kind"] == "inSource"
    assert found["c"]["suppressions"][0]["justification"] == "in the baseline"
    assert "suppressions" not in found["config/app.yml"]
    assert len(results(ignored, inline, base, finding(KEY), suppressed=False)) == 1


def test_an_incomplete_scan_was_not_successful():
    skips = (Skip("b [x](1) {0}", "lost"), Skip("a", "fine", incomplete=False))
    [invocation] = run(finding(), skipped=skips, notes=("a note",))["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["exitCode"] == 3
    assert [
        (n["level"], n["message"]["text"]) for n in invocation["toolExecutionNotifications"]
    ] == [
        ("error", "Not read: b \\[x\\](1) {{0}}: lost"),
        ("note", "Not read: a: fine"),
        ("note", "a note"),
    ]


def test_a_harmless_skip_leaves_it_successful():
    [invocation] = run(skipped=(Skip("a", "fine", incomplete=False),))["invocations"]
    assert invocation["executionSuccessful"] is True


def test_notifications_are_limited_and_counted():
    [invocation] = run(skipped=tuple(Skip(str(n), "lost") for n in range(1500)))["invocations"]
    told = invocation["toolExecutionNotifications"]
    assert len(told) == 1001
    assert told[-1]["message"]["text"] == "500 notifications left out"


def test_provenance_never_has_credentials():
    options = {"revision": "ab" * 20, "branch": "main"}
    password_ = password().decode()
    only = run(repository=f"https://me:{password_}@example.com/x/y.git", **options)
    [known] = only["versionControlProvenance"]
    assert known["repositoryUri"] == "https://example.com/x/y.git"
    assert known["revisionId"] == "ab" * 20
    assert "versionControlProvenance" not in run(repository="git@example.com:x/y.git", **options)
    assert "versionControlProvenance" not in run()


def test_no_secret_even_when_others_show_them():
    value = token()
    text = rendered("sarif", scan(in_history(secret=value)), show_secrets=True)
    assert value.decode()[8:40] not in text
