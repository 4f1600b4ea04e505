"""Env files that are tracked, staged, leaving, or merely there."""

from __future__ import annotations

import os

import pytest

from intercom_scan.env import contents
from intercom_scan.escape import terminal
from tests.env.building import Place, line, one, problems, scanned, shell, token
from tests.integration.running import git

TRACKED, UNIGNORED = "env-file-tracked", "env-file-unignored"
MODES = ["env", "files", "staged", "all-history"]


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path / "repository")


def test_a_repository_as_it_should_be(place):
    place.untracked(".env", line(token()))
    place.untracked("api/.env.local", line(token()))
    place.add(".env.example", b"INTERCOM_ACCESS_TOKEN=\n")
    for mode in MODES:
        assert problems(place.path, mode) == {}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    ("content", "severity"),
    [
        pytest.param(lambda: line(token()), "high", id="credential"),
        pytest.param(lambda: b"PORT=3000\n", "medium", id="value"),
        pytest.param(lambda: b"INTERCOM_ACCESS_TOKEN=\n", "info", id="empty"),
        pytest.param(lambda: b"INTERCOM_ACCESS_TOKEN=your-token-here\n", "info", id="placeholder"),
        pytest.param(lambda: b'A=""\nexport B=${C}\n# D=e\n', "info", id="references"),
        pytest.param(lambda: b"", "info", id="nothing"),
        pytest.param(lambda: b"\x00\x01 no dotenv at all", "medium", id="something-else"),
    ],
)
def test_a_forced_in_file(place, mode, content, severity):
    place.add("api/.env", content())
    assert problems(place.path, mode) == {(TRACKED, "api/.env"): severity}
    git(place.path, "commit", "-qm", "x")
    assert problems(place.path, mode) | {("env-file-history", "api/.env"): ""} == {
        (TRACKED, "api/.env"): severity, ("env-file-history", "api/.env"): "",
    }  # fmt: skip


def test_what_a_finding_says(place):
    value = token()
    place.add("api/.env", b"\nINTERCOM_ACCESS_TOKEN=" + value + b"\n")
    found = one(place.path, TRACKED)
    assert found.secret == b"api/.env"
    assert found.redacted == "api/.env"
    assert found.detail == "tracked; holds INTERCOM_ACCESS_TOKEN"
    assert found.remedy == "git rm --cached -- api/.env"
    assert (found.places[0].origin, found.places[0].line) == ("index", 1)
    assert value.decode() not in repr(found)


def test_the_fingerprint_is_of_rule_and_path_alone(place):
    place.add(".env", line(token()))
    before = one(place.path, TRACKED)
    git(place.path, "commit", "-qm", "x")
    place.add(".env", b"A=1\n")
    assert one(place.path, TRACKED).fingerprint == before.fingerprint
    assert one(place.path, TRACKED, "staged").fingerprint == before.fingerprint


@pytest.mark.parametrize(
    "name",
    [".env", "a b/.env", "it's/.env", "-x/.env.prod", ":(top)y/.env", "[ab]*?/.env", "a\nb/.env",
     "$(touch pwned)/.env", "é/.env", "\u202e/.env", "\u3164/.env", os.fsdecode(b"\xff\xfe/.env.x"),
     ".env.`id`", "a\\b/.env", '"/.env', ".env.\x1b[31m"],
)  # fmt: skip
def test_its_command_mends_it_whatever_its_name(place, name):
    place.write(".gitignore", b".env*\n")
    full = place.path / name
    full.parent.mkdir(parents=True, exist_ok=True)
    full.write_bytes(b"A=1\n")
    git(place.path, "--literal-pathspecs", "add", "--force", "--", name)
    found = one(place.path, TRACKED)
    assert found.secret == os.fsencode(name)
    assert found.remedy.isprintable()
    assert terminal(found.remedy) == found.remedy
    shell(found.remedy, place.path)
    assert full.exists()
    assert (TRACKED, name) not in problems(place.path)
    assert not (place.path / "pwned").exists()


def test_a_file_that_leaves(place):
    place.add(".env")
    git(place.path, "commit", "-qm", "x")
    git(place.path, "rm", "-q", "--cached", ".env")
    assert problems(place.path) == {(TRACKED, ".env"): "info"}  # the hook lets this commit pass
    assert "out of the index" in one(place.path, TRACKED).detail
    assert problems(place.path, "staged") == {}
    git(place.path, "commit", "-qm", "y")
    assert (TRACKED, ".env") not in problems(place.path)


@pytest.mark.parametrize(
    ("content", "severity"),
    [
        pytest.param(lambda: line(token()), "medium", id="credential"),
        pytest.param(lambda: b"PORT=3000\n", "low", id="value"),
        pytest.param(lambda: b"A=\n", "info", id="empty"),
    ],
)
def test_a_file_that_is_there_and_not_ignored(place, content, severity):
    place.write(".env.production", content())
    (place.path / ".env.production").chmod(0o600)
    assert problems(place.path) == {(UNIGNORED, ".env.production"): severity}
    assert problems(place.path, "staged") == {}
    assert one(place.path, UNIGNORED).remedy == "intercom-scan env --fix"


def test_new_directories_are_entered_and_ignored_ones_are_not(place):
    place.write(".gitignore", b".env\n.env.local\n.env.*.local\nnode_modules/\n")
    place.untracked("new/deep/.env.production")
    place.untracked("new/deep/.env")
    place.untracked("node_modules/x/.env.production")
    place.untracked("only/.env.production")
    assert problems(place.path) == {
        (UNIGNORED, "new/deep/.env.production"): "low",
        (UNIGNORED, "only/.env.production"): "low",
    }


