"""The command: what it takes, what it says, what lies in its output."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner

from intercom_scan.cli.group import cli
from intercom_scan.fakes.ground import Ground
from intercom_scan.fakes.planting import PLACES, plant
from intercom_scan.git import Git
from intercom_scan.purge import driver, proof
from tests.purge.making import TOKEN, Purged, line, state
from tests.trail.logs import told


class Leaky(Ground):
    """With a token in a file."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.secret = TOKEN.sample()
        self.commit_file("leak", line(self.secret))


@pytest.fixture
def leaky(tmp_path):
    return Leaky(tmp_path / "repository")


def run(ground: Ground, *arguments: str):
    output = ground.path.parent / "out"
    words = ["purge", "--repository", str(ground.path), "--output", str(output), *arguments]
    return CliRunner().invoke(cli, words, standalone_mode=False), output


def test_all_of_it(leaky) -> None:
    ground = leaky
    ground.git("remote", "add", "origin", "https://example.com/a.git")
    ground.git("update-ref", "refs/pull/7/head", "HEAD")
    result, output = run(ground, "--all")
    assert result.return_value == 0, result.output
    assert sorted(path.name for path in output.iterdir()) == [
        "commit-map", "ref-map", "report.json", "report.md", "repository.git",
    ]  # fmt: skip
    old = ground.git("rev-parse", "HEAD")
    document = json.loads((output / "report.json").read_text("utf-8"))
    new = document["commits"][old]
    assert (output / "commit-map").read_text() == f"{old} {new}\n"
    assert f"{old} {new} refs/heads/main\n" in (output / "ref-map").read_text()
    page = (output / "report.md").read_text("utf-8")
    assert f"--force-with-lease=refs/heads/main:{old}" in page
    assert "refs/pull/7/head" in page.partition("## Pull requests")[2]
    assert "example.com" not in page
    everything = result.output.encode() + page.encode() + json.dumps(document).encode()
    assert ground.secret.rstrip(b"=") not in everything


def test_what_the_report_says_to_push_can_be_pushed(leaky, tmp_path) -> None:
    ground = leaky
    Git(tmp_path, inherit=False).output("init", "--quiet", "--bare", "remote.git")
    ground.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    subprocess.run(["git", "push", "--quiet", "origin", "main"], cwd=ground.path, check=True)
    _, output = run(ground, "--all")
    script = (output / "report.md").read_text("utf-8").split("```sh\n")[1].split("```")[0]
    subprocess.run(["sh", "-e", "-c", script], cwd=ground.path, check=True, capture_output=True)
    remote = Git(tmp_path / "remote.git", inherit=False)
    assert remote.output("rev-parse", "main") == Git(output / "repository.git").output(
        "rev-parse", "main"
    )


def test_a_fingerprint_and_a_prefix_of_it_choose(leaky, tmp_path) -> None:
    other = TOKEN.sample()
    leaky.commit_file("other", line(other))
    chosen = Purged(leaky).outcome.chosen
    first = next(finding for finding in chosen if finding.secret == leaky.secret)
    result, output = run(leaky, first.fingerprint[:12])
    assert result.return_value == 0, result.output
    found = Git(output / "repository.git").output("grep", "-h", "-e", other.decode(), "main")
    assert other in found
    document = json.loads((output / "report.json").read_text("utf-8"))
    assert [each["fingerprint"] for each in document["purged"]] == [first.fingerprint]
    assert len(document["not_chosen"]) == 1


def test_nothing_to_purge(tmp_path) -> None:
    result, output = run(Ground(tmp_path / "repository"), "--all")
    assert (result.return_value, result.output.splitlines()[-1]) == (0, "Nothing to purge.")
    assert not output.exists()


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("lfs_object", "Git LFS object"),
        ("reflog_message", "a reflog"),
        ("dangling_blob", "git gc --prune=now"),
        ("submodule", "A submodule"),
    ],
)
def test_what_is_not_in_history_is_named(place: str, said: str, tmp_path) -> None:
    ground = Ground(tmp_path / "repository")
    plant(ground, TOKEN, place, PLACES[place])
    result, output = run(ground, "--all")
    assert result.return_value == 0
    assert said in result.output
    assert not output.exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what to purge"),
        (("--all", "12345678"), "exclude each other"),
        (("deadbeef",), "no credential here has the fingerprint"),
    ],
)
def test_what_cannot_be_asked(arguments, said, leaky) -> None:
    result, output = run(leaky, *arguments)
    assert result.exit_code != 0
    assert said in str(result.exception)
    assert not output.exists()


