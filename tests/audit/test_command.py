"""`intercom-scan audit` as its users start it."""

from __future__ import annotations

import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest

from intercom_scan.audit.checks import CHECKS
from intercom_scan.audit.model import INSTALL
from intercom_scan.reporters.checks import ANSWERS
from intercom_scan.rules import by_id
from tests.audit.repositories import asked, explained, repository
from tests.integration.running import command
from tests.verify.test_command import FORMS

SCHEMA = json.loads(files("intercom_scan").joinpath("report-schema.json").read_text("utf-8"))
PAGE = (Path(__file__).parents[2] / "docs" / "audit.md").read_text(encoding="utf-8")
HANDLER = """
import crypto from 'crypto';

export async function POST(request: Request) {
  const body = await request.text();
  const digest = crypto.createHmac('sha256', 'secret').update(body).digest('hex');
  if (digest !== request.headers.get('x-hub-signature')) return new Response('', { status: 401 });
  await handleNotification(JSON.parse(body));
  return new Response('');
}
"""
READS = {"app.py": 'import os\nos.environ["INTERCOM_ACCESS_TOKEN"]\n'}
TOKEN = by_id("intercom-access-token")


def audit(place, *arguments):
    return command("audit", *arguments, cwd=place, env={"COLUMNS": "100"})


def checks(ran):
    return {each["id"]: each for each in ran.report["checks"]}


def test_a_table_first_and_then_details(tmp_path):
    repository(tmp_path, READS)
    ran = audit(tmp_path, "--only", "rotation", "--only", "env-ignored")
    head, *rows = ran.out.splitlines()
    assert head.split("  ")[0] == "check"
    assert rows[0].startswith("env-ignored  fail")
    assert "2 checks: 2 fail" in rows
    assert ran.out.index("2 checks") < ran.out.index("audit-rotation")
    assert ran.code == 1


def test_json_has_the_checks(tmp_path):
    repository(tmp_path, READS)
    ran = audit(tmp_path, "--format", "json")
    jsonschema.Draft202012Validator(SCHEMA).validate(ran.report)
    assert list(checks(ran)) == list(CHECKS)
    failed = {id_ for id_, each in checks(ran).items() if each["answer"] == "fail"}
    assert {finding["rule"] for finding in ran.report["findings"]} == {
        f"audit-{id_}" for id_ in failed
    }
    missing = checks(ran)["rotation"]["evidence"]
    assert missing[0]["path"] == ".intercom-scan-rotation.yaml"
    assert "app.py:2" in missing[0]["message"]


def test_a_line_with_several_faults_is_one_place(tmp_path):
    repository(tmp_path, {"app/api/webhooks/intercom/route.ts": HANDLER})
    ran = audit(tmp_path, "--only", "webhook-verified", "--format", "json")
    (finding,) = ran.report["findings"]
    lines = [place["line"] for place in finding["places"]]
    evidence = [each["line"] for each in checks(ran)["webhook-verified"]["evidence"]]
    assert lines == sorted(set(evidence))
    assert len(evidence) > len(lines)


def in_all_formats(place, *arguments):
    """An audit whose report is written in every format."""
    asked_for = [f"--format={form}:{place.parent / form}" for form in FORMS]
    ran = audit(place, *arguments, *asked_for)
    return ran, {form: (place.parent / form).read_text(encoding="utf-8") for form in FORMS}


def test_every_format_is_written(tmp_path):
    repository(tmp_path / "place", READS)
    ran, written = in_all_formats(tmp_path / "place", "--only", "rotation")
    assert (ran.code, ran.err) == (1, "")
    words = "there is none, and INTERCOM_ACCESS_TOKEN is read at"
    assert [form for form in FORMS if words not in written[form]] == []


def test_a_failed_check_is_a_rule_with_help(tmp_path):
    repository(tmp_path, READS)
    (run,) = audit(tmp_path, "--only", "rotation", "--format", "sarif").report["runs"]
    rules = {rule["id"]: rule for rule in run["tool"]["driver"]["rules"]}
    assert [result["ruleId"] for result in run["results"]] == ["audit-rotation"]
    assert "rotation record" in rules["audit-rotation"]["help"]["text"]


