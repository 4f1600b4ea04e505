"""When a secret left HEAD: against an oracle that reads every commit's whole tree."""

from __future__ import annotations

import random

import pytest

from tests.integration.running import Dated, canonical, found, fresh, git, scan
from tests.integration.test_exposure import grow


def left(path, secret, *asked):
    exposure = found(scan(path, *asked), secret).exposure
    assert exposure is not None
    return exposure.left and exposure.left.id


def holding(path, blobs) -> dict[str, bool]:
    """Every commit of HEAD's history, children first: whether a blob of these is in its tree."""
    return {
        commit: any(blob in git(path, "ls-tree", "-r", commit) for blob in blobs)
        for commit in git(path, "rev-list", "--topo-order", "HEAD").splitlines()
    }


def agree(path, blobs, answer) -> None:
    has = holding(path, blobs)
    lines = git(path, "rev-list", "--topo-order", "--parents", "HEAD").splitlines()
    parents = {commit: rest for commit, *rest in map(str.split, lines)}
    head = git(path, "rev-parse", "HEAD")
    if has[head]:
        assert answer is None
        return
    line = git(path, "rev-list", "--first-parent", "HEAD").splitlines()
    own = [c for c in line if not has[c] and parents[c] and has[parents[c][0]]]
    if own:
        assert answer == own[0]
        return
    ends = {c for c in has if not has[c] and any(has[parent] for parent in parents[c])}
    if answer is None:
        assert not ends
        return
    assert answer in ends
    later = git(path, "rev-list", "HEAD", f"^{answer}", "--ancestry-path").splitlines()
    assert not ends & set(later)


@pytest.mark.parametrize("seed", range(20))
def test_random_histories_agree_with_the_oracle(tmp_path, seed):
    """Two secrets, in files of their own and in one together."""
    ground = Dated(tmp_path / "repository")
    (one, first), (two, second) = fresh(), fresh()
    contents = [first, second, first + second]
    grow(ground, 100 + seed, contents)
    branches = ground.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
    ground.git("checkout", "--quiet", random.Random(seed).choice(branches))
    result = scan(ground.path)
    blobs = [git(ground.path, "hash-object", "--stdin", stdin=text) for text in contents]
    secrets = {finding.secret for finding in result.findings}
    for secret, own in ((one, blobs[0]), (two, blobs[1])):
        if canonical(secret) in secrets:
            exposure = found(result, secret).exposure
            assert exposure is not None
            agree(ground.path, [own, blobs[2]], exposure.left and exposure.left.id)


@pytest.fixture
def ground(tmp_path):
    return Dated(tmp_path / "repository")


def test_a_secret_that_head_has_has_not_left(ground):
    secret, line = fresh()
    ground.put("a.env", line)
    ground.drop("a.env")
    ground.put("b.env", line)
    assert left(ground.path, secret) is None


def test_it_leaves_with_the_last_version_of_the_last_file_that_has_it(ground):
    secret, line = fresh()
    ground.put("a.env", line)
    ground.put("a.env", b"# a comment\n" + line)
    ground.git("mv", "a.env", "b.env")
    ground.commit("Rename")
    ground.put("c.env", line)
    ground.drop("b.env")
    gone = ground.drop("c.env")
    ground.commit("Later")
    assert left(ground.path, secret) == gone


@pytest.mark.parametrize("times", [1, 2])
def test_a_revert_brings_it_back_and_another_takes_it_away(ground, times):
    secret, line = fresh()
    ground.put("a.env", line)
    for _ in range(times):
        gone = ground.drop("a.env")
        assert left(ground.path, secret) == gone
        ground.git("revert", "--no-edit", "HEAD")
        assert left(ground.path, secret) is None
    assert left(ground.path, secret) != ground.drop("a.env") != gone


