"""Each service by the variables that it documents, with real clones."""

from __future__ import annotations

from pathlib import Path

import pytest

from intercom_scan.ci.model import DEFAULT_BRANCH, MODES
from intercom_scan.ci.services import GITHUB, PLAIN, SERVICES, recognised
from tests.ci.running import ci, fetched, head, leak, origin
from tests.integration.running import git

MAIN = "refs/heads/main"
ZEROS = "0" * 40


def variables(name, place, *, base="", change="", before="", commit=""):
    """What a job of a service has; of a merge request if it has a base."""
    request = {
        "gitlab": {"CI_MERGE_REQUEST_IID": "7", "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
                   "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                   "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "topic",
                   "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": ""},
        "circleci": {"CIRCLE_PULL_REQUEST": "https://github.example/o/r/pull/7"},
        "jenkins": {"CHANGE_ID": "7", "CHANGE_TARGET": "main", "CHANGE_BRANCH": "topic"},
        "azure": {"SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
                  "SYSTEM_PULLREQUEST_TARGETBRANCH": MAIN,
                  "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/topic",
                  "SYSTEM_PULLREQUEST_SOURCECOMMITID": change},
        "bitbucket": {"BITBUCKET_PR_ID": "7", "BITBUCKET_PR_DESTINATION_BRANCH": "main",
                      "BITBUCKET_PR_DESTINATION_COMMIT": base[:12]},
    }  # fmt: skip
    always = {
        "gitlab": {"GITLAB_CI": "true", "CI_PROJECT_DIR": place, "CI_COMMIT_SHA": commit,
                   "CI_COMMIT_BEFORE_SHA": before or ZEROS, "CI_DEFAULT_BRANCH": "main",
                   "CI_PROJECT_URL": "https://gitlab.example/o/r"},
        "circleci": {"CIRCLECI": "true", "CIRCLE_SHA1": commit, "CIRCLE_BRANCH": "topic",
                     "CIRCLE_WORKING_DIRECTORY": place},
        "jenkins": {"JENKINS_URL": "https://jenkins.example/", "WORKSPACE": place,
                    "GIT_COMMIT": commit, "BRANCH_NAME": "topic", "GIT_PREVIOUS_COMMIT": before},
        "azure": {"TF_BUILD": "True", "BUILD_SOURCESDIRECTORY": place,
                  "BUILD_SOURCEVERSION": commit, "BUILD_SOURCEBRANCH": "refs/heads/topic"},
        "bitbucket": {"BITBUCKET_BUILD_NUMBER": "1", "BITBUCKET_CLONE_DIR": place,
                      "BITBUCKET_COMMIT": change or commit, "BITBUCKET_BRANCH": "topic"},
    }  # fmt: skip
    return always[name] | (request[name] if base else {})


NAMES = [name for name in SERVICES if name not in ("github", "plain")]


@pytest.fixture
def made(tmp_path):
    """An origin with a fake in main, and another in a branch."""
    made = origin(tmp_path)
    leak(made, "old.txt")
    made.git("checkout", "--quiet", "-b", "topic")
    leak(made, "new.txt")
    return made


@pytest.mark.parametrize("name", NAMES)
def test_it_is_recognised(name, tmp_path) -> None:
    env = {key: str(value) for key, value in variables(name, tmp_path).items()}
    assert recognised(env) is SERVICES[name]
    assert SERVICES[name].place(env) == tmp_path
    assert len(SERVICES[name].fix) == 2


def test_github_and_plain(tmp_path, monkeypatch) -> None:
    assert recognised({"GITHUB_ACTIONS": "true"}) is GITHUB
    assert recognised({}) is recognised({"GITLAB_CI": ""}) is PLAIN
    assert PLAIN.place({"": "x"}) is None or PLAIN.checkout == ""
    monkeypatch.setenv("HOME", str(tmp_path))
    circle = {"CIRCLE_WORKING_DIRECTORY": "~/project"}
    assert SERVICES["circleci"].place(circle) == Path(tmp_path, "project")


