"""`intercom-scan rotation run`, at a terminal and against a fake Intercom."""

from __future__ import annotations

import os
import shutil

import pytest

from intercom_scan.fakes.ground import Ground
from intercom_scan.rules import by_id
from tests.integration.running import COMMAND, command, one_line
from tests.rotation.rotating import (
    AGAIN,
    DEAD,
    DONE,
    KEPT,
    NEW,
    UNSCOPED,
    answering,
    entries,
    quiet,
    recorded,
    revoking,
    rotating,
    run,
    whole,
)
from tests.test_promises import TOKEN
from tests.trail.logs import told
from tests.verify.fake import ADMIN, Reply, as_json, error
from tests.verify.test_command import shares

CLIENT = by_id("intercom-client-secret")
IDENTITY = by_id("intercom-identity-secret")
HASH = by_id("intercom-user-hash")


@pytest.fixture
def world(tmp_path):
    with rotating(tmp_path) as made:
        yield made


def of_workspace(name):
    return Reply(body=as_json({**ADMIN, "app": {**ADMIN["app"], "id_code": name}}))


def test_a_whole_rotation(world):
    played = run(world, answer=revoking(world))
    assert played.code == 0, played.out
    assert played.questions == [DONE, DONE, NEW, DONE, DONE]
    assert "The old one: live: Intercom knows it, workspace abcd1234 (Example Ltd)" in played.out
    assert "The new one: live: Intercom knows it" in played.out
    assert "The old one: dead: Intercom says token_revoked" in played.out
    assert "is recorded in .intercom-scan-rotation.yaml: commit it" in played.out
    assert "intercom-scan purge " in played.out
    assert world.fake.tokens == [world.old, world.new, world.old]
    assert recorded(world) == whole(world)
    quiet(world, played)


def test_one_that_is_over_asks_nothing_again(world):
    run(world, answer=revoking(world))
    played = run(world)
    assert (played.code, played.questions) == (0, [])
    assert "7. Purge the old one from history: done" in played.out


def test_a_store_and_a_name(world):
    played = run(
        world, "--store", "github:me/it", "--name", "CRM_TOKEN", "--environment", "live",
        "--by", "the crew", answer=revoking(world),
    )  # fmt: skip
    assert "with_value gh secret set CRM_TOKEN --repo me/it --env live\n" in played.out
    assert recorded(world)[0] == "CRM_TOKEN (live)"
    assert entries(world)[0].by == "the crew"


# --- what stops it


def test_another_workspace(world, tmp_path):
    world.replies[world.new] = of_workspace("other123")
    played = run(world, "--audit-log", tmp_path / "audit.log")
    assert played.code == 1
    assert [line["result"] for line in told(tmp_path / "audit.log")] == ["begun", "failure"]
    assert "the new one is of another workspace, other123; the old one is of abcd1234" in played.out
    assert KEPT in played.out
    assert recorded(world) is None
    world.replies[world.new] = Reply()
    rest = run(world, answer=revoking(world, 2))
    assert (rest.code, rest.questions) == (0, [NEW, DONE, DONE])


def test_a_new_one_that_is_dead_is_asked_for_again(world):
    world.said[NEW] = [TOKEN.sample().decode(), world.new]
    played = run(world, answer=revoking(world))
    assert played.code == 0, played.out
    assert "This one is dead." in played.out


def test_no_new_one_that_is_any_good(world):
    short = world.new[:-8]
    world.said[NEW] = [short, world.old, ""]
    played = run(world)
    assert played.code == 1
    assert played.out.count("This is no Intercom Access Token.") == 2
    assert "This is the old one." in played.out
    assert "no new value that can be used was given" in played.out
    assert shares(played.out, short) == []


@pytest.mark.parametrize(
    ("reply", "code", "words"),
    [
        (Reply(500, b""), 3, "whether the new one is live is not known: Intercom has trouble"),
        (Reply(401, error("token_blocked")), 1, "the new one is refused: Intercom says token_blo"),
    ],
    ids=["no-answer", "blocked"],
)
def test_a_new_one_of_which_live_cannot_be_said(reply, code, words, world):
    world.replies[world.new] = reply
    played = run(world)
    assert (played.code, played.questions) == (code, [DONE, DONE, NEW])
    assert words in played.out
    quiet(world, played)


