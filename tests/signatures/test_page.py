"""docs/signatures.md: its commands, run as they stand there, and what it says of answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.signatures.making import CLIENT, IDENTITY, RAW, hub, jwt, mac

PAGE = (Path(__file__).parents[2] / "docs" / "signatures.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
COMMANDS = [line for block in BLOCKS for line in block.replace("\\\n", "").splitlines()]


@pytest.fixture
def place(tmp_path):
    """What the page's commands find around them."""
    (tmp_path / "body.json").write_bytes(RAW)
    (tmp_path / "hash.txt").write_text(mac(IDENTITY, b"42", "sha256") + "\n")
    return tmp_path


def pasted(command, place):
    env = os.environ | {
        "INTERCOM_CLIENT_SECRET": CLIENT.decode(), "INTERCOM_IDENTITY_SECRET": IDENTITY.decode(),
        "USER_JWT": jwt(exp=int(time.time()) + 900).decode(), "signature": hub(CLIENT, RAW),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }  # fmt: skip
    return subprocess.run(
        ["bash", "-c", command], cwd=place, env=env, stdin=subprocess.DEVNULL,
        capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS, ids=range(len(COMMANDS)))
def test_the_commands_are_right(command, place):
    done = pasted(command, place)
    assert (done.returncode, done.stderr) == (0, "")
    assert ": right\n" in done.stdout


def test_all_commands_are_tried():
    assert len(COMMANDS) == 3
    assert all(command.startswith("intercom-scan check-") for command in COMMANDS)


def test_the_answer_that_it_shows(place):
    (place / "body.json").write_text(json.dumps(json.loads(RAW), ensure_ascii=False, indent=2))
    done = pasted(COMMANDS[0], place)
    assert done.returncode == 1
    assert f"```text\n{done.stdout}```" in PAGE


def test_the_keys_of_json_that_it_names(place):
    done = pasted(COMMANDS[0].replace("check-signature", "check-signature --format json"), place)
    assert set(re.findall(r"`(\w+)`", PAGE.partition("`--format json`")[2].partition("<!--")[0])) \
        >= set(json.loads(done.stdout)) - {"of"}  # fmt: skip
