"""One finding for a secret of a kind, with all its places, and its whole life."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from intercom_scan import grouping
from intercom_scan.detector import Hit
from intercom_scan.finding import Commit, Exposure, Place
from intercom_scan.grouping import Occurrence
from intercom_scan.rules import by_id

TOKEN, CLIENT = by_id("intercom-access-token"), by_id("intercom-client-secret")
OLD = Commit("a" * 40, "A <a@example.com>", "2020-01-01T00:00:00Z")
NEW = Commit("b" * 40, "B <b@example.com>", "2024-01-01T00:00:00Z")


def hit(secret=b"one", rule=TOKEN, **more) -> Hit:
    fields = {
        "confidence": "high", "encoding": (), "member": b"", "start": 0, "line": 1, "column": 1,
        "end_column": 4, "inline": None, "written_sha1": "0" * 40,
    }  # fmt: skip
    return Hit(rule=rule, secret=secret, **{**fields, **more})


def at(path=b"a.env", origin="file", commit=None, life=None, **more) -> Occurrence:
    seen = hit(**more)
    return Occurrence(seen, replace(grouping.place(seen, origin, path), commit=commit), life)


def test_one_finding_for_each_secret_of_each_kind():
    found = grouping.findings(
        [at(), at(b"b.env"), at(secret=b"two"), at(rule=CLIENT), at(b"c.env", rule=CLIENT)]
    )
    assert sorted((f.rule.id, f.secret, len(f.places)) for f in found) == [
        (TOKEN.id, b"one", 2), (TOKEN.id, b"two", 1), (CLIENT.id, b"one", 2),
    ]  # fmt: skip


def test_the_worst_is_first_then_by_path_and_line():
    made = [
        at(b"a", rule=CLIENT, secret=b"1"),
        at(b"b", secret=b"2", line=9),
        at(b"b", secret=b"3", line=10),
        at(b"c", secret=b"4"),
    ]
    for seed in range(5):
        random.Random(seed).shuffle(made)
        assert [f.secret for f in grouping.findings(made)] == [b"2", b"3", b"4", b"1"]


def test_the_same_place_counts_once():
    [found] = grouping.findings([at(), at(), at(line=2)])
    assert (found.places_total, [p.line for p in found.places]) == (2, [1, 2])


def test_what_can_be_mended_now_comes_first_then_the_oldest():
    made = [
        at(b"z", "blob", NEW), at(b"a", "blob", OLD), at(b"m", "file"), at(b"k", "index"),
        at(None, "reflog"), at(b"b", "blob", OLD),
    ]  # fmt: skip
    [found] = grouping.findings(made)
    assert [(p.origin, p.path) for p in found.places] == [
        ("index", "k"), ("file", "m"), ("blob", "a"), ("blob", "b"), ("blob", "z"),
        ("reflog", None),
    ]  # fmt: skip


def test_many_places_are_counted_and_some_kept(monkeypatch):
    monkeypatch.setattr(grouping, "PLACES", 3)
    [found] = grouping.findings([at(line=line) for line in range(9, 0, -1)])
    assert (found.places_total, [p.line for p in found.places]) == (9, [1, 2, 3])


@pytest.mark.parametrize("order", [("high", "medium"), ("medium", "high")])
def test_the_best_confidence_counts(order):
    [found] = grouping.findings([at(confidence=one, line=n) for n, one in enumerate(order, 1)])
    assert found.confidence == "high"
    [found] = grouping.findings([at(confidence="medium")])
    assert found.confidence == "medium"


def test_a_life_is_from_the_first_to_the_last_of_all_places():
    early = Exposure(OLD, OLD, False, ("refs/heads/b",), 3)
    late = Exposure(NEW, NEW, True, ("refs/heads/a", "refs/heads/b"), 40)
    for lives in ((early, late), (late, early)):
        [found] = grouping.findings([at(line=n, life=life) for n, life in enumerate(lives)])
        assert found.exposure == Exposure(OLD, NEW, True, ("refs/heads/a", "refs/heads/b"), 40)


@pytest.mark.parametrize("in_head", [True, False])
def test_a_secret_left_head_when_the_last_of_its_places_did(in_head):
    lives = [
        Exposure(OLD, OLD, False, (), 3, left=OLD),
        Exposure(OLD, NEW, False, (), 3, left=NEW),
        Exposure(OLD, NEW, in_head, (), 3),
    ]
    [found] = grouping.findings([at(line=n, life=life) for n, life in enumerate(lives)])
    assert found.exposure is not None
    assert found.exposure.left == (None if in_head else NEW)


def test_a_life_without_commits():
    unknown = Exposure(None, None, False, (), None)
    [found] = grouping.findings([at(life=unknown), at(line=2)])
    assert found.exposure == unknown
    [found] = grouping.findings([at()])
    assert found.exposure is None


@pytest.mark.parametrize(
    ("path", "member", "shown"),
    [
        (b"a.jar", b"!b.yml", "a.jar!b.yml"),
        (None, b"!b.yml", "!b.yml"),
        (None, b"", None),
        (b"", b"", ""),
        (b"\xff.env", b"", "\udcff.env"),
    ],
)
def test_the_path_of_a_place(path, member, shown):
    place = grouping.place(hit(member=member), "file", path, object="c" * 40)
    assert (place.path, place.object) == (shown, "c" * 40)


def test_a_place_is_where_the_hit_is():
    seen = hit(line=3, column=5, end_column=9, encoding=("gzip",), inline="made up")
    assert grouping.place(seen, "index", b"a") == Place(
        "index", "a", 3, 5, 9, ("gzip",), inline="made up", written_sha1="0" * 40
    )
