"""Entries that ignore files have to cover, as git sees it, and what appends them."""

from __future__ import annotations

import os
from contextlib import nullcontext
from pathlib import Path

import pytest

from intercom_scan.api import Request, mend_env
from intercom_scan.env.mending import appended
from intercom_scan.errors import IntercomScanError
from tests.env.building import ENTRIES, Place, line, one, problems, scanned, token
from tests.integration.running import git

GAP = "env-gitignore-entry"


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path / "repository", ignored=False)


def mended(place: Place, **more) -> list[str]:
    return mend_env(Request("env", (place.path,), **more))


def details(place: Place) -> dict[str, str]:
    return {f.places[0].path: f.detail for f in scanned(place.path).findings if f.rule.id == GAP}


def test_a_repository_without_an_ignore_file(place):
    assert problems(place.path) == {(GAP, ".gitignore"): "low"}
    assert problems(place.path, "staged") == {(GAP, ".gitignore"): "low"}
    found = one(place.path, GAP)
    assert found.detail == ".env, .env.local, .env.*.local are not ignored in the root"
    assert found.remedy == "intercom-scan env --fix"


@pytest.mark.parametrize(
    ("rules", "missing"),
    [
        (".env\n.env.local\n.env.*.local\n", ""),
        (".env*\n", ""),
        (".env*\n!.env.example\n", ""),
        (".*\n", ""),
        ("*\n", ""),
        (".env\n*.local\n", ""),
        (".env\n.env.local\n", ".env.*.local is not ignored in the root"),
        (".env.local\n.env.test.local\n", ".env, .env.*.local are not ignored in the root"),
        (".env*\n!.env\n", ".env is not ignored in the root"),
        ("# .env\n\\#.env\n", ".env, .env.local, .env.*.local are not ignored in the root"),
        ("/.env*\n", ""),
        (".env/\n.env.*\n", ".env is not ignored in the root"),
    ],
    ids=repr,
)
def test_what_the_root_covers(place, rules, missing):
    place.write(".gitignore", rules.encode())
    assert details(place) == ({".gitignore": missing} if missing else {})


def test_every_project_directory_is_asked_for(place):
    place.write(".gitignore", b"/.env*\n")
    place.write("src/x.py", b"x")  # no project
    place.add("web/package.json", b"{}")
    place.add("api/.env.example", b"A=\n")
    place.untracked("fresh/go.mod")
    assert details(place) == {
        ".gitignore": ".env, .env.local, .env.*.local are not ignored in api, fresh, web"
    }


def test_a_nested_file_that_takes_a_name_back(place):
    place.write(".gitignore", ENTRIES)
    place.add("web/package.json", b"{}")
    place.write("web/.gitignore", b"!.env.local\n")
    place.add("api/package.json", b"{}")
    place.write("api/.gitignore", b"dist/\n")
    assert details(place) == {"web/.gitignore": ".env.local is not ignored in web"}
    mended(place)
    assert (place.path / "web/.gitignore").read_bytes() == b"!.env.local\n.env.local\n"
    assert (place.path / "api/.gitignore").read_bytes() == b"dist/\n"
    assert (place.path / ".gitignore").read_bytes() == ENTRIES
    assert problems(place.path) == {}


def test_a_nested_file_that_covers_its_directory(place):
    place.write(".gitignore", b"")
    place.add("web/package.json", b"{}")
    place.write("web/.gitignore", b".env*\n")
    assert details(place)[".gitignore"].endswith("not ignored in the root")


@pytest.mark.parametrize("where", ["info", "global"])
def test_excludes_that_nobody_else_has_do_not_count(place, tmp_path, where):
    file = place.path / ".git/info/exclude"
    if where == "global":
        file = tmp_path / "home" / ".gitignore"
        git(place.path, "config", "core.excludesFile", str(file))
    file.parent.mkdir(exist_ok=True)
    file.write_text(".env*\n")
    assert (GAP, ".gitignore") in problems(place.path)


