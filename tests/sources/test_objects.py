"""The listing is cut into stretches that cover it; what git does not vouch for is read again."""

from __future__ import annotations

import gzip
import io
import os
import shutil
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.detector import WINDOW
from intercom_scan.fakes.ground import Ground
from intercom_scan.git import Git
from intercom_scan.prefilter import REACH, Prefilter
from intercom_scan.rules import by_id
from intercom_scan.sources import objects
from intercom_scan.sources.listing import counted
from intercom_scan.sources.objects import Listing, Stretch
from intercom_scan.sources.tally import Progress

sizes = st.lists(st.integers(0, 5000), min_size=1, max_size=60)


def lines_of(sizes):
    return [b"%040x blob %d" % (number, size) for number, size in enumerate(sizes)]


@given(sizes)
def test_every_offset_leads_to_its_object(sizes):
    stretch = Stretch(lines_of(sizes))
    at = 0
    for line, size in zip(lines_of(sizes), sizes, strict=True):
        start = at + len(line) + 1
        for offset in {at, start, start + size}:
            found, begin, end = stretch.locate(offset)
            assert (found.id, begin, end) == (line[:40].decode(), start, start + size)
        at = start + size + 1
    assert stretch.length == at


@given(sizes, st.integers(1, 700), st.integers(1, 4))
def test_stretches_cover_a_listing(sizes, step, readers):
    text = b"".join(line + b"\n" for line in lines_of(sizes))
    stream = io.BytesIO(text)
    listing = Listing(lambda size: stream.read(min(size, step)), readers)
    shortest, objects.SHORTEST = objects.SHORTEST, 64
    try:
        stretches = list(iter(listing.next, None))
    finally:
        objects.SHORTEST = shortest
    assert b"".join(stretch.text for stretch in stretches) == text
    assert not listing.missing


@pytest.mark.parametrize("word", ["missing", "ambiguous"])
def test_what_the_store_lacks_is_kept_apart(word):
    text = b"".join(line + b"\n" for line in lines_of([3, 4]))
    stream = io.BytesIO(b"f" * 40 + f" {word}\n".encode() + text)
    listing = Listing(stream.read, 1)
    stretch = listing.next()
    assert stretch
    assert [found.size for found in stretch] == [3, 4]
    assert listing.next() is None
    assert listing.missing == ["f" * 40]


PREFILTER = Prefilter()
TOKEN = by_id("intercom-access-token")


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


def listed(ground):
    return ground.git("cat-file", "--batch-check=%(objectname) %(objecttype) %(objectsize)",
                      "--batch-all-objects", "--unordered").encode() + b"\n"  # fmt: skip


def read(ground, lines, jobs=1):
    """What read_objects hands on, by id, and what it counted."""
    handed = {}
    stream = io.BytesIO(lines)

    def handle(found, content):
        def note():
            assert found.id not in handed
            handed[found.id] = content

        return note

    tally = objects.read_objects(
        Git(ground.path), stream.read, PREFILTER, handle, jobs=jobs, progress=Progress()
    )
    return handed, tally


def test_objects_that_hit_come_with_their_content(ground):
    ids = {ground.object(content): content for content in (TOKEN.sample(), b"a" + TOKEN.sample())}
    lines = listed(ground)
    handed, tally = read(ground, lines)
    assert handed == ids
    assert (tally.objects, tally.commits, tally.skips) == (lines.count(b"\n"), 1, [])
    assert tally.bytes == sum(Stretch([line]).length for line in lines.splitlines())


@pytest.mark.parametrize("before", range(-16, 17, 4))
def test_what_lies_across_two_buffers_is_seen(ground, monkeypatch, before):
    """A needle, and an archive's magic number with the header of its object."""
    monkeypatch.setattr(objects, "BUFFER", 1 << 14)
    first = REACH + objects.BUFFER  # where the first buffer ends
    head = len(f"{'0' * 40} blob 99999\n")
    text = b"." * (first - head - before) + b"intercom" + b"." * 9000
    id_ = ground.object(text)
    archive = ground.object(gzip.compress(b"nothing"))
    rest = first - before - 2 * head - len("ustar")
    filler = ground.object(b"-" * rest)
    assert set(read(ground, f"{id_} blob {len(text)}\n".encode())[0]) == {id_}
    size = len(gzip.compress(b"nothing"))
    lines = f"{filler} blob {rest}\n{archive} blob {size}\n".encode()
    assert set(read(ground, lines)[0]) == {archive}


