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
from tests.ci.running import ci, clone, environment, fetched, leak, on_github, origin
from tests.integration.running import TOKEN, git

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


def test_a_branch_that_is_named_after_a_secret_is_not_told(made) -> None:
    name = TOKEN.sample().decode().rstrip("=")
    made.git("branch", name)
    place = clone(made)
    made.git("branch", "--delete", name)
    made.git("branch", f"{name}/more")
    ran = ci(place, "--mode=all-refs", env=on_github(place, "push"))
    (line,) = [line for line in ran.out.splitlines() if "branches that are not" in line]
    assert "cannot lock ref" in line
    assert name not in line


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


def test_a_base_is_fetched_alone_where_the_clone_may_stay_shallow(made) -> None:
    """The files need no history, and their judge needs one commit."""
    base = made.put("policy.txt", b"x\n")
    made.put("later.txt", b"x\n")
    place = clone(made, "--depth=1")
    payload = {"pull_request": {"base": {"sha": base}}}
    ran = ci(place, "--mode=tree", env=on_github(place, "pull_request", payload))
    assert ran.code == 0, ran.said
    assert git(place, "rev-list", "--count", base) == "1"


def test_a_whole_clone_stays_whole_when_its_base_is_fetched(made) -> None:
    made.git("branch", "topic")
    base = made.put("later.txt", b"x\n")
    place = fetched(made, "heads/topic")
    payload = {"pull_request": {"base": {"sha": base}}}
    ran = ci(place, env=on_github(place, "pull_request", payload))
    assert (ran.code, ran.outputs["commits-scanned"]) == (1, "3"), ran.said
    assert git(place, "cat-file", "-t", base) == "commit"
    assert not shallow(place)


def test_a_list_of_refs_that_takes_for_ever(made, monkeypatch) -> None:
    place = clone(made)
    git(place, "config", "remote.origin.uploadpack", "sleep 100; git-upload-pack")
    git(place, "remote", "set-head", "origin", "--delete")
    monkeypatch.chdir(place)
    monkeypatch.setattr(checkout, "_ASKING", 0.2)
    with pytest.raises(checkout.CheckoutError, match=r"git took too long"):
        checkout.prepare(Plan("history", "push"), GITHUB, None, policy_of_base=True)


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
            repository.git._communicate(process, 0.05)
        process.kill()
        process.communicate()
    finally:
        os.close(read)
        os.close(write)
