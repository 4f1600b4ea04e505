from __future__ import annotations

import json
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from intercom_scan.finding import (
    ORIGINS,
    Checked,
    Evidence,
    Permission,
    Skip,
    Verification,
)
from intercom_scan.rules.model import Severity
from tests.browser.scenes import living
from tests.reporters.build import (
    FIRST,
    HASH,
    KEY,
    LAST,
    SECRET,
    TOKEN,
    finding,
    in_history,
    password,
    place,
    rendered,
    scan,
    token,
)
from tests.unescaping import from_json_text

SCHEMA = json.loads(files("intercom_scan").joinpath("report-schema.json").read_text("utf-8"))
DOCUMENT = Path(__file__).parents[2] / "docs" / "reports.md"


def report(*findings, skipped=(), show_secrets=False, **scan_fields):
    text = rendered(
        "json", scan(*findings, skipped=skipped, **scan_fields), show_secrets=show_secrets
    )
    assert text.isascii()
    assert text.endswith("}\n")
    document = json.loads(text)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    return document


def test_the_schema_is_one():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_an_empty_scan():
    document = report(mode="files", commits=0, objects=0, bytes=0)
    assert document["findings"] == []
    assert document["scan"]["skipped"] == []
    assert document["summary"]["verdict"] == "clean"
    assert document["summary"]["exit_code"] == 0


def test_a_finding_of_a_history():
    value = token()
    [found] = report(in_history(secret=value))["findings"]
    assert found["rule"] == "intercom-access-token"
    assert found["severity"] == "critical"
    assert found["redacted"].endswith("*****")
    assert (found["path"], found["line"], found["column"]) == ("config/app.yml", 12, 8)
    assert (found["commit"], found["author"], found["date"]) == (FIRST.id, FIRST.author, FIRST.date)
    assert (found["first_commit"], found["first_date"]) == (FIRST.id, FIRST.date)
    assert (found["last_commit"], found["last_author"]) == (LAST.id, LAST.author)
    assert (found["left_commit"], found["left_date"]) == (None, None)
    assert found["in_head"] is False
    assert found["refs"] == ["refs/heads/main", "refs/tags/v1.0"]
    assert found["exposed_days"] == 100
    assert value.decode() not in json.dumps(found)


def test_the_commit_that_took_it_out_of_head():
    [found] = report(living(in_history(), left=LAST))["findings"]
    told = (found["left_commit"], found["left_author"], found["left_date"])
    assert told == (LAST.id, LAST.author, LAST.date)


def test_a_finding_outside_of_history_has_no_exposure():
    [found] = report(finding(), mode="files")["findings"]
    assert found["in_head"] is None
    assert found["exposed_days"] is None
    assert found["refs"] == []
    assert found["first_commit"] is None


def test_every_place_is_listed_and_the_first_is_repeated_flat():
    places = [place(f"{n}.env", n, encoding=("gzip", "base64")) for n in (3, 1, 2)]
    [found] = report(replace(finding(TOKEN, *places), places_total=9))["findings"]
    assert [p["path"] for p in found["places"]] == ["3.env", "1.env", "2.env"]
    assert {key: found[key] for key in found["places"][0]} == found["places"][0]
    assert found["encoding"] == ["gzip", "base64"]
    assert found["places_total"] == 9


def test_the_secret_is_shown_only_when_asked_for():
    value = token()
    assert "secret" not in report(finding(secret=value))["findings"][0]
    [found] = report(finding(secret=value), show_secrets=True)["findings"]
    assert found["secret"] == value.decode()


def test_skips_and_the_verdict():
    skips = (Skip("b", "locked", incomplete=False), Skip("a", "damaged"))
    document = report(finding(), skipped=skips)
    assert document["scan"]["complete"] is False
    assert [skip["what"] for skip in document["scan"]["skipped"]] == ["a", "b"]
    assert document["summary"]["verdict"] == "incomplete"
    assert document["summary"]["exit_code"] == 3


def test_a_harmless_skip_leaves_the_scan_complete():
    document = report(skipped=(Skip("a", "no loss", incomplete=False),))
    assert document["scan"]["complete"] is True
    assert document["summary"]["verdict"] == "clean"


