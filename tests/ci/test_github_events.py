"""Each event of GitHub, against clones as actions/checkout makes them."""

from __future__ import annotations

import pytest

from tests.ci.running import ci, clone, fetched, head, leak, on_github, origin, outcome
from tests.integration.running import git

ZEROS = "0" * 40
DEFAULT = {"default_branch": "main"}


@pytest.fixture
def made(tmp_path):
    return origin(tmp_path)


def pushed(made, before, **more):
    branch = more.pop("branch", "main")
    return {
        "ref": f"refs/heads/{branch}", "before": before, "after": head(made.path, branch),
        "repository": DEFAULT, **more,
    }  # fmt: skip


def test_a_push_reads_all_history_of_a_shallow_clone(made) -> None:
    leak(made)
    made.drop("app.txt")
    before = head(made.path)
    made.put("b.txt", b"b\n")
    place = clone(made, "--depth=1")
    ran = ci(place, env=on_github(place, "push", pushed(made, before)))
    assert outcome(ran) == (1, 1, 4)
    assert ran.outputs["result"] == "findings"
    assert git(place, "rev-parse", "--is-shallow-repository") == "false"
    assert "push: all that" in ran.out


def test_changes_of_a_push(made) -> None:
    leak(made, "old.txt")
    before = head(made.path)
    leak(made, "new.txt")
    place = clone(made, "--depth=1")
    ran = ci(place, "--mode=changes", env=on_github(place, "push", pushed(made, before)))
    assert outcome(ran) == (1, 1, 1)
    assert "new.txt" in ran.out
    assert "old.txt" not in ran.out


def test_changes_of_a_first_push_are_measured_from_the_default_branch(made) -> None:
    leak(made, "old.txt")
    made.git("checkout", "--quiet", "-b", "topic")
    leak(made, "new.txt")
    place = fetched(made, "heads/topic", "--depth=1")
    payload = pushed(made, ZEROS, branch="topic", created=True)
    ran = ci(place, "--mode=changes", env=on_github(place, "push", payload))
    assert outcome(ran) == (1, 1, 1)
    assert "old.txt" not in ran.out


def test_changes_of_a_forced_push(made) -> None:
    leak(made, "both.txt")
    base = head(made.path)
    made.put("lost.txt", b"lost\n")
    lost = head(made.path)
    made.git("reset", "--quiet", "--hard", base)
    leak(made, "new.txt")
    place = clone(made)
    payload = pushed(made, lost, forced=True)
    ran = ci(place, "--mode=changes", env=on_github(place, "push", payload))
    assert outcome(ran) == (1, 1, 1)
    assert f"reaches and {lost[:12]} does not" in ran.out


def test_changes_since_a_commit_that_is_gone(made) -> None:
    """Of the default branch there is nothing else to measure from."""
    leak(made, "old.txt")
    place = clone(made)
    payload = pushed(made, "ab" * 20, forced=True)
    ran = ci(place, "--mode=changes", env=on_github(place, "push", payload))
    assert outcome(ran) == (1, 1, 2)


def test_a_push_back_to_an_older_commit(made) -> None:
    """It brings no commit, and nothing read would be no proof."""
    older = head(made.path)
    made.put("b.txt", b"b\n")
    newer = head(made.path)
    made.git("reset", "--quiet", "--hard", older)
    place = clone(made)
    payload = pushed(made, newer, forced=True)
    ran = ci(place, "--mode=changes", env=on_github(place, "push", payload))
    assert outcome(ran) == (0, 0, 1)
    assert "push: all that" in ran.out


def test_a_tag(made) -> None:
    leak(made)
    made.git("tag", "-a", "-m", "Release", "v1")
    place = clone(made, "--depth=1", branch="v1")
    payload = {"ref": "refs/tags/v1", "before": ZEROS, "after": head(made.path, "v1")}
    for mode in ("history", "changes"):
        ran = ci(place, "--mode", mode, env=on_github(place, "push", payload))
        assert outcome(ran) == (1, 1, 2)


@pytest.mark.parametrize("event", ["push", "delete"])
def test_a_deleted_branch(made, event) -> None:
    leak(made)
    place = clone(made, "--depth=1")
    payload = {"ref": "refs/heads/topic", "before": head(place), "after": ZEROS, "deleted": True}
    ran = ci(place, env=on_github(place, event, payload))
    assert outcome(ran) == (0, 0, 0)
    assert "deleted" in ran.out
    assert ran.outputs["result"] == "clean"
    ran = ci(place, "--mode=tree", env=on_github(place, event, payload))
    assert outcome(ran)[:2] == (1, 1)


