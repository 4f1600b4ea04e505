"""Repositories within a repository: what their own configuration says hides no file."""

from __future__ import annotations

import os

import pytest

from intercom_scan.fakes.planting import Ground
from tests.integration.running import canonical, fresh, git, scan


def nested(tmp_path):
    """A repository in another one, with a secret that only its working tree has."""
    ground = Ground(tmp_path / "repository")
    inner = Ground(ground.path / "vendor" / "lib")
    ground.git("-c", "advice.addEmbeddedRepo=false", "add", "--force", "vendor/lib")
    secret, line = fresh()
    inner.write("a.env", line)
    return ground, inner, canonical(secret)


@pytest.mark.parametrize("setting", [("core.worktree", "/tmp"), ("core.bare", "true")])
def test_a_configuration_that_misleads_hides_no_files(tmp_path, setting):
    ground, inner, secret = nested(tmp_path)
    git(inner.path, "config", *setting)
    result = scan(ground.path, "files")
    (found,) = result.findings
    assert (found.secret, found.places[0].path) == (secret, "vendor/lib/a.env")
    assert not any("not checked out" in skip.reason for skip in result.skipped)


@pytest.mark.parametrize("damage", ["extension", "index"])
def test_a_repository_that_git_refuses_does_not_end_the_scan(tmp_path, damage):
    ground, inner, secret = nested(tmp_path)
    if damage == "extension":
        with (inner.path / ".git" / "config").open("a") as file:
            file.write("[core]\nrepositoryFormatVersion = 1\n[extensions]\nfoo = true\n")
    else:
        inner.write(".git/index", b"junk" * 100)
    result = scan(ground.path, "files")
    assert [found.secret for found in result.findings] == [secret]
    assert not result.complete
    assert [skip.what for skip in result.skipped if skip.incomplete] == ["vendor/lib"]


def test_a_submodule_that_is_not_there_is_no_loss(tmp_path):
    ground, inner, _ = nested(tmp_path)
    git(inner.path, "clean", "-qfdx")
    (inner.path / "README.md").unlink()
    (inner.path / ".git").rename(tmp_path / "elsewhere")
    result = scan(ground.path, "files")
    assert result.complete
    assert [skip.reason for skip in result.skipped] == ["a submodule that is not checked out here"]


def test_a_directory_in_the_place_of_a_tracked_file_is_read_once(tmp_path):
    ground = Ground(tmp_path / "repository")
    secret, line = fresh()
    ground.commit_file("a", line)
    (ground.path / "a").unlink()
    ground.write("a/b.env", fresh()[1])
    result = scan(ground.path, "files")
    assert [len(found.places) for found in result.findings] == [1, 1]
    was = next(found for found in result.findings if found.secret == canonical(secret))
    assert (was.places[0].origin, was.places[0].path) == ("index", "a")
    assert result.objects == 3
    assert result.complete


@pytest.mark.parametrize("how", ["deleted", "behind a link", "a pipe"])
def test_what_a_nested_repository_tracks_and_has_not_checked_out_is_not_clean(tmp_path, how):
    """Its store is not read, and so nobody has looked."""
    ground, inner, _ = nested(tmp_path)
    inner.commit_file("sub/gone.env", fresh()[1])
    (inner.path / "sub" / "gone.env").unlink()
    if how == "behind a link":
        (inner.path / "sub").rmdir()
        (inner.path / "sub").symlink_to("..")
    elif how == "a pipe":
        os.mkfifo(inner.path / "sub" / "gone.env")
    result = scan(ground.path, "files")
    assert not result.complete
    [skip] = [skip for skip in result.skipped if skip.incomplete]
    assert skip.what == "vendor/lib/sub/gone.env"
    assert skip.reason.startswith("is not checked out")