def test_thousands_of_directories_are_one_question(place, monkeypatch):
    from intercom_scan.git import Git

    place.write(".gitignore", ENTRIES)
    for number in range(1500):
        place.write(f"packages/p{number}/package.json", b"{}")
    place.git("add", ".")
    asked = []
    run = Git.run

    def counted(self, *arguments, **more):
        asked.append(arguments)
        return run(self, *arguments, **more)

    monkeypatch.setattr(Git, "run", counted)
    assert problems(place.path) == {}
    assert sum("check-ignore" in arguments for arguments in asked) <= 2
    assert sum("ls-files" in arguments for arguments in asked) == 1
    assert len(asked) <= 6


def test_names_that_git_would_take_for_something_else(place):
    place.write(".gitignore", ENTRIES)
    for name in (
        ":(exclude)a",
        "!b",
        "#c",
        "d\ne",
        "*f",
        b"\xff".decode("utf-8", "surrogateescape"),
    ):
        place.write(f"{name}/package.json", b"{}")
    assert problems(place.path) == {}


def test_the_entries_can_be_configured(place):
    place.write(".intercom-scan.yaml", b"env: {entries: [.env, '.env.*']}\n")
    place.write(".gitignore", b".env\n.env.local\n")
    assert details(place) == {".gitignore": ".env.* is not ignored in the root"}
    place.add(".env.vault", b"A=1\n")
    assert ("env-file-tracked", ".env.vault") in problems(place.path)
    place.write(".intercom-scan.yaml", b"env: {allowed: [.env.vault]}\n")
    assert ("env-file-tracked", ".env.vault") not in problems(place.path)


def test_policy_applies_as_to_all_findings(place):
    place.write(".intercom-scan.yaml", b"severities: {env-gitignore-entry: critical}\n")
    found = one(place.path, GAP)
    assert found.severity.label == "critical"
    text = f"ignores: [{{fingerprint: {found.fingerprint}, reason: all is generated}}]\n"
    place.write(".intercom-scan.yaml", text.encode())
    assert one(place.path, GAP).status == "ignored"
    place.write(".intercom-scan.yaml", b"paths: {exclude: [{path: .gitignore, reason: x}]}\n")
    assert one(place.path, GAP).status == "ignored"


def test_an_ignore_of_such_a_finding_is_not_called_unused(place):
    found = one(place.path, GAP)
    text = f"ignores: [{{fingerprint: {found.fingerprint}, reason: all is generated}}]\n"
    place.write(".intercom-scan.yaml", text.encode())
    assert scanned(place.path, "all-history").notes == ()


# --- mending


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"", b".env\nx\n"),
        (b"a\n", b"a\n.env\nx\n"),
        (b"a", b"a\n.env\nx"),
        (b"a\r\nb\r\n", b"a\r\nb\r\n.env\r\nx\r\n"),
        (b"a\r\nb", b"a\r\nb\r\n.env\r\nx"),
        (b"\n", b"\n.env\nx\n"),
        (b"\xef\xbb\xbfa\n", b"\xef\xbb\xbfa\n.env\nx\n"),
    ],
    ids=repr,
)
def test_line_endings_and_the_end_stay(before, after):
    assert appended(before, [b".env", b"x"]) == after


@pytest.mark.parametrize("before", [None, b"dist", b"dist\r\n", b"!.env\n"], ids=repr)
def test_fix_mends_all_and_once(place, before):
    if before is not None:
        place.write(".gitignore", before)
        (place.path / ".gitignore").chmod(0o640)
    place.untracked("api/.env.production")
    place.untracked("b/.env~")
    place.untracked("b/.env.a b*?[x] ")
    assert mended(place)
    assert {key for key in problems(place.path) if "unignored" in key[0] or key[0] == GAP} == set()
    once = (place.path / ".gitignore").read_bytes()
    assert once.startswith(before or b"")
    assert mended(place) == []
    assert (place.path / ".gitignore").read_bytes() == once
    if before is not None:
        assert (place.path / ".gitignore").stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(place.path)) == [".git", ".gitignore", "README.md", "api", "b"]


