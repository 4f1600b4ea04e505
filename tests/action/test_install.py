"""The whole action, installed from this tree as a runner does it."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.action import examples, host
from tests.action.world import EVENTS, World, checkout
from tests.test_project import FILES

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.second_tier
MODULES = (
    "venv", "pip", "ensurepip", "setuptools", "hashlib", "click", "yaml", "intercom_scan",
    "sitecustomize", "usercustomize",
)  # fmt: skip
WHOLE = ["Find a Python", "Install", "Scan"]


@pytest.fixture(scope="module")
def action(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This tree as the host unpacks it: no repository, nothing that git ignores."""
    folder = tmp_path_factory.mktemp("actions") / "an action"
    for file in FILES:
        to = folder / file.relative_to(host.ROOT)
        to.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(file, to)
    return folder


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(tmp_path_factory.mktemp("origin") / "sample")


def started(world: World, place: Path, action: Path, **environment: str) -> host.Ran:
    event = EVENTS["push"](world)
    clone = checkout(world, event, place / "a checkout")
    for name in MODULES:
        (clone / f"{name}.py").write_text(f"open({str(place / 'executed')!r}, 'a').write('x')\n")
    environment["PYTHONPATH"] = str(clone)  # as projects set it for their own tests
    job = host.Job(
        clone, place / "a runner", event.name, event.payload, event.environment(), environment
    )
    ran = host.run(job, action=action)
    assert not (place / "executed").exists(), "what is scanned was executed"
    return ran


def test_from_nothing_to_findings(world: World, action: Path, tmp_path: Path) -> None:
    before = sorted(action.rglob("*"))
    ran = started(world, tmp_path, action)
    assert ran.ran == WHOLE, ran.log
    assert [use.partition("@")[0] for use, _given in ran.uses] == ["actions/cache"]
    assert (ran.code, ran.outputs["result"], ran.outputs["findings"]) == (1, "findings", "2")
    assert sorted(action.rglob("*")) == before  # nothing is built in the action's own directory
    assert {command.data for command in ran.named("add-mask")} >= set(world.secrets)


def test_a_runner_without_a_package_index(world: World, action: Path, tmp_path: Path) -> None:
    line = next(line for line in examples.PAGE.splitlines() if "pip download" in line)
    words = [sys.executable, *shlex.split(line)[1:]]
    wheels = tmp_path / "wheels"
    words[words.index("wheels")] = str(wheels)
    subprocess.run(words, cwd=action, check=True, capture_output=True)
    ran = started(
        world,
        tmp_path,
        action,
        PIP_NO_INDEX="1",
        PIP_FIND_LINKS=str(wheels),
        PIP_CONFIG_FILE="/dev/null",
    )
    assert (ran.code, ran.outputs["findings"]) == (1, "2"), ran.log


def test_a_package_of_another_hash_is_refused(world: World, action: Path, tmp_path: Path) -> None:
    other = tmp_path / "action"
    shutil.copytree(action, other)
    pins = other / "action" / "requirements.txt"
    pins.write_text(re.sub(r"sha256:[0-9a-f]{8}", "sha256:00000000", pins.read_text()))
    ran = started(world, tmp_path, other)
    assert (ran.code, ran.ran) == (3, WHOLE[:2])
    assert [command.name for command in ran.commands] == ["error"]
    assert set(ran.outputs.values()) == {""}
