"""A guided rotation goes on where it was interrupted, by what is kept of it."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from intercom_scan.errors import IntercomScanError
from intercom_scan.fakes.ground import Ground
from intercom_scan.rotation import state
from intercom_scan.rotation.ledger import FILE
from intercom_scan.values import replace
from tests.rotation.rotating import (
    AGAIN,
    DEAD,
    DONE,
    KEPT,
    NEW,
    answering,
    quiet,
    recorded,
    revoking,
    rotating,
    run,
    whole,
)
from tests.test_promises import TOKEN
from tests.verify.fake import ADMIN, Reply, as_json

if TYPE_CHECKING:
    from tests.rotation.terminal import Played

QUESTIONS = 5  # of a whole rotation


@pytest.fixture
def world(tmp_path):
    with rotating(tmp_path) as made:
        yield made


def test_killed_between_the_ledger_and_what_keeps_how_far_it_is(world):
    run(world, answer=revoking(world))
    [file] = world.folder.rglob("*.json")
    state.save(file, replace(state.load(file), done=tuple(state.load(file).done[:-2])))
    before = (world.ground.path / FILE).read_bytes()
    played = run(world)
    assert (played.code, len(played.questions)) == (0, 1)
    assert "is recorded before in" in played.out
    assert (world.ground.path / FILE).read_bytes() == before


@pytest.mark.parametrize(
    ("at", "number"),
    [
        *((at, signal.SIGKILL) for at in range(QUESTIONS)),
        (0, signal.SIGTERM), (2, signal.SIGINT), (4, "eof"),
    ],
)  # fmt: skip
def test_interrupted_at_every_question_it_goes_on(at, number, world):
    seen = 0

    def answer(question):
        nonlocal seen
        seen += 1
        if seen == at + 1:
            return "\x04" if number == "eof" else int(number)
        return answering(world, question)

    first = run(world, answer=answer)
    assert first.code == (-9 if number == signal.SIGKILL else 130), first.out
    assert number == signal.SIGKILL or f"interrupted; {KEPT}" in first.out
    quiet(world, first)
    rest = run(world, answer=revoking(world, at - (at > 2)))
    assert rest.code == 0, rest.out
    assert recorded(world) == whole(world)
    quiet(world, rest)
    asked = {question.split(",")[0] for question in rest.questions}
    assert (AGAIN in asked) == (at > 2)
    assert (NEW in asked) == (at < 3)


def test_another_value_once_more_is_none(world):
    world.said["It has to be dead"] = "n"
    run(world)
    world.replies[world.old] = DEAD
    world.said[AGAIN] = [TOKEN.sample().decode(), "nothing", world.old]
    played = run(world)
    assert played.code == 1
    assert played.out.count("This is not the one that was verified.") == 3
    assert recorded(world) is None


CRASH = """
import os, signal, sys
from pathlib import Path
from intercom_scan.rotation import state
calls = {name: getattr(os, name) for name in ("open", "fsync", "replace", "rename", "unlink")}
left = int(sys.argv[2])
def passed():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
def counted(name):
    def call(*given, **more):
        passed()
        made = calls[name](*given, **more)
        passed()
        return made
    return call
path = Path(sys.argv[1])
progress = state.load(path)
for name in calls:
    setattr(os, name, counted(name))
