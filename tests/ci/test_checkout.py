"""Clones that lack something, and clones that git refuses."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from intercom_scan.ci import checkout
from intercom_scan.ci.model import Plan
from intercom_scan.ci.services import GITHUB, PLAIN
from intercom_scan.errors import GitError
from intercom_scan.git import open_repository
from tests.ci.running import ci, clone, environment, fetched, head, leak, on_github, origin
from tests.integration.running import Dated, git

OTHERS = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"}


@pytest.fixture
def made(tmp_path):
    made = origin(tmp_path)
    leak(made)
    made.drop("app.txt")
    return made


def shallow(place) -> bool:
    return git(place, "rev-parse", "--is-shallow-repository") == "true"


@pytest.mark.parametrize(
    "options",
    [
        ("--depth=1",),
        (),
        ("--filter=blob:none",),
        ("--filter=tree:0",),
        ("--filter=blob:none", "--depth=1"),
    ],
)
def test_what_is_missing_is_fetched(made, options) -> None:
    place = clone(made, *options)
    ran = ci(place, env=on_github(place, "push"))
    assert ran.code == 1, ran.said
    assert ran.outputs["commits-scanned"] == "3"
    assert not shallow(place)


def test_a_server_that_gives_no_commit_by_its_id(made) -> None:
    """As old ones do: then all that the clone follows is asked for."""
    place = clone(made, "--depth=1")
    git(place, "commit", "--quiet", "--allow-empty", "-m", "Merged by the host, and never pushed")
    ran = ci(place, env=on_github(place, "push"))
    assert ran.outputs["commits-scanned"] == "4", ran.said


@pytest.mark.parametrize("options", [("--depth=1",), ("--filter=blob:none",)])
def test_a_fetch_that_fails(made, options) -> None:
    place = clone(made, *options)
    shutil.rmtree(made.path)
    ran = ci(place, env=on_github(place, "push"))
    assert ran.code == 3
    assert ran.outputs["result"] == "error"
    assert ran.outputs["findings"] == "0"
    assert "\n    with:\n      fetch-depth: 0\n" in ran.out
    assert ran.err == ""


def test_a_fetch_that_takes_for_ever(made, monkeypatch) -> None:
    place = clone(made, "--depth=1")
    git(place, "config", "remote.origin.uploadpack", "sleep 100; git-upload-pack")
    monkeypatch.chdir(place)
    monkeypatch.setattr(checkout, "_SECONDS", 0.2)
    with pytest.raises(checkout.CheckoutError, match=r"git took too long") as error:
        checkout.prepare(Plan("history", "push"), GITHUB, None, policy_of_base=False)
    assert error.value.fix == GITHUB.fix


def test_no_remote(made) -> None:
    place = clone(made, "--depth=1")
    git(place, "remote", "remove", "origin")
    ran = ci(place, env=on_github(place, "push"))
    assert (ran.code, "fetch-depth: 0" in ran.out) == (3, True)


def test_the_job_s_token_is_not_told(made) -> None:
    place = clone(made, "--depth=1")
    git(place, "config", "remote.origin.url", "https://user:hush@localhost:1/x.git")
    ran = ci(place, env=on_github(place, "push"))
    assert ran.code == 3
    assert "localhost" in ran.out
    assert "hush" not in ran.said


def test_no_command_is_a_transport(made, tmp_path) -> None:
    place = clone(made, "--depth=1")
    git(place, "config", "remote.origin.url", f"ext::touch {tmp_path}/owned")
    git(place, "config", "protocol.ext.allow", "always")
    assert ci(place, env=on_github(place, "push")).code == 3
    assert not (tmp_path / "owned").exists()


def test_no_hook_runs(made, tmp_path) -> None:
    place = clone(made, "--depth=1")
    for name in ("reference-transaction", "post-checkout", "pre-auto-gc"):
        hook = place / ".git" / "hooks" / name
        hook.parent.mkdir(exist_ok=True)
        hook.write_text(f"#!/bin/sh\ntouch {tmp_path}/owned\n")
        hook.chmod(0o755)
    assert ci(place, "--mode=all-refs", env=on_github(place, "push")).code == 1
    assert not (tmp_path / "owned").exists()


def test_where_no_service_is_known_nothing_is_fetched(made, tmp_path) -> None:
    place = clone(made, "--depth=1")
    git(place, "config", "remote.origin.uploadpack", f"touch {tmp_path}/owned; git-upload-pack")
    ran = ci(place)
    assert ran.code == 3
    assert "\n    git fetch --unshallow\n" in ran.err
    assert not (tmp_path / "owned").exists()
    assert ci(place, env=on_github(place, "push")).code == 1
    assert (tmp_path / "owned").exists(), "or this test could not fail"


def test_the_files_need_no_history(made) -> None:
    place = clone(made, "--depth=1")
    ran = ci(place, "--mode=tree", env=on_github(place, "push"))
    assert ran.code == 0, ran.said
    assert shallow(place)


def test_all_refs_are_fetched(made) -> None:
    made.git("checkout", "--quiet", "-b", "other")
    leak(made, "other.txt")
    made.git("tag", "kept")
    made.git("checkout", "--quiet", "main")
    place = fetched(made, "heads/main", "--depth=1")
    ran = ci(place, env=on_github(place, "push"))
    assert "other.txt" not in ran.out
    ran = ci(place, "--mode=all-refs", env=on_github(place, "push"))
    assert "other.txt" in ran.out
    assert "refs/remotes/origin/other" in git(place, "for-each-ref")


def test_all_refs_of_a_whole_clone_whose_remote_is_away(made) -> None:
    place = clone(made)
    shutil.rmtree(made.path)
    ran = ci(place, "--mode=all-refs", env=on_github(place, "push"))
    assert (ran.code, ran.outputs["new-findings"]) == (1, "1")
    assert "branches that are not in this clone are not read" in ran.out


# --- whose files it are


@pytest.mark.parametrize("inside", [".", "sub"])
def test_a_container_s_checkout(made, inside) -> None:
    place = clone(made)
    (place / inside).mkdir(exist_ok=True)
    ran = ci(place / inside, env={**on_github(place, "push"), **OTHERS})
    assert ran.code == 1, ran.said
    assert ran.outputs["commits-scanned"] == "3"
    assert not Path(environment({})["HOME"], ".gitconfig").exists()


def test_a_checkout_below_the_workspace(made) -> None:
    place = clone(made)
    env = {**on_github(place, "push"), **OTHERS, "GITHUB_WORKSPACE": str(place.parent)}
    assert ci(place, env=env).code == 1


@pytest.mark.parametrize("workspace", [None, "elsewhere", ""])
def test_any_other_checkout_is_refused(made, tmp_path, workspace) -> None:
    place = clone(made)
    (tmp_path / "elsewhere").mkdir()
    env = {} if workspace is None else on_github(place, "push")
    env["GITHUB_WORKSPACE"] = str(tmp_path / workspace) if workspace else ""
    ran = ci(place, env={**env, **OTHERS})
    assert ran.code == 3
    assert "another owner" in ran.said


def test_a_link_out_of_the_workspace_is_not_trusted(made, tmp_path) -> None:
    place = clone(made)
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / "link").symlink_to(place)
    env = {**on_github(place, "push"), **OTHERS, "GITHUB_WORKSPACE": str(workspace)}
    assert ci(workspace / "link", env=env).code == 3


# --- where there is nothing


def test_outside_of_a_repository(tmp_path) -> None:
    ran = ci(tmp_path, env=on_github(tmp_path, "push"))
    assert (ran.code, ran.outputs["result"]) == (2, "error")
    assert "not in a git repository" in ran.out


@pytest.mark.parametrize("mode", ["history", "changes", "all-refs"])
def test_a_repository_without_a_commit(tmp_path, mode) -> None:
    git(tmp_path, "init", "--quiet")
    ran = ci(tmp_path, "--mode", mode)
    assert ran.code in (2, 3), ran.said
    assert ran.said.count("intercom-scan: ") <= 1


def test_prepare_without_a_commit(tmp_path, monkeypatch) -> None:
    git(tmp_path, "init", "--quiet")
    monkeypatch.chdir(tmp_path)
    ready = checkout.prepare(Plan("files", "x"), PLAIN, None, policy_of_base=False)
    assert (ready.head, ready.revision) == (None, None)


# --- the policy


def ignoring(made, name) -> None:
    """Commit a decision that lets all that is in files of this name be."""
    made.put(".intercom-scan.yaml", b"paths:\n  exclude:\n    - path: " + name + b"\n"
             b"      reason: none\n")  # fmt: skip


@pytest.fixture
def pull(tmp_path):
    """A clone of a pull request that excuses itself, and its event's payload."""
    made = Dated(tmp_path / "origin")
    base = head(made.path)
    made.git("checkout", "--quiet", "-b", "topic")
    leak(made, "new.txt")
    ignoring(made, b"new.txt")
    sides = {"base": {"sha": base, "ref": "main"}, "head": {"sha": head(made.path)}}
    return made, {"pull_request": sides}


