"""`check-signature` and `check-identity` as their users start them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

from intercom_scan.signatures import webhook
from tests.signatures.making import CLIENT, IDENTITY, RAW, hub, jwt, mac

HASH = mac(IDENTITY, b"42", "sha256")
LINE = HASH.encode() + b"\n"


def start(*arguments, stdin=b"", **env):
    values = {name: os.fsdecode(value) for name, value in env.items()}
    return subprocess.run(
        [sys.executable, "-m", "intercom_scan", *arguments], input=stdin,
        env=os.environ | values, capture_output=True, check=False, timeout=60,
    )  # fmt: skip


def signature(header, *more, stdin=RAW, secret=CLIENT):
    return start("check-signature", "--secret-env", "S", "--header", header, *more, stdin=stdin,
                 S=secret)  # fmt: skip


def identity(*more, stdin=LINE, secret=IDENTITY, **env):
    return start("check-identity", "--secret-env", "S", *more, stdin=stdin, S=secret, **env)


def shares(done, value):
    """Parts of a value in what was printed."""
    text = done.stdout + done.stderr
    return [n for n in range(len(value) - 8) if value[n : n + 8] in text]


def test_a_right_signature():
    done = signature(f"X-Hub-Signature: {hub(CLIENT, RAW)}")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout == b"X-Hub-Signature: right\n"


def test_bytes_that_are_no_text():
    body, secret = bytes(range(256)), b"\xff\xfe key"
    assert signature(hub(secret, body), stdin=body, secret=secret).returncode == 0


@pytest.mark.parametrize("form", ["text", "json"])
@pytest.mark.parametrize("secret", [CLIENT + b"\n", IDENTITY, b'"' + CLIENT + b'"'], ids=range(3))
def test_a_wrong_one_and_no_secret_in_the_answer(form, secret):
    done = signature(hub(CLIENT, RAW), "--format", form, stdin=RAW + b"\n", secret=secret)
    assert (done.returncode, done.stderr) == (1, b"")
    assert shares(done, CLIENT) == shares(done, secret) == []
    assert b"z@example.com" in RAW
    assert b"z@example.com" not in done.stdout
    if form == "text":
        assert max(map(len, done.stdout.decode().splitlines())) <= 80


def test_json():
    tree = json.loads(signature(hub(CLIENT, RAW), "--format", "json", stdin=RAW + b"\n").stdout)
    [reason] = tree.pop("reasons")
    assert tree == {
        "schema_version": 1, "of": "X-Hub-Signature", "matches": False, "certain": True,
        "notes": [],
    }  # fmt: skip
    assert reason["id"] == "body-newline"
    assert reason["text"].startswith("A line break at its end is too many")


def test_guesses_are_told_from_what_is_certain():
    assert b"for certain" in signature(hub(CLIENT, RAW), stdin=RAW + b"\n").stdout
    assert b"may be" in signature(hub(CLIENT, RAW), stdin=b"{}").stdout


def test_a_body_that_is_too_large():
    done = signature(hub(CLIENT, RAW), stdin=b"x" * (webhook.LARGEST + 1))
    assert done.returncode == 2
    assert b"the body has more than 16777216 bytes" in done.stderr


@pytest.mark.parametrize("command", ["check-signature", "check-identity"])
@pytest.mark.parametrize("value", ["", None])
def test_a_secret_that_is_not_there(command, value):
    more = ["--header", "x"] if command == "check-signature" else ["--user-id", "42"]
    env = {} if value is None else {"S": value}
    done = start(command, "--secret-env", "S", *more, stdin=RAW, **env)
    assert done.returncode == 2
    assert done.stderr == b"intercom-scan: the environment has no S, or it is empty\n"


def test_a_hash():
    assert identity("--user-id", "42").stdout == b"user_hash of the user_id: right\n"
    assert identity("--user-id", "42", "--env", "H", H=HASH).returncode == 0
    done = identity("--email", "ann@example.com")
    assert done.returncode == 1
    assert b"ann" not in done.stdout
    done = identity()
    assert done.returncode == 2
    assert b"--user-id ID, or --email EMAIL" in done.stderr


def test_a_token():
    value = jwt(exp=int(time.time()) + 900)
    done = identity(stdin=value + b"\n")
    assert done.returncode == 0
    assert done.stdout.startswith(b"Messenger JWT: right\n  HS256, claims exp user_id, expires ")
    done = identity("--user-id", "43", "--env", "J", J=value, stdin=b"")
    assert done.returncode == 1
    assert b"[jwt-other-user]" in done.stdout
    assert shares(done, value.rpartition(b".")[2]) == shares(done, IDENTITY) == []


@pytest.mark.parametrize(
    ("options", "stdin", "words"),
    [
        (("--user-id", "42"), b"\n", b"standard input is empty"),
        (("--user-id", ""), LINE, b"is a variable unset?"),
        (("--email", "", "--user-id", "42"), LINE, b"is a variable unset?"),
        ((), LINE, b"--user-id ID, or --email EMAIL"),
    ],
    ids=range(4),
)
def test_nothing_to_check(options, stdin, words):
    done = identity(*options, stdin=stdin)
    assert (done.returncode, done.stdout) == (2, b"")
    assert words in done.stderr


def test_help():
    for command in ("check-signature", "check-identity"):
        lines = start(command, "--help").stdout.decode().splitlines()
        assert len(lines) <= 40
        assert max(map(len, lines)) <= 80


def test_a_terminal_is_not_waited_for():
    ours, theirs = os.openpty()
    try:
        done = subprocess.run(
            [sys.executable, "-m", "intercom_scan", "check-signature", "--secret-env", "S",
             "--header", "x"], stdin=theirs, capture_output=True, check=False, timeout=60,
            env=os.environ | {"S": "x"},
        )  # fmt: skip
    finally:
        os.close(ours)
        os.close(theirs)
    assert done.returncode == 2
    assert b"the body comes from standard input" in done.stderr