@pytest.mark.parametrize("before", [0, 1, 1000, 4000])
def test_an_object_that_ends_beyond_the_buffer_is_read_to_its_end(ground, monkeypatch, before):
    """What follows it is read as ever."""
    monkeypatch.setattr(objects, "BUFFER", 1 << 12)
    contents = [b"-" * before, b"intercom" + b"." * 20000, b"intercom", b"." * 5000, b"intercom!"]
    ids = [ground.object(content) for content in contents]
    lines = "".join(f"{i} blob {len(c)}\n" for i, c in zip(ids, contents, strict=True)).encode()
    handed, tally = read(ground, lines)
    assert handed == {id_: c for id_, c in zip(ids, contents, strict=True) if b"intercom" in c}
    assert tally.objects == len(ids)


def test_an_object_whose_beginning_is_gone_comes_without_its_content(ground, monkeypatch):
    monkeypatch.setattr(objects, "BUFFER", 1 << 12)
    id_ = ground.object(b"." * 9000 + b"intercom")
    assert read(ground, f"{id_} blob 9008\n".encode())[0] == {id_: None}


@pytest.mark.parametrize(("whole", "held"), [(100, None), (101, b"intercom" + b"." * 93)])
def test_a_large_object_comes_without_its_content(ground, monkeypatch, whole, held):
    id_ = ground.object(b"intercom" + b"." * 93)
    monkeypatch.setattr(objects, "WHOLE", whole)
    assert read(ground, f"{id_} blob 101\n".encode())[0] == {id_: held}


def test_what_is_handed_on_whole_is_looked_at_whole():
    assert objects.WHOLE <= WINDOW


@pytest.fixture
def started(monkeypatch):
    """The arguments of every git that is started to read stretches."""
    found = []
    plain = Git.start

    def start(self, *arguments, **more):
        found.extend([arguments] if arguments[-1] == "--buffer" else [])
        return plain(self, *arguments, **more)

    monkeypatch.setattr(Git, "start", start)
    return found


def one_line(listing):
    """The shortest stretch there is."""
    listing._fill()
    line, _, listing._text = listing._text.partition(b"\n")
    return Stretch([line]) if line else None


@pytest.mark.parametrize(("turn", "gits"), [(1 << 20, 1), (1, 20)])
def test_one_git_reads_many_stretches(ground, monkeypatch, started, turn, gits):
    """What hits in any of them comes with its own id, wherever buffers and stretches end."""
    monkeypatch.setattr(objects, "BUFFER", 1 << 11)
    monkeypatch.setattr(objects, "TURN", turn)
    monkeypatch.setattr(objects.Listing, "next", one_line)
    contents = [b"%d " % n + b"intercom" * (n % 3 == 0) + b"-" * 700 * (n % 5) for n in range(20)]
    ids = [ground.object(content) for content in contents]
    lines = "".join(f"{i} blob {len(c)}\n" for i, c in zip(ids, contents, strict=True)).encode()
    handed, tally = read(ground, lines)
    assert handed == {id_: c for id_, c in zip(ids, contents, strict=True) if b"intercom" in c}
    assert (tally.objects, tally.bytes) == (20, Stretch(lines.splitlines()).length)
    assert len(started) == gits


def test_what_ends_the_listing_ends_the_reading(ground, monkeypatch):
    """Also where a git had been given a stretch before."""
    monkeypatch.setattr(objects, "AHEAD", 1)
    id_ = ground.object(b"nothing")
    answers = iter([f"{id_} blob 7\n".encode(), OSError("the listing broke"), b""])

    def broken(_size):
        answer = next(answers)
        if isinstance(answer, OSError):
            raise answer
        return answer

    with pytest.raises(OSError, match="the listing broke"):
        objects.read_objects(
            Git(ground.path), broken, PREFILTER, lambda *_: None, jobs=1, progress=Progress()
        )


def test_a_reader_that_is_stopped_ends_though_much_is_left(ground, monkeypatch):
    """Its git waits to be read, and is written to by a thread that waits for it."""
    monkeypatch.setattr(objects, "BUFFER", 1 << 12)
    id_ = ground.object(b"intercom" + b"." * 5000)
    lines = f"{id_} blob 5008\n".encode() * 30_000

    def broken(*_):
        raise RuntimeError("a handler failed")

    def stopping(found, content):
        for reader in threading.enumerate():
            if isinstance(reader, objects.Reader):
                reader.stop()

    with pytest.raises(RuntimeError, match="a handler failed"):
        objects.read_objects(
            Git(ground.path), io.BytesIO(lines).read, PREFILTER, broken, jobs=2,
            progress=Progress(),
        )  # fmt: skip
    tally = objects.read_objects(
        Git(ground.path), io.BytesIO(lines).read, PREFILTER, stopping, jobs=2, progress=Progress()
    )
    assert tally.objects < 30_000