@pytest.mark.parametrize("mode", ["history", "changes", "tree"])
def test_a_change_cannot_excuse_itself(pull, mode) -> None:
    made, payload = pull
    place = fetched(made, "heads/topic", "--depth=1")
    ran = ci(place, "--mode", mode, env=on_github(place, "pull_request", payload))
    assert (ran.code, ran.outputs["new-findings"]) == (1, "1"), ran.said
    ran = ci(place, "--mode", mode, "--policy=head", env=on_github(place, "pull_request", payload))
    assert (ran.code, ran.outputs["new-findings"]) == (0, "0"), ran.said
    assert ran.outputs["findings"] == "1"


def test_a_push_is_judged_by_itself_unless_told(pull) -> None:
    made, payload = pull
    base = payload["pull_request"]["base"]["sha"]
    place = clone(made, branch="topic")
    payload = {"ref": "refs/heads/topic", "before": base, "after": head(place)}
    assert ci(place, env=on_github(place, "push", payload)).code == 0
    assert ci(place, "--policy=base", env=on_github(place, "push", payload)).code == 1


@pytest.mark.parametrize("event", ["schedule", "pull_request"])
def test_without_a_base_its_policy_is_not_guessed(pull, event) -> None:
    made, _ = pull
    place = clone(made, branch="topic")
    shutil.rmtree(made.path)
    git(place, "remote", "set-head", "origin", "--delete")
    ran = ci(place, "--policy=base", env=on_github(place, event, {}))
    assert ran.code == 3
    assert "the base commit, whose policy counts, cannot be had" in ran.out


