"""Since when, until when, and from where a secret can be reached: against a slow oracle."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.integration.running import TOKEN, Dated, canonical, found, fresh, git, scan


@dataclass
class Held:
    """What the oracle knows of one blob: the commits that hold it, and those that brought it."""

    commits: set[str] = field(default_factory=set)
    brought: set[tuple[str, str]] = field(default_factory=set)


def oracle(path, blob: str, *revisions: str) -> Held:
    """Read every commit's whole tree: slow, and simple enough to be believed."""
    held = Held()
    graph = git(path, "rev-list", "--parents", *(revisions or ("--all", "--reflog"))).splitlines()
    has = {}
    for line in graph:
        commit, *_ = line.split()
        entries = git(path, "ls-tree", "-r", "-z", commit).split("\0")
        has[commit] = {e.split("\t", 1)[1] for e in entries if e.split("\t")[0].endswith(blob)}
    for line in graph:
        commit, *parents = line.split()
        if has[commit]:
            held.commits.add(commit)
        for name in has[commit]:
            if not any(name in has.get(parent, ()) for parent in parents):
                held.brought.add((commit, name))
    return held


def time_of(path, commit: str) -> int:
    return int(git(path, "show", "-s", "--format=%ct", commit))


def refs_with(path, commits) -> tuple[str, ...]:
    refs = {"HEAD": "HEAD"} | {
        name: name for name in git(path, "for-each-ref", "--format=%(refname)").splitlines()
    }
    return tuple(sorted(r for r in refs if commits & set(git(path, "rev-list", r).splitlines())))


def agree(path, finding, blob: str) -> None:
    held = oracle(path, blob)
    exposure = finding.exposure
    assert exposure is not None
    places = {(p.commit.id, p.path) for p in finding.places if p.commit}
    assert places == held.brought
    times = {commit: time_of(path, commit) for commit in held.commits}
    assert exposure.first is not None
    assert exposure.last is not None
    assert times[exposure.first.id] == min(times.values())
    assert times[exposure.last.id] == max(times.values())
    assert exposure.in_head == (git(path, "rev-parse", "HEAD") in held.commits)
    assert exposure.refs == refs_with(path, {commit for commit, _ in held.brought})
    assert exposure.days is not None
    if not exposure.refs:
        assert exposure.days == (max(times.values()) - min(times.values())) // 86_400


def grow(ground: Dated, seed: int, blobs: list[bytes]) -> None:
    """A random history: branches, merges, renames, removals and returns of a few files."""
    choose = random.Random(seed)
    branches = ["main"]
    names = ["a.env", "b/c.env", "b/d.txt"]
    for step in range(choose.randrange(12, 22)):
        action = choose.random()
        if action < 0.15:
            branches.append(f"branch-{step}")
            ground.git("checkout", "--quiet", "-b", branches[-1])
        elif action < 0.35:
            ground.git("checkout", "--quiet", choose.choice(branches))
        elif action < 0.55 and len(branches) > 1:
            merge(ground, choose, branches, names, blobs)
        elif action < 0.75:
            name = choose.choice(names)
            if (ground.path / name).exists():
                ground.drop(name)
        elif action < 0.8:
            ground.commit("Amend it", "--amend")
        else:
            ground.put(choose.choice(names), choose.choice([*blobs, b"nothing %d\n" % step]))


