"""What modes bring is added up; a submodule's paths stand under its own."""

from __future__ import annotations

import io

import pytest

from intercom_scan.detector import Detector, Sight
from intercom_scan.finding import Skip
from intercom_scan.modes import files, stdin
from intercom_scan.modes.collecting import Collected, Settings, look_at_paths
from intercom_scan.rules import by_id
from intercom_scan.sources.tally import Tally

TOKEN = by_id("intercom-access-token")
DETECTOR = Detector()


def paths(collected):
    return [found.place.path for found in collected.occurrences]


def test_counts_add_up():
    collected = Collected()
    collected.tally.add(Tally(3, 2, 100, [Skip("a", "gone")]))
    collected.tally.add(Tally(1, 0, 10, [Skip("b", "gone")]))
    assert (collected.tally.objects, collected.tally.commits, collected.tally.bytes) == (4, 2, 110)
    assert [skip.what for skip in collected.skips] == ["a", "b"]


def test_a_submodule_stands_under_its_path():
    inner = Collected(tally=Tally(2, 1, 50, [Skip("x.bin", "gone", incomplete=False)]))
    inner.text(DETECTOR.look(TOKEN.sample()), "blob", b"app.env")
    inner.text(DETECTOR.look(TOKEN.sample()), "reflog", None)
    whole = Collected(tally=Tally(1, 1, 5))
    whole.add(inner, b"vendor/\xff/")
    assert paths(whole) == ["vendor/\udcff/app.env", None]
    assert whole.skips == [Skip("vendor/\udcff/x.bin", "gone", incomplete=False)]
    assert (whole.tally.objects, whole.tally.commits, whole.tally.bytes) == (3, 2, 55)


def test_a_sight_brings_its_skips_and_its_notes_with_the_path():
    collected = Collected()
    collected.text(Sight([], [Skip("z", "cut")], ["3: odd"]), "file", b"a.txt")
    collected.text(Sight([], [], ["1: odd"]), "stdin", None)
    assert collected.notes == ["a.txt:3: odd", ":1: odd"]
    assert collected.skips == [Skip("z", "cut")]


def test_paths_are_looked_at_one_by_one_where_one_of_them_hits(monkeypatch):
    looked = []
    plain = DETECTOR.look

    def look(data):
        looked.append(data)
        return plain(data)

    monkeypatch.setattr(DETECTOR, "look", look)
    collected = Collected()
    look_at_paths(collected, DETECTOR, [b"a/b.txt", b"c.txt"])
    assert (looked, collected.occurrences) == ([], [])
    named = b"keys/" + TOKEN.sample() + b".txt"
    look_at_paths(collected, DETECTOR, iter([b"a/b.txt", named]))
    assert looked == [b"a/b.txt", named]
    assert paths(collected) == [named.decode()]
    assert collected.occurrences[0].place.origin == "file-name"


class Dripping(io.BytesIO):
    """A stream that gives a few bytes at a time."""

    def read(self, size=-1, /):
        return super().read(min(size, 7))


@pytest.mark.parametrize("before", [0, 5, 5000])
def test_a_stream_is_read_to_its_end(before):
    secret = TOKEN.sample()
    data = b"x" * before + b"\n" + secret
    collected = stdin.scan_stream(Dripping(data), Settings(DETECTOR))
    assert (collected.tally.objects, collected.tally.bytes) == (1, len(data))
    [found] = collected.occurrences
    assert (found.place.origin, found.place.path, found.place.line) == ("stdin", None, 2)


def test_files_that_cannot_be_listed_are_skips_and_large_ones_too(tmp_path):
    (tmp_path / "a.env").write_bytes(TOKEN.sample())
    (tmp_path / "large.txt").write_bytes(b"x" * 2000)
    settings = Settings(DETECTOR, jobs=1, largest=1000)
    collected = files.scan_files([tmp_path], settings)
    assert len(collected.occurrences) == 1
    assert [skip.what.rpartition("/")[2] for skip in collected.skips] == ["large.txt"]
    assert collected.tally.objects == 1
    assert settings.progress.bytes == collected.tally.bytes == 60
    assert (settings.progress.objects, settings.progress.total) == (1, 2)
