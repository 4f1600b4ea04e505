from __future__ import annotations

import os

import pytest

from intercom_scan.errors import ConfigError
from intercom_scan.policy import reader as readers
from intercom_scan.policy import tree_reader


def test_files_and_their_absence(tmp_path) -> None:
    (tmp_path / "a").write_bytes(b"x\r\n")
    assert tree_reader(tmp_path)("a") == b"x\r\n"
    assert tree_reader(tmp_path)("b") is None
    assert tree_reader(tmp_path)("a/b") is None


def test_links_lead_no_further_than_the_root(tmp_path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    (root / "real").write_bytes(b"y")
    (root / "out").symlink_to("../secret")
    (root / "in").symlink_to("real")
    (root / "up").symlink_to("..")
    (root / "loop").symlink_to("loop")
    assert tree_reader(root)("in") == b"y"
    assert tree_reader(root)(str(tmp_path / "secret")) == b"x"
    for path in ("out", "up/secret", "../secret"):
        with pytest.raises(ConfigError, match="leads out of the repository"):
            tree_reader(root)(path)
    with pytest.raises(ConfigError):
        tree_reader(root)("loop")


def test_what_is_no_file_is_an_error_and_nothing_waits(tmp_path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "dir").mkdir()
    for path in ("fifo", "dir", os.devnull):
        with pytest.raises(ConfigError, match=r"regular file|cannot be read"):
            tree_reader(tmp_path)(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_an_error(tmp_path) -> None:
    (tmp_path / "a").write_bytes(b"")
    (tmp_path / "a").chmod(0)
    with pytest.raises(ConfigError, match="cannot be read"):
        tree_reader(tmp_path)("a")


def test_no_more_is_read_than_anyone_needs(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(readers, "LONGEST", 10)
    with (tmp_path / "huge").open("wb") as stream:
        stream.truncate(4 * 2**30)
    assert tree_reader(tmp_path)("huge") == bytes(10)
