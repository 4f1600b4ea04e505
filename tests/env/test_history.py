"""Env files that were ever committed."""

from __future__ import annotations

import re

import pytest

from intercom_scan.env.naming import classify
from intercom_scan.rules.hygiene import TREE_ENTRY
from tests.env.building import Place, line, one, problems, scanned, token
from tests.env.test_naming import BACKUP, ENV, OTHERS, PERHAPS, TEMPLATE
from tests.integration.running import git

HISTORY = "env-file-history"


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path / "repository")


def commit(place: Place, name: str, content: bytes) -> str:
    return place.commit_file(name, content)


def drop(place: Place, name: str) -> None:
    git(place.path, "rm", "-q", "--", name)
    git(place.path, "commit", "-qm", "Drop")


def test_a_file_that_is_gone(place):
    first = commit(place, "api/.env", b"INTERCOM_ACCESS_TOKEN=\nINTERCOM_APP_ID=abc\nPORT=1\n")
    value = token()
    commit(place, "api/.env", line(value))
    drop(place, "api/.env")
    found = one(place.path, HISTORY, "all-history")
    assert found.severity.label == "medium"
    assert found.detail == "2 versions; INTERCOM_ACCESS_TOKEN (a value), INTERCOM_APP_ID (a value)"
    assert found.places[0].path == "api/.env"
    assert found.places[0].commit.id == first
    assert "Tester" in found.places[0].commit.author
    assert found.remedy == "intercom-scan purge --all --drop-env --output ../purged"
    assert value.decode() not in repr(found)
    assert one(place.path, HISTORY, "history") == found
    assert problems(place.path, "files") == {}


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"INTERCOM_ACCESS_TOKEN=\n", "1 version; INTERCOM_ACCESS_TOKEN (no value)"),
        (b"INTERCOM_ACCESS_TOKEN=<token>\n", "1 version; INTERCOM_ACCESS_TOKEN (no value)"),
        (b"PORT=3000\n", "1 version; no name of Intercom's, values"),
        (b"PORT=\n", "1 version; no name of Intercom's, no values"),
    ],
)
def test_names_without_values_are_no_leak(place, content, detail):
    commit(place, ".env", content)
    drop(place, ".env")
    found = one(place.path, HISTORY, "all-history")
    assert (found.severity.label, found.detail) == ("info", detail)


def test_all_that_was_ever_committed(place):
    same = b"INTERCOM_ACCESS_TOKEN=\n"
    commit(place, ".env.example", same)
    commit(place, ".env", same)  # the same blob under another name
    commit(place, "a/.env.local", same)
    commit(place, "a/.env~", b"A=1\n")
    commit(place, "b/production.env", line(token()))
    commit(place, "b/docker.env", b"A=1\n")
    git(place.path, "checkout", "-q", "-b", "other", "HEAD~3")
    commit(place, "side/.env", b"B=1\n")
    git(place.path, "checkout", "-q", "main")
    names = {path for rule, path in problems(place.path, "all-history") if rule == HISTORY}
    assert names == {".env", "a/.env.local", "a/.env~", "b/production.env", "side/.env"}
    names = {path for rule, path in problems(place.path, "history") if rule == HISTORY}
    assert names == {".env", "a/.env.local", "a/.env~", "b/production.env"}


def test_what_only_a_merge_brings(place):
    git(place.path, "checkout", "-q", "-b", "other")
    commit(place, "x", b"1")
    git(place.path, "checkout", "-q", "main")
    commit(place, "y", b"1")
    git(place.path, "merge", "-q", "--no-commit", "other")
    place.add(".env", b"A=1\n")
    git(place.path, "commit", "-qm", "Merge")
    drop(place, ".env")
    assert (HISTORY, ".env") in problems(place.path, "all-history")


def test_a_range_lists_what_it_brings(place):
    commit(place, ".env.old", b"A=1\n")
    base = git(place.path, "rev-parse", "HEAD")
    commit(place, ".env.new", b"A=1\n")
    assert problems(place.path, "range", revision=f"{base}..HEAD") == {
        ("env-file-tracked", ".env.new"): "medium",
        ("env-file-tracked", ".env.old"): "medium",
        (HISTORY, ".env.new"): "info",
    }
    assert problems(place.path, "range", revision=f"{base}..") == problems(
        place.path, "range", revision=f"{base}..HEAD"
    )


def test_what_the_last_commit_tracks(place):
    commit(place, "api/.env", line(token()))
    old = git(place.path, "rev-parse", "HEAD")
    drop(place, "api/.env")
    tracked = one(place.path, "env-file-tracked", "history", revision=old)
    assert [(p.origin, p.path) for p in tracked.places] == [("blob", "api/.env")]
    assert ("env-file-tracked", "api/.env") not in problems(place.path, "history")


def test_many_versions_are_counted(place):
    for number in range(3):
        commit(place, ".env", b"A=%d\n" % number)
    assert one(place.path, HISTORY, "all-history").detail.startswith("3 versions; ")


def test_links_and_submodules_are_no_leak(place):
    (place.path / ".env.x").symlink_to("elsewhere")
    git(place.path, "add", "-f", ".env.x")
    head = git(place.path, "rev-parse", "HEAD")
    git(place.path, "update-index", "--add", "--cacheinfo", f"160000,{head},.env.y")
    git(place.path, "commit", "-qm", "x")
    found = problems(place.path, "history")
    assert (HISTORY, ".env.y") not in found
    assert set(found.values()) == {"info"}


def test_a_history_without_such_names_is_not_walked(place, monkeypatch):
    from intercom_scan.env import hygiene

    commit(place, ".env.example", b"A=\n")
    monkeypatch.setattr(hygiene, "of_history", None)
    assert problems(place.path, "all-history") == {}
    commit(place, ".env.production", b"A=\n")
    with pytest.raises(TypeError):
        problems(place.path, "all-history")


@pytest.mark.parametrize("name", [*ENV, *BACKUP, *TEMPLATE, *PERHAPS, *OTHERS])
def test_the_needle_in_trees_finds_env_files_and_no_templates(name):
    entry = b"100644 " + name.encode() + b"\0" + bytes(range(20))
    hit = re.search(TREE_ENTRY, entry, re.DOTALL) is not None
    if hit:
        assert classify(name.encode()) != "perhaps"
        assert name not in (".env.example", ".env.sample", ".env.template", ".env.dist")
    elif name == name.lower() and name[0] == "." and name[1] != "#":
        assert classify(name.encode()) not in ("env", "backup") or "example" in name


def test_a_history_that_lacks_a_commit(place):
    commit(place, ".env", b"A=1\n")
    commit(place, "x", b"1")
    lost = git(place.path, "rev-parse", "HEAD~1")
    (place.path / ".git" / "objects" / lost[:2] / lost[2:]).unlink()
    result = scanned(place.path, "all-history")
    assert not result.complete
    assert ("env-file-tracked", ".env") in {(f.rule.id, f.places[0].path) for f in result.findings}


def test_what_a_link_points_at_is_no_value(place):
    (place.path / ".env").symlink_to("INTERCOM_ACCESS_TOKEN=" + token().decode())
    git(place.path, "add", "-f", ".env")
    commit(place, "api/.env", b"A=1\n")  # or no history would be read
    found = problems(place.path, "all-history")
    assert (HISTORY, "api/.env") in found
    assert (HISTORY, ".env") not in found