def test_counts_are_of_new_findings():
    known = replace(finding(KEY), status="ignored", reason="disabled")
    base = replace(finding(HASH), status="baseline")
    summary = report(finding(), finding(SECRET), known, base, notes=("a note",))["summary"]
    assert summary["by_severity"] == {"critical": 1, "high": 1, "medium": 0, "low": 0, "info": 0}
    assert summary["by_status"] == {"new": 2, "ignored": 1, "baseline": 1}
    assert summary["by_rule"] == {"intercom-access-token": 1, "intercom-identity-secret": 1}
    assert summary["secrets"] == 4
    assert summary["notes"] == ["a note"]


def test_the_order_is_that_of_the_findings_not_of_their_discovery():
    findings = [
        finding(KEY),
        finding(SECRET),
        finding(TOKEN, place("z")),
        finding(TOKEN, place("a")),
    ]
    ignored = replace(finding(TOKEN, place("0")), status="ignored")
    one, other = report(ignored, *findings), report(*reversed(findings), ignored)
    assert one == other
    shown = [(f["status"], f["severity"], f["path"]) for f in one["findings"]]
    assert [path for _, severity, path in shown if severity == "critical"] == ["a", "z", "0"]
    assert [severity for _, severity, _ in shown] == [
        "critical",
        "critical",
        "high",
        "low",
        "critical",
    ]


@pytest.mark.parametrize("path", ["a\udcff\udc80b", "a\\xff", "\ud800", "é/\u202e", "a\nb\x1b[2J"])
def test_any_path_is_valid_and_reversible(path):
    [found] = report(finding(TOKEN, place(path)))["findings"]
    found["path"].encode("utf-8")
    assert from_json_text(found["path"]) == path


def test_the_severity_is_the_configured_one():
    raised = replace(finding(KEY), severity=Severity.HIGH)
    assert report(raised)["findings"][0]["severity"] == "high"


def test_a_secret_in_a_path_is_masked_for_every_finding_there():
    value = password()
    named = f"keys/{value.decode()}.txt"
    document = report(finding(TOKEN, place(named)), finding(SECRET, place(named), secret=value))
    assert {found["path"] for found in document["findings"]} == {"keys/********.txt"}


def walk(schema, where=""):
    """(dotted name, its schema) of each property of the report's schema."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        schema = {**SCHEMA["$defs"][name], **{k: v for k, v in schema.items() if k != "$ref"}}
    for part in (schema, *(SCHEMA["$defs"][r["$ref"][8:]] for r in schema.get("allOf", ()))):
        for name, child in part.get("properties", {}).items():
            yield f"{where}{name}", child
            yield from walk(child, f"{where}{name}.")
    if isinstance(schema.get("items"), dict):
        yield from walk(schema["items"], where.removesuffix(".") + "[]." if where else where)


def keys(value, where=""):
    if isinstance(value, list):
        for item in value:
            yield from keys(item, where.removesuffix(".") + "[].")
    elif isinstance(value, dict):
        for name, child in value.items():
            yield f"{where}{name}"
            yield from keys(child, f"{where}{name}.")


def test_the_schema_names_exactly_what_is_written():
    known = replace(in_history(), verification=Verification("live", "so it is"))
    scope = Permission("a", "A", "granted", "so", True, None, (place(),), 1)
    check = Checked("a", "A", "pass", (Evidence("a", 1, "so"),))
    document = report(
        known, skipped=(Skip("a", "b"),), show_secrets=True, permissions=(scope,), checks=(check,)
    )  # fmt: skip
    free = ("summary.by_severity.", "summary.by_status.", "summary.by_rule.")
    written = {key for key in keys(document) if not key.startswith(free)}
    assert written == {name for name, _ in walk(SCHEMA)}


def test_the_documentation_names_exactly_what_the_schema_does():
    section = DOCUMENT.read_text("utf-8").split("## json", 1)[1].split("\n## ", 1)[0]
    rows = [line.split("|")[1:3] for line in section.splitlines() if line.startswith("| `")]
    documented = {name.strip().strip("`"): text.strip() for name, text in rows}
    flat = {f"findings[].{name}" for name in SCHEMA["$defs"]["place"]["properties"]}
    wanted = {n: s["description"] for n, s in walk(SCHEMA) if n not in flat}
    assert documented == wanted


def test_the_schema_knows_every_origin():
    assert SCHEMA["$defs"]["origin"]["enum"] == list(ORIGINS)
