"""Who decides what: a change neither judges itself nor says what is read and written."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.ci.running import ci, clone, fetched, head, leak, on_github, origin
from tests.integration.running import Dated, git


@pytest.fixture
def made(tmp_path):
    made = origin(tmp_path)
    leak(made)
    made.drop("app.txt")
    return made


def bare_in(made, place, started):
    """Commit a bare repository as files, whose configuration names what a fetch would start."""
    inside = place / "shop"
    git(place.parent, "clone", "--quiet", "--bare", "--depth=1", made.path.as_uri(), str(inside))
    (inside / "config").write_text(
        f'[core]\n\tbare = true\n[remote "origin"]\n\turl = {made.path.as_uri()}\n'
        f"\tuploadpack = touch {started}; git-upload-pack\n"
    )
    return inside


@pytest.mark.parametrize("inside", ["", "refs"])
def test_a_repository_that_was_committed_is_not_the_checkout(made, tmp_path, inside) -> None:
    """It could start programs, and be clean in place of what is to be scanned."""
    place = clone(made)
    shop = bare_in(made, place, tmp_path / "owned")
    assert git(shop, "rev-parse", "--is-bare-repository") == "true", "or this test could not fail"
    ran = ci(shop / inside, env=on_github(place, "push"))
    assert (ran.code, ran.outputs["result"]) == (2, "error")
    assert "the inside of a git repository" in ran.out
    assert not (tmp_path / "owned").exists()
    with (shop / "config").open("a") as config:
        config.write(f"[core]\n\tbare = false\n\tworktree = {place}\n")
    assert ci(shop / inside, env=on_github(place, "push")).code == 2


# --- where links lead


@pytest.fixture
def linked(made, tmp_path):
    """A clone with a link to a file beside it, and one to another repository."""
    place = clone(made)
    other = Dated(tmp_path / "other")
    (tmp_path / "precious").write_text("precious\n")
    (place / "report").symlink_to(tmp_path / "precious")
    (place / "folder").symlink_to(other.path)
    (place / "plain").mkdir()
    return place


@pytest.mark.parametrize(
    "file", ["report", "folder/report", "plain/../report", "folder/../precious", "{place}/report"]
)
@pytest.mark.parametrize("option", ["--sarif-file", "--report-file", "--junit-file"])
def test_no_report_goes_where_a_link_leads(linked, tmp_path, file, option) -> None:
    env, before = on_github(linked, "push"), {*tmp_path.rglob("*")}
    ran = ci(linked, option, file.format(place=linked), env=env)
    assert (ran.code, ran.outputs["result"]) == (2, "error"), ran.said
    assert "the checkout has a link there" in ran.out
    assert (tmp_path / "precious").read_text() == "precious\n"
    assert {*tmp_path.rglob("*")} - before == {Path(env["GITHUB_OUTPUT"])}


def test_links_outside_of_the_checkout_are_the_job_s(linked, tmp_path) -> None:
    (tmp_path / "results").mkdir()
    (tmp_path / "latest").symlink_to("results")
    ran = ci(linked, "--json-file", tmp_path / "latest" / "r.json", env=on_github(linked, "push"))
    assert ran.code == 1, ran.said
    assert (tmp_path / "results" / "r.json").exists()


def test_no_other_repository_is_scanned_in_place_of_a_directory(linked) -> None:
    ran = ci(linked, "--working-directory=folder", env=on_github(linked, "push"))
    assert (ran.code, ran.outputs["result"]) == (2, "error"), ran.said
    assert "the checkout has a link there" in ran.out
    ran = ci(linked, "--working-directory=plain", "--json-file=r.json")
    assert ran.code == 1, ran.said
    assert (linked / "plain" / "r.json").exists()
    assert ci(linked, "--working-directory=nowhere").code == 2


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
    base = payload["pull_request"]["base"]["sha"]
    assert f"configuration, ignores and baseline are those of {base[:12]}\n" in ran.out
    ran = ci(place, "--mode", mode, "--policy=head", env=on_github(place, "pull_request", payload))
    assert "baseline are those of" not in ran.out
    assert (ran.code, ran.outputs["new-findings"]) == (0, "0"), ran.said
    assert ran.outputs["findings"] == "1"


def test_a_push_is_judged_by_itself_unless_told(pull) -> None:
    made, payload = pull
    base = payload["pull_request"]["base"]["sha"]
    place = clone(made, branch="topic")
    payload = {"ref": "refs/heads/topic", "before": base, "after": head(place)}
    assert ci(place, env=on_github(place, "push", payload)).code == 0
    assert ci(place, "--policy=base", env=on_github(place, "push", payload)).code == 1


@pytest.mark.parametrize("mode", ["history", "changes"])
def test_a_merge_that_the_host_did_not_make_is_no_base(pull, mode) -> None:
    """A job that checks out a branch by its name gets what was pushed after the event."""
    made, payload = pull
    base, change = payload["pull_request"]["base"]["sha"], payload["pull_request"]["head"]["sha"]
    made.git("checkout", "--quiet", "--detach", base)
    ignoring(made, b"new.txt")
    judge = head(made.path)
    tree = head(made.path, f"{judge}^{{tree}}")
    merge = git(made.path, "commit-tree", tree, "-p", judge, "-p", change, "-m", "Merge")
    git(made.path, "update-ref", "refs/heads/topic", merge)
    place = clone(made, branch="topic")
    arguments = (place, "pull_request", payload)
    ran = ci(place, "--mode", mode, env=on_github(*arguments, GITHUB_SHA=base))
    assert (ran.code, ran.outputs["new-findings"]) == (1, "1"), ran.said
    ran = ci(place, "--mode", mode, env=on_github(*arguments, GITHUB_SHA=merge))
    assert (ran.code, ran.outputs["findings"]) == (0, "1"), "or this test could not fail"


def test_an_event_without_a_base_is_judged_by_the_default_branch(pull) -> None:
    made, _ = pull
    made.git("checkout", "--quiet", "main")
    place = clone(made, branch="topic")
    for mode in ("history", "changes"):
        ran = ci(place, "--mode", mode, "--policy=base", env=on_github(place, "workflow_run"))
        assert (ran.code, ran.outputs["new-findings"]) == (1, "1"), ran.said
        assert "all that" in ran.out


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
