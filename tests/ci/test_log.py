"""What is told to GitHub's runner, and the options of the command."""

from __future__ import annotations

import io
import json
import os
import re

import pytest

from intercom_scan.ci import github_files
from intercom_scan.ci.github_files import Runner
from intercom_scan.finding import Finding, Place, ScanResult
from intercom_scan.masking import spellings
from intercom_scan.reporters import Options
from intercom_scan.values import replace
from tests.action.commands import read
from tests.ci.running import ci, clone, head, leak, on_github, origin, outcome, parsed
from tests.integration.running import TOKEN, fresh, git

COMMANDS = {"stop-commands", "add-mask", "error", "warning", "notice"}


def commands(log: str) -> list[tuple[str, str]]:
    """The commands that the runner takes from a log, as names and data."""
    return [(command.name, command.data) for command in read(log)[0]]


@pytest.fixture
def made(tmp_path):
    return origin(tmp_path)


NAMES = [
    "a\n::error::owned",
    "::add-path::owned",
    "b\r::set-output name=result::clean",
    "##[add-mask]owned",
    "x%0A::error::owned",
    "]]>",
    "<script>alert(1)</script>",
    "\x1b[31mred",
    "| `cell`",
]


@pytest.mark.parametrize("mode", ["history", "tree", "all-refs"])
def test_nothing_of_a_repository_becomes_a_command(made, mode) -> None:
    for name in NAMES:
        made.write(f"{name}.txt".replace("/", "-"), fresh()[1])
    made.git("add", "--all")
    made.commit("::error::owned\n\n##[error]owned")
    git(made.path, "commit", "--amend", "--quiet", "--no-edit", "--author", "::error::owned <a@b>")
    ran = ci(made.path, "--mode", mode, "--extra-args=-v", env=on_github(made.path, "push"))
    assert outcome(ran)[:2] == (1, len(NAMES))
    told = commands(ran.out)
    assert {name for name, _ in told} <= COMMANDS
    assert not any(data.startswith("owned") for _, data in told), told
    assert "\x1b" not in ran.said + ran.summary
    assert ran.err == ""


def test_a_report_that_was_committed_is_none_of_the_job(made) -> None:
    made.put("r.sarif", b"{}\n")
    place = clone(made, "--depth=1")
    git(place, "remote", "remove", "origin")
    ran = ci(place, "--sarif-file=r.sarif", env=on_github(place, "push"))
    assert (ran.code, ran.outputs["sarif-file"]) == (3, "")
    assert not (place / "r.sarif").exists()


def test_the_directory_of_a_report_is_made(made) -> None:
    ran = ci(made.path, "--sarif-file", "reports/of today/x.sarif")
    assert (ran.code, ran.err) == (0, "")
    assert json.loads((made.path / "reports" / "of today" / "x.sarif").read_text())["runs"]


def test_a_report_that_cannot_be_written_is_named_as_it_was_given(made) -> None:
    made.write("taken", b"A file in the way.\n")
    ran = ci(made.path, "--sarif-file", "taken/x.sarif")
    assert ran.code == 2
    assert re.fullmatch(r"intercom-scan: taken/x\.sarif: cannot be written: [\w ]+\n", ran.err)


def test_a_hostile_error_is_none_either(made) -> None:
    env = on_github(made.path, "push")
    made.write("no\n::error::owned", b"A file in the way.\n")
    ran = ci(made.path, "--sarif-file", "no\n::error::owned/##[error]owned/x", env=env)
    assert ran.code == 2
    assert {name for name, _ in commands(ran.out)} == {"stop-commands"}
    assert ran.err == ""


def test_values_are_masked_and_never_told(made) -> None:
    secrets = []
    for number in range(3):
        secret, line = fresh()
        made.put(f"{number}.txt", line)
        secrets.append(secret)
    ran = ci(made.path, env=on_github(made.path, "push"))
    told = commands(ran.out)
    masks = [data for name, data in told if name == "add-mask"]
    first = next(i for i, (name, _) in enumerate(told) if name == "error")
    assert all(name != "add-mask" for name, _ in told[first:])
    shown = "\n".join(line for line in ran.out.splitlines() if not line.startswith("::add-mask::"))
    for secret in secrets:
        assert secret.decode() in masks
        for form in spellings(secret):
            assert form in masks or len(form) < 8
            assert form not in shown + ran.summary + json.dumps(ran.outputs)


def test_masks_are_as_the_runner_decodes_them() -> None:
    finding = leak_of(b"50%25 off\r\nand :: more")
    out = io.StringIO()
    runner = Runner({}, out)
    with runner.quoted():
        runner.mask(result(finding))
    assert ("add-mask", "50%25 off\r\nand :: more") in commands(out.getvalue())


def leak_of(secret):
    place = Place("blob", "a.txt", 1, 1, 2)
    return Finding(TOKEN, secret, TOKEN.severity, "high", (place,), 1)