state.save(path, state.Progress(("create", "store"), "abcd1234"))
"""


def test_a_crash_as_it_is_written_leaves_the_old_or_the_new_one(tmp_path):
    path = tmp_path / "a.json"
    before, after = state.Progress(("create",)), state.Progress(("create", "store"), "abcd1234")
    seen = set()
    for at in range(1, 20):
        state.save(path, before)
        done = subprocess.run([sys.executable, "-c", CRASH, str(path), str(at)], check=False)
        found = state.load(path)
        seen.add((done.returncode, found == after))
        assert found in (before, after)
        if done.returncode == 0:
            break
    assert {(-9, False), (0, True)} <= seen
    assert at > 6


# --- where it is kept


def test_the_state_is_its_owner_s_and_has_no_secret(world):
    world.said[DONE] = ["y", "n"]
    run(world)
    [file] = world.folder.rglob("*.json")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert json.loads(file.read_text()) == {
        "version": 1, "done": ["create"], "workspace": "abcd1234", "salt": None, "new": None
    }  # fmt: skip


def test_another_folder(world, tmp_path):
    world.said[DONE] = "n"
    run(world, "--state", tmp_path / "here")
    assert len(list((tmp_path / "here").glob("*.json"))) == 1
    assert not world.folder.exists()


@pytest.mark.parametrize(
    ("environment", "wanted"),
    [
        ({"XDG_STATE_HOME": "/x", "LOCALAPPDATA": "/y"}, "/x/intercom-scan/rotation"),
        ({"LOCALAPPDATA": "/y"}, "/y/intercom-scan/rotation"),
        ({}, ".local/state/intercom-scan/rotation"),
        ({"XDG_STATE_HOME": "x"}, ".local/state/intercom-scan/rotation"),
    ],
    ids=["xdg", "windows", "home", "no path"],
)
def test_whose_folder(environment, wanted):
    assert state.folder(environment).as_posix().endswith(wanted)


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "[" * 60_000, '{"version": 2}', "\xff",
     '{"version": 1, "done": ["walk"], "workspace": null, "salt": null, "new": null}',
     '{"version": 1, "done": [], "workspace": 1, "salt": null, "new": null}',
     '{"version": 1, "done": [], "workspace": null, "salt": "../x", "new": null}'],
)  # fmt: skip
def test_a_state_that_is_none(text, tmp_path):
    path = tmp_path / "a.json"
    path.write_text(text, encoding="latin-1")
    with pytest.raises(IntercomScanError, match="remove it to begin anew"):
        state.load(path)


def test_a_state_that_cannot_be_written(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(IntercomScanError, match="cannot be written"):
        state.save(tmp_path / "file" / "a.json", state.Progress())


def test_two_repositories_have_a_rotation_each(world, tmp_path):
    """The same kind and name elsewhere: what was done there is not done here."""
    given = ("--rule", TOKEN.id, "--old-env", "OLD")
    world.more["OLD"] = world.old
    world.said[DONE] = ["y", "n"]
    assert run(world, *given).code == 3
    first, world.ground = world.ground, Ground(tmp_path / "another")
    world.said[DONE] = "n"
    assert run(world, *given).questions == [DONE]
    world.ground = first
    assert "1. Create the new one: done" in run(world, *given).out


def test_another_environment_is_another_rotation(world):
    world.said[DONE] = ["y", "n", "n"]
    run(world, "--environment", "production")
    assert ": done" not in run(world, "--environment", "staging").out


def test_two_at_once(world):
    """The second one is told so, and changes nothing."""
    seconds: list[Played] = []

    def answer(question):
        if not seconds:
            seconds.append(run(world))
        return "n"

    assert run(world, answer=answer).code == 3
    [second] = seconds
    assert (second.code, second.questions) == (3, [])
    assert "another run of this rotation is at work" in second.out
    world.said[DONE] = "n"
    assert run(world).questions == [DONE]


@pytest.mark.parametrize("kind", ["writable", "link", "pipe"])
def test_a_state_that_others_may_have_written(kind, tmp_path):
    path = tmp_path / "a.json"
    state.save(path, state.Progress(("create", "store", "verify", "deploy", "revoke", "record")))
    if kind == "writable":
        path.chmod(0o622)
    else:
        path.rename(tmp_path / "other.json")
        path.symlink_to("other.json") if kind == "link" else os.mkfifo(path)
    with pytest.raises(IntercomScanError, match=r"remove it to begin anew|cannot be read"):
        state.load(path)


def test_a_state_of_another_user(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    state.save(path, state.Progress(("create",)))
    monkeypatch.setattr(os, "geteuid", lambda: path.stat().st_uid + 1)
    with pytest.raises(IntercomScanError, match="its owner alone"):
        state.load(path)


def test_a_lock_that_cannot_be_made(tmp_path):
    (tmp_path / "a.lock").symlink_to("elsewhere")
    with (
        pytest.raises(IntercomScanError, match="cannot be written"),
        state.alone(tmp_path / "a.json"),
    ):
        pass
    assert not (tmp_path / "elsewhere").exists()


def test_what_intercom_says_may_be_the_token_itself(world):
    """Whoever answers was sent it: what is told and kept of the answer has none."""
    app = {**ADMIN["app"], "id_code": world.old, "name": f"\x1b[2J{world.old[:-1]}"}
    world.replies[world.old] = Reply(body=as_json({**ADMIN, "app": app}))
    world.said[DONE] = ["y", "n"]
    played = run(world)
    assert "The old one: live" in played.out
    assert "\x1b" not in played.out
    quiet(world, played)