@pytest.mark.parametrize("unscoped", ["old", "new"])
@pytest.mark.parametrize("sure", ["y", "n"])
def test_workspaces_that_nobody_tells(unscoped, sure, world):
    world.replies[getattr(world, unscoped)] = UNSCOPED
    world.said["Its workspace and"] = sure
    played = run(world, answer=revoking(world))
    assert "Its workspace and the old one's cannot be compared. Are they the same?" in played.out
    assert played.code == (0 if sure == "y" else 3)
    assert recorded(world) == (whole(world) if sure == "y" else None)


def test_an_old_one_that_lives_on(world):
    world.said["It has to be dead"] = ["y", "y", "n"]
    played = run(world)
    assert played.code == 1
    assert played.out.count("The old one: live") == 4
    assert "the old one is not dead: Intercom knows it" in played.out
    assert recorded(world) is None
    world.replies[world.old] = DEAD
    played = run(world)
    assert played.code == 0
    assert [q.split(",")[0] for q in played.questions] == [DONE, AGAIN]


def test_nobody_can_say_whether_the_old_one_is_dead(world):
    world.said["It has to be dead"] = "n"

    def answer(question):
        if question == NEW:
            world.replies[world.old] = Reply(500, b"")
        return answering(world, question)

    assert run(world, answer=answer).code == 3


@pytest.mark.parametrize("at", range(4))
def test_a_step_that_is_not_done(at, world):
    world.said[DONE] = ["y"] * at + ["n"]
    played = run(world)
    assert played.code == 3
    assert "is still to do" in played.out
    assert KEPT in played.out


# --- values out of the environment, and kinds that nobody can be asked about


def test_values_out_of_the_environment_reach_no_child(world, tmp_path):
    folder = tmp_path / "bin"
    folder.mkdir()
    kept = tmp_path / "kept"
    script = folder / "git"
    script.write_text(
        f'#!/bin/sh\n{{ env; echo "$@"; }} >> "{kept}"\nexec "{shutil.which("git")}" "$@"\n'
    )
    script.chmod(0o755)
    world.more = {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}", "A_NEW": world.new,
                  "AN_OLD": world.old}  # fmt: skip
    played = run(
        world, "--rule", TOKEN.id, "--new-env", "A_NEW", "--old-env", "AN_OLD",
        answer=revoking(world),
    )  # fmt: skip
    assert played.code == 0, played.out
    assert played.questions == [DONE] * 4
    assert "rev-parse" in kept.read_text()
    assert shares(kept.read_text(), world.new) == shares(kept.read_text(), world.old) == []
    quiet(world, played)


def test_a_new_one_of_the_environment_after_an_interruption(world):
    world.said["It has to be dead"] = "n"
    world.more = {"A_NEW": world.new}
    run(world, "--new-env", "A_NEW")
    world.replies[world.old] = DEAD
    played = run(world, "--new-env", "A_NEW")
    assert (played.code, played.questions) == (0, [DONE])
    assert recorded(world) == whole(world)


@pytest.mark.parametrize("reply", [DEAD, UNSCOPED], ids=["dead", "unscoped"])
def test_a_new_one_of_the_environment_that_is_none(reply, world):
    world.replies[world.new] = reply
    world.said["Its workspace and"] = "n"
    world.more = {"A_NEW": world.new}
    played = run(world, "--new-env", "A_NEW")
    assert played.code == (1 if reply is DEAD else 3)


def test_a_kind_alone_and_an_old_value_that_is_typed(world):
    world.said["The old value"] = ["nothing", world.old, world.old]
    played = run(world, "--rule", TOKEN.id, answer=revoking(world))
    assert played.code == 0, played.out
    assert "This is no Intercom Access Token." in played.out
    assert list(world.folder.rglob("*.json")) == []  # the next one of that name begins anew