def result(*findings) -> ScanResult:
    return ScanResult("history", findings, (), 1, 1, 1, 0.1)


def test_masks_are_limited(monkeypatch) -> None:
    monkeypatch.setattr(github_files, "_MASKS", 3)
    out = io.StringIO()
    runner = Runner({}, out)
    with runner.quoted():
        runner.mask(result(*(leak_of(TOKEN.sample()) for _ in range(5))))
    assert len([1 for name, _ in commands(out.getvalue()) if name == "add-mask"]) == 3


def test_every_token_is_new(made) -> None:
    ran = [ci(made.path, env=on_github(made.path, "push")).out for _ in range(2)]
    tokens = [data for out in ran for name, data in commands(out) if name == "stop-commands"]
    assert len(set(tokens)) == len(tokens) > 1
    assert all(re.fullmatch(r"[0-9a-f]{32}", token) for token in tokens)


def test_a_summary_is_added_and_within_what_is_shown(tmp_path) -> None:
    file = tmp_path / "summary"
    file.write_text("before\n")
    runner = Runner({"GITHUB_STEP_SUMMARY": str(file)}, io.StringIO())
    found = leak_of(TOKEN.sample())
    many = (
        replace(found, places=(Place("blob", f"{'ä' * 200}{n}", 1, 1, 2),)) for n in range(9999)
    )
    runner.summarise(result(*many), Options())
    assert file.read_text().startswith("before\n## ")
    assert 900_000 < file.stat().st_size < 1 << 20


def test_outputs_cannot_be_forged(tmp_path) -> None:
    file = tmp_path / "output"
    runner = Runner({"GITHUB_OUTPUT": str(file)}, io.StringIO())
    value = "x\nend-0\nresult<<y\nclean\ny"
    runner.output({"sarif-file": value, "result": "findings"})
    assert parsed(file.read_text()) == {"sarif-file": value, "result": "findings"}


def test_outputs_and_reports(made, tmp_path) -> None:
    leak(made)
    leak(made, "known.txt")
    env = on_github(made.path, "push", GITHUB_SERVER_URL="https://github.example",
                    GITHUB_REPOSITORY="o/r", GITHUB_REF_NAME="main")  # fmt: skip
    files = ("--sarif-file=s.sarif", "--json-file", tmp_path / "r.json", "--report-file=r.html")
    ran = ci(made.path, *files, env=env)
    assert outcome(ran) == (1, 2, 3)
    assert ran.outputs["result"] == "findings"
    assert ran.outputs["findings"] == "2"
    assert ran.outputs["sarif-file"] == "s.sarif"
    assert ran.outputs["json-file"] == str(tmp_path / "r.json")
    assert ran.outputs["report-file"] == "r.html"
    assert (made.path / "r.html").read_text().startswith("<!")
    run = json.loads((made.path / "s.sarif").read_text())["runs"][0]
    (control,) = run["versionControlProvenance"]
    assert control["repositoryUri"] == "https://github.example/o/r"
    assert (control["revisionId"], control["branch"]) == (head(made.path), "main")
    assert json.loads((tmp_path / "r.json").read_text())["summary"]["exit_code"] == 1


def test_a_clean_run(made) -> None:
    ran = ci(made.path, env=on_github(made.path, "push"))
    assert outcome(ran) == (0, 0, 1)
    assert ran.outputs["result"] == "clean"
    assert ran.summary


def test_files_of_which_there_are_none(made) -> None:
    (made.path / "empty").mkdir()
    env = on_github(made.path, "push")
    ran = ci(made.path, "--mode=tree", "--working-directory=empty", env=env)
    assert outcome(ran) == (3, 0, 0)
    assert "no file was read" in ran.out


def test_an_incomplete_one(made) -> None:
    id_ = git(made.path, "rev-parse", "HEAD:README.md")
    (made.path / ".git" / "objects" / id_[:2] / id_[2:]).unlink()
    ran = ci(made.path, env=on_github(made.path, "push"))
    assert outcome(ran)[0] == 3
    assert ran.outputs["result"] == "incomplete"


def test_the_verdict_is_told_once(made) -> None:
    for _ in range(2):
        ran = ci(made.path, env=on_github(made.path, "push"))
        assert len(re.findall(r"(?m)^.*commits?, .* read in ", ran.out)) == 1, ran.out
        leak(made)


def test_annotations_and_summary_can_be_left_out(made) -> None:
    leak(made)
    ran = ci(made.path, env=on_github(made.path, "push"))
    assert "error" in {name for name, _ in commands(ran.out)}
    ran = ci(made.path, "--no-annotations", "--no-summary", env=on_github(made.path, "push"))
    assert "error" not in {name for name, _ in commands(ran.out)}
    assert ran.summary == ""