class Pull:
    """A pull request and the merge commit that the host made of it, while main went on."""

    def __init__(self, made) -> None:
        leak(made, "ours.txt")
        self.made = made
        self.old_base = head(made.path)
        made.git("checkout", "--quiet", "-b", "topic")
        self.head = leak(made, "theirs.txt")
        made.git("checkout", "--quiet", "main")
        self.base = leak(made, "later.txt")
        made.git("checkout", "--quiet", "--detach")
        made.git("merge", "--quiet", "--no-ff", "-m", "Merge", "topic")
        self.merge = head(made.path)
        made.git("update-ref", "refs/pull/1/merge", self.merge)
        made.git("update-ref", "refs/pull/1/head", self.head)
        made.git("checkout", "--quiet", "main")
        made.git("branch", "--quiet", "-D", "topic")  # a fork's branch is none of ours

    def payload(self):
        sides = {"base": {"sha": self.old_base, "ref": "main"}, "head": {"sha": self.head}}
        return {"number": 1, "pull_request": sides}

    def run(self, event, ref, *arguments, depth=1):
        options = (f"--depth={depth}",) if depth else ()
        place = fetched(self.made, ref, *options)
        env = on_github(place, event, self.payload(), GITHUB_SHA=self.merge)
        return ci(place, *arguments, env=env)


@pytest.mark.parametrize("depth", [1, 0])
def test_a_merged_pull_request(made, depth) -> None:
    pull = Pull(made)
    ran = pull.run("pull_request", "pull/1/merge", depth=depth)
    assert outcome(ran) == (1, 3, 5)
    ran = pull.run("pull_request", "pull/1/merge", "--mode=changes", depth=depth)
    assert outcome(ran) == (1, 1, 2)
    assert "theirs.txt" in ran.out
    assert "later.txt" not in ran.out, "another change turned this one red"


def test_a_pull_request_s_own_head(made) -> None:
    pull = Pull(made)
    ran = pull.run("pull_request", "pull/1/head", "--mode=changes")
    assert outcome(ran) == (1, 1, 1)
    assert "not what the job checked out" not in ran.out


def test_pull_request_target_reads_what_is_checked_out(made) -> None:
    pull = Pull(made)
    for mode in ("history", "changes"):
        ran = pull.run("pull_request_target", "heads/main", "--mode", mode)
        assert "theirs.txt" not in ran.out
        assert f"the change itself, {pull.head[:12]}, is not what the job checked out" in ran.out
        assert outcome(ran)[0] == 1
    ran = pull.run("pull_request_target", "pull/1/head", "--mode=changes")
    assert outcome(ran) == (1, 1, 1)


def test_pull_request_target_fetches_nothing_of_the_fork(made) -> None:
    pull = Pull(made)
    place = fetched(made, "heads/main", "--depth=1")
    ci(place, env=on_github(place, "pull_request_target", pull.payload()))
    assert head(place, pull.base) == pull.base
    with pytest.raises(AssertionError):
        git(place, "cat-file", "-e", pull.head)


def test_a_merge_group(made) -> None:
    leak(made, "old.txt")
    base = head(made.path)
    made.git("checkout", "--quiet", "-b", "gh-readonly-queue/main/pr-1")
    leak(made, "new.txt")
    group = {"base_sha": base, "base_ref": "refs/heads/main", "head_sha": head(made.path)}
    place = fetched(made, "heads/gh-readonly-queue/main/pr-1", "--depth=1")
    env = on_github(place, "merge_group", {"action": "checks_requested", "merge_group": group})
    assert outcome(ci(place, env=env)) == (1, 2, 3)
    env = on_github(place, "merge_group", {"action": "checks_requested", "merge_group": group})
    assert outcome(ci(place, "--mode=changes", env=env)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("event", "payload"),
    [
        ("schedule", {"schedule": "0 4 * * 1"}),
        ("workflow_dispatch", {"ref": "refs/heads/main", "inputs": None}),
        ("release", {"action": "published", "release": {"tag_name": "v1"}}),
        ("what_comes_next", {"before": ZEROS, "deleted": True}),
        ("push", {"before": 1, "after": [], "repository": "main", "deleted": "yes"}),
        ("push", {}),
    ],
)
@pytest.mark.parametrize("mode", ["history", "changes"])
def test_others_and_unknown_ones_read_the_history(made, event, payload, mode) -> None:
    leak(made)
    made.drop("app.txt")
    place = clone(made, "--depth=1")
    ran = ci(place, "--mode", mode, env=on_github(place, event, payload))
    assert outcome(ran) == (1, 1, 3)


HOSTILE = ["--upload-pack=touch owned", "main:refs/heads/x", "$(touch owned)", "a\n::error::b"]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_reach_no_git(made, name) -> None:
    leak(made)
    place = clone(made)
    sides = {"base": {"sha": name, "ref": name}, "head": {"sha": name, "ref": name}}
    payload = {"pull_request": sides, "before": name, "after": name, "ref": name,
               "repository": {"default_branch": name}}  # fmt: skip
    for event in ("push", "pull_request"):
        env = on_github(place, event, payload, GITHUB_HEAD_REF=name, GITHUB_BASE_REF=name)
        ran = ci(place, "--mode=changes", env=env)
        assert outcome(ran) == (1, 1, 2)
        assert name not in ran.said
        assert not list(made.path.parent.rglob("owned"))


@pytest.mark.parametrize("text", ["", "[]", "null", "{", "[" * 100_000, '"\\ud800"'])
def test_a_payload_that_is_none(made, text, tmp_path) -> None:
    leak(made)
    place = clone(made)
    env = on_github(place, "push")
    (tmp_path / "broken.json").write_text(text)
    ran = ci(place, "--mode=changes", env={**env, "GITHUB_EVENT_PATH": tmp_path / "broken.json"})
    assert outcome(ran) == (1, 1, 2)