@pytest.mark.parametrize("where", ["inside", ".git/inside", "../full", "../file"])
def test_where_no_output_can_go(where: str, leaky) -> None:
    (leaky.path.parent / "full").mkdir()
    (leaky.path.parent / "full" / "a").touch()
    (leaky.path.parent / "file").touch()
    before = state(leaky.path)
    result, _ = run(leaky, "--all", "--output", str(leaky.path / where))
    assert "UsageError" in repr(result.exception)
    assert state(leaky.path) == before


def test_an_empty_directory_can_be_the_output(leaky) -> None:
    (leaky.path.parent / "out").mkdir()
    result, output = run(leaky, "--all")
    assert result.return_value == 0
    assert (output / "report.md").exists()


def test_what_is_not_ours_is_not_cleared(leaky) -> None:
    (leaky.path.parent / "out.partial").mkdir()
    (leaky.path.parent / "out.partial" / "mine").touch()
    result, _ = run(leaky, "--all")
    assert "is in the way" in str(result.exception)
    assert (leaky.path.parent / "out.partial" / "mine").exists()


WHY = {
    "shallow": "a shallow clone lacks its history: run `git fetch --unshallow`",
    "partial": "a partial clone lacks files: purge a full clone",
    "damaged": "is missing from the object store: purge a clone that has everything",
}


@pytest.mark.parametrize("kind", WHY)
def test_originals_that_are_not_whole_are_refused(kind: str, leaky, tmp_path) -> None:
    leaky.commit_file("more", b"more\n")
    if kind == "shallow":
        url = leaky.path.as_uri()
        subprocess.run(
            ["git", "clone", "--quiet", "--depth=1", url, tmp_path / "shallow"], check=True
        )
        leaky.path = tmp_path / "shallow"
    elif kind == "partial":
        leaky.git("config", "remote.origin.promisor", "true")
    else:
        blob = leaky.git("rev-parse", "HEAD:more")
        (leaky.path / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    result, output = run(leaky, "--all")
    assert WHY[kind] in str(result.exception)
    assert leaky.secret.decode() not in str(result.exception)
    assert "rewriting" not in result.output
    assert not output.exists()
    assert not output.with_name("out.partial").exists()


def test_there_is_no_output_where_something_is_left(leaky, monkeypatch, tmp_path) -> None:
    """As if the rewriting had missed it: the proof is another look."""
    monkeypatch.setattr(driver._Work, "_clean", lambda *_: None)
    leaky.git("commit", "--quiet", "--allow-empty", "--file", "-", stdin=line(leaky.secret))
    log = tmp_path / "audit.log"
    result, output = run(leaky, "--all", "--audit-log", str(log))
    assert result.return_value == 1
    assert "still hold a value" in result.output
    assert not output.exists()
    assert told(log)[1]["result"] == "failure"


def test_a_report_with_a_value_is_never_put_in_place(leaky, monkeypatch) -> None:
    looks = iter([[], ["report.md"]])
    monkeypatch.setattr(proof, "files", lambda *_: next(looks))
    result, output = run(leaky, "--all")
    assert "a report would have held a value" in str(result.exception)
    assert not output.exists()


def test_no_child_is_given_a_value(leaky, monkeypatch) -> None:
    """Neither as an argument nor in its environment, which for the copy's git is a short one."""
    leaky.git("branch", b"try-" + leaky.secret)
    monkeypatch.setenv("INTERCOM_ACCESS_TOKEN", TOKEN.sample().decode())
    started, original = [], subprocess.Popen

    def start(command, **more):
        started.append((b" ".join(map(os.fsencode, command)), more["env"]))
        return original(command, **more)

    monkeypatch.setattr("intercom_scan.git.subprocess.Popen", start)
    result, output = run(leaky, "--all")
    assert result.return_value == 0, result.output
    value = leaky.secret.rstrip(b"=")
    assert any(b"git_filter_repo" in command for command, _ in started)
    for command, environment in started:
        assert value not in command
        assert value.decode() not in str(environment)
        if str(output) in environment.get("GIT_ALTERNATE_OBJECT_DIRECTORIES", str(output)):
            continue
        assert "INTERCOM_ACCESS_TOKEN" not in environment


def test_nobodys_configuration_counts(leaky, monkeypatch, tmp_path) -> None:
    """Neither the user's nor the original's: hooks and filters would run, identities change."""
    trap = tmp_path / "trap"
    trap.mkdir()
    for name in ("reference-transaction", "post-rewrite", "pre-auto-gc"):
        (trap / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
        (trap / name).chmod(0o755)
    settings = tmp_path / "settings"
    settings.write_text(f"[core]\n\thooksPath = {trap}\n[i18n]\n\tcommitEncoding = latin1\n")
    leaky.git("config", "core.hooksPath", str(trap))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    result, _ = run(leaky, "--all")
    assert result.return_value == 0, result.output
    assert not Path(tmp_path / "sprung").exists()
