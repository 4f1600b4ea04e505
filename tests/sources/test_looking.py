"""Small files are looked at together: each as it would be by itself, whatever lies beside it."""

from __future__ import annotations

import gzip
import os
import random

import pytest

from intercom_scan.detector import Detector
from intercom_scan.rules import by_id
from intercom_scan.sources import looking
from intercom_scan.sources.files import File
from intercom_scan.sources.looking import look_at_file, look_at_files
from intercom_scan.sources.tally import Progress

TOKEN = by_id("intercom-access-token")
DETECTOR = Detector()


def made(folder, contents):
    files = []
    for name, content in contents.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        files.append(File(name.encode(), os.fsencode(path)))
    return files


def together(files, **more):
    progress = Progress()
    batches = list(look_at_files(iter(files), DETECTOR, jobs=2, progress=progress, **more))
    looks = {look.file.path: look for batch in batches for look in batch.looks}
    read, size = sum(b.read for b in batches), sum(b.bytes for b in batches)
    assert progress.bytes <= size  # links are not counted as they are read
    assert progress.known == progress.total == len(files)
    return looks, read, size


@pytest.mark.parametrize("seed", range(5))
def test_together_or_alone_is_the_same(tmp_path, seed):
    generator = random.Random(seed)
    kinds = [
        lambda: b"",
        lambda: b"nothing\n" * generator.randrange(900),
        TOKEN.sample,
        lambda: b"x" * generator.randrange(50) + TOKEN.sample() + b"\nintercom",
        lambda: gzip.compress(b"a " + TOKEN.sample()),
        lambda: b"y" * (looking.SMALL + 1) + TOKEN.sample(),
    ]
    contents = {f"d{n % 7}/{n}.txt": generator.choice(kinds)() for n in range(150)}
    files = made(tmp_path, contents)
    looks, read, size = together(files)
    assert (read, size) == (len(files), sum(map(len, contents.values())))
    alone = {file.path: look_at_file(file, DETECTOR) for file in files}
    assert looks == {path: look for path, look in alone.items() if look.tells}
    assert any(look.sight.hits for look in looks.values())


def test_what_lies_across_two_files_is_in_neither(tmp_path):
    secret = TOKEN.sample()
    files = made(tmp_path, {"a": b"k = " + secret[:9], "b": secret[9:], "c": b"x " + secret})
    looks, read, _ = together(files)
    assert list(looks) == [b"c"]
    assert read == 3


def test_a_file_is_read_for_its_name_alone(tmp_path):
    value = by_id("intercom-client-secret").sample()
    files = made(tmp_path, {"intercom.yml": b"client_secret: " + value, "x.yml": b"a: " + value})
    assert list(together(files)[0]) == [b"intercom.yml"]


def test_what_is_no_small_file(tmp_path):
    files = made(tmp_path, {"large": b"x" * 200, "small": b"y" * 100})
    (tmp_path / "folder").mkdir()
    (tmp_path / "link").symlink_to(os.fsdecode(TOKEN.sample()))
    os.mkfifo(tmp_path / "fifo")
    files += [File(n.encode(), os.fsencode(tmp_path / n)) for n in ("folder", "link", "fifo", "no")]
    looks, read, size = together(files, largest=150)
    assert looks[b"folder"].directory
    assert [hit.rule.id for hit in looks[b"link"].sight.hits] == [TOKEN.id]
    reasons = {name: look.sight.skips[0].reason for name, look in looks.items() if look.sight.skips}
    assert reasons == {
        b"large": "larger than the limit of 150 bytes",
        b"folder": "not a regular file",
        b"fifo": "not a regular file",
        b"no": "not in the working tree",
    }
    assert (read, size - len(os.readlink(tmp_path / "link"))) == (2, 100)


@pytest.mark.parametrize("hits", ["", "a", "c", "ac", "bd", "abcd", "e"])
def test_only_files_with_a_hit_are_looked_at(tmp_path, monkeypatch, hits):
    """Also where the hit is the last that the file has, and after another file with one."""
    looked = []
    plain = DETECTOR.look

    def look(data, path):
        looked.append(path.decode())
        return plain(data, path)

    monkeypatch.setattr(DETECTOR, "look", look)
    contents = {name: b"." * 50 + b"intercom" * (name in hits) for name in "abcde"}
    assert together(made(tmp_path, contents))[1] == 5
    assert "".join(looked) == hits


def test_the_beginning_of_a_file_and_of_nothing_else(tmp_path):
    (tmp_path / "file").write_bytes(b"12345")
    (tmp_path / "link").symlink_to("file")
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "fifo")
    names = ("file", "link", "folder", "fifo", "gone")
    read = {name: looking.beginning(os.fsencode(tmp_path / name), 3) for name in names}
    assert read == {"file": b"123", "link": None, "folder": None, "fifo": None, "gone": None}


def test_a_file_that_cannot_be_opened_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_bytes(b"")

    def refused(*_):
        raise PermissionError

    monkeypatch.setattr(os, "open", refused)
    with pytest.raises(PermissionError):
        looking.beginning(os.fsencode(tmp_path / "file"), 3)