def test_a_base_that_is_named(pull) -> None:
    made, payload = pull
    base = payload["pull_request"]["base"]["sha"]
    place = clone(made, branch="topic")
    for name in (base, "main", "refs/heads/main"):
        ran = ci(place, "--policy=base", "--base", name, "--mode=changes")
        assert ran.code == 1
        assert f"reaches and {base[:12]} does not" in ran.out
    ran = ci(place, "--base=--all")
    assert ran.code == 2
    assert "neither" in ran.err


# --- git itself


def test_git_connects_nowhere_but_where_it_is_asked_to(made) -> None:
    place = clone(made, "--depth=1")
    repository = open_repository(place)
    assert repository is not None
    assert repository.git.run("fetch", "origin").status != 0
    assert repository.git.connected().run("fetch", "origin").status == 0


def test_credentials_are_for_what_connects(monkeypatch, made) -> None:
    monkeypatch.setenv("GIT_ASKPASS", "ask")
    monkeypatch.setenv("GIT_SSH_COMMAND", "ssh -i key")
    monkeypatch.setenv("GIT_TRACE", "1")
    repository = open_repository(made.path)
    assert repository is not None
    assert not {"GIT_ASKPASS", "GIT_SSH_COMMAND"} & set(repository.git.environment)
    given = repository.git.connected().environment
    assert (given["GIT_ASKPASS"], given["GIT_SSH_COMMAND"]) == ("ask", "ssh -i key")
    assert given["GIT_TERMINAL_PROMPT"] == "0"
    assert "GIT_TRACE" not in given


def test_a_time_limit(made) -> None:
    repository = open_repository(made.path)
    assert repository is not None
    read, write = os.pipe()
    try:
        process = repository.git.start("cat-file", "--batch", stdin=read)
        with pytest.raises(GitError, match="took too long"):
            repository.git._communicate(process, None, 0.05)
        process.kill()
        process.communicate()
    finally:
        os.close(read)
        os.close(write)
