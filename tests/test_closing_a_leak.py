"""docs/closing-a-leak.md, from its first command to its last, against a fake Intercom."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from intercom_scan.fakes.ground import Ground
from tests.rotation.terminal import play
from tests.test_promises import TOKEN
from tests.verify.fake import LIMITS, Reply, error, intercom
from tests.verify.test_command import shares

PAGE = (Path(__file__).parents[1] / "docs" / "closing-a-leak.md").read_text(encoding="utf-8")
CODE = b"""\
import os
from intercom import Intercom
client = Intercom(token=os.environ["INTERCOM_ACCESS_TOKEN"])
client.contacts.list()
"""
DEAD = Reply(401, error("token_revoked"))
RUN = "intercom-scan rotation run "
PATH = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def commands():
    """(command, exit code) in order; what the report has stands where the page points to it."""
    for block in re.findall(r"^```sh\n(.*?)^```|^<!-- push: (\S+) -->", PAGE, re.M | re.S):
        if block[1]:
            yield f"push {block[1]}", 0
        for line in block[0].splitlines():
            command, _, code = line.partition("  #")
            yield command.rstrip(), int(code or 0)


WATCHER = """\
#!/bin/sh
{{ printf '%s\\n' git "$@"; env; }} >> "{log}"
exec "{real}" "$@"
"""


def watched(folder):
    """A git for the PATH that writes down with what it was started, and by what environment."""
    shims = folder / "shims"
    shims.mkdir()
    script = WATCHER.format(real=shutil.which("git", path=PATH), log=folder / "started.log")
    (shims / "git").write_text(script)
    (shims / "git").chmod(0o755)


class Walk:
    """A person who does what the page says, and a host that is pushed to."""

    def __init__(self, folder, fake, old, new, alive):
        self.folder, self.fake, self.old, self.new, self.alive = folder, fake, old, new, alive
        self.at = folder / "shop"
        self.fingerprint = ""
        self.out = {}

    def env(self, command):
        """With the token where the command reads it, so that it is seen where that is passed on."""
        given = {"LEAKED_TOKEN": self.old} if "LEAKED_TOKEN" in command else {}
        kept = {k: v for k, v in os.environ.items() if not k.lower().endswith("_proxy")}
        return kept | given | {
            "HOME": str(self.folder), "USERPROFILE": str(self.folder),
            "XDG_CONFIG_HOME": str(self.folder / ".config"),
            "XDG_STATE_HOME": str(self.folder / ".state"),
            "INTERCOM_SCAN_API_BASE": self.fake.base, "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_AUTHOR_NAME": "A. Tester", "GIT_AUTHOR_EMAIL": "tester@example.com",
            "GIT_COMMITTER_NAME": "A. Tester", "GIT_COMMITTER_EMAIL": "tester@example.com",
            "PATH": f"{self.folder / 'shims'}{os.pathsep}{PATH}",
        }  # fmt: skip

    def bash(self, command):
        done = subprocess.run(
            ["bash", "-c", command], cwd=self.at, env=self.env(command), stdin=subprocess.DEVNULL,
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    def answer(self, question):
        if "new value" in question:
            self.alive.add(self.new)
            self.alive.discard(self.old)  # as Intercom does when somebody regenerates it
            return self.new
        return "y"

    def step(self, command):
        """Exit code and output."""
        if command.startswith("cd "):
            self.at = (self.at / command[3:]).resolve()
            return 0, ""
        if command.startswith("push "):
            report = (self.at / command[5:]).read_text(encoding="utf-8")
            [block] = re.findall(r"^```sh\n(.*?)^```", report, re.MULTILINE | re.DOTALL)
            return self.bash(block)
        command = command.replace("FINGERPRINT", self.fingerprint)
        if command.startswith(RUN):
            words = tuple(shlex.split(command)[1:])
            played = play(words, self.answer, cwd=self.at, env=self.env(command))
            return played.code, played.out
        code, out = self.bash(command)
        if not self.fingerprint:
            self.fingerprint = re.findall(r"intercom-scan ignore ([0-9a-f]{32})", out)[0][:12]
        return code, out


def git(*arguments, cwd, env=None):
    return subprocess.run(
        ["git", *arguments], cwd=cwd, check=True, capture_output=True, text=True, env=env
    ).stdout


@pytest.fixture
def walk(tmp_path):
    """A shop that has pushed its `.env`, and cleaned up nothing."""
    old, new = (TOKEN.sample().decode() for _ in range(2))
    ground = Ground(tmp_path / "shop")
    ground.commit_file("README.md", b"A shop.\n")
    ground.commit_file(".env", f"INTERCOM_ACCESS_TOKEN={old}\n".encode())
    ground.commit_file("shop.py", CODE)
    git("tag", "v1", cwd=ground.path)
    git("branch", "--move", "--force", "main", cwd=ground.path)
    git("init", "--quiet", "--bare", "--initial-branch=main", str(tmp_path / "host.git"),
        cwd=tmp_path)  # fmt: skip
    # A path would have git clone the host's directory, with what no ref reaches.
    git("remote", "add", "origin", (tmp_path / "host.git").as_uri(), cwd=ground.path)
    git("push", "--quiet", "origin", "main", "v1", cwd=ground.path)
    [settings] = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
    file = tmp_path / ".config" / "intercom-scan" / "config.yaml"
    file.parent.mkdir(parents=True)
    file.write_text(settings)
    watched(tmp_path)
    alive = {old}
    with intercom(lambda token: Reply(headers=LIMITS) if token in alive else DEAD) as fake:
        yield Walk(tmp_path, fake, old, new, alive)


def test_the_page_from_its_first_command_to_its_last(walk):
    said, refs = "", {}
    for number, (command, code) in enumerate(commands()):
        refs[number] = git("for-each-ref", "refs/heads", "refs/tags", cwd=walk.folder / "shop")
        done, out = walk.step(command)
        assert done == code, f"{command}\n{out}"
        said += out
        if command.startswith("intercom-scan purge "):
            after = git("for-each-ref", "refs/heads", "refs/tags", cwd=walk.at)
            assert after == refs[number]  # the original is as it was
    assert "verified    live: Intercom knows it" in said
    assert shares(said, walk.old) == shares(said, walk.new) == []
    assert_the_host_has_nothing(walk)
    assert_the_log_tells_it(walk)
    started = (walk.folder / "started.log").read_text(encoding="utf-8")
    assert {"cat-file", "fast-import", "push"} <= set(started.splitlines())
    assert shares(started, walk.old) == shares(started, walk.new) == []


def assert_the_host_has_nothing(walk):
    host = walk.folder / "host.git"
    everything = git("log", "--all", "--patch", "--format=%H%n%B", cwd=host)
    assert walk.old not in everything
    assert "Rotate the token" in everything
    names = git("ls-tree", "--name-only", "HEAD", cwd=host).split()
    assert {"shop.py", ".gitignore", ".intercom-scan-rotation.yaml"} <= set(names)
    assert ".env" not in names


def assert_the_log_tells_it(walk):
    log = (walk.folder / "intercom-audit.jsonl").read_text(encoding="utf-8")
    actions = {json.loads(line)["action"] for line in log.splitlines()}
    assert {"scan", "probe", "rotation", "purge"} <= actions
    assert shares(log, walk.old) == shares(log, walk.new) == []


def test_all_commands_that_close_a_leak_are_in_it():
    words = {tuple(command.split()[:3]) for command, _ in commands()}
    ours = {" ".join(word[1:3]) for word in words if word[0] == "intercom-scan"}
    for wanted in ("rotation plan", "rotation run", "rotation check", "audit-log verify"):
        assert wanted in ours
    for wanted in ("verify", "scopes", "purge"):
        assert any(word.split()[0] == wanted for word in ours)
