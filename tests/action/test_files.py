"""What `action.yml`, the workflows and the examples promise by what stands in them."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any

import click
import pytest
from packaging.requirements import Requirement

from intercom_scan.cli.group import COMMANDS, cli
from tests.action import examples
from tests.action.host import ROOT, load

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACTION = ROOT / "action.yml"
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = [ACTION, *WORKFLOWS]
TEXTS = {file.name: file.read_text(encoding="utf-8") for file in FILES} | {
    f"example {number}": text for number, text in enumerate([*examples.WORKFLOWS, examples.STEP])
}
PINNED = re.compile(r"([\w.-]+/[\w./-]+)@([0-9a-f]{40}) # (v\d+\.\d+\.\d+)")
OURS = re.compile(r"intercom-scan/intercom-scan(/\.github/workflows/scan\.yml)?@v0\.1\.0")


def jobs(file: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, job in load(file)["jobs"].items():
        yield f"{file.stem}.{name}", job


def steps(file: Path) -> list[dict[str, Any]]:
    document = load(file)
    if "runs" in document:
        return list(document["runs"]["steps"])
    return [step for job in document["jobs"].values() for step in job.get("steps", [])]


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_no_expression_is_text_of_a_script(file: Path) -> None:
    scripts = [step["run"] for step in steps(file) if "run" in step]
    assert [script for script in scripts if "${{" in script] == []


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_used_is_pinned_by_its_commit(name: str) -> None:
    used = re.findall(r"(?m)^[ -]*uses: (.+)$", TEXTS[name])
    others = [use for use in used if not use.startswith("./") and not OURS.fullmatch(use)]
    assert used
    assert [use for use in others if not PINNED.fullmatch(use)] == []


def test_one_version_of_each_action() -> None:
    """An id that was mistyped would be another one."""
    found: dict[str, set[tuple[str, str]]] = {}
    for text in TEXTS.values():
        for action, commit, version in PINNED.findall(text):
            found.setdefault(action, set()).add((commit, version))
    assert len(found) >= 6
    assert {action for action, pins in found.items() if len(pins) != 1} == set()


def test_no_job_may_more_than_read_but_the_one_that_publishes() -> None:
    for file in WORKFLOWS:
        assert load(file)["permissions"] == {}
        for name, job in jobs(file):
            publishes = name == "release.publish"
            expected = {"id-token": "write"} if publishes else {"contents": "read"}
            assert job["permissions"] == expected, name
            if publishes:
                assert [step["uses"].split("@")[0] for step in job["steps"]] == [
                    "actions/download-artifact", "pypa/gh-action-pypi-publish",
                ]  # fmt: skip


@pytest.mark.parametrize("name", TEXTS)
def test_no_checkout_leaves_credentials(name: str) -> None:
    checkouts = TEXTS[name].count("actions/checkout@")
    assert TEXTS[name].count("persist-credentials: false") == checkouts


# --- inputs and outputs


def test_every_input_reaches_the_program() -> None:
    environment = steps(ACTION)[-1]["env"]
    expected = {
        f"INTERCOM_SCAN_{name.upper().replace('-', '_')}": f"${{{{ inputs.{name} }}}}"
        for name in load(ACTION)["inputs"]
    }
    assert {name: value for name, value in environment.items() if name != "PYTHON"} == expected


def test_every_input_is_an_option_of_the_program() -> None:
    command = cli.get_command(click.Context(cli), "ci")
    assert command is not None
    options = {o.removeprefix("--") for p in command.params for o in p.opts}
    without = set() if "audit" in COMMANDS else {"audit"}
    assert {name for name in load(ACTION)["inputs"] if name not in options} == without
    for name, about in load(ACTION)["inputs"].items():
        option = next((p for p in command.params if f"--{name}" in p.opts), None)
        if option is not None and about["default"]:
            assert str(option.default).lower() == about["default"], name


def test_every_output_is_one_of_the_scan() -> None:
    for name, about in load(ACTION)["outputs"].items():
        assert about["value"] == f"${{{{ steps.scan.outputs.{name} }}}}"


@pytest.mark.parametrize("text", [*examples.WORKFLOWS, examples.STEP])
def test_examples_name_inputs_that_exist(text: str, tmp_path: Path) -> None:
    (tmp_path / "example.yml").write_text(text)
    loaded: Any = load(tmp_path / "example.yml")
    found = loaded if isinstance(loaded, list) else steps(tmp_path / "example.yml")
    given = {
        name
        for step in found
        if OURS.fullmatch(step.get("uses", ""))
        for name in step.get("with", {})
    }
    assert given <= load(ACTION)["inputs"].keys()
    assert ("fetch-depth: 0" in text) == ("actions/checkout@" in text)


def test_the_workflow_to_call_is_described() -> None:
    call = load(ROOT / ".github" / "workflows" / "scan.yml")["on"]["workflow_call"]
    said = examples.PAGE.partition("\nIts inputs are ")[2].partition("\n")[0]
    assert set(re.findall(r"`([a-z-]+)`", said)) == {*call["inputs"], *call["outputs"]}


# --- what is installed


def pinned(file: str = "requirements.txt") -> dict[str, tuple[str, int]]:
    """Each package's version, and how many files of it are known by a hash."""
    text = (ROOT / "action" / file).read_text(encoding="utf-8")
    entries = re.findall(r"(?m)^([a-z0-9-]+)==(\S+)(.*(?:\n .*)*)", text)
    assert len(entries) == len(re.findall(r"(?m)^\S", text))
    return {
        name: (version, len(re.findall(r"--hash=sha256:[0-9a-f]{64}\b", rest)))
        for name, version, rest in entries
    }


def test_every_package_is_pinned_by_hashes() -> None:
    packages = pinned()
    assert min(count for _version, count in packages.values()) >= 1
    assert packages["hyperscan"][1] > 20  # one a system and version of Python


def test_nothing_else_is_installed() -> None:
    """pip itself infers some of this from a file with hashes; the step does not count on it."""
    (script,) = [step["run"] for step in steps(ACTION) if step["name"] == "Install"]
    packages, ours = re.findall(r'"\$\{pip\[@\]\}" (.+?)(?: &&|;)', script)
    assert packages.split()[:3] == ["--require-hashes", "--only-binary", ":all:"]
    assert ours.split()[:2] == ["--no-index", "--no-build-isolation"]
    assert " install --no-deps)" in script


def test_the_pins_are_of_what_the_project_asks_for() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:requires|dependencies) = \[(.*?)\]", project, re.M | re.S)
    asked = [Requirement(text) for part in lists for text in re.findall(r'"(.+?)"', part)]
    assert len(asked) > 3
    packages = pinned()
    for requirement in asked:
        assert packages[requirement.name][0] in requirement.specifier


def test_the_pins_of_the_audit_are_of_its_extra() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    extra = re.search(r"^audit = \[(.*?)\]", project, re.M | re.S)
    assert extra
    (asked,) = [Requirement(text) for text in re.findall(r'"(.+?)"', extra[1])]
    assert (ROOT / "action" / "audit.in").read_text(encoding="utf-8").split() == [str(asked)]
    ((name, (version, hashes)),) = pinned("audit.txt").items()
    assert (name, version in asked.specifier, hashes > 20) == (asked.name, True, True)


def test_the_command_that_pins_names_both_lists() -> None:
    command = next(line for line in examples.PAGE.splitlines() if line.startswith("uv pip compile"))
    files = [word for word in shlex.split(command) if not word.startswith("-")]
    assert [file for file in files if "." in file and not (ROOT / file).exists()] == ["3.10"]
    for option in ("--generate-hashes", "--universal"):
        assert option in command