@pytest.mark.parametrize("name", NAMES)
def test_a_branch(made, name) -> None:
    """All history by default, although the clone has one commit."""
    place = fetched(made, "heads/topic", "--depth=1")
    ran = ci(place, env=variables(name, place, commit=head(place)))
    assert ran.code == 1, ran.said
    assert "2 secrets" in ran.out
    assert "3 commits" in ran.out
    assert ran.out.startswith(f"{SERVICES[name].title}, a branch or tag: all that ")
    assert "::" not in ran.out


@pytest.mark.parametrize("name", NAMES)
def test_changes_of_a_branch(made, name) -> None:
    place = fetched(made, "heads/topic", "--depth=1")
    before = head(made.path, "main")
    made.git("checkout", "--quiet", "main")  # as the default branch is on a server
    ran = ci(place, "--mode=changes", env=variables(name, place, before=before))
    assert ran.code == 1, ran.said
    assert "1 commit," in ran.out
    assert "old.txt" not in ran.out


@pytest.mark.parametrize("name", NAMES)
def test_a_merge_request_is_judged_by_its_base(made, name) -> None:
    base = head(made.path, "main")
    config = b"paths:\n  exclude:\n    - path: new.txt\n      reason: none\n"
    made.put(".intercom-scan.yaml", config)
    change = head(made.path)
    made.git("checkout", "--quiet", "main")
    place = fetched(made, "heads/topic", "--depth=1")
    env = variables(name, place, base=base, change=change, commit=change)
    ran = ci(place, "--mode=changes", env=env)
    assert ran.code == 1, ran.said
    assert "2 commits," in ran.out
    assert "old.txt" not in ran.out
    assert ci(place, "--mode=changes", "--policy=head", env=env).code == 0


@pytest.mark.parametrize("name", ["azure", "bitbucket", "gitlab"])
def test_a_change_that_the_host_merged(made, name) -> None:
    """Of what went on in the target meanwhile nothing is the change's."""
    base, change = head(made.path, "main"), head(made.path)
    made.git("checkout", "--quiet", "main")
    leak(made, "later.txt")
    tips = ("topic", "main") if name == "bitbucket" else ("main", "topic")
    made.git("checkout", "--quiet", "--detach", tips[0])
    made.git("merge", "--quiet", "--no-ff", "-m", "Merge", tips[1])
    made.git("update-ref", "refs/merged/7", head(made.path))
    made.git("checkout", "--quiet", "main")
    place = fetched(made, "merged/7", "--depth=1")
    env = variables(name, place, base=base, change=change, commit=head(place))
    if name == "gitlab":
        env["CI_MERGE_REQUEST_SOURCE_BRANCH_SHA"] = change
    ran = ci(place, "--mode=changes", env=env)
    assert ran.code == 1, ran.said
    assert "new.txt" in ran.out
    assert "later.txt" not in ran.out


@pytest.mark.parametrize("name", NAMES)
def test_a_clone_that_cannot_be_deepened(made, name) -> None:
    place = fetched(made, "heads/topic", "--depth=1")
    git(place, "remote", "set-url", "origin", (made.path.parent / "gone").as_uri())
    ran = ci(place, env=variables(name, place))
    assert ran.code == 3
    assert [line.removeprefix("    ") for line in ran.err.splitlines()[1:]] == list(
        SERVICES[name].fix
    )


@pytest.mark.parametrize("name", NAMES)
def test_hostile_values(name) -> None:
    hostile = "--upload-pack=x\n::error::"
    env = dict.fromkeys(variables(name, "/x", base="x", before="x"), hostile)
    for choice in MODES:
        plan = SERVICES[name].plan(env, choice)
        assert plan.bases == (DEFAULT_BRANCH,)
        assert (plan.head, plan.change) == (None, None)


def test_the_plain_shell(made) -> None:
    place = made.path
    ran = ci(place)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("plain, no service that is known: all that ")
    ran = ci(place, "--mode=changes", "--base=main")
    assert ran.code == 1


def test_a_service_that_is_named(made) -> None:
    ran = ci(made.path, "--service=jenkins")
    assert ran.out.startswith("Jenkins, ")
    ran = ci(made.path, env={"INTERCOM_SCAN_SERVICE": "gitlab"})
    assert ran.out.startswith("GitLab CI, ")
    assert ci(made.path, "--service=what").code == 2
