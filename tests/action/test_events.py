"""The scan step of `action.yml`, for every event that it may run on."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.action import host
from tests.action.world import EVENTS, World, checkout, deletion
from tests.integration.running import git

if TYPE_CHECKING:
    from tests.action.world import Event

# What the step before it has said; the first tier's Python has the program.
INSTALLED = {"install": {"python": sys.executable}}
SCAN = frozenset({"Scan"})
OLD, NEW, BOTH = {"old.txt"}, {"new.txt"}, {"old.txt", "new.txt"}


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("origin") / "sample")


def scanned(
    world: World, event: Event, place: Path, *, depth: int = 0, **inputs: str
) -> tuple[host.Ran, set[str]]:
    """What the step did, and the paths of the tokens that it found."""
    clone = checkout(world, event, place / "checkout", depth)
    report = place / "report.json"
    job = host.Job(clone, place / "runner", event.name, event.payload, event.environment())
    given = {name.replace("_", "-"): value for name, value in inputs.items()}
    ran = host.run(job, {"json-file": str(report), **given}, SCAN, INSTALLED)
    if not report.exists():
        return ran, set()
    findings = json.loads(report.read_bytes())["findings"]
    return ran, {place["path"] for finding in findings for place in finding["places"]}


HISTORY = dict.fromkeys(EVENTS, BOTH) | {
    "push of a tag": OLD,
    "pull request, on its target": OLD,
    "schedule": OLD,
    "started by hand": OLD,
    "release": OLD,
    "an unknown event": OLD,
}


@pytest.mark.parametrize("name", EVENTS)
def test_by_default_the_whole_history_is_read(world: World, name: str, tmp_path: Path) -> None:
    ran, paths = scanned(world, EVENTS[name](world), tmp_path)
    assert paths == HISTORY[name], ran.log
    assert ran.code == 1
    assert ran.outputs["result"] == "findings"
    assert ran.outputs["exit-code"] == "1"
    assert ran.outputs["findings"] == ran.outputs["new-findings"] == str(len(paths))
    assert int(ran.outputs["commits-scanned"]) >= 3


# Where nothing says what an event brought, or where it brought nothing, the history is read.
CHANGES = dict.fromkeys(EVENTS, NEW) | {
    name: OLD for name, paths in HISTORY.items() if paths == OLD
}


@pytest.mark.parametrize("name", EVENTS)
def test_what_an_event_brings(world: World, name: str, tmp_path: Path) -> None:
    ran, paths = scanned(world, EVENTS[name](world), tmp_path, mode="changes")
    assert paths == CHANGES[name], ran.log


SHALLOW = ["push", "pull request of a fork", "push of a tag", "merge group", "schedule"]


@pytest.mark.parametrize("name", SHALLOW)
def test_a_shallow_checkout_is_deepened(world: World, name: str, tmp_path: Path) -> None:
    ran, paths = scanned(world, EVENTS[name](world), tmp_path, depth=1)
    assert paths == HISTORY[name], ran.log


@pytest.mark.parametrize("mode", ["history", "changes"])
def test_a_shallow_checkout_that_stays_so_is_a_failure(tmp_path: Path, mode: str) -> None:
    """With the two lines that mend the workflow."""
    world = World(tmp_path / "origin")
    event = EVENTS["push"](world)
    clone = checkout(world, event, tmp_path / "checkout", depth=1)
    git(clone, "remote", "set-url", "origin", (tmp_path / "nowhere").as_uri())
    job = host.Job(clone, tmp_path / "runner", event.name, event.payload, event.environment())
    ran = host.run(job, {"mode": mode}, SCAN, INSTALLED)
    assert ran.code == 3
    assert ran.outputs["exit-code"] == "3"
    assert ran.outputs["result"] == "error"
    assert re.search(r"with:\n +fetch-depth: 0", ran.text)


def test_other_modes(world: World, tmp_path: Path) -> None:
    """The files of main have no token; all its refs have both."""
    event = EVENTS["schedule"](world)
    ran, _paths = scanned(world, event, tmp_path / "tree", mode="tree")
    assert (ran.code, ran.outputs["result"], ran.outputs["findings"]) == (0, "clean", "0"), ran.log
    _ran, paths = scanned(world, event, tmp_path / "all", mode="all-refs")
    assert paths == BOTH


def test_a_deleted_branch_brings_nothing(world: World, tmp_path: Path) -> None:
    ran, _paths = scanned(world, deletion(world), tmp_path)
    assert (ran.code, ran.outputs["result"], ran.outputs["commits-scanned"]) == (0, "clean", "0"), (
        ran.log
    )
    assert "deleted" in ran.text


# --- who decides


EXCUSE = b"""\
names: []
paths:
  exclude:
    - path: "*.txt"
      reason: made up