EXITS = {
    "a check that fails": (("--only", "rotation"), 1),
    "a check that fails, and is let be": (("--only", "rotation", "--fail-on", "high"), 0),
    "a check that passes": (("--only", "tokens-outside-code"), 0),
    "a check that cannot tell": (("--only", "separate-environments"), 3),
    "both": (("--only", "separate-environments", "--only", "rotation"), 3),
    "an unknown check": (("--only", "nothing"), 2),
    "none left": (("--only", "rotation", "--skip", "rotation"), 2),
    "two to the screen": (("--format", "json", "--format", "sarif"), 2),
}


@pytest.mark.parametrize("case", EXITS)
def test_exit_codes(case, tmp_path):
    repository(tmp_path, READS)
    arguments, code = EXITS[case]
    assert audit(tmp_path, *arguments).code == code


def test_cannot_tell_is_never_shown_as_a_pass(tmp_path):
    repository(tmp_path, READS)
    ran = audit(tmp_path, "--only", "separate-environments")
    assert "cannot tell" in ran.out
    assert "INCOMPLETE" in ran.out
    assert "pass" not in ran.out
    assert "clean" not in ran.out


def test_without_syntax_trees_nothing_that_needs_them_passes(tmp_path, monkeypatch):
    sample = CHECKS["webhook-verified"].samples[0]
    repository(tmp_path, {sample.path: sample.safe})
    assert asked(tmp_path, "webhook-verified").answer == "pass"
    monkeypatch.setattr("intercom_scan.audit.syntax.modules.available", lambda: False)
    outcome = asked(tmp_path, "webhook-verified")
    assert (outcome.answer, outcome.evidence[0].message) == ("cannot-tell", INSTALL)
    assert "pip install 'intercom-scan[audit]'" in INSTALL