@pytest.fixture
def strange(ground, tmp_path, monkeypatch):
    """Puts a git in the path that does something after it has passed on a stretch."""
    folder = tmp_path / "strange"
    folder.mkdir()
    real = shutil.which("git")
    asked = tmp_path / "asked"

    def make(after: str):
        script = folder / "git"
        script.write_text(
            f'#!/bin/sh\ncase "$*" in\n*--batch=*)\n  "{real}" "$@"\n  {after}\n  ;;\n'
            f'*"cat-file --batch")\n  echo again >> "{asked}"\n  exec "{real}" "$@"\n  ;;\n'
            f'*)\n  exec "{real}" "$@"\n  ;;\nesac\n',
            encoding="utf-8",
        )
        script.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")
        return asked

    return make


@pytest.mark.parametrize(
    ("after", "again"),
    [
        ("exit 0", False),
        ("exit 1", True),
        ("echo 'warning: something is odd' >&2", True),
        ("printf x", True),
        ("kill -9 $$", True),
    ],
    ids=["well", "status", "complaint", "longer", "killed"],
)
def test_a_stretch_that_git_did_not_vouch_for_is_read_again(ground, strange, after, again):
    """One object after the other; all of them are handed on, as none was passed as clean."""
    id_ = ground.object(TOKEN.sample())
    lines = listed(ground)
    wanted = {line[:40].decode() for line in lines.splitlines()} if again else {id_}
    asked = strange(after)
    handed, tally = read(ground, lines)
    assert asked.exists() == again
    assert set(handed) == wanted
    assert (tally.objects, tally.commits, tally.skips) == (len(lines.splitlines()), 1, [])


def test_what_cannot_be_read_on_the_second_try_is_said(ground):
    good = ground.object(TOKEN.sample())
    bad = ground.object(b"intercom")
    path = ground.path / ".git" / "objects" / bad[:2] / bad[2:]
    lines = listed(ground)
    path.chmod(0o644)
    path.write_bytes(b"damaged")
    handed, tally = read(ground, lines)
    assert good in handed
    assert bad not in handed
    assert [skip.what for skip in tally.skips] == [f"blob {bad}"]
    assert all(skip.incomplete for skip in tally.skips)
    assert tally.objects == len(lines.splitlines()) - 1


def test_what_ends_a_reader_ends_the_reading(ground):
    ground.object(TOKEN.sample())

    def broken(*_):
        raise RuntimeError("a handler failed")

    lines = io.BytesIO(listed(ground))
    with pytest.raises(RuntimeError, match="a handler failed"):
        objects.read_objects(
            Git(ground.path), lines.read, PREFILTER, broken, jobs=2, progress=Progress()
        )


@pytest.mark.parametrize(
    ("jobs", "ahead", "megabytes"), [(1, 9, 512), (2, 9, 256), (16, 9, 96), (1, 999_999, 96)]
)
def test_the_memory_of_all_readers_is_bounded(ground, monkeypatch, started, jobs, ahead, megabytes):
    """Git's own limit is for one process; never less than that, and no more in all than 512 MiB.

    More than its own is of use for a listing alone that is longer than what is read ahead.
    """
    ground.object(b"nothing")
    lines = listed(ground)
    monkeypatch.setattr(objects, "AHEAD", ahead)
    read(ground, lines, jobs)
    [arguments] = started
    assert arguments[:3] == ("-c", f"core.deltaBaseCacheLimit={megabytes << 20}", "cat-file")


def test_progress_says_what_is_done_and_what_is_known(ground):
    for number in range(9):
        ground.object(b"%d" % number)
    lines = listed(ground)
    progress = Progress()
    progress.objects, progress.bytes, progress.known = 5.0, 50, 5  # of a store before this
    tally = objects.read_objects(
        Git(ground.path), io.BytesIO(lines).read, PREFILTER, lambda *_: None, jobs=2,
        progress=progress,
    )  # fmt: skip
    count = lines.count(b"\n")
    assert (progress.objects, progress.bytes) == (5 + count, 50 + tally.bytes)
    assert progress.known == progress.total == 5 + count


def test_git_counts_objects_beforehand(ground, tmp_path):
    git = Git(ground.path)
    count = listed(ground).count(b"\n")
    assert counted(git) == count
    assert counted(git, 7) == count + 7
    ground.git("repack", "-adq")
    assert counted(git) == count
    alternates = ground.path / ".git" / "objects" / "info" / "alternates"
    other = Ground(tmp_path / "other").path
    alternates.write_text(f"{other}/.git/objects\n", encoding="utf-8")
    assert counted(git) is None