"""


def excusing(path: Path) -> tuple[World, Event]:
    """A pull request that also brings a configuration by which nothing counts."""
    world = World(path)
    ground = world.ground
    ground.git("checkout", "--quiet", "--detach", world.merged)
    ground.commit_file(".intercom-scan.yaml", EXCUSE)
    ground.git("checkout", "--quiet", "-B", "feature", world.new)
    world.new = ground.commit_file(".intercom-scan.yaml", EXCUSE)
    ground.git("checkout", "--quiet", "--detach", "main")
    ground.git("merge", "--quiet", "--no-ff", "-m", "Merge", "feature")
    world.merged = ground.git("rev-parse", "HEAD")
    return world, EVENTS["pull request of a fork"](world)


def test_a_pull_request_cannot_excuse_itself(tmp_path: Path) -> None:
    world, event = excusing(tmp_path / "origin")
    ran, _paths = scanned(world, event, tmp_path / "base")
    assert (ran.code, ran.outputs["new-findings"]) == (1, "2")
    ran, _paths = scanned(world, event, tmp_path / "head", policy="head")
    assert (ran.code, ran.outputs["result"], ran.outputs["new-findings"]) == (0, "clean", "0"), (
        ran.log
    )


def test_a_wrong_input_is_told_in_one_line(world: World, tmp_path: Path) -> None:
    ran, _paths = scanned(world, EVENTS["push"](world), tmp_path, fail_on="never")
    assert ran.code == 2
    assert (ran.outputs["result"], ran.outputs["exit-code"]) == ("error", "2")
    assert "never" in ran.text


# --- what comes out


def test_all_reports(world: World, tmp_path: Path) -> None:
    files = {f"{kind}_file": str(tmp_path / f"report.{kind}") for kind in ("sarif", "report")}
    ran, _paths = scanned(world, EVENTS["push"](world), tmp_path, depth=0, **files)
    assert ran.outputs["sarif-file"] == files["sarif_file"]
    assert ran.outputs["report-file"] == files["report_file"]
    assert ran.outputs["json-file"] == str(tmp_path / "report.json")
    assert json.loads((tmp_path / "report.sarif").read_bytes())["version"] == "2.1.0"
    assert (tmp_path / "report.report").read_text(encoding="utf-8").startswith("<!doctype html>")


def test_findings_are_marked_and_summed_up(world: World, tmp_path: Path) -> None:
    ran, _paths = scanned(world, EVENTS["push"](world), tmp_path)
    marks = ran.named("error", "warning", "notice")
    assert {mark.properties["file"] for mark in marks} == BOTH
    assert {"file": "new.txt", "line": "2"}.items() <= next(
        mark.properties for mark in marks if mark.properties["file"] == "new.txt"
    ).items()
    assert "new.txt" in ran.summary
    ran, _paths = scanned(
        world, EVENTS["push"](world), tmp_path / "quiet", annotations="false", summary="false"
    )
    assert ran.named("error", "warning", "notice") == []
    assert ran.summary == ""


def test_values_are_masked_and_never_printed(world: World, tmp_path: Path) -> None:
    ran, _paths = scanned(world, EVENTS["push"](world), tmp_path)
    masks = {command.data for command in ran.named("add-mask")}
    assert masks >= set(world.secrets)
    said = ran.text + ran.summary + (tmp_path / "report.json").read_text(encoding="utf-8")
    said += "".join(command.data for command in ran.commands if command.name != "add-mask")
    assert [secret for secret in world.secrets if secret in said] == []


def test_a_checkout_in_a_directory(world: World, tmp_path: Path) -> None:
    """`working-directory` is where the scan runs and what the files of reports start from."""
    event = EVENTS["push"](world)
    clone = checkout(world, event, tmp_path / "workspace" / "repository")
    job = host.Job(
        clone.parent, tmp_path / "runner", event.name, event.payload, event.environment()
    )
    inputs = {"working-directory": "repository", "json-file": "../report.json"}
    ran = host.run(job, inputs, SCAN, INSTALLED)
    assert ran.code == 1, ran.log
    assert (clone.parent / "report.json").exists()


def test_without_a_repository_it_fails(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    job = host.Job(tmp_path / "workspace", tmp_path / "runner", "push", {}, {})
    ran = host.run(job, {}, SCAN, INSTALLED)
    assert (ran.code, ran.outputs["result"]) == (2, "error")


def test_the_workflow_to_call(world: World, tmp_path: Path) -> None:
    """Its step runs the action with inputs that exist, and leaves reports where it takes them."""
    job = host.load(host.ROOT / ".github" / "workflows" / "scan.yml")
    named = {step["name"]: step for step in job["jobs"]["scan"]["steps"]}
    inputs = job["on"]["workflow_call"]["inputs"]
    contexts = host.Contexts(
        {
            "inputs": {name: about["default"] for name, about in inputs.items()},
            "runner": {"temp": str(tmp_path / "runner" / "temp")},
        }
    )
    event = EVENTS["pull request of a fork"](world)
    folder = tmp_path / "workspace" / named["What is scanned"]["with"]["path"]
    checkout(world, event, folder)
    made = host.Job(
        folder.parent, tmp_path / "runner", event.name, event.payload, event.environment()
    )
    given = {name: contexts.fill(value) for name, value in named["Scan"]["with"].items()}
    ran = host.run(made, given, SCAN, INSTALLED)
    assert (ran.code, ran.outputs["findings"]) == (1, "2"), ran.log
    reports = contexts.fill(named["Reports"]["with"]["path"]).split()
    assert len(reports) == 2
    assert [file for file in reports if not Path(file).stat().st_size] == []