def branched(ground, line, *, removed_on):
    """It comes before a branch, goes on one side, and a merge keeps it out."""
    ground.put("a.env", line)
    ground.git("checkout", "--quiet", "-b", "side")
    ground.put("b.txt", b"side\n")
    ground.git("checkout", "--quiet", "main")
    ground.put("c.txt", b"main\n")
    ground.git("checkout", "--quiet", removed_on)
    gone = ground.drop("a.env")
    ground.git("checkout", "--quiet", "main")
    ground.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    return gone, ground.git("rev-parse", "HEAD")


@pytest.mark.parametrize("removed_on", ["main", "side"])
def test_head_loses_it_where_its_own_line_does(ground, removed_on):
    """A merge of a branch that still has it takes nothing out; one that brings its end does."""
    secret, line = fresh()
    gone, merge = branched(ground, line, removed_on=removed_on)
    assert left(ground.path, secret) == (gone if removed_on == "main" else merge)


def test_what_only_a_merged_branch_had_left_there(ground):
    secret, line = fresh()
    ground.git("checkout", "--quiet", "-b", "side")
    ground.put("a.env", line)
    gone = ground.drop("a.env")
    ground.git("checkout", "--quiet", "main")
    assert left(ground.path, secret) is None
    ground.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    assert left(ground.path, secret) == gone


def test_the_last_time_that_it_left_a_merged_branch(ground):
    secret, line = fresh()
    ground.git("checkout", "--quiet", "-b", "side")
    for name in ("a.env", "b.env"):
        ground.put(name, line)
        gone = ground.drop(name)
    ground.git("checkout", "--quiet", "main")
    ground.git("merge", "--quiet", "--no-ff", "-m", "Merge", "side")
    assert left(ground.path, secret) == gone


def test_what_another_branch_loses_has_not_left_head(ground):
    secret, line = fresh()
    ground.git("checkout", "--quiet", "-b", "side")
    ground.put("a.env", line)
    ground.drop("a.env")
    ground.git("checkout", "--quiet", "main")
    exposure = found(scan(ground.path), secret).exposure
    assert exposure is not None
    assert (exposure.left, exposure.in_head) == (None, False)


def test_a_file_s_name_leaves_as_its_content_does(ground):
    secret, line = fresh()
    name = secret.decode()
    ground.write(f"{name}/a.txt", b"a\n")
    ground.write(f"{name}/b.txt", line)
    ground.git("add", "--all")
    ground.commit("Come")
    ground.git("rm", "-r", "--quiet", name)
    ground.put("c.env", line)
    gone = ground.drop("c.env")
    assert left(ground.path, secret) == gone


def test_what_only_a_file_s_name_had(ground):
    secret, _ = fresh()
    ground.write(f"{secret.decode()}/a.txt", b"a\n")
    ground.git("add", "--all")
    ground.commit("Come")
    ground.git("rm", "-r", "--quiet", secret.decode())
    gone = ground.commit("Go")
    assert left(ground.path, secret) == gone


def test_a_message_stays_for_as_long_as_its_commit(ground):
    secret, line = fresh()
    ground.put("a.env", line)
    ground.commit(f"With {secret.decode()}")
    ground.drop("a.env")
    assert left(ground.path, secret) is None


def test_only_who_read_all_of_head_says_when_it_lost_a_secret(ground):
    """A range has not read the other versions that may still have it."""
    secret, line = fresh()
    start = ground.put("a.env", b"\n")
    ground.put("a.env", line)
    gone = ground.put("a.env", b"\n")
    ground.git("branch", "--quiet", "old", start)
    ground.git("checkout", "--quiet", "-b", "new")
    newer = ground.put("b.env", line)
    ground.git("checkout", "--quiet", "main")
    assert left(ground.path, secret, "history") == gone
    assert left(ground.path, secret, "range", "old..main") is None
    assert left(ground.path, secret, "history", newer) is None


def test_an_unborn_head_has_lost_nothing(ground):
    secret, line = fresh()
    ground.put("a.env", line)
    ground.drop("a.env")
    ground.git("checkout", "--quiet", "--orphan", "unborn")
    assert left(ground.path, secret) is None
