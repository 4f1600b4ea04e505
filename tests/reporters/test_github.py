from __future__ import annotations

import os
import re
import subprocess
from dataclasses import replace

import pytest

from intercom_scan.fakes.planting import Ground
from intercom_scan.finding import Exposure, Skip
from intercom_scan.rules.model import Severity
from intercom_scan.sources import head
from tests.reporters.build import (
    FIRST,
    HASH,
    LAST,
    MOBILE,
    SECRET,
    TOKEN,
    finding,
    in_history,
    place,
    problem,
    rendered,
    scan,
    token,
)

BLOB = "ef" * 20
LOST = Skip("ab" * 20, "object missing")


def decoded(line):
    """A workflow command as the runner reads it: its name, its properties, its data.

    https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
    """
    match = re.fullmatch(r"::([a-z]+)(?: (.*?))?::(.*)", line)
    assert match, line

    def undo(text, *more):
        for escape, char in (("%0D", "\r"), ("%0A", "\n"), *more, ("%25", "%")):
            text = text.replace(escape, char)
        return text

    pairs = [pair.split("=", 1) for pair in (match[2] or "").split(",")]
    properties = {name: undo(value, ("%3A", ":"), ("%2C", ",")) for name, value in pairs}
    return match[1], properties, undo(match[3])


def told(*findings, skipped=(), **options):
    *lines, verdict = rendered("github", scan(*findings, skipped=skipped), **options).splitlines()
    assert not verdict.startswith("::")
    if lines and lines[-1].endswith(" without an annotation"):
        lines.pop()
    return [decoded(line) for line in lines]


def spot(found, **options):
    [(_level, properties, _message)] = told(found, **options)
    return properties.get("file"), properties.get("line")


def has(**blobs):
    """A HEAD whose tree has these files."""
    known = {name.replace("_", "."): blob for name, blob in blobs.items()}
    return lambda paths: {path: known[path] for path in paths if path in known}


def test_a_clean_scan_is_its_verdict():
    text = rendered("github", scan())
    assert text == "clean: 1,234 commits, 5,678 objects, 12.3 MB read in 0.42 s\n"


def test_an_annotation_stands_on_the_line():
    [(level, properties, message)] = told(finding())
    assert level == "error"
    assert properties == {
        "file": "config/app.yml",
        "line": "12",
        "endLine": "12",
        "col": "8",
        "endColumn": "67",
        "title": "Intercom access token (critical)",
    }
    assert message.startswith("dG9rO******** in a file: config/app.yml:12:8\n")
    assert "Next: Developer Hub" in message
    assert "intercom-scan ignore " in message


@pytest.mark.parametrize(
    ("kind", "fail_on", "level"),
    [
        (TOKEN, Severity.CRITICAL, "error"),
        (SECRET, Severity.CRITICAL, "warning"),
        (HASH, Severity.LOW, "error"),
        (MOBILE, Severity.LOW, "notice"),
        (MOBILE, Severity.INFO, "error"),
    ],
    ids=lambda value: getattr(value, "id", value),
)
def test_what_fails_the_build_is_an_error(kind, fail_on, level):
    assert told(finding(kind), fail_on=fail_on)[0][0] == level


def test_known_findings_are_not_annotated():
    known = replace(finding(), status="ignored"), replace(finding(), status="baseline")
    assert told(*known) == []


def test_history_stands_on_the_line_where_head_has_the_same_file():
    assert spot(in_history()) == (None, None)
    found = finding(TOKEN, place("a.env", 3, origin="blob", object=BLOB, commit=FIRST))
    assert spot(found, head=has(a_env=BLOB)) == ("a.env", "3")
    assert spot(found, head=has(a_env="12" * 20)) == ("a.env", None)
    assert spot(found, head=has(b_env=BLOB)) == (None, None)


def test_a_later_place_that_is_checked_out_is_the_one_to_show():
    old = place("old.env", 1, origin="blob", object="12" * 20, commit=FIRST)
    new = place("a.env", 7, origin="blob", object=BLOB, commit=LAST)
    assert spot(finding(TOKEN, old, new), head=has(a_env=BLOB)) == ("a.env", "7")
    assert spot(finding(TOKEN, old, place("now.env", 2))) == ("now.env", "2")


def test_a_member_stands_on_its_archive():
    found = finding(TOKEN, place("a.jar!b!c.env", 3, origin="blob", object=BLOB))
    assert spot(found, head=has(a_jar=BLOB)) == ("a.jar", None)
    assert spot(finding(TOKEN, place("a.jar!c.env", 3)), head=has(a_jar=BLOB)) == ("a.jar", None)
    odd = finding(TOKEN, place("oh!.env", 3))
    assert spot(odd, head=lambda paths: dict.fromkeys(paths, BLOB)) == ("oh!.env", "3")


