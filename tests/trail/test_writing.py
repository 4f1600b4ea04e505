"""Lines are appended whole, by many at once, or nothing is done at all."""

from __future__ import annotations

import errno
import os
import signal
import stat
import tempfile
from collections import Counter

import pytest

from intercom_scan.errors import IntercomScanError, UsageError
from intercom_scan.trail import locking, records, writing
from intercom_scan.trail.acting import recorded
from intercom_scan.trail.verifying import TORN, verified
from tests.trail.logs import act, problems, python, told

MANY = """
import sys
from tests.trail.logs import act
for number in range(25):
    act(sys.argv[1], who=sys.argv[2], number=number)
"""

# Kills itself before, or after half of, the call of this number to what changes or locks files.
KILLED = """
import os, signal, sys, tempfile
from intercom_scan.trail import locking, writing
left, half = int(sys.argv[2]), sys.argv[3] == "half"
def counted(function):
    def call(*arguments, **named):
        global left
        left -= 1
        if left == 0:
            if half and function is write:
                write(arguments[0], arguments[1][: len(arguments[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return function(*arguments, **named)
    return call
from tests.trail.logs import act
write = os.write
for name in ("open", "write", "fsync", "lseek", "close"):
    setattr(os, name, counted(getattr(os, name)))
tempfile.TemporaryFile = counted(tempfile.TemporaryFile)
locking._take, locking._drop = counted(locking._take), counted(locking._drop)
act(sys.argv[1], action="killed")
"""

LIMITED = """
import resource, sys
from intercom_scan.errors import IntercomScanError
from tests.trail.logs import act
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
try:
    act(sys.argv[1])
except IntercomScanError as error:
    print(error)
"""


def test_two_lines_an_action(tmp_path):
    log = tmp_path / "audit.log"
    assert act(log, code=1, secrets=3, begun=0) == 1
    begin, end = told(log)
    assert set(begin) == set(end) == {
        "timestamp", "action", "userId", "resource", "result", "metadata", "previous", "sha256",
    }  # fmt: skip
    assert (begin["result"], end["result"]) == ("begun", "success")
    assert end["metadata"]["begun"] == begin["sha256"] == end["previous"]
    assert (end["metadata"]["exitCode"], end["metadata"]["secrets"]) == (1, 3)
    assert stat.S_IMODE(log.stat().st_mode) == 0o600
    assert os.listdir(tmp_path) == ["audit.log"]


def test_a_line_has_no_more_than_somebody_reads(tmp_path):
    log = tmp_path / "audit.log"
    act(log, many=["x"] * 99, names={str(n): n for n in range(99)}, text="a" * 999)
    metadata = told(log)[1]["metadata"]
    assert [len(metadata[name]) for name in ("many", "names", "text")] == [50, 50, 241]


def test_many_processes_at_once(tmp_path):
    log = tmp_path / "audit.log"
    running = [python(MANY, log, who) for who in range(8)]
    assert [(process.communicate(timeout=120)[1], process.returncode) for process in running] == [
        ("", 0)
    ] * 8
    report = verified(str(log), b"")
    assert (report.lines, report.ended, report.problems, report.open_) == (400, 200, (), ())
    ends = [line["metadata"] for line in told(log) if line["result"] == "success"]
    assert Counter(end["who"] for end in ends) == {str(who): 25 for who in range(8)}


@pytest.mark.parametrize("half", ["whole", "half"])
def test_kill_9_at_every_step(tmp_path, half):
    """What stood there stays, the chain goes on, and an action without an end is listed."""
    outcomes = set()
    for step in range(1, 60):
        log = tmp_path / f"{step}.log"
        act(log)
        before = log.read_bytes()
        process = python(KILLED, log, step, half)
        process.communicate(timeout=60)
        assert log.read_bytes().startswith(before)
        act(log)
        report = verified(str(log), b"")
        assert {text for _, text in report.problems} <= {TORN}
        if half == "whole":
            assert report.problems == ()
        outcomes.add((len(report.open_), bool(report.problems), report.ended))
        assert len(os.listdir(tmp_path)) == step
        if process.returncode == 0:
            break
        assert process.returncode == -signal.SIGKILL
    else:
        pytest.fail("it was always killed")
    torn = {(0, True, 2), (1, True, 2)} if half == "half" else set()
    assert outcomes == {(0, False, 2), (1, False, 2), (0, False, 3)} | torn


def test_a_line_that_was_cut_off_is_kept_and_the_next_one_names_it(tmp_path):
    log = tmp_path / "audit.log"
    act(log)
    for cut in (b"{", b'{"timestamp":"2026-01', b'{"time\0\0\0\0'):
        before = log.read_bytes() + cut
        log.write_bytes(before)
        count = before.count(b"\n") + 1
        assert problems(log)[-1] == (count, TORN)
        act(log)
        assert log.read_bytes().startswith(before + b"\n")
        # Nobody can take it out, or change it, without that being seen.
        assert problems(log)[-1] == (count, TORN)
        log.write_bytes(log.read_bytes().replace(cut + b"\n", cut + b"x\n"))
        assert problems(log)[-1][0] == count + 1
        log.write_bytes(before + b"\n" + log.read_bytes()[len(before) + 2 :])


# --- full disks


@pytest.fixture
def log(tmp_path):
    """One that has an action."""
    log = tmp_path / "audit.log"
    act(log)
    return log


@pytest.mark.parametrize("more", [0, 100, writing.ROOM - 1])
def test_a_limit_of_the_size_stops_the_action_before_it_happens(log, more, unmeasured):
    before = log.read_bytes()
    out, errors = python(LIMITED, log, len(before) + more).communicate(timeout=60)
    assert "cannot take two more lines, so nothing was done (File too large)" in out, errors
    assert log.read_bytes() == before


