"""A purge that is killed at any step: the original is as it was, and no secret is left behind."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from intercom_scan.fakes.ground import Ground
from tests.purge.making import TOKEN, Purged, contents, line, state

# Kills itself as the step begins that has this number; its last ones are no step of their own.
SCRIPT = """
import os, signal, sys
from pathlib import Path
from intercom_scan.purge import commits, copying, driver, labels, packing, proof, report

left = int(sys.argv[3])

def step(*_):
    global left
    left -= 1
    if left < 0:
        os.kill(os.getpid(), signal.SIGKILL)

def first(module, name):
    inner = getattr(module, name)
    def counted(*arguments, **more):
        step()
        return inner(*arguments, **more)
    setattr(module, name, counted)

for module, name in (
    (packing.Packer, "flush"), (commits, "_run"), (labels, "write"), (proof, "prove"),
    (report, "write"), (copying, "place"),
):
    first(module, name)
pick = lambda found: [finding for finding in found if finding.rule.confidential]
driver.purge(driver.Order(Path(sys.argv[1]), Path(sys.argv[2]), pick, say=step))
print("ended")
"""
STEPS = 13


def planted(tmp_path) -> tuple[Ground, list[bytes]]:
    ground = Ground(tmp_path / "repository")
    secrets = [TOKEN.sample() for _ in range(4)]
    ground.commit_file("leak", line(secrets[0]))
    ground.commit_file(f"keys/{secrets[1].decode()}", b"A file.\n")
    ground.git("commit", "--quiet", "--allow-empty", "--file", "-", stdin=line(secrets[2]))
    ground.git("branch", b"try-" + secrets[3])
    return ground, secrets


@pytest.mark.parametrize("after", range(STEPS + 1))
def test_killed(after: int, tmp_path) -> None:
    ground, secrets = planted(tmp_path)
    before, output = state(ground.path), tmp_path / "repository-purged"
    arguments = [sys.executable, "-c", SCRIPT, str(ground.path), str(output), str(after)]
    ended = subprocess.run(arguments, capture_output=True, check=False)
    assert state(ground.path) == before
    if after == STEPS:
        assert ended.stdout == b"ended\n", ended.stderr
        return
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    assert not output.exists()
    partial = tmp_path / "repository-purged.partial"
    assert partial.stat().st_mode & 0o777 == 0o700
    left = contents(partial, partial / "repository.git")
    assert not any(secret.rstrip(b"=") in left for secret in secrets)
    purged = Purged(ground)
    assert purged.outcome.proof.clean
    assert not partial.exists()