def test_a_problem_of_a_file_stands_on_the_file():
    assert spot(problem(".gitignore")) == (".gitignore", None)


def test_paths_below_the_root_are_shortened():
    assert spot(finding(TOKEN, place("/srv/a.env")), root="/srv/") == ("a.env", "12")


def test_a_path_that_cannot_be_written_as_it_is_is_none():
    secret = token()
    for path in ("a\x1b[2J", "a\n::error::b", "\u202ea", "a" * 5000, secret.decode() + ".txt"):
        assert spot(finding(TOKEN, place(path), secret=secret)) == (None, None)


@pytest.mark.parametrize("path", ["a:b,c=d.env", "100%.env", "%0A::error::x", "a::b", "é.env"])
def test_odd_paths_come_back_as_they_are(path):
    assert spot(finding(TOKEN, place(path))) == (path, "12")


def test_no_text_begins_a_line_or_ends_a_command():
    hostile = "x\n::stop-commands::y\r##[error]z"
    found = finding(TOKEN, place(hostile, origin="blob", commit=replace(FIRST, author=hostile)))
    life = Exposure(replace(FIRST, date=hostile), None, False, (hostile,), 3)
    text = rendered(
        "github",
        scan(replace(found, exposure=life), skipped=(Skip(hostile, hostile),), notes=(hostile,)),
    )
    lines = text.splitlines()
    assert [line.split("::")[1].split(" ")[0] for line in lines[:-1]] == ["error", "error"]
    assert "\r" not in text


def test_an_annotation_speaks_of_the_place_where_it_stands():
    """And not of the first place, which may be a file that is gone."""
    gone = place("gone.env", 7, origin="blob", commit=FIRST)
    here = place("here.env", 3, origin="blob", commit=LAST, object=BLOB)
    [(_, properties, message)] = told(finding(TOKEN, gone, here), head=has(here_env=BLOB))
    assert properties["file"] == "here.env"
    assert "here.env:3:" in message
    assert "gone.env" not in message


def test_the_host_s_limits_and_a_count_of_the_rest():
    many = [finding(kind) for kind in (MOBILE, HASH, TOKEN) for _ in range(15)]
    text = rendered("github", scan(*many), fail_on=Severity.CRITICAL)
    *lines, hidden, verdict = text.splitlines()
    assert [decoded(line)[0] for line in lines] == [
        *["error"] * 10,
        *["warning"] * 10,
        *["notice"] * 10,
    ]
    assert hidden == "15 more findings without an annotation"
    assert verdict.startswith("45 secrets (")


def test_an_incomplete_scan_is_an_error_and_comes_first():
    fine = Skip("link", "a symbolic link", incomplete=False)
    many = [finding() for _ in range(10)]
    (level, properties, message), *others = told(*many, skipped=(LOST, LOST, fine))
    assert (level, properties) == ("error", {"title": "The scan is incomplete"})
    assert f"{LOST.what} and 1 more: object missing" in message
    assert "link" not in message
    assert len(others) == 9
    reasons = tuple(Skip("a", f"reason {number}") for number in range(9))
    assert told(skipped=reasons)[0][2].endswith("and 4 other reasons")


def test_exposure_is_told():
    [(_level, _properties, message)] = told(in_history())
    assert "since 2024-03-01, for 100 days, not in HEAD; 2 refs reach it" in message
    assert f"of commit {FIRST.id[:12]}" in message


def test_secrets_are_not_shown_when_others_show_them():
    value = token()
    text = rendered("github", scan(in_history(secret=value)), show_secrets=True)
    assert value.decode()[8:40] not in text


def test_what_head_has(tmp_path):
    ground = Ground(tmp_path / "repository")
    odd = "odd blob 12"
    for name in ("a.env", "sub/é b.txt", odd):
        ground.commit_file(name, b"text of " + name.encode())
    git = ["git", "-C", os.fspath(ground.path)]
    listed = subprocess.run([*git, "ls-tree", "-rz", "HEAD"], check=True, capture_output=True)
    known = {
        name.decode(): meta.split()[2].decode()
        for meta, name in (line.split(b"\t") for line in listed.stdout.split(b"\0")[:-1])
    }
    ground.write("new.env", b"x")
    others = ["new.env", "sub", "../a.env", "./a.env", "/a.env", "a\nb", "no blob 12", ""]
    assert head.blobs(ground.path / "sub", [*known, *others]) == known
    assert head.blobs(tmp_path, known) == {}
    assert head.blobs(tmp_path / "nothing", known) == {}


def test_there_may_be_no_commit(tmp_path):
    assert head.blobs(Ground(tmp_path / "repository").path, ["a.env"]) == {}
