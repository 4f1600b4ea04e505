"""The check of hooks and CI: what counts as a scan that guards the history."""

from __future__ import annotations

import re

import pytest

from intercom_scan.audit.commands import runs
from intercom_scan.setup.precommit import merge
from intercom_scan.setup.templates import WORKFLOW
from tests.audit.repositories import asked, repository, told
from tests.ci.test_page import RECIPES, TEMPLATE

FILES = {
    "gitlab": ".gitlab-ci.yml",
    "circleci": ".circleci/config.yml",
    "jenkins": "Jenkinsfile",
    "azure": "azure-pipelines.yml",
    "bitbucket": "bitbucket-pipelines.yml",
}
HOOKS = merge(None).decode()
PLACE = ".github/workflows/scan.yml"


def answer(place, files):
    repository(place, files)
    return asked(place, "history-scanned")


def of_ci(place, path, text):
    return answer(place, {".pre-commit-config.yaml": HOOKS, path: text})


@pytest.mark.parametrize("service", FILES)
def test_each_recipe_passes(service, tmp_path):
    outcome = of_ci(tmp_path, FILES[service], RECIPES[service])
    assert outcome.answer == "pass"
    path, line = outcome.evidence[1].path, outcome.evidence[1].line
    assert "intercom-scan" in (tmp_path / path).read_text().splitlines()[line - 1]


def test_what_init_writes_passes(tmp_path):
    assert of_ci(tmp_path, ".github/workflows/intercom-scan.yml", WORKFLOW).answer == "pass"


def test_the_template_passes(tmp_path):
    assert of_ci(tmp_path / "own", ".gitlab-ci.yml", TEMPLATE).answer == "pass"
    included = re.search(r"```yaml\n(include:.*?)```", _page(), re.DOTALL)
    assert included
    assert of_ci(tmp_path / "included", ".gitlab-ci.yml", included[1]).answer == "pass"


def _page():
    from tests.ci.test_page import PAGE

    return PAGE


SILENT = {
    FILES["gitlab"]: [
        ("  script:", "  allow_failure: true\n  script:"),
        ("  script:", "  when: manual\n  script:"),
        ("intercom-scan ci ", "intercom-scan ci --mode changes "),
        ("report.json\n", "report.json || true\n"),
        ("  variables:", "  variables:\n    INTERCOM_SCAN_MODE: tree"),
    ],
    FILES["circleci"]: [("scan.xml\n      - store", "scan.xml; true\n      - store")],
    FILES["azure"]: [
        ("scan.xml\n  - task", "scan.xml\n    continueOnError: true\n  - task"),
        ("scan.xml\n  - task", "scan.xml\n    enabled: false\n  - task"),
    ],
    FILES["jenkins"]: [
        ("scan.xml'\n      }", "scan.xml || true'\n      }"),
        ('sh \'"$WORKSPACE_TMP/scanner/bin/intercom-scan"', "// sh 'intercom-scan"),
        ("steps {", "steps { catchError {"),
    ],
    FILES["bitbucket"]: [
        ("scan.xml\n", "scan.xml | tee log\n"),
        ("    - step: *scan\n", "    - step: {script: [make]}\n"),
    ],
    PLACE: [
        ("@v0", "@v0\n        continue-on-error: true #"),
        ("runs-on:", "continue-on-error: true\n    runs-on:"),
        ("runs-on:", "if: false\n    runs-on:"),
        ("[push, pull_request, merge_group]", "workflow_dispatch"),
        ("@v0.1.0\n", "@v0.1.0\n        with: {mode: changes}\n"),
    ],
}
TEXTS = {**{FILES[name]: RECIPES[name] for name in FILES}, PLACE: WORKFLOW}
CASES = [(path, old, new) for path, changes in SILENT.items() for old, new in changes]


@pytest.mark.parametrize(("path", "old", "new"), CASES)
def test_what_can_fail_silently_or_is_not_whole_fails(path, old, new, tmp_path):
    text = TEXTS[path]
    assert old in text
    outcome = of_ci(tmp_path, path, text.replace(old, new))
    assert outcome.answer == "fail"