def merge(ground, choose, branches, names, blobs) -> None:
    """With any outcome: a merge's tree need not come from its parents."""
    others = choose.sample(branches, min(len(branches), choose.choice((1, 1, 2))))
    head = ground.git("rev-parse", "HEAD")
    parents = list(dict.fromkeys([head, *(ground.git("rev-parse", o) for o in others)]))
    if choose.random() < 0.4:
        ground.write(choose.choice(names), choose.choice(blobs))
    ground.git("add", "--all")
    tree = ground.git("write-tree")
    ground.clock += 86_400
    date = f"{ground.clock} +0000"
    made = git(
        ground.path, "commit-tree", tree, "-m", "Merge", *(x for p in parents for x in ("-p", p)),
        env={"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date},
    )  # fmt: skip
    ground.git("reset", "--quiet", "--hard", made)


@pytest.mark.parametrize("seed", range(12))
def test_random_histories_agree_with_the_oracle(tmp_path, seed):
    ground = Dated(tmp_path / "repository")
    made = [fresh() for _ in range(2)]
    grow(ground, seed, [line for _, line in made])
    result = scan(ground.path)
    assert result.complete
    assert result.commits == len(
        [line for line in git(ground.path, "cat-file", "--batch-check", "--batch-all-objects")
         .splitlines() if " commit " in line]
    )  # fmt: skip
    secrets = {finding.secret for finding in result.findings}
    for secret, line in made:
        blob = git(ground.path, "hash-object", "--stdin", stdin=line)
        assert (canonical(secret) in secrets) == bool(oracle(ground.path, blob).commits)
        if canonical(secret) in secrets:
            agree(ground.path, found(result, secret), blob)


def test_removed_and_brought_back(tmp_path):
    ground = Dated(tmp_path / "repository")
    secret, line = fresh()
    first = ground.put("a.env", line)
    ground.drop("a.env")
    again = ground.put("a.env", line)
    gone = ground.drop("a.env")
    finding = found(scan(ground.path), secret)
    assert [p.commit.id for p in finding.places if p.commit] == [first, again]
    exposure = finding.exposure
    assert exposure is not None
    assert exposure.first is not None
    assert exposure.last is not None
    assert (exposure.first.id, exposure.last.id) == (first, again)
    assert gone != again
    assert not exposure.in_head


def test_days_count_until_nobody_can_reach_it(tmp_path):
    ground = Dated(tmp_path / "repository")
    secret, line = fresh()
    ground.git("checkout", "--quiet", "--orphan", "lost")
    ground.put("a.env", line)
    ground.commit("Much later", days=9)
    ground.git("checkout", "--quiet", "main")
    ground.git("branch", "--quiet", "-D", "lost")
    ground.git("reflog", "expire", "--expire=all", "--all")
    finding = found(scan(ground.path), secret)
    assert finding.exposure is not None
    assert (finding.exposure.days, finding.exposure.refs) == (9, ())


def test_rename_is_a_second_place_and_no_end(tmp_path):
    ground = Dated(tmp_path / "repository")
    secret, line = fresh()
    first = ground.put("a.env", line)
    ground.git("mv", "a.env", "b.env")
    second = ground.commit("Rename")
    finding = found(scan(ground.path), secret)
    places = [(p.commit.id, p.path) for p in finding.places if p.commit]
    assert places == [(first, "a.env"), (second, "b.env")]
    assert finding.exposure is not None
    assert finding.exposure.in_head


@pytest.mark.parametrize("annotated", [True, False])
def test_on_a_tag_alone(tmp_path, annotated):
    ground = Dated(tmp_path / "repository")
    secret, line = fresh()
    ground.git("checkout", "--quiet", "--detach")
    commit = ground.put("a.env", line)
    ground.git("tag", "v1", *(["--annotate", "-m", "Release"] if annotated else []))
    ground.git("checkout", "--quiet", "main")
    finding = found(scan(ground.path), secret)
    assert finding.exposure is not None
    assert finding.exposure.refs == ("refs/tags/v1",)
    assert finding.places[0].commit is not None
    assert finding.places[0].commit.id == commit


def test_a_secret_in_a_commit_that_only_a_nested_tag_reaches(tmp_path):
    ground = Dated(tmp_path / "repository")
    secret, line = fresh()
    ground.git("checkout", "--quiet", "--detach")
    ground.put("a.env", line)
    ground.git("tag", "--annotate", "inner", "-m", "Release")
    ground.git("tag", "--annotate", "outer", "inner", "-m", "Again")
    ground.git("tag", "--delete", "inner")
    ground.git("checkout", "--quiet", "main")
    exposure = found(scan(ground.path), secret).exposure
    assert exposure is not None
    assert exposure.refs == ("refs/tags/outer",)


def test_different_secrets_in_one_file_have_lives_of_their_own(tmp_path):
    ground = Dated(tmp_path / "repository")
    (one, first), (two, second) = fresh(), fresh()
    start = ground.put("a.env", first)
    both = ground.put("a.env", first + second)
    rest = ground.put("a.env", second)
    ground.put("a.env", b"\n")
    result = scan(ground.path)
    lives: list[Any] = [found(result, s).exposure for s in (one, two)]
    assert [(e.first.id, e.last.id) for e in lives] == [(start, both), (both, rest)]


def test_grafts_and_replacements_change_nothing(tmp_path):
    ground = Dated(tmp_path / "repository")
    secret, line = fresh()
    first = ground.put("a.env", line)
    ground.drop("a.env")
    head = ground.commit("Head")
    before = found(scan(ground.path), secret)
    (ground.path / ".git" / "info" / "grafts").write_text(f"{head}\n")
    ground.git("replace", "--graft", head)
    after = found(scan(ground.path), secret)
    assert after.exposure == before.exposure
    assert after.exposure is not None
    assert after.exposure.first is not None
    assert after.exposure.first.id == first


@pytest.mark.parametrize("revision", ["main~2..main~1", "main~2..main"])
def test_exposure_in_a_range_sees_what_lies_around_it(tmp_path, revision):
    """The end of a range need not be the end of the secret's life."""
    ground = Dated(tmp_path / "repository")
    secret, line = fresh()
    brought = ground.put("a.env", line)
    last = ground.commit("Head")
    finding = found(scan(ground.path, "range", revision), secret)
    assert [p.commit.id for p in finding.places if p.commit] == [brought]
    exposure = finding.exposure
    assert exposure is not None
    assert exposure.last is not None
    assert exposure.last.id == last
    assert exposure.in_head
    assert exposure.refs == ("HEAD", "refs/heads/main")


def test_token_in_a_message_of_an_amended_commit(tmp_path):
    ground = Dated(tmp_path / "repository")
    secret, _ = fresh()
    commit = ground.commit(f"With {secret.decode()}")
    ground.commit("Without", "--amend")
    finding = found(scan(ground.path), secret, TOKEN)
    assert finding.exposure is not None
    assert finding.exposure.refs == ()
    assert {p.commit.id for p in finding.places if p.commit} == {commit}