def test_below_the_limit_it_is_done(log, unmeasured):
    out, errors = python(LIMITED, log, log.stat().st_size + writing.ROOM).communicate(timeout=60)
    assert (out, errors) == ("", "")
    assert len(told(log)) == 4


_unlimited = tempfile.TemporaryFile


class Disk:
    """A disk with so much space left, by what the module writes to it."""

    def __init__(self, monkeypatch, left):
        self.left = left
        real_write = os.write

        def write(descriptor, data):
            if not self.left:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            part = data[: self.left]
            self.left -= len(part)
            return real_write(descriptor, part)

        def file(**named):
            return _Room(self, _unlimited(**named), write)

        monkeypatch.setattr(os, "write", write)
        monkeypatch.setattr(tempfile, "TemporaryFile", file)


class _Room:
    def __init__(self, disk, made, write):
        self.disk, self.made, self.put = disk, made, write
        self.fileno, self.size = made.fileno, 0

    def write(self, data):
        self.size += (count := self.put(self.made.fileno(), data))
        return count

    def close(self):
        self.disk.left += self.size
        self.size = 0
        self.made.close()


@pytest.mark.parametrize("left", [0, 1, 1000, writing.ROOM - 1, writing.ROOM, writing.ROOM + 100])
def test_a_full_disk_stops_the_action_before_it_happens(log, monkeypatch, left):
    before = log.read_bytes()
    Disk(monkeypatch, left)
    with pytest.raises(IntercomScanError, match=r"so nothing was done \(No space left"):
        recorded(str(log), "purge", "a place", {}, lambda _: pytest.fail("it was done"))
    assert log.read_bytes() == before
    assert os.listdir(log.parent) == ["audit.log"]


def test_room_that_is_only_partly_there_is_none(log, monkeypatch):
    class Part(_Room):
        def write(self, data):
            return super().write(data[:100])

    disk = Disk(monkeypatch, 4 * writing.ROOM)

    def file(**named):
        return Part(disk, _unlimited(**named), os.write)

    monkeypatch.setattr(tempfile, "TemporaryFile", file)
    with pytest.raises(IntercomScanError, match=r"so nothing was done \(No space left"):
        act(log)
    assert len(told(log)) == 2


def test_a_disk_that_becomes_full_meanwhile_has_room_for_the_end(log, monkeypatch):
    disk = Disk(monkeypatch, writing.ROOM + records.LONGEST)

    def work(_):
        disk.left = 0
        return 0

    assert recorded(str(log), "purge", "a place", {}, work) == 0
    assert [line["result"] for line in told(log)][2:] == ["begun", "success"]


def test_where_others_take_the_room_it_is_said_that_the_action_was_done(log, monkeypatch):
    disk = Disk(monkeypatch, writing.ROOM + records.LONGEST)

    def work(_):
        disk.left = -writing.ROOM  # what is freed is gone at once
        return 0

    with pytest.raises(IntercomScanError, match="what was done is not written down"):
        recorded(str(log), "purge", "a place", {}, work)
    assert len(verified(str(log), b"").open_) == 1


# --- what a log may be


def test_what_is_no_regular_file(tmp_path):
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "behind")
    for name, problem in {
        "fifo": "not a regular file", "folder": "directory", "link": "is a link",
        "missing/audit.log": "No such file", os.devnull: "not a regular file",
    }.items():  # fmt: skip
        with pytest.raises(UsageError, match=problem):
            act(tmp_path / name)
        with pytest.raises(UsageError, match=f"{problem}|not a regular file"):
            problems(tmp_path / name)
    assert not (tmp_path / "behind").exists()


@pytest.mark.parametrize(
    "text", [b"# A page\n", b"x", b"\n", b"{}\n", b"a: b\n\n", b"x" * 20_000, b"\xff\n"]
)
def test_another_file_is_not_appended_to(tmp_path, text):
    other = tmp_path / "README.md"
    other.write_bytes(text)
    with pytest.raises(UsageError, match="name another file"):
        act(other)
    assert other.read_bytes() == text


def test_a_folder_that_cannot_be_written_to(log, monkeypatch):
    """The system is made to say so, since some users may write everywhere."""

    def refused(**_):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    before = log.read_bytes()
    with pytest.raises(IntercomScanError, match=r"nothing was done \(Permission denied"):
        act(log)
    assert log.read_bytes() == before


def test_a_last_line_that_was_changed_or_has_another_key_stops_the_action(log, monkeypatch):
    monkeypatch.setenv(writing.KEY, "key")
    with pytest.raises(IntercomScanError, match="another INTERCOM_SCAN_AUDIT_KEY"):
        act(log)
    assert writing.KEY not in os.environ
    data = log.read_bytes()
    log.write_bytes(data.replace(b'"success"', b'"failure"'))
    with pytest.raises(IntercomScanError, match="last line was changed"):
        act(log)
    assert len(told(log)) == 2


def test_a_key_makes_every_line(tmp_path, monkeypatch):
    log = tmp_path / "audit.log"
    for _ in range(2):
        monkeypatch.setenv(writing.KEY, "key")
        act(log)
    assert problems(log, b"key") == ()
    assert len(problems(log, b"other")) == len(problems(log)) == 4
    assert all("hmacSha256" in line for line in told(log))


def test_whoever_keeps_the_lock_is_not_waited_for_without_an_end(log, monkeypatch):
    monkeypatch.setattr(locking, "PATIENCE", 0.05)
    descriptor = os.open(log, os.O_RDONLY)
    with locking.locked(descriptor), pytest.raises(IntercomScanError, match="so nothing was done"):
        act(log)
    os.close(descriptor)
    assert act(log) == 0
