"""Where a path says Intercom, its blob is looked at with it, whatever comes first."""

from __future__ import annotations

import io

import pytest

from intercom_scan.detector import Detector
from intercom_scan.fakes.ground import Ground
from intercom_scan.git import open_repository
from intercom_scan.history.objects import Objects
from intercom_scan.rules import by_id
from intercom_scan.rules.suspects import SMALL
from intercom_scan.sources.objects import GitObject
from intercom_scan.sources.reader import ObjectReader
from intercom_scan.sources.tally import Progress

SECRET = by_id("intercom-client-secret")
LINE = b"nothing to see here\n"
WORD = b"an intercom is mentioned\n"
FILLER = {
    "small": WORD + LINE * (SMALL // 2 // len(LINE)),
    "large": WORD + LINE * (SMALL // len(LINE)),
    "large, all of it near the word": WORD * (SMALL // len(WORD) + 1),
}


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


@pytest.fixture
def looked(ground):
    repository = open_repository(ground.path)
    assert repository
    return Objects(repository, Detector(), 1, Progress())


@pytest.fixture
def read_again(monkeypatch):
    """The ids of the objects that are read on their own."""
    asked: list[str] = []
    plain = ObjectReader.read

    def read_one(self, id_):
        asked.append(id_)
        return plain(self, id_)

    monkeypatch.setattr(ObjectReader, "read", read_one)
    return asked


def tree_with(ground, name, id_):
    return ground.git("mktree", stdin=f"100644 blob {id_}\t{name}\n".encode())


def read(ground, looked, ids):
    lines = "".join(
        f"{id_} {ground.git('cat-file', '-t', id_)} {ground.git('cat-file', '-s', id_)}\n"
        for id_ in ids
    )
    looked.read(io.BytesIO(lines.encode()).read)


@pytest.mark.parametrize("size", FILLER)
@pytest.mark.parametrize("first", ["tree", "blob"])
def test_a_general_name_has_its_meaning_by_the_path(ground, looked, size, first):
    secret = SECRET.sample()
    content = FILLER[size] + b"client_secret: " + secret
    assert not looked.detector.look(content).hits
    blob = ground.object(content)
    ids = [tree_with(ground, "intercom.yml", blob), blob]
    read(ground, looked, ids if first == "tree" else ids[::-1])
    assert [hit.secret for hit in looked.hits[blob][1]] == [secret]


@pytest.mark.parametrize("size", FILLER)
@pytest.mark.parametrize("first", ["tree", "blob"])
def test_a_blob_is_read_again_only_if_its_path_can_matter(ground, looked, read_again, size, first):
    blob = ground.object(FILLER[size] + b"id: " + SECRET.sample())
    ids = [tree_with(ground, "intercom.yml", blob), blob]
    read(ground, looked, ids if first == "tree" else ids[::-1])
    again = first == "blob" and size != "large, all of it near the word"
    assert read_again == ([blob] if again else [])
    assert looked.hits == {}


def test_the_path_of_a_tree_that_was_not_vouched_for_does_not_count(ground, looked):
    """The blob is looked at once more, with what is known of it by then."""
    secret = SECRET.sample()
    content = FILLER["small"] + b"client_secret: " + secret
    blob = ground.object(content)
    tree = tree_with(ground, "intercom.yml", blob)
    raw = b"100644 intercom.yml\0" + bytes.fromhex(blob)
    assert looked._handle(GitObject(tree, "tree", len(raw)), raw)
    found = GitObject(blob, "blob", len(content))
    note = looked._handle(found, content)
    note()
    assert (looked.hits, looked._later) == ({}, [found])


def test_a_name_that_hits_counts_once_git_has_vouched_for_its_tree(looked):
    name = b"INTERCOM_CLIENT_SECRET=" + SECRET.sample()
    raw = b"100644 %b\0" % name + bytes(20)
    first, second = (looked._handle(GitObject("a" * 40, "tree", 1), raw) for _ in range(2))
    assert looked.names == {}
    second()
    assert [hit.rule for hit in looked.names[name]] == [SECRET]
    assert first