def test_other_services_get_no_commands(made) -> None:
    leak(made)
    ran = ci(made.path, env={"GITLAB_CI": "true", "CI_PROJECT_DIR": made.path})
    assert ran.code == 1
    assert commands(ran.out) == []


# --- options


def test_variables_are_options(made, tmp_path) -> None:
    leak(made)
    inputs = {
        "MODE": "tree", "FAIL_ON": "info", "ANNOTATIONS": "false", "SUMMARY": "false",
        "JSON_FILE": tmp_path / "r.json", "ENV_CHECK": "true", "EXTRA_ARGS": "--jobs 1 -q",
        "INLINE_ALLOW": "false", "POLICY": "head",
    }  # fmt: skip
    env = {f"INTERCOM_SCAN_{name}": value for name, value in inputs.items()}
    ran = ci(made.path, env={**on_github(made.path, "push"), **env})
    assert ran.code == 1
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["scan"]["mode"] == "files"
    assert "env-gitignore-entry" in {finding["rule"] for finding in report["findings"]}
    assert ran.summary == ""


OPTIONS = (
    "MODE", "SERVICE", "BASE", "ENV_CHECK", "AUDIT", "FAIL_ON", "CONFIG", "BASELINE", "POLICY",
    "INLINE_ALLOW", "SARIF_FILE", "REPORT_FILE", "JSON_FILE", "JUNIT_FILE", "GITLAB_FILE",
    "ANNOTATIONS", "SUMMARY", "EXTRA_ARGS", "WORKING_DIRECTORY", "AUDIT_LOG",
)  # fmt: skip


def test_an_empty_variable_is_none(made) -> None:
    leak(made)
    env = {f"INTERCOM_SCAN_{name}": "" for name in OPTIONS}
    before = set(os.listdir(made.path))
    ran = ci(made.path, env={**on_github(made.path, "push"), **env})
    assert (ran.code, ran.outputs["new-findings"]) == (1, "1")
    assert ran.summary
    assert set(os.listdir(made.path)) == before


def test_every_option_has_its_variable() -> None:
    from intercom_scan.cli.ci import ci_command

    names = {parameter.name.upper() for parameter in ci_command.params if parameter.name}
    assert names == set(OPTIONS)


def test_the_audit_is_added(made) -> None:
    made.put("a.py", b'import os\nos.environ["INTERCOM_ACCESS_TOKEN"]\n')
    skip = "audit: {skip: [{check: separate-environments, reason: there is one}]}\n"
    made.put(".intercom-scan.yaml", skip.encode())
    assert ci(made.path, env=on_github(made.path, "push")).code == 0
    ran = ci(made.path, env={**on_github(made.path, "push"), "INTERCOM_SCAN_AUDIT": "true"})
    assert ran.code == 1
    assert "file=.intercom-scan-rotation.yaml" in ran.out
    assert "| rotation | fail |" in ran.summary
    assert "| tokens-outside-code |" not in ran.summary  # is what the scan itself answers


def test_inline_comments(made) -> None:
    secret = fresh()[1].rstrip(b"\n")
    made.put("a.py", b"# " + secret + b"  # pragma: allowlist secret\n")
    assert ci(made.path).code == 0
    assert ci(made.path, "--no-inline-allow").code == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--mode=what",), ("--mode", "what")),
        (("--fail-on=what",), ("--fail-on",)),
        (("--what",), ("--what",)),
        (("--extra-args=--show-secrets",), ("--extra-args", "--show-secrets")),
        (("--extra-args=--all-history",), ("--extra-args", "--all-history")),
        (("--extra-args=path",), ("--extra-args",)),
        (("--extra-args='",), ("--extra-args",)),
        (("--extra-args=--jobs 0",), ("--extra-args",)),
        (("--sarif-file=a", "--json-file=a"), ("same file",)),
    ],
)
@pytest.mark.parametrize("github", [True, False])
def test_options_that_are_wrong(made, arguments, words, github) -> None:
    ran = ci(made.path, *arguments, env=on_github(made.path, "push") if github else None)
    assert ran.code == 2
    (line,) = [line for line in ran.said.splitlines() if line.startswith("intercom-scan: ")]
    assert all(word in line for word in words)
    if github:
        assert (ran.outputs["result"], ran.outputs["exit-code"]) == ("error", "2")


def test_a_variable_that_is_wrong(made) -> None:
    ran = ci(made.path, env={**on_github(made.path, "push"), "INTERCOM_SCAN_MODE": "what"})
    assert ran.code == 2
    assert ran.outputs["result"] == "error"


def test_extra_arguments_are_split_as_a_shell_does(made) -> None:
    leak(made)
    quiet = ci(made.path, "--extra-args", " -q  '--jobs' \"2\" ")
    assert quiet.code == 1
    assert len(quiet.out.splitlines()) < len(ci(made.path).out.splitlines())