def test_an_old_value_that_nobody_has(world):
    world.said["The old value"] = ""
    played = run(world, "--rule", TOKEN.id)
    assert played.code == 0, played.out
    assert "Are they the same?" in played.out
    assert "Is it certain that it is dead?" in played.out
    assert world.fake.tokens == [world.new]


def test_a_kind_that_nobody_can_be_asked_about(world):
    secret = CLIENT.sample().decode()
    world.ground.commit_file("app.env", f"INTERCOM_CLIENT_SECRET={secret}\n".encode())
    found = command("--all-history", "--format", "json", cwd=world.ground.path).report["findings"]
    [finding] = [f["fingerprint"] for f in found if f["rule"] == CLIENT.id]
    world.new = CLIENT.sample().decode()
    played = run(world, finding)
    assert played.code == 0, played.out
    assert played.questions == [DONE] * 4 + [NEW, "Does it work?", DONE]
    assert world.fake.asked == []
    [entry] = entries(world)
    assert (entry.kind, len(entry.retired)) == (CLIENT.id, 1)
    assert shares(played.out, secret) == shares(played.out, world.new) == []


def test_a_hash_is_rotated_by_the_secret_that_signed_it(world):
    world.new = IDENTITY.sample().decode()
    played = run(world, "--rule", HASH.id)
    assert played.code == 0, played.out
    [entry] = entries(world)
    assert (entry.kind, entry.name, entry.retired) == (IDENTITY.id, "INTERCOM_IDENTITY_SECRET", ())


def test_a_kind_without_a_new_value(world):
    played = run(world, "--rule", "intercom-api-key")
    assert (played.code, played.questions) == (0, [DONE])
    assert recorded(world) is None


def test_one_after_the_other(world):
    other = TOKEN.sample().decode()
    world.ground.commit_file("b.env", f"INTERCOM_ACCESS_TOKEN={other}\n".encode())
    world.said[DONE] = "n"
    played = run(world)
    assert "(1 of 2)" in played.out
    assert "(2 of 2)" not in played.out
    world.more = {"A_NEW": world.new}
    played = run(world, "--new-env", "A_NEW")
    assert played.code == 2
    assert "name one FINDING" in played.out


# --- what is refused


def test_no_terminal(world):
    done = command("rotation", "run", cwd=world.ground.path)
    one_line(done, 2, "no terminal", "`intercom-scan rotation plan` prints the steps")


def test_no_standard_input_at_all(world):
    program = ("sh", "-c", 'exec "$0" "$@" <&-', *COMMAND)
    done = command("rotation", "run", cwd=world.ground.path, program=program)
    one_line(done, 2, "no terminal")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--rule", TOKEN.id, "12345678"], "give one or the other"),
        (["12345678"], "no credential here has the fingerprint"),
        (["--old-env", "ODD"], "--old-env is for --rule: a finding has its value"),
        (["--new-env", "NOTHING"], "the environment has no NOTHING, or it is empty"),
        (["--rule", TOKEN.id, "--old-env", "ODD"], "what --old-env names holds no Intercom Access"),
        (["--by", "a\nb"], "--by: is not allowed"),
        (["--api-base", "http://example.com"], "the API's base has to be"),
    ],
)
def test_wrong_usage(arguments, words, world):
    world.more = {"ODD": "odd"}
    played = run(world, *arguments)
    assert played.code == 2
    assert words in played.out.replace("\n", " ")
    assert played.questions == []


def test_nothing_to_rotate(world, tmp_path):
    world.ground = Ground(tmp_path / "clean")
    played = run(world)
    assert (played.code, played.out) == (0, "Nothing to rotate: there are no new findings.\n")


def test_strings_of_an_answer_move_no_cursor(world):
    app = {**ADMIN["app"], "name": "\x1b[2J\u202e", "id_code": "\x1b]0;x\x07"}
    world.replies[world.old] = Reply(body=as_json({**ADMIN, "app": app}))
    played = run(world)
    assert played.code == 1
    assert "\x1b" not in played.out
    assert "\\x1b]0;x\\x07" in played.out
