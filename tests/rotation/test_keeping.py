"""Changes of the ledger: none is lost, and the file is there whole whenever it is read."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import partial

import pytest

from intercom_scan.errors import ConfigError, IntercomScanError
from intercom_scan.rotation import keeping, ledger
from intercom_scan.rotation.ledger import FILE, Ledger
from intercom_scan.setup.files import LONGEST
from tests.rotation.test_ledger import SALT, TODAY, use


def add(number, known):
    return (known or Ledger(SALT)).recorded(use(number, name=f"N{number}"), TODAY)[0]


def test_a_change_is_there(tmp_path):
    assert keeping.load(tmp_path) is None
    keeping.change(tmp_path, partial(add, 1))
    (tmp_path / FILE).chmod(0o640)
    keeping.change(tmp_path, partial(add, 2))
    known = keeping.load(tmp_path)
    assert known is not None
    assert [e.name for e in known.entries] == ["N1", "N2"]
    assert (tmp_path / FILE).stat().st_mode & 0o777 == 0o640
    assert os.listdir(tmp_path) == [FILE]


def test_a_link_is_not_followed(tmp_path):
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text("mine")
    (tmp_path / FILE).symlink_to(elsewhere)
    with pytest.raises(ConfigError, match="is a link"):
        keeping.change(tmp_path, partial(add, 1))
    (tmp_path / FILE).unlink()
    (tmp_path / f"{FILE}.tmp").symlink_to(elsewhere)
    keeping.change(tmp_path, partial(add, 1))
    assert elsewhere.read_text() == "mine"


def test_what_cannot_be_written(tmp_path, monkeypatch):
    def full(_descriptor):
        raise OSError(28, "No space left on device")

    keeping.change(tmp_path, partial(add, 1))
    before = (tmp_path / FILE).read_bytes()
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(IntercomScanError, match=r"cannot be written \(No space left on device\)"):
        keeping.change(tmp_path, partial(add, 2))
    assert (tmp_path / FILE).read_bytes() == before
    assert os.listdir(tmp_path) == [FILE]


_KILLED = """
import os, signal, sys
from functools import partial
from pathlib import Path
from intercom_scan.rotation import keeping
from tests.rotation.test_keeping import add

root, results = map(Path, sys.argv[1:])
old = (root / keeping.FILE).read_bytes()

def killed_at(left):
    def profile(frame, event, _):
        # Before and after each call of what is no Python, so also of all that the system does.
        nonlocal left
        if event.startswith("c_"):
            left -= 1
            if not left:
                os.kill(os.getpid(), signal.SIGKILL)

    def write(*arguments):
        sys.setprofile(profile)
        real(*arguments)
        sys.setprofile(None)

    real, keeping._write = keeping._write, write
    keeping.change(root, partial(add, 2))

step, status = 0, signal.SIGKILL
while status == signal.SIGKILL:
    step += 1
    (root / keeping.FILE).write_bytes(old)
    child = os.fork()
    if not child:
        try:
            killed_at(step)
            os._exit(0)
        finally:
            os._exit(1)
    status = os.waitpid(child, 0)[1]
    (results / f"{step:04d}").write_bytes((root / keeping.FILE).read_bytes())
    # Nothing that was left behind is in the way.
    known = keeping.change(root, partial(add, 3))
    assert {"N1", "N3"} <= {entry.name for entry in known.entries}
    assert os.listdir(root) == [keeping.FILE]
sys.exit(status)
"""


@pytest.mark.usefixtures("unmeasured")
def test_a_kill_at_any_step_leaves_the_old_or_the_new_file(tmp_path):
    root, results = tmp_path / "root", tmp_path / "results"
    root.mkdir()
    results.mkdir()
    keeping.change(root, partial(add, 1))
    old = (root / FILE).read_bytes()
    new = ledger.written(add(2, ledger.read(old)))
    child = [sys.executable, "-c", _KILLED, str(root), str(results)]
    subprocess.run(child, check=True, timeout=60)
    seen = [file.read_bytes() for file in sorted(results.iterdir())]
    assert set(seen) == {old, new}
    assert (seen[0], seen[-2:]) == (old, [new, new])
    assert seen == sorted(seen, key=[old, new].index)
    assert len(seen) > 20


_RECORDER = """
import sys
from pathlib import Path
from intercom_scan.rotation import keeping
from tests.rotation.test_keeping import add

for number in range(int(sys.argv[2]), int(sys.argv[2]) + 10):
    keeping.change(Path(sys.argv[1]), lambda known: add(number, known))
"""


@pytest.mark.usefixtures("unmeasured")
def test_processes_at_the_same_time_lose_nothing(tmp_path):
    children = [
        subprocess.Popen([sys.executable, "-c", _RECORDER, str(tmp_path), str(10 * n)])
        for n in range(4)
    ]
    assert [child.wait(60) for child in children] == [0, 0, 0, 0]
    known = keeping.load(tmp_path)
    assert known is not None
    assert {e.name for e in known.entries} == {f"N{n}" for n in range(40)}


def test_what_nobody_could_read_again_is_not_written(tmp_path):
    keeping.change(tmp_path, partial(add, 1))
    file = tmp_path / FILE
    room = LONGEST - len(file.read_bytes())
    file.write_bytes(file.read_bytes() + b"# " + b"x" * (room - 10) + b"\n")
    before = file.read_bytes()
    with pytest.raises(ConfigError, match="larger than"):
        keeping.change(tmp_path, partial(add, 2))
    assert file.read_bytes() == before
    assert os.listdir(tmp_path) == [FILE]