def test_another_repository_inside_is_let_be(place):
    Place(place.path / "inner", ignored=False).untracked(".env.production")
    assert problems(place.path) == {}
    assert (UNIGNORED, ".env.production") in problems(place.path / "inner")


@pytest.mark.parametrize("exclude", ["info", "global"])
def test_excludes_that_nobody_else_has_do_not_count(place, exclude):
    place.untracked(".env.production")
    rules = place.path / ".git" / "info" / "exclude"
    if exclude == "global":
        rules = place.path.parent / "home" / ".gitignore"
        git(place.path, "config", "core.excludesFile", str(rules))
    rules.parent.mkdir(exist_ok=True)
    rules.write_text(".env*\n")
    assert git(place.path, "status", "--short") == ""
    assert problems(place.path) == {(UNIGNORED, ".env.production"): "low"}


@pytest.mark.parametrize(
    "name", [".envrc", "env.production", "production.env", ".flaskenv", "docker.env"]
)
def test_other_names_count_with_a_credential(place, name):
    place.write(name, b"PORT=3000\n")
    assert problems(place.path) == {}
    place.write(name, line(token()))
    (place.path / name).chmod(0o600)
    assert problems(place.path) == {(UNIGNORED, name): "medium"}
    git(place.path, "add", name)
    assert problems(place.path) == {(TRACKED, name): "high"}


@pytest.mark.parametrize("suffix", ["example", "sample", "template", "dist", "defaults"])
def test_templates_are_scanned_instead(place, suffix):
    place.add(f".env.{suffix}", line(token()))
    assert problems(place.path, "files") == {}
    rules = [f.rule.id for f in scanned(place.path, "files").findings]
    assert rules == ["intercom-access-token"]


def test_links_and_what_is_no_file(place, tmp_path):
    secret = tmp_path / "outside"
    secret.write_bytes(line(token()))
    (place.path / ".env.production").symlink_to(secret)
    os.mkfifo(place.path / ".env.fifo")
    (place.path / ".env.d").mkdir()
    result = scanned(place.path)
    assert {f.places[0].path: f.severity.label for f in result.findings} == {
        ".env.production": "info"  # a link, which holds nothing itself
    }
    assert result.complete


def test_a_tracked_directory_that_has_become_a_link(place, tmp_path):
    place.add("api/package.json", b"{}")
    place.add("api/.env", b"A=1\n")
    outside = tmp_path / "outside"
    (place.path / "api").rename(outside)
    (place.path / "api").symlink_to(outside)
    assert problems(place.path) == {(TRACKED, "api/.env"): "medium"}


def test_conflicts_are_one_file(place):
    place.add(".env.x", b"A=1\n")
    git(place.path, "commit", "-qm", "x")
    git(place.path, "checkout", "-qb", "other")
    place.add(".env.x", b"A=2\n")
    git(place.path, "commit", "-qm", "y")
    git(place.path, "checkout", "-q", "main")
    place.add(".env.x", b"A=3\n")
    git(place.path, "commit", "-qm", "z")
    place.git("update-index", "--refresh")
    with pytest.raises(AssertionError):
        git(place.path, "merge", "other")
    assert problems(place.path, "staged") == {(TRACKED, ".env.x"): "medium"}


def test_only_what_is_asked_for(place):
    place.untracked("a/.env.production")
    place.untracked("b/.env.production")
    place.write("a/x.txt", b"x")
    assert problems(place.path / "a") == {(UNIGNORED, "a/.env.production"): "low"}
    assert problems([place.path / "a" / "x.txt"], "files") == {}
    assert problems([place.path / "b" / ".env.production"], "files") == {
        (UNIGNORED, "b/.env.production"): "low"
    }


def test_a_comment_that_allows_a_value(place):
    place.add(".env", line(token()).rstrip() + b" # pragma: allowlist secret\n")
    assert problems(place.path) == {(TRACKED, ".env"): "medium"}
    assert problems(place.path, inline=False) == {(TRACKED, ".env"): "high"}


def test_a_file_that_cannot_be_read(place, monkeypatch):
    place.untracked(".env.production", line(token()))
    place.untracked(".env", line(token()))

    def denied(_top: bytes, _path: bytes):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(contents, "read_file", denied)  # the tests may run as root
    result = scanned(place.path)
    assert {(skip.what, skip.reason, skip.incomplete) for skip in result.skipped} == {
        (".env.production", "Permission denied", True), (".env", "Permission denied", False),
    }  # fmt: skip


def test_a_worktree_and_a_bare_repository(place, tmp_path):
    place.add(".env")
    git(place.path, "commit", "-qm", "x")
    git(place.path, "worktree", "add", "-q", str(tmp_path / "tree"))
    assert problems(tmp_path / "tree") == {(TRACKED, ".env"): "medium"}
    git(tmp_path, "clone", "-q", "--bare", str(place.path), "bare.git")
    found = problems(tmp_path / "bare.git", "all-history")
    assert found == {(TRACKED, ".env"): "medium", ("env-file-history", ".env"): "info"}


@pytest.mark.parametrize("what", ["a file", "a directory", "a dangling link"])
def test_what_is_only_called_git_makes_no_repository(place, what):
    """git adds what lies beside it."""
    place.untracked("sub/.env.production", line(token()))
    git_ = place.path / "sub" / ".git"
    if what == "a file":
        git_.write_text("gitdir: /nowhere\n")
    elif what == "a directory":
        git_.mkdir()
    else:
        git_.symlink_to("nowhere")
    assert problems(place.path) == {(UNIGNORED, "sub/.env.production"): "medium"}
    place.git("add", "sub")
    assert problems(place.path) == {(TRACKED, "sub/.env.production"): "high"}