def test_fix_leaves_tracked_files_and_others_names_alone(place):
    place.add(".env.x")
    place.untracked(".env.example")
    place.untracked("production.env")
    mended(place)
    assert (place.path / ".gitignore").read_bytes() == ENTRIES
    assert "env-file-tracked" in {rule for rule, _ in problems(place.path)}


def test_a_name_that_no_ignore_file_can_have(place):
    place.untracked(".env.a\nb")
    mended(place)
    assert (place.path / ".gitignore").read_bytes() == ENTRIES
    assert ("env-file-unignored", ".env.a\nb") in problems(place.path)


@pytest.mark.parametrize("what", ["file", "directory"])
def test_fix_follows_no_link(place, tmp_path, what):
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / ".gitignore").write_bytes(b"!.env\n")
    if what == "file":
        (place.path / ".gitignore").symlink_to(outside / ".gitignore")
    else:
        place.write(".gitignore", ENTRIES)
        place.add("web/package.json", b"{}")
        place.write("web/.gitignore", b"!.env\n")
        place.git("add", "-A")
        (place.path / "web/.gitignore").unlink()
        (place.path / "web/.gitignore").symlink_to(outside / ".gitignore")
    before = (outside / ".gitignore").read_bytes()
    refused = pytest.raises(IntercomScanError, match="link")
    with refused if what == "file" else nullcontext():  # git itself reads no linked ignore file
        mended(place)
    assert (outside / ".gitignore").read_bytes() == before
    assert Path(
        place.path / ("web/.gitignore" if what == "directory" else ".gitignore")
    ).is_symlink()


def test_each_entry_has_the_directories_that_lack_it(place):
    place.write(".gitignore", b"/.env\n/.env.local\n.env.*.local\nweb/.env\n")
    place.add("web/package.json", b"{}")
    place.add("api/package.json", b"{}")
    assert details(place) == {
        ".gitignore": ".env is not ignored in api; .env.local is not ignored in api, web"
    }


@pytest.mark.parametrize("name", ["docker.env", ".envrc"])
def test_a_file_that_counts_by_its_content_is_mended(place, name):
    place.write(".gitignore", ENTRIES)
    place.untracked(name)
    assert mended(place) == []
    place.untracked(name, line(token()))
    assert one(place.path, "env-file-unignored").remedy == "intercom-scan env --fix"
    assert mended(place) == [f".gitignore: added /{name}"]
    assert problems(place.path) == {}


@pytest.mark.parametrize(
    ("staged", "tree", "detail"),
    [
        (None, ENTRIES, ".env, .env.local, .env.*.local are there and not staged"),
        (b".env\n.env.local\n", ENTRIES, ".env.*.local is there and not staged"),
        (b"dist\n", b"dist\n.env*\n", ".env* is there and not staged"),
        (ENTRIES, b"*.env*\n", None),
        (ENTRIES, b"dist\n" + ENTRIES, None),
        (ENTRIES.replace(b"\n", b"\r\n"), ENTRIES, None),
    ],
    ids=["untracked", "a-part", "another-line", "the-entries", "more", "line-endings"],
)
def test_what_the_commit_would_not_have_covers_nothing_in_it(place, staged, tree, detail):
    if staged is not None:
        place.commit_file(".gitignore", staged)
    place.write(".gitignore", tree)
    assert problems(place.path) == {}
    found = [f for f in scanned(place.path, "staged").findings if f.rule.id == GAP]
    assert [f.detail for f in found] == ([detail] if detail else [])
    if detail:
        assert found[0].remedy == "git add -- .gitignore"
        git(place.path, "add", ".gitignore")
        assert problems(place.path, "staged") == {}
