"""What is written down of the actions that are no scans, and that no value is among it."""

from __future__ import annotations

import pytest

from intercom_scan.fakes.ground import Ground
from tests.test_promises import TOKEN
from tests.trail.logs import problems, told
from tests.trail.test_commands import start
from tests.verify.fake import Reply, error, intercom


@pytest.fixture
def token():
    return TOKEN.sample().decode()


@pytest.fixture
def ground(tmp_path, token):
    ground = Ground(tmp_path / "repository")
    ground.commit_file("app.py", f'INTERCOM_TOKEN = "{token}"\n'.encode())
    return ground


# By the command: its arguments, the action, the resource if it is not the repository.
ACTIONS = {
    "verify": (["verify", "--env", "X_TOKEN"], "verify", "environment variable X_TOKEN"),
    "verify of a stream": (["verify", "--stdin"], "verify", "standard input"),
    "verify in a scan": (["--history", "--verify"], "scan", None),
    # The fake's answer is none to most probes: not complete.
    "scopes": (["scopes", "--env", "X_TOKEN"], "probe", None),
    "rotation record": (["rotation", "record", "--env", "X_TOKEN"], "rotation", None),
    "rotation check": (["rotation", "check", "--env", "X_TOKEN"], "rotation", None),
    "purge": (["purge", "--all", "--output", "../purged"], "purge", None),
}


@pytest.mark.parametrize("name", ACTIONS)
def test_each(name, ground, token, tmp_path):
    arguments, action, resource = ACTIONS[name]
    log = tmp_path / "audit.log"
    with intercom() as fake:
        done = start(
            *arguments, "--audit-log", log, cwd=ground.path, X_TOKEN=token, stdin=token,
            INTERCOM_SCAN_API_BASE=fake.base,
        )  # fmt: skip
    assert done.returncode in ((3,) if name == "scopes" else (0, 1)), done.stderr
    begin, end = told(log)
    assert (begin["action"], begin["result"]) == (action, "begun")
    assert begin["resource"] == (resource or str(ground.path))
    assert end["action"] == action
    assert end["result"] == ("failure" if name == "scopes" else "success")
    assert token not in log.read_text(encoding="utf-8")
    assert problems(log) == ()


@pytest.mark.parametrize(
    ("reply", "state", "result"),
    [
        (Reply(), "live", "success"),
        (Reply(401, error("token_revoked")), "dead", "success"),
        (Reply(500, b""), "unknown", "failure"),
    ],
    ids=["live", "dead", "unknown"],
)
def test_what_intercom_said_of_each_fingerprint(reply, state, result, token, tmp_path):
    log = tmp_path / "audit.log"
    with intercom(reply) as fake:
        start(
            "verify", "--stdin", "--audit-log", log, stdin=token, cwd=tmp_path,
            INTERCOM_SCAN_API_BASE=fake.base,
        )  # fmt: skip
    end = told(log)[1]
    [fingerprint] = end["metadata"]["fingerprints"]
    assert (end["result"], end["metadata"]["verified"]) == (result, {fingerprint: state})
    assert fake.tokens


def test_nobody_is_asked_where_it_cannot_be_written_down(token, tmp_path):
    with intercom() as fake:
        done = start(
            "verify", "--stdin", "--audit-log", tmp_path, stdin=token, cwd=tmp_path,
            INTERCOM_SCAN_API_BASE=fake.base,
        )  # fmt: skip
    assert (done.returncode, fake.tokens) == (2, [])


def test_no_copy_is_made_where_it_cannot_be_written_down(ground, tmp_path):
    arguments = ACTIONS["purge"][0]
    done = start(*arguments, "--audit-log", tmp_path, cwd=ground.path)
    assert done.returncode == 2
    assert not (tmp_path / "purged").exists()
