"""The library's entry: what can be asked, which policy judges, and what counts as empty."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from intercom_scan import api
from intercom_scan.api import Request, load_policy, scan, scan_bytes
from intercom_scan.errors import ConfigError, UsageError
from intercom_scan.fakes.ground import Ground
from intercom_scan.git import open_repository
from intercom_scan.modes import Mode, files
from intercom_scan.modes.collecting import Collected
from intercom_scan.policy import LONGEST, Policy
from intercom_scan.rules import by_id
from intercom_scan.rules.model import Severity

TOKEN, CLIENT = by_id("intercom-access-token"), by_id("intercom-client-secret")
CONFIG = ".intercom-scan.yaml"
LOW = f"severities:\n  {TOKEN.id}: low\n".encode()


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


# --- bytes


def test_bytes_have_no_path_unless_given():
    secret = TOKEN.sample()
    [found] = scan_bytes(b"\n" + secret)
    assert (found.secret, found.status) == (TOKEN.check(secret), "new")
    assert [(p.origin, p.path, p.line) for p in found.places] == [("file", None, 2)]
    [found] = scan_bytes(secret, "a/b.env")
    assert found.places[0].path == "a/b.env"
    assert scan_bytes(b"nothing") == ()


def test_a_path_that_names_intercom_gives_a_general_name_its_meaning():
    line = b"client_secret: " + CLIENT.sample() + b"\n"
    assert scan_bytes(line, "config/app.yml") == ()
    assert [f.rule.id for f in scan_bytes(line, "config/intercom.yml")] == [CLIENT.id]


# --- what cannot be asked


@pytest.mark.parametrize("mode", ["staged", "range", "history", "all-history"])
def test_a_mode_of_git_s_needs_a_repository(tmp_path, mode):
    with pytest.raises(UsageError, match="is not in a git repository"):
        scan(Request(mode, (tmp_path,)))


def test_a_place_that_is_not_there(tmp_path):
    with pytest.raises(UsageError, match="no such file or directory"):
        scan(Request("files", (tmp_path / "no" / "file",)))


def test_a_stream_has_to_be_given():
    with pytest.raises(UsageError, match="no stream"):
        scan(Request("stdin"))


# --- the policy


def test_outside_of_a_repository_the_policy_is_the_current_directory_s(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert load_policy(Request(), None) == Policy()
    Path(CONFIG).write_bytes(LOW)
    assert load_policy(Request(), None).severities == {TOKEN.id: Severity.LOW}


def test_in_a_repository_it_is_its_root_s(ground, monkeypatch):
    ground.write(CONFIG, LOW)
    ground.write("sub/" + CONFIG, b"wrong: [")
    monkeypatch.chdir(ground.path / "sub")
    policy = load_policy(Request(inline=False), open_repository(Path()))
    assert policy.severities == {TOKEN.id: Severity.LOW}
    assert not policy.inline_allowed


def test_a_commit_s_policy_is_not_the_working_tree_s(ground):
    ground.commit_file(CONFIG, LOW)
    ground.write(CONFIG, b"wrong: [")
    request = Request("history", (ground.path,), policy_from="HEAD")
    assert load_policy(request, open_repository(ground.path)).severities
    request = Request("history", (ground.path,), policy_from="HEAD~1")
    assert load_policy(request, open_repository(ground.path)) == Policy()


@pytest.mark.parametrize("path", ["ci/a.yaml", "./ci/a.yaml", "ci/../ci/a.yaml", "ABSOLUTE"])
def test_a_configuration_s_path_in_a_commit(ground, path):
    ground.commit_file("ci/a.yaml", LOW)
    (ground.path / "ci" / "a.yaml").unlink()
    path = str(ground.path / "ci" / "a.yaml") if path == "ABSOLUTE" else path
    request = Request("history", (ground.path,), config=path, policy_from="HEAD")
    assert load_policy(request, open_repository(ground.path)).severities


def test_a_policy_of_any_size_is_not_read(ground):
    ground.commit_file("large.yaml", b"#" * (LONGEST + 1))
    request = Request("history", (ground.path,), config="large.yaml", policy_from="HEAD")
    with pytest.raises(ConfigError, match=r"large.yaml:1: is larger than \d+ bytes in \w{40}$"):
        load_policy(request, open_repository(ground.path))


# --- an empty scan is not a clean one


def test_nothing_to_read_is_incomplete_but_for_an_empty_index(tmp_path, ground):
    empty = tmp_path / "empty"
    empty.mkdir()
    assert not scan(Request("files", (empty,))).complete
    assert not scan(Request("stdin", stream=io.BytesIO())).complete
    assert not scan(Request("range", (ground.path,), "HEAD..HEAD")).complete
    assert scan(Request("staged", (ground.path,))).complete
    assert scan(Request("stdin", stream=io.BytesIO(b"x"))).complete


def test_every_mode_says_how_it_read(ground):
    ground.commit_file("a.env", TOKEN.sample())
    asked = [
        Request("files", (ground.path,), env=False),
        Request("staged", (ground.path,), env=False),
        Request("range", (ground.path,), "HEAD~1..HEAD", env=False),
        Request("history", (ground.path,), env=False),
        Request("all-history", (ground.path,), env=False),
    ]
    for request in asked:
        result = scan(request)
        assert result.mode == request.mode
        assert len(result.findings) == (request.mode != "staged")
        assert result.complete


@pytest.mark.parametrize("jobs", [None, 1, 3])
def test_jobs_are_as_asked_or_as_many_as_processors(ground, monkeypatch, jobs):
    seen = []

    def collect(_request, _repository, settings):
        seen.append(settings.jobs)
        return Collected()

    monkeypatch.setattr(files, "MODE", Mode(collect))
    monkeypatch.setattr(api, "_processors", lambda: 2)
    scan(Request("files", (ground.path,), jobs=jobs))
    assert seen == [jobs or 2]
