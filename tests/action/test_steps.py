"""The steps before the scan: a Python is found, or the log says in one line what is missing."""

from __future__ import annotations

import re
import shutil
import sys
from typing import TYPE_CHECKING

import pytest

from tests.action import host

if TYPE_CHECKING:
    from pathlib import Path

THIS = f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'
OLD = "#!/bin/sh\nexit 1\n"


def found(tmp_path: Path, programs: dict[str, str]) -> host.Ran:
    """What the first step says where PATH has no others than these programs and bash."""
    folder = tmp_path / "bin"
    folder.mkdir()
    bash = shutil.which("bash")
    assert bash
    (folder / "bash").symlink_to(bash)
    for name, text in programs.items():
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    (tmp_path / "workspace").mkdir()
    environment = {"PATH": str(folder)}
    job = host.Job(tmp_path / "workspace", tmp_path / "runner", "push", {}, {}, environment)
    return host.run(job, only=frozenset({"Find a Python"}))


@pytest.mark.parametrize(
    ("programs", "name"),
    [
        ({"python3": THIS, "python": OLD}, "python3"),
        ({"python3": OLD, "python": THIS}, "python"),
        ({"python3": OLD, "python3.12": THIS, "python3.11": THIS}, "python3.12"),
        ({"py": THIS}, "py"),
    ],
    ids=["python3", "python", "one of several", "the launcher of Windows"],
)
def test_a_python_that_will_do(programs: dict[str, str], name: str, tmp_path: Path) -> None:
    ran = found(tmp_path, programs)
    assert ran.code == 0, ran.log
    assert ran.steps["python"]["name"] == name
    version = re.escape(".".join(map(str, sys.version_info[:3])))
    assert ran.steps["python"]["downloads"] == str(tmp_path / "runner" / "tools" / "intercom-scan")
    assert re.fullmatch(rf"{version}\S*-[0-9a-f]{{64}}", ran.steps["python"]["key"])


@pytest.mark.parametrize("programs", [{}, {"python3": OLD, "python": OLD}], ids=["none", "old"])
def test_no_python_that_will_do(programs: dict[str, str], tmp_path: Path) -> None:
    ran = found(tmp_path, programs)
    assert ran.code == 3
    (error,) = ran.commands
    assert error.name == "error"
    assert "Python 3.10 or newer" in error.data
    assert "actions/setup-python" in error.data
    assert ran.text.strip() == ""


def test_the_cache_is_for_the_host_s_own_runners(tmp_path: Path) -> None:
    steps = {"python": {"name": "none", "key": "1-2", "downloads": "here"}}
    runner = {"os": "Linux", "arch": "X64"}
    given = {"path": "here", "key": "intercom-scan-Linux-X64-1-2"}
    for kind, times in (("github-hosted", 1), ("self-hosted", 0)):
        job = host.Job(
            tmp_path, tmp_path / kind, "push", {}, {}, runner={**runner, "environment": kind}
        )
        ran = host.run(job, only=frozenset({"Keep downloads"}), steps=steps)
        assert [with_ for _action, with_ in ran.uses] == [given] * times
