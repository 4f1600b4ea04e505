"""Every place where a repository keeps bytes: found, and said rightly where it is."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from intercom_scan.fakes import planting
from intercom_scan.fakes.planting import Ground
from intercom_scan.rules import RULES
from tests.integration.running import (
    RULE,
    TOKEN,
    canonical,
    found,
    fresh,
    git,
    only_place,
    scan,
    spot,
)  # fmt: skip

# place: origin, path, line, refs that reach it, whether HEAD has it. The path is None where none
# is known; the refs are None where no history holds it.
MAIN = ("HEAD", "refs/heads/main")
EXPECTED = {
    "deleted_file": ("blob", "old.env", 1, MAIN, False),
    "unmerged_branch": ("blob", "unmerged.env", 1, ("refs/heads/unmerged",), False),
    "deleted_branch": ("blob", "gone.env", 1, (), False),
    "merge_commit": ("blob", "merged.env", 1, MAIN, True),
    "stash": ("blob", "README.md", 2, ("refs/stash",), False),
    "stash_untracked": ("blob", "untracked.env", 1, ("refs/stash",), False),
    "pull_ref": ("blob", "a.txt", 1, ("refs/pull/7/head",), False),
    "note": ("blob", None, 1, ("refs/notes/commits",), False),
    "commit_message": ("commit-message", None, 3, MAIN, True),
    "tag_message": ("tag-message", None, 3, ("refs/tags/v1",), False),
    "tagged_blob": ("blob", None, 1, ("refs/tags/a-blob",), False),
    "dangling_blob": ("blob", None, 2, (), False),
    "dangling_commit": ("blob", "a.txt", 2, (), False),
    "no_diff": ("blob", "sub/a.x", 1, MAIN, True),
    "binary_attribute": ("blob", "sub/a.y", 1, MAIN, True),
    "export_ignore": ("blob", "sub/a.z", 1, MAIN, True),
    "reflog_message": ("reflog", ".git/logs/refs/heads/logged", 1, None, None),
    "config": ("git-config", ".git/config", None, None, None),
    "hook": ("git-file", ".git/hooks/post-commit.old", 2, None, None),
    "lfs_object": ("lfs", None, 1, None, None),
    "submodule": ("blob", "vendor/lib/lib.env", 1, MAIN, False),
    "worktree": ("index", "linked.env", 1, (), False),
    "alternate": ("blob", None, 1, (), False),
    "long_line": ("blob", "bundle.js", 1, MAIN, True),
    "large_file": ("blob", "large.log", 2_000_001, MAIN, True),
    "odd_name": ("blob", "a\n\x1b[2J\udcff.env", 2, ("refs/heads/odd",), False),
    "index": ("index", "staged.env", 1, (), False),
    "tag_of_tag": ("tag-message", None, 3, ("refs/tags/outer",), False),
    "tagged_tree": ("blob", "a.txt", 1, ("refs/tags/a-tree",), False),
    "note_on_blob": ("blob", None, 1, ("refs/notes/review",), False),
    "replacement": ("blob", None, 1, None, False),
    "amended": ("blob", "amended.env", 1, (), False),
    "octopus_merge": ("blob", "octopus.env", 1, MAIN, True),
    "conflict": ("index", "fought.env", 2, (), False),
    "worktree_ref": ("blob", "a.txt", 1, None, False),
    "worktree_config": ("git-config", None, 1, None, None),
    "removed_submodule": ("blob", None, 1, None, None),
    "commit_header": ("header", None, None, ("refs/heads/headed",), False),
    "cruft_pack": ("blob", None, 2, (), False),
    "message_being_written": ("git-file", ".git/MERGE_MSG", 1, None, None),
}


def test_every_place_has_an_expectation():
    assert set(planting.PLACES) == set(EXPECTED)


@pytest.mark.parametrize("place", planting.PLACES)
def test_place(tmp_path, place):
    ground = Ground(tmp_path / "repository")
    planted = planting.plant(ground, TOKEN, place, planting.PLACES[place])
    result = scan(ground.path)
    assert result.complete, result.skipped
    finding = found(result, planted.secret)
    assert finding.secret == planted.canonical
    origin, path, line, refs, in_head = EXPECTED[place]
    first = finding.places[0]
    assert first.origin == origin
    if path is not None:
        assert first.path == path
    if line is not None:
        assert first.line == line
    if refs is not None:
        assert finding.exposure is not None
        assert finding.exposure.refs == refs
        assert finding.exposure.in_head is in_head


TEXTS = ("commit_message", "tag_message", "note", "deleted_file", "dangling_blob")
CASES = [(rule, place) for rule in RULES if rule is not TOKEN for place in TEXTS]


@pytest.mark.parametrize(("rule", "place"), CASES, ids=lambda x: getattr(x, "id", x))
def test_every_kind_in_text_that_is_no_file(tmp_path, rule, place):
    ground = Ground(tmp_path / "repository")
    planted = planting.plant(ground, rule, place, planting.PLACES[place])
    finding = found(scan(ground.path), planted.secret, rule)
    assert finding.severity == rule.severity


BARE = {
    "author": ("author", None, ("HEAD", "refs/heads/main")),
    "committer": ("author", None, ("HEAD", "refs/heads/main")),
    "symlink": ("blob", "link", ("refs/heads/link",)),
    "file_name": ("file-name", "keys/{}.txt", ("HEAD", "refs/heads/main")),
    "directory_name": ("file-name", "{}/a", ("refs/heads/folder",)),
    "branch_name": ("ref-name", None, None),
    "tag_name": ("ref-name", None, None),
    "odd_branch_name": ("ref-name", None, None),
    "reflog_of_deleted_branch": ("reflog", ".git/logs/HEAD", None),
    "remote_url": ("git-config", ".git/config", None),
    "extra_header": ("git-config", ".git/config", None),
    "index_name": ("file-name", "staged/{}.txt", None),
    "tree_name_unreachable": ("file-name", "{}", ()),
}


def test_every_bare_place_has_an_expectation():
    assert set(planting.BARE_PLACES) == set(BARE)


@pytest.mark.parametrize("place", planting.BARE_PLACES)
def test_bare_place(tmp_path, place):
    ground = Ground(tmp_path / "repository")
    planted = planting.plant_bare(ground, TOKEN, place, planting.BARE_PLACES[place])
    result = scan(ground.path)
    assert result.complete, result.skipped
    finding = found(result, planted.secret)
    origin, path, refs = BARE[place]
    matching = [p for p in finding.places if p.origin == origin]
    assert matching, finding.places
    if path is not None:
        assert path.format(planted.secret.decode()) in {p.path for p in matching}
    if refs is not None:
        assert finding.exposure is not None
        assert finding.exposure.refs == refs


@pytest.mark.parametrize("form", ["loose", "packed", "gc"])
def test_every_place_in_one_repository(tmp_path, form):
    """All places beside each other, before and after git has moved everything into packs."""
    ground = Ground(tmp_path / "repository")
    planted = [
        planting.plant_bare(ground, TOKEN, p, put) for p, put in planting.BARE_PLACES.items()
    ]
    planted += [planting.plant(ground, TOKEN, p, put) for p, put in planting.PLACES.items()]
    if form == "packed":
        ground.git("repack", "-a", "-d", "--quiet", "--keep-unreachable")
        ground.git("pack-refs", "--all")
    elif form == "gc":
        ground.git("gc", "--quiet", "--prune=never")
        ground.git("commit-graph", "write", "--reachable")
        ground.git("multi-pack-index", "write")
    result = scan(ground.path)
    secrets = {finding.secret for finding in result.findings}
    assert [fake.place for fake in planted if fake.canonical not in secrets] == []
    assert result.complete, result.skipped


@pytest.fixture(scope="module")
def wrapped(tmp_path_factory):
    ground = Ground(tmp_path_factory.mktemp("wrapped") / "repository")
    planted = {
        (rule.id, name): planting.plant_wrapped(ground, rule, name, wrap)
        for rule in RULES for name, wrap in planting.WRAPPINGS.items()
    }  # fmt: skip
    here = Path.cwd()
    os.chdir(ground.path)
    try:
        return planted, scan("."), scan(".", "files")
    finally:
        os.chdir(here)


@pytest.mark.parametrize("name", planting.WRAPPINGS)
@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_kind_in_every_wrapping(wrapped, rule, name):
    planted, history, files = wrapped
    fake = planted[rule.id, name]
    # What an archive stores as it is shows in the archive's own bytes too: the member is last.
    blob = found(history, fake.secret, rule).places[-1]
    file = found(files, fake.secret, rule).places[-1]
    assert (blob.origin, file.origin) == ("blob", "file")
    assert blob.path == file.path
    assert blob.path is not None
    assert blob.path.partition("!")[0] == f"wrapped/{rule.id}-{name}"
    assert spot(blob)[1:] == spot(file)[1:]
    assert blob.commit is not None
    archived = "!" in blob.path
    assert archived == (name in ("tar", "tar-gz", "zip", "zip-in-zip"))


def test_line_and_column_are_those_of_the_value(tmp_path):
    ground = Ground(tmp_path / "repository")
    secret, _ = fresh()
    ground.commit_file("a.txt", b"one\r\ntwo\n\tx = '" + secret + b"' ;\n")
    place = only_place(scan(ground.path), secret)
    value_column = len("\tx = '") + 1
    assert (place.line, place.column) == (3, value_column)
    assert place.end_column == value_column + len(secret)


def test_sha256_repository(tmp_path):
    path = tmp_path / "repository"
    path.mkdir()
    git(path, "init", "--quiet", "--object-format=sha256")
    secret, line = fresh()
    (path / "a.env").write_bytes(line)
    (path / "keys").mkdir()
    inner, _ = fresh()
    (path / "keys" / f"{inner.decode()}.txt").write_bytes(b"x\n")
    git(path, "add", "--force", ".")
    git(path, "commit", "--quiet", "-m", "First")
    result = scan(path)
    place = only_place(result, secret)
    assert spot(place) == ("blob", "a.env", 1, len("INTERCOM_ACCESS_TOKEN=") + 1)
    assert place.commit is not None
    assert place.commit.id == git(path, "rev-parse", "HEAD")
    assert len(place.commit.id) == 64
    assert "file-name" in {p.origin for p in found(result, inner).places}


@pytest.mark.parametrize("folder", ["config/intercom.yml", "intercom/deep/er/settings.yml"])
def test_a_path_that_names_intercom_gives_a_general_name_its_meaning(tmp_path, monkeypatch, folder):
    rule = RULE["intercom-api-key"]
    ground = Ground(tmp_path / "repository")
    secret = rule.sample()
    ground.commit_file(folder, b"production:\n  app_id: abcd1234\n  api_key: " + secret + b"\n")
    assert spot(only_place(scan(ground.path), secret, rule))[:3] == ("blob", folder, 3)
    monkeypatch.chdir(ground.path)
    assert spot(only_place(scan(".", "files"), secret, rule))[:3] == ("file", folder, 3)


def test_the_same_blob_in_two_files_is_one_finding_with_two_places(tmp_path):
    ground = Ground(tmp_path / "repository")
    secret, line = fresh()
    ground.commit_file("a.env", line)
    ground.commit_file("sub/b.env", line)
    finding = found(scan(ground.path), secret)
    assert sorted(spot(place)[:2] for place in finding.places) == [
        ("blob", "a.env"), ("blob", "sub/b.env"),
    ]  # fmt: skip


def test_encoded_commit_and_signature_headers(tmp_path):
    """A message in Latin-1, a signature and a merged tag are all part of the commit's bytes."""
    ground = Ground(tmp_path / "repository")
    tree, parent = ground.git("rev-parse", "HEAD^{tree}"), ground.git("rev-parse", "HEAD")
    secret, line = fresh()
    signed, signed_line = fresh()
    content = (
        f"tree {tree}\nparent {parent}\nauthor J\xf6rg <j@example.com> 1500000000 +0000\n"
        f"committer J\xf6rg <j@example.com> 1500000000 +0000\n"
        f"gpgsig -----BEGIN PGP SIGNATURE-----\n Comment: {signed_line.decode()} "
        f"-----END PGP SIGNATURE-----\nencoding ISO-8859-1\n\ncaf\xe9 {line.decode()}"
    ).encode("latin-1")
    id_ = ground.git("hash-object", "-t", "commit", "-w", "--stdin", stdin=content)
    ground.git("update-ref", "refs/heads/latin", id_)
    result = scan(ground.path)
    place = only_place(result, secret)
    assert place.origin == "commit-message"
    assert place.commit is not None
    assert (place.commit.id, place.commit.author) == (id_, "J\xf6rg <j@example.com>")
    assert found(result, signed).secret == canonical(signed)


def test_utf_16_commit_message(tmp_path):
    """git accepts any bytes after the headers."""
    ground = Ground(tmp_path / "repository")
    tree = ground.git("rev-parse", "HEAD^{tree}")
    secret, line = fresh()
    head = f"tree {tree}\nauthor A <a@b> 1 +0000\ncommitter A <a@b> 1 +0000\nencoding UTF-16LE\n\n"
    content = head.encode() + line.decode().encode("utf-16-le")
    id_ = ground.git("hash-object", "--literally", "-t", "commit", "-w", "--stdin", stdin=content)
    ground.git("update-ref", "refs/heads/wide", id_)
    assert only_place(scan(ground.path), secret).origin == "commit-message"
