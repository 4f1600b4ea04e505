"""docs/ci.md and the template: what stands there runs, against real clones."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

import pytest
import yaml

from intercom_scan.ci.services import SERVICES
from tests.ci.running import ci, fetched, head, leak, origin
from tests.ci.test_services import variables
from tests.integration.running import git

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
TEMPLATE = (ROOT / "templates" / "gitlab-ci.yml").read_text(encoding="utf-8")
RECIPES = dict(re.findall(r"<!-- run: (\w+) -->\n```\w+\n(.*?)```", PAGE, re.DOTALL))
BIN = Path(sys.executable).parent


def lines_of(name, text):
    """The commands of a recipe, as the service hands them to a shell."""
    if name == "plain":
        return text.splitlines()
    if name == "jenkins":
        return re.findall(r"^\s*sh '(.*)'$", text, re.MULTILINE)
    data = yaml.safe_load(text)
    if name == "circleci":
        steps = data["jobs"]["intercom-scan"]["steps"]
        return [step["run"] for step in steps if "run" in step]
    if name == "azure":
        return [step["script"] for step in data["steps"] if "script" in step]
    if name == "bitbucket":
        (step,) = data["pipelines"]["default"]
        return step["step"]["script"]
    return data["intercom-scan"]["script"]


@pytest.fixture
def made(tmp_path):
    return origin(tmp_path)


@pytest.fixture
def programs(tmp_path):
    """The programs that recipes start: this package is installed already."""
    folder = tmp_path / "bin"
    folder.mkdir()
    script = f'#!/bin/sh\nexec "{BIN}/intercom-scan" "$@"\n'
    pip = '#!/bin/sh\ncase "$*" in install*intercom-scan*) exit 0;; esac\nexit 1\n'
    venv = (
        '#!/bin/sh\n[ "$1 $2" = "-m venv" ] || exit 1\n'
        f'mkdir -p "$3/bin"\ncp "{folder}/pip" "{folder}/intercom-scan" "$3/bin"\n'
    )
    for name, text in (("intercom-scan", script), ("pip", pip), ("python3", venv)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return {
        "PATH": f"{folder}:{os.environ['PATH']}",
        "WORKSPACE_TMP": str(tmp_path / "with blanks"),
        "INTERCOM_SCAN_ENV_CHECK": "false",
    }


def run(name, text, place, programs, **more):
    env = {**programs, **(variables(name, place, **more) if name != "plain" else {})}
    script = "\n".join(lines_of(name, text))
    return ci(place, env=env, command=("bash", "-eo", "pipefail", "-c", script))


CASES = {**RECIPES, "template": TEMPLATE}


def test_every_service_has_its_recipe() -> None:
    assert set(RECIPES) == set(SERVICES) - {"github"}


@pytest.mark.parametrize("case", CASES)
def test_a_recipe_runs(case, made, programs) -> None:
    name = "gitlab" if case == "template" else case
    made.git("branch", "topic")
    made.git("checkout", "--quiet", "topic")
    made.put("b.txt", b"b\n")
    made.git("checkout", "--quiet", "main")
    place = fetched(made, "heads/topic")
    git(place, "fetch", "--quiet", "origin", "main:refs/remotes/origin/main")
    ran = run(name, CASES[case], place, programs)
    assert ran.code == 0, ran.said
    assert "clean: 2 commits" in ran.out
    made.git("checkout", "--quiet", "topic")
    leak(made)
    made.git("checkout", "--quiet", "main")
    place = fetched(made, "heads/topic")
    git(place, "fetch", "--quiet", "origin", "main:refs/remotes/origin/main")
    ran = run(name, CASES[case], place, programs, base=head(made.path, "main"))
    assert ran.code == 1, ran.said
    assert "1 secret" in ran.out
    for file in re.findall(r"--\w+-file (\S+?)['\n]", CASES[case]):
        assert (place / file).stat().st_size > 200


@pytest.mark.parametrize("name", sorted(set(RECIPES) - {"plain"}))
def test_a_recipe_clones_it_all(name) -> None:
    """By the lines that an error tells."""
    lines = [line.strip() for line in RECIPES[name].splitlines()]
    for line in SERVICES[name].fix:
        assert line.strip() in lines
    steps = " ".join(lines)
    assert " ".join(line.strip() for line in SERVICES[name].fix) in steps


def test_the_job_of_the_template_is_the_page_s() -> None:
    job, page = (yaml.safe_load(text)["intercom-scan"] for text in (TEMPLATE, RECIPES["gitlab"]))
    for key in ("image", "variables", "script"):
        assert job[key] == page[key]
    assert job["artifacts"]["reports"] == page["artifacts"]["reports"]


def test_versions_are_this_one() -> None:
    assert set(re.findall(r"v\d+\.\d+\.\d+", PAGE + TEMPLATE)) == {"v0.1.0"}


def test_modes() -> None:
    from intercom_scan.ci.model import MODES

    assert re.findall(r"^\| `(\w[\w-]*)`", PAGE, re.MULTILINE)[-len(MODES) :] == list(MODES)
