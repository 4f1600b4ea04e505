"""Repositories within a repository: what their own configuration says hides no file."""

from __future__ import annotations

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
    ground.commit_file("a", b"a\n")
    (ground.path / "a").unlink()
    ground.write("a/b.env", fresh()[1])
    result = scan(ground.path, "files")
    assert [len(found.places) for found in result.findings] == [1]
    assert result.objects == 2
