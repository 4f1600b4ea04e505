"""`intercom-secrets` as git runs it: with an index, a directory or a work tree of its own."""

from __future__ import annotations

import shutil

import pytest

from intercom_scan.fakes.ground import Ground
from tests.hooks.running import git, hang_up, leak, stage


@pytest.fixture
def hooked(tmp_path):
    ground = Ground(tmp_path / "repository")
    hang_up(ground.path, "pre-commit", "intercom-secrets")
    return ground


@pytest.mark.parametrize("how", [["-a"], ["a.env"], ["--only", "a.env"], ["--include", "a.env"]])
def test_commits_that_use_an_index_of_their_own(hooked, how):
    """git names a temporary index by GIT_INDEX_FILE."""
    git(hooked.path, "commit", "--no-verify", "--quiet", "--allow-empty", "-m", "x")
    hooked.write("a.env", b"harmless\n")
    git(hooked.path, "add", "--force", "a.env")
    assert git(hooked.path, "commit", "-m", "Harmless").code == 0
    hooked.write("a.env", leak())
    ran = git(hooked.path, "commit", *how, "-m", "Leak")
    assert ran.code == 1
    assert "a.env:1:" in ran.said
    hooked.write("a.env", b"harmless again\n")
    assert git(hooked.path, "commit", *how, "-m", "Harmless").code == 0


def test_a_file_that_stays_out_of_a_partial_commit_is_not_read(hooked):
    for name in ("a.env", "b.env"):
        hooked.commit_file(name, b"x\n")
    stage(hooked, "b.env", leak())
    hooked.write("a.env", b"harmless\n")
    assert git(hooked.path, "commit", "--only", "a.env", "-m", "One").code == 0
    assert git(hooked.path, "commit", "-m", "Both").code == 1


def test_git_dir_and_work_tree_in_the_environment(hooked, tmp_path):
    stage(hooked, "a.env", leak())
    moved = tmp_path / "elsewhere.git"
    shutil.move(hooked.path / ".git", moved)
    env = {"GIT_DIR": str(moved), "GIT_WORK_TREE": str(hooked.path)}
    assert git(hooked.path, "commit", "-m", "Leak", env=env).code == 1
    assert git(tmp_path, "commit", "-m", "Leak", env=env).code == 1
    options = [f"--git-dir={moved}", f"--work-tree={hooked.path}"]
    assert git(tmp_path, *options, "commit", "-m", "Leak").code == 1
    ran = git(tmp_path, "rm", "--quiet", "--cached", "a.env", env=env)
    assert ran.code == 0, ran.said
    assert git(tmp_path, "commit", "--allow-empty", "-m", "None", env=env).code == 0


def test_in_a_worktree_as_git_runs_it(hooked, tmp_path):
    hooked.git("worktree", "add", "--quiet", "-b", "linked", str(tmp_path / "linked tree"))
    (tmp_path / "linked tree" / "a.env").write_bytes(leak())
    git(tmp_path / "linked tree", "add", "--force", "a.env")
    assert git(tmp_path / "linked tree", "commit", "-m", "Leak").code == 1


def test_merges_and_rebases(hooked):
    hooked.commit_file("a.env", b"base\n")
    hooked.git("checkout", "--quiet", "-b", "other")
    hooked.commit_file("a.env", b"theirs\n")
    hooked.git("checkout", "--quiet", "-")
    hooked.commit_file("a.env", b"ours\n")
    assert git(hooked.path, "merge", "other").code == 1
    stage(hooked, "a.env", leak())
    assert git(hooked.path, "commit", "-m", "Merge").code == 1
    stage(hooked, "a.env", b"resolved\n")
    assert git(hooked.path, "commit", "-m", "Merge").code == 0
    hooked.git("checkout", "--quiet", "other")
    assert git(hooked.path, "rebase", "main~1").code == 1, "it stops at the conflict"
    stage(hooked, "a.env", leak())
    assert git(hooked.path, "commit", "-m", "While rebasing").code == 1
    stage(hooked, "a.env", b"resolved\n")
    assert git(hooked.path, "commit", "-m", "While rebasing").code == 0
