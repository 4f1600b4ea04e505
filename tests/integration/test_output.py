"""What is written, and where: odd names, closed pipes, full disks."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from intercom_scan.fakes.planting import Ground
from tests.integration.running import (
    COMMAND,
    canonical,
    command,
    found,
    fresh,
    one_line,
    scan,
    spot,
)


@pytest.fixture(scope="module")
def ground(tmp_path_factory):
    made = Ground(tmp_path_factory.mktemp("output") / "repository")
    made.commit_file("a.env", fresh()[1])
    return made


ODD = [b"new\nline.env", b"\x1b[2J\x1b]0;title\x07.env", b"caf\xe9.env", b"\xff\xfe.env",
       "\u202egnp.env".encode(), b"a\r.env", b"tab\t.env", b"::error file=x::y.env", b'q".env',
       b"-rf.env", b":(top).env", b"*.env", b"a!b.env", b" lead.env"]  # fmt: skip


@pytest.fixture(scope="module")
def odd(tmp_path_factory):
    ground = Ground(tmp_path_factory.mktemp("odd") / "repository")
    secrets = []
    for name in ODD:
        secret, line = fresh()
        secrets.append(canonical(secret))
        Path(os.fsdecode(os.path.join(os.fsencode(ground.path), name))).write_bytes(line)
    ground.git("add", "--all", "--force")
    return ground, secrets


@pytest.mark.parametrize("mode", ["files", "staged", "all-history", "history", "range"])
def test_odd_names_are_read_in_every_mode(odd, monkeypatch, mode):
    ground, secrets = odd
    monkeypatch.chdir(ground.path)
    if mode not in ("files", "staged") and ground.git("rev-list", "--count", "HEAD") == "1":
        ground.git("commit", "--quiet", "-m", "Odd")
    result = scan(".", mode, {"range": "HEAD~1..HEAD"}.get(mode))
    assert {f.secret for f in result.findings} == set(secrets)
    paths = {os.fsencode(f.places[0].path or "") for f in result.findings}
    assert paths == set(ODD)


@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_odd_names_are_printed_safely(odd, form):
    ground, _ = odd
    ran = command("-v", "--format", form, cwd=ground.path)
    assert ran.code == 1
    text = ran.raw.decode("utf-8")  # strictly
    assert not any(c in text for c in "\x1b\x07\r\u202e")
    assert not any(line.startswith("::error") for line in text.splitlines())


def test_closed_pipe(ground):
    for arguments in (("--all-history",), ("rules",), ("explain", "intercom-access-token")):
        process = subprocess.Popen(
            [*COMMAND, *arguments], cwd=ground.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        complaint = process.stderr.read().decode()
        assert process.wait() == 3, (arguments, complaint)
        assert "Traceback" not in complaint
        assert "Exception ignored" not in complaint
        assert complaint.count("\n") <= 1
        process.stderr.close()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
@pytest.mark.parametrize("form", ["text", "json", "sarif"])
def test_full_disk(ground, form):
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run([*COMMAND, "--all-history", "--format", form], cwd=ground.path,
                              stdout=full, stderr=subprocess.PIPE, check=False)  # fmt: skip
    assert done.returncode == 3
    assert done.stderr.count(b"\n") == 1
    assert b"No space left" in done.stderr
    ran = command("--all-history", "--format", f"{form}:/dev/full", cwd=ground.path)
    assert ran.code == 3
    one_line(ran, 3, "No space left", "/dev/full")


def test_everything_closed(ground):
    """A daemon may start it without any of the three streams."""
    script = f"exec '{sys.executable}' -m intercom_scan --all-history <&- >&- 2>&-"
    assert subprocess.run(["sh", "-c", script], cwd=ground.path, check=False).returncode in (1, 3)


def test_paths_in_the_position_of_options(ground):
    (ground.path / "-q.txt").write_bytes(fresh()[1])
    try:
        assert command("--format", "json", "--", "-q.txt", cwd=ground.path).fingerprints
    finally:
        (ground.path / "-q.txt").unlink()


def test_spot_of_a_file_given_by_an_absolute_path(tmp_path):
    secret, line = fresh()
    (tmp_path / "a.env").write_bytes(line)
    place = found(scan(tmp_path / "a.env", "files"), secret).places[0]
    assert spot(place)[:3] == ("file", str(tmp_path / "a.env"), 1)
