"""From an event of GitHub to what is read, as a function alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.ci.github import plan
from intercom_scan.ci.model import DEFAULT_BRANCH, MODES, branch_ref, object_id

A, B, C = ("a" * 40, "b" * 40, "c" * 40)
ZEROS = "0" * 40
MAIN = "refs/heads/main"
ENVIRONMENT = {
    "GITHUB_SHA": C, "GITHUB_SERVER_URL": "https://github.example", "GITHUB_REPOSITORY": "o/r",
    "GITHUB_REF_NAME": "main",
}  # fmt: skip
REPOSITORY = {"default_branch": "main"}
PULL = {"base": {"sha": A, "ref": "main"}, "head": {"sha": B, "ref": "topic"}}


def push(**more):
    return {"ref": "refs/heads/topic", "before": A, "after": C, "repository": REPOSITORY} | more


EVENTS = {
    "push": ("push", push(), (A, MAIN), "head"),
    "first push of a branch": ("push", push(before=ZEROS, created=True), (MAIN,), "head"),
    "forced push": ("push", push(forced=True), (A, MAIN), "head"),
    "a tag": ("push", push(ref="refs/tags/v1", before=ZEROS), (MAIN,), "head"),
    "no default branch": ("push", push(repository={}), (A, DEFAULT_BRANCH), "head"),
    "pull_request": ("pull_request", {"pull_request": PULL}, (A, MAIN, DEFAULT_BRANCH), "base"),
    "pull_request_target": (
        "pull_request_target", {"pull_request": PULL}, (A, MAIN, DEFAULT_BRANCH), "base",
    ),
    "merge_group": (
        "merge_group", {"merge_group": {"base_sha": A, "base_ref": MAIN, "head_sha": C}},
        (A, MAIN, DEFAULT_BRANCH), "base",
    ),
    "schedule": ("schedule", {"schedule": "0 0 * * 0"}, (), "head"),
    "workflow_dispatch": ("workflow_dispatch", {"ref": MAIN, "inputs": {}}, (), "head"),
    "release": ("release", {"release": {"tag_name": "v1"}}, (), "head"),
    "unknown": ("starred", {"before": A}, (), "head"),
    "none": ("", {}, (), "head"),
}  # fmt: skip


@pytest.mark.parametrize("case", EVENTS)
def test_events(case) -> None:
    event, payload, bases, policy = EVENTS[case]
    for choice, mode in MODES.items():
        made = plan(event, payload, ENVIRONMENT, choice)
        assert (made.mode, made.bases, made.policy) == (mode, bases, policy)
        assert made.head == C
        assert made.repository == "https://github.example/o/r"
        assert made.reason


def test_a_pull_request_s_own_head() -> None:
    made = plan("pull_request", {"pull_request": PULL}, ENVIRONMENT, "changes")
    assert made.change == B


def test_the_target_that_the_environment_names() -> None:
    made = plan("pull_request", {}, {"GITHUB_BASE_REF": "main"}, "changes")
    assert (made.bases, made.policy) == ((MAIN, DEFAULT_BRANCH), "base")


@pytest.mark.parametrize(
    ("event", "payload"),
    [("push", push(deleted=True, after=ZEROS)), ("delete", {"ref": "topic", "ref_type": "branch"})],
)
def test_a_deletion_brings_nothing(event, payload) -> None:
    for choice, mode in MODES.items():
        made = plan(event, payload, ENVIRONMENT, choice)
        assert made.mode == (None if choice in ("history", "changes") else mode)
        assert "deleted" in made.reason or made.mode


@pytest.mark.parametrize("after", [C, None, 0, "zeros"])
def test_only_a_real_deletion_is_one(after) -> None:
    made = plan("push", push(deleted="true", after=after), ENVIRONMENT, "history")
    assert made.mode == "history"
    real = plan("push", push(deleted=True, after=C), ENVIRONMENT, "history")
    assert real.mode == "history"


JSON = st.recursive(
    st.none() | st.booleans() | st.text() | st.sampled_from([A, ZEROS, "-x", "a:b", 1]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["pull_request", "merge_group", "base", "head", "sha", "ref", "before", "after",
                 "repository", "default_branch", "base_sha", "base_ref"]
            ),
            inner,
        )
    ),
    max_leaves=12,
)  # fmt: skip


@given(
    st.sampled_from(["push", "pull_request", "pull_request_target", "merge_group", "what"]),
    st.dictionaries(st.sampled_from(["pull_request", "merge_group", "before", "repository"]), JSON),
    st.sampled_from(list(MODES)),
)
def test_any_payload_leads_to_a_plan(event, payload, choice) -> None:
    made = plan(event, payload, {}, choice)
    assert made.mode == MODES[choice]
    for base in made.bases:
        assert base == DEFAULT_BRANCH or object_id(base) or branch_ref(base) == base
    assert made.change is None or object_id(made.change)


@pytest.mark.parametrize(
    "name",
    ["main", "feature/x", "ä", "a-b", "refs/heads/main", "x@y", "100%", "$(id)", "a;b", "`id`"],
)
def test_branches(name) -> None:
    assert branch_ref(name) == "refs/heads/" + name.removeprefix("refs/heads/")


@pytest.mark.parametrize(
    "name",
    [
        "", "-x", "--upload-pack=x", "a b", "a\nb", "a:b", "a..b", "a@{1}", "a~1", "a^", "a?", "a*",
        "a[b", "a\\b", "/a", "a/", "a//b", ".a", "a/.b", "a.", "a.lock", "refs/tags/x", "a\x00b",
        "\x1b[31m", "x" * 2000, None, 1, ["main"], {"a": 1},
    ],
)  # fmt: skip
def test_no_branches(name) -> None:
    assert branch_ref(name) is None


@pytest.mark.parametrize("text", [A, "f" * 64])
def test_ids(text) -> None:
    assert object_id(text) == text


@pytest.mark.parametrize(
    "text",
    [ZEROS, "0" * 64, "a" * 39, "a" * 41, "A" * 40, "main", f"{A}\n", f" {A}", None, 1, b"a"],
)
def test_no_ids(text) -> None:
    assert object_id(text) is None
