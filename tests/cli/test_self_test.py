"""The self-test finds all that it plants, and says so where it does not."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from intercom_scan import rules
from intercom_scan.cli.self_test import self_test_command
from intercom_scan.errors import ExitCode
from intercom_scan.fakes import planting
from intercom_scan.rules import RULES, access_token, contextual

TOKEN = "intercom-access-token"


def run(*arguments: str) -> tuple[int, list[str]]:
    done = CliRunner().invoke(
        self_test_command, arguments, standalone_mode=False, catch_exceptions=False
    )
    return done.return_value, done.output.splitlines()


@pytest.fixture
def few(monkeypatch):
    """Two wrappings and two places: what is missed of them is missed of all."""
    kept = {
        "WRAPPINGS": ("plain", "base64"),
        "PLACES": ("deleted_file", "stash"),
        "BARE_PLACES": ("branch_name",),
    }
    for table, wanted in kept.items():
        whole = getattr(planting, table)
        assert set(wanted) <= set(whole), sorted(whole)
        monkeypatch.setattr(planting, table, {name: whole[name] for name in wanted})


def test_nothing_is_missed(few):
    code, lines = run()
    planted = 2 * len(RULES) + 3
    assert (code, lines) == (ExitCode.CLEAN, [f"{planted} of {planted} planted fakes found"])


def test_the_callers_names_do_not_matter(few, monkeypatch):
    monkeypatch.setitem(planting.BARE_PLACES, "committer", planting.committer)
    for who in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{who}_NAME", "A builder")
        monkeypatch.setenv(f"GIT_{who}_EMAIL", "builder@example.com")
    assert run()[0] == ExitCode.CLEAN


def test_verbose_names_every_place(few):
    code, lines = run("--verbose")
    assert code == ExitCode.CLEAN
    assert [line.split()[0] for line in lines[:-1]] == ["found"] * (2 * len(RULES) + 3)
    assert f"found   {TOKEN} in branch_name" in lines


def test_a_rule_without_its_finder_is_missed(few, monkeypatch):
    kept = [finder for finder in rules._FINDERS if finder is not access_token.find]
    assert len(kept) == len(rules._FINDERS) - 1
    monkeypatch.setattr(rules, "_FINDERS", kept)
    code, lines = run()
    assert code == ExitCode.INCOMPLETE
    assert f"MISSED {TOKEN} in base64" in lines
    assert f"MISSED {TOKEN} in branch_name" in lines
    assert {line.split()[1] for line in lines if line.startswith("MISSED")} == {TOKEN}


def test_kinds_without_their_context_are_missed(few, monkeypatch):
    monkeypatch.setattr(contextual, "find", lambda *_: iter(()))
    code, lines = run("-v")
    assert code == ExitCode.INCOMPLETE
    missed = {line.split()[1] for line in lines if line.startswith("MISSED")}
    assert missed >= {rule.id for rule in RULES if rule.contextual}
    assert TOKEN not in missed


def test_a_place_that_holds_nothing_is_missed(few, monkeypatch):
    monkeypatch.setitem(planting.PLACES, "stash", lambda *_: None)
    code, lines = run()
    missed = RULES[list(planting.PLACES).index("stash")].id
    planted = 2 * len(RULES) + 3
    assert code == ExitCode.INCOMPLETE
    assert lines == [f"MISSED {missed} in stash", f"{planted - 1} of {planted} planted fakes found"]


def test_what_could_not_be_read_fails_it_too(few, monkeypatch):
    def lost(ground, line):
        ground.commit_file("found.env", line)
        ground.git("update-ref", "refs/heads/lost", ground.commit_of(b"lost"))
        id_ = ground.object(b"lost")
        (ground.path / ".git" / "objects" / id_[:2] / id_[2:]).unlink()

    monkeypatch.setitem(planting.PLACES, "lost", lost)
    code, lines = run()
    assert code == ExitCode.INCOMPLETE
    assert any(line.startswith("not read: ") for line in lines)
    planted = 2 * len(RULES) + 4
    assert lines[-1] == f"{planted} of {planted} planted fakes found"