def test_no_hook_and_no_step(tmp_path):
    outcome = answer(tmp_path, {"app.py": "pass\n"})
    assert outcome.answer == "fail"
    assert told(outcome) == [
        ".pre-commit-config.yaml:None: no hook scans what is committed",
        ".github/workflows/intercom-scan.yml:None: no CI step scans the history",
    ]


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        (".husky/pre-commit", "npm test\nintercom-scan --staged\n", "pass"),
        (".husky/pre-commit", "# intercom-scan --staged\n", "fail"),
        (".husky/pre-commit", "intercom-scan --staged || true\n", "fail"),
        ("lefthook.yml", "pre-commit:\n  commands:\n    a:\n      run: intercom-secrets\n", "pass"),
        (".pre-commit-config.yaml", HOOKS, "pass"),
        (".pre-commit-config.yaml", "repos: []\n", "fail"),
        (
            ".pre-commit-config.yaml",
            "repos: [{repo: local, hooks: [{id: intercom-secrets, stages: [manual]}]}]\n",
            "fail",
        ),
    ],
)
def test_hooks(path, text, expected, tmp_path):
    assert answer(tmp_path, {path: text, PLACE: WORKFLOW}).answer == expected


def test_a_script_of_the_repository_is_followed(tmp_path):
    ci = "on: push\njobs: {a: {runs-on: x, steps: [{run: ./scripts/check.sh}]}}\n"
    script = "#!/bin/sh\nmake\nintercom-scan ci\n"
    files = {".pre-commit-config.yaml": HOOKS, PLACE: ci, "scripts/check.sh": script}
    outcome = answer(tmp_path, files)
    assert outcome.answer == "pass"
    assert told(outcome)[1] == "scripts/check.sh:3: scans the whole history"


def test_of_another_scanner_it_is_not_known(tmp_path):
    ci = "on: push\njobs: {a: {runs-on: x, steps: [{uses: gitleaks/gitleaks-action@v2}]}}\n"
    outcome = of_ci(tmp_path, PLACE, ci)
    assert outcome.answer == "cannot-tell"
    assert "gitleaks" in told(outcome)[0]


@pytest.mark.parametrize("text", ["a: [", "a: b: c", "\x01"])
def test_what_is_no_yaml_cannot_be_told(text, tmp_path):
    assert of_ci(tmp_path, ".gitlab-ci.yml", text).answer == "cannot-tell"


@pytest.mark.parametrize(
    ("line", "whole", "silent"),
    [
        ("intercom-scan ci", True, ()),
        ("intercom-scan --all-history --format sarif:a", True, ()),
        ("python3 -m intercom_scan ci --mode=all-refs", True, ()),
        ("uvx intercom-scan ci", True, ()),
        ("pre-commit run --hook-stage manual intercom-history", True, ()),
        ("intercom-scan", False, ()),
        ("intercom-scan ./src", False, ()),
        ("intercom-scan --range a..b", False, ()),
        ("INTERCOM_SCAN_MODE=changes intercom-scan ci", False, ()),
        ("intercom-scan ci || :", True, ("|| true",)),
        ("intercom-scan ci | tee a", True, ("a pipe",)),
        ("make | intercom-scan ci", True, ()),
        ("set +e\nintercom-scan ci", True, ("set +e",)),
        ("trufflehog git file://.", None, ()),
    ],
)  # fmt: skip
def test_commands(line, whole, silent):
    assert [(run.whole, run.silent) for run in runs(line)] == [(whole, silent)]


@pytest.mark.parametrize(
    "line",
    ["# intercom-scan ci", "echo intercom-scan ci", "pip install intercom-scan", "",
     "intercom-scan env", "intercom-scan self-test", "x" * 10_000 + "; intercom-scan ci"],
)  # fmt: skip
def test_what_is_no_scan(line):
    assert list(runs(line)) == []


def test_a_line_that_goes_on_is_one():
    (run,) = runs("make\nintercom-scan \\\n  ci \\\n  --mode tree\n")
    assert (run.line, run.whole) == (1, False)


# What is made to take the square of the time: each would take minutes, and the tests' limit is
# that of the runner.
HOSTILE = {
    "steps in one mapping": (PLACE, "on: push\njobs:\n" + "  run: intercom-scan ci\n" * 9_000),
    "a script that is run again and again": (
        PLACE, "on: push\nrun: |\n" + "  sh a.sh\n" * 40_000
    ),
    "a line that never ends": ("Jenkinsfile", "sh '\\\n" * 200_000),
    "a long line": ("Jenkinsfile", "intercom-scan " * 70_000),
    "newlines alone": (".husky/pre-commit", "\n" * 1_000_000),
    "brackets": (PLACE, "[" * 100_000),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_hostile_configurations(case, tmp_path):
    path, text = HOSTILE[case]
    script = {"a.sh": "intercom-scan ci || true\n" * 20_000}
    assert answer(tmp_path, {path: text, **script}).answer in ("fail", "cannot-tell")