def test_outside_of_a_repository(tmp_path):
    ran = audit(tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "is in no repository that has files" in ran.err


def test_a_directory_stands_for_its_repository(tmp_path):
    repository(tmp_path, {**READS, "docs/a.md": "a\n"})
    assert audit(tmp_path, "docs", "--only", "rotation").code == 1


# --- what may stay


def test_a_check_is_left_out_with_a_reason(tmp_path):
    example = re.search(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert example
    repository(tmp_path, {**READS, ".intercom-scan.yaml": example[1]})
    ran = audit(tmp_path, "--format", "json")
    assert set(checks(ran)) == set(CHECKS) - {"separate-environments"}
    assert audit(tmp_path, "--only", "separate-environments").code == 3
    assert ran.report["summary"]["notes"] == [
        "separate-environments is left out: one workspace, one environment (.intercom-scan.yaml:3)"
    ]


def test_a_failed_check_is_ignored_by_its_fingerprint(tmp_path):
    repository(tmp_path, READS)
    ran = audit(tmp_path, "--only", "rotation", "--format", "json")
    (fingerprint,) = ran.fingerprints
    assert command("ignore", fingerprint, "--reason", "not yet", cwd=tmp_path).code == 0
    again = audit(tmp_path, "--only", "rotation", "--format", "json")
    assert again.code == 0
    assert checks(again)["rotation"]["answer"] == "fail"
    assert checks(again)["rotation"]["ignored"] is True
    assert "(ignored)" in audit(tmp_path, "--only", "rotation").out


def test_a_failed_check_is_ignored_by_a_comment_or_a_path(tmp_path):
    call = 'requests.get("https://api.intercom.io/contacts")'
    allowed = f"{call}  # intercom-scan: ignore[audit-least-privilege] it only looks\n"
    scopes = {"scopes": {"production": ["read-tags"]}}
    repository(tmp_path, {"a.py": allowed, ".intercom-scan.yaml": json.dumps(scopes)})
    assert audit(tmp_path, "--only", "least-privilege").code == 0
    (tmp_path / "a.py").write_text(f"{call}\n")
    assert audit(tmp_path, "--only", "least-privilege").code == 1
    excluded = {**scopes, "paths": {"exclude": [{"path": "a.py", "reason": "old"}]}}
    (tmp_path / ".intercom-scan.yaml").write_text(json.dumps(excluded))
    assert audit(tmp_path, "--only", "least-privilege").code == 0


LOST = """from flask import request
from acme_gateway import verified
@app.post("/webhooks/intercom")
def intercom():
    if not verified(request.headers.get("X-Hub-Signature"), request.get_data()):
        abort(401)
    run(request.get_json())
"""
IGNORED = {
    "one path of the check": {"audit": {"ignore": [{"check": "webhook-verified", "path": "a/**"}]}},
    "one path of all": {"paths": {"exclude": [{"path": "a/**"}]}},
}


@pytest.mark.parametrize("case", IGNORED)
def test_where_it_cannot_tell_it_may_stay_so(case, tmp_path):
    text = json.dumps(IGNORED[case]).replace('"path"', '"reason": "by the gateway", "path"')
    repository(tmp_path, {"a/hook.py": LOST, ".intercom-scan.yaml": text})
    ran = audit(tmp_path, "--only", "webhook-verified", "--format", "json")
    assert ran.code == 0
    known = checks(ran)["webhook-verified"]
    assert (known["answer"], known["ignored"]) == ("cannot-tell", True)
    (note,) = ran.report["summary"]["notes"]
    assert note.startswith("webhook-verified may be without an answer (a/hook.py:")
    assert note.endswith(": by the gateway (.intercom-scan.yaml:1)")
    (tmp_path / "a" / "hook.py").rename(tmp_path / "hook.py")
    assert audit(tmp_path, "--only", "webhook-verified").code == 3


def test_a_comment_says_so_too(tmp_path):
    line = "intercom-scan: ignore-file[audit-webhook-verified] the gateway verifies"
    repository(tmp_path, {"hook.py": f"# {line}\n{LOST}"})
    assert audit(tmp_path, "--only", "webhook-verified").code == 0
    (tmp_path / "hook.py").write_text(LOST)
    assert audit(tmp_path, "--only", "webhook-verified").code == 3


def test_another_check_is_not_ignored(tmp_path):
    config = {"audit": {"ignore": [{"check": "rotation", "path": "hook.py", "reason": "b"}]}}
    repository(tmp_path, {"hook.py": LOST, ".intercom-scan.yaml": json.dumps(config)})
    assert audit(tmp_path, "--only", "webhook-verified").code == 3


def test_what_is_chosen_is_told(tmp_path):
    config = {"audit": {"max-credential-age": "365d"}}
    repository(tmp_path, {**READS, ".intercom-scan.yaml": json.dumps(config)})
    ran = audit(tmp_path, "--only", "rotation", "--format", "json")
    assert (
        "audit.max-credential-age is 365d (.intercom-scan.yaml:1)"
        in (ran.report["summary"]["notes"])
    )
    assert "max-credential-age is 365d" in audit(tmp_path, "--only", "rotation").out


# --- what no output may have


def test_no_secret_and_no_escape_gets_out(tmp_path):
    value = TOKEN.sample().decode()
    evil = "\x1b]0;x\x07a.py"
    place = tmp_path / "place"
    repository(place, {evil: f'INTERCOM_TOKEN = "{value}"\n', f"{value[:-1]}.py": READS["app.py"]})
    ran, written = in_all_formats(place, "--format", "text")
    assert ran.code == 3
    for out in (ran.out, ran.err, *written.values()):
        assert value[10:40] not in out
        assert "\x1b" not in out


# --- the page and the explanations


@pytest.mark.parametrize("check", CHECKS.values(), ids=lambda check: check.id)
def test_a_check_is_explained(check):
    out = explained(check.id)
    flat = "".join(out.split())
    for text in (check.asks, *check.rule.rotation):
        assert "".join(text.split()) in flat
    told = json.loads(explained(f"audit-{check.id}", "--format", "json"))
    assert (told["id"], told["asks"]) == (check.rule.id, check.asks)
    for sample in told["samples"]:
        assert sample["safe"].splitlines()[0] in out


def test_the_page_has_every_check_and_answer():
    assert re.findall(r"^- \*\*([a-z-]+)\*\*:", PAGE, re.MULTILINE) == list(CHECKS)
    answers = re.findall(r"^\| ([a-z ]+) \| [A-Z]", PAGE, re.MULTILINE)
    assert answers == list(ANSWERS.values())
