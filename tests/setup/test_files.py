"""Writing: whole or not at all, in the repository or not at all."""

from __future__ import annotations

import errno
import os
from typing import TYPE_CHECKING

import pytest

from intercom_scan.errors import ConfigError, IntercomScanError
from intercom_scan.setup.files import LONGEST, Change, read, write

if TYPE_CHECKING:
    from pathlib import Path


def change(path: str, before: bytes | None = None, after: bytes = b"new\n") -> Change:
    return Change(path, before, after, "why")


def everything(folder: Path) -> dict[str, bytes]:
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


def test_new_files_and_their_directories(tmp_path) -> None:
    write(tmp_path, [change("a"), change("b/c/d")])
    assert everything(tmp_path) == {"a": b"new\n", "b/c/d": b"new\n"}


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755])
def test_a_file_keeps_its_mode(tmp_path, mode) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old\n")
    file.chmod(mode)
    write(tmp_path, [change("a", b"old\n")])
    assert file.read_bytes() == b"new\n"
    assert file.stat().st_mode & 0o777 == mode


def test_a_new_file_has_the_mode_that_the_user_gives_to_files(tmp_path) -> None:
    old = os.umask(0o027)
    try:
        write(tmp_path, [change("a")])
    finally:
        os.umask(old)
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o640


def test_what_changed_meanwhile_is_left_and_nothing_is_written(tmp_path) -> None:
    (tmp_path / "b").write_bytes(b"mine\n")
    with pytest.raises(ConfigError, match="b:1: was changed meanwhile"):
        write(tmp_path, [change("a"), change("b", b"old\n")])
    assert everything(tmp_path) == {"b": b"mine\n"}


def test_a_failure_leaves_the_old_content_and_no_draft(tmp_path, monkeypatch) -> None:
    (tmp_path / "a").write_bytes(b"old\n")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(IntercomScanError, match=r"^a: cannot be written \(No space left"):
        write(tmp_path, [change("a", b"old\n")])
    assert everything(tmp_path) == {"a": b"old\n"}


# --- the repository is an attacker's


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    folder = tmp_path / "outside"
    folder.mkdir()
    (folder / "target").write_bytes(b"old\n")
    return folder


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "root"
    folder.mkdir()
    return folder


@pytest.mark.parametrize(
    ("link", "to", "path", "named"),
    [
        ("a", "../outside/target", "a", "a"),
        ("a", "../outside/absent", "a", "a"),
        ("a", "kept", "a", "a"),
        ("a", "a", "a", "a"),
        ("a", "../outside", "a/target", "a"),
        ("a", "../outside", "a/b/c", "a"),
        ("a", ".git", "a/config", "a"),
    ],
    ids=["file", "absent", "inside", "loop", "directory", "deep", "git"],
)
def test_links_are_neither_read_nor_written_through(root, outside, link, to, path, named) -> None:
    (root / "kept").write_bytes(b"kept\n")
    (root / link).symlink_to(to)
    before = everything(root.parent)
    for act in (lambda: read(root, path), lambda: write(root, [change("b"), change(path)])):
        with pytest.raises(ConfigError, match=rf"^{named}:1: is a link"):
            act()
    assert everything(root.parent) == before
    assert os.readlink(root / link) == to


def test_a_link_that_came_after_the_question(root, outside) -> None:
    planned = change("a", read(root, "a"))
    (root / "a").symlink_to(outside / "target")
    with pytest.raises(ConfigError, match="is a link"):
        write(root, [planned])
    assert (outside / "target").read_bytes() == b"old\n"


def test_what_is_no_file(root) -> None:
    os.mkfifo(root / "fifo")
    (root / "folder").mkdir()
    (root / "large").write_bytes(b"x" * (LONGEST + 1))
    for name, words in (("fifo", "regular"), ("folder", "directory"), ("large", "is larger than")):
        with pytest.raises(ConfigError, match=f"^{name}:1: .*{words}"):
            read(root, name)


def test_a_file_where_a_directory_has_to_be(root) -> None:
    (root / "a").write_bytes(b"")
    with pytest.raises(IntercomScanError, match="a/b: cannot be written"):
        write(root, [change("a/b")])
    assert everything(root) == {"a": b""}
