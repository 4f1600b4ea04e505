"""`intercom-audit`: the checks of code, for what is staged or for the files that are named."""

from __future__ import annotations

import os

import pytest

from intercom_scan.audit.checks import CHECKS
from intercom_scan.fakes.ground import Ground
from tests.hooks.running import hook, stage

UNSIGNED = CHECKS["webhook-verified"]
(SAMPLE, *_) = UNSIGNED.samples


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


ONLY = ("--only", "webhook-verified", "--")


def audited(ground, *arguments, **more):
    return hook("intercom-audit", *arguments, cwd=ground.path, **more)


def test_what_says_nothing_of_intercom_is_no_word_worth(ground):
    stage(ground, "a.js", b"const a = 1;\n")
    ran = audited(ground)
    assert (ran.code, ran.said) == (0, "")
    assert audited(ground, "-v").out.startswith("clean: 1 file")


def test_nothing_staged_is_clean(ground):
    assert (audited(ground).code, audited(ground).said) == (0, "")


def test_a_finding_says_where_and_what_to_do_next(ground):
    stage(ground, "hook.js", SAMPLE.unsafe.encode())
    ran = audited(ground, *ONLY)
    assert ran.code == 1
    assert ran.out.splitlines()[0].startswith("hook.js:9:1: high: A webhook's signature is not")
    assert "Next: intercom-scan explain webhook-verified shows safe code; " in ran.out
    assert hook("intercom-scan", "explain", "webhook-verified", cwd=ground.path).code == 0


def test_files_by_their_names_are_asked_about_staged_or_not(ground):
    ground.commit_file("a/hook.js", SAMPLE.unsafe.encode())
    ground.commit_file("a/plain.js", b"// nothing\n")
    assert audited(ground, *ONLY).code == 0
    assert audited(ground, *ONLY, "a/hook.js").code == 1
    assert audited(ground, *ONLY, "a/plain.js").code == 0


def test_names_are_seen_from_where_it_starts(ground):
    ground.commit_file("a/hook.js", SAMPLE.unsafe.encode())
    assert hook("intercom-audit", *ONLY, "hook.js", cwd=ground.path / "a").code == 1


def test_an_option_that_is_a_file_is_refused(ground):
    ground.commit_file("--config=x", b"1\n")
    ran = audited(ground, "--config=x")
    assert ran.code == 2
    assert "put -- between" in ran.err


def test_checks_are_chosen(ground):
    stage(ground, "hook.js", SAMPLE.unsafe.encode())
    skipped = [f"--skip={check.id}" for check in CHECKS.values() if check is not UNSIGNED]
    assert "webhook-verified" in audited(ground, *skipped, "--").out
    others = [f"--only={check.id}" for check in CHECKS.values() if check.whole]
    assert "they ask about more than changed files" in audited(ground, *others).err
    assert audited(ground, "--only=nothing").code == 2


def test_what_may_stay(ground):
    stage(ground, "hook.js", SAMPLE.unsafe.encode())
    found = audited(ground, *ONLY).out.splitlines()[0].rpartition(" (")[0]
    fingerprint = next(word for word in found.split() if len(word) == 32)
    ran = hook("intercom-scan", "ignore", fingerprint, "--reason", "made up", cwd=ground.path)
    assert ran.code == 0
    assert audited(ground, *ONLY).code == 0


def test_without_syntax_trees_it_says_how_to_get_them(ground, tmp_path):
    """A package of that name that cannot be found stands before the one that is installed."""
    hidden = tmp_path / "hidden" / "sitecustomize.py"
    hidden.parent.mkdir()
    hidden.write_text(
        "import importlib.util as u\n"
        "find = u.find_spec\n"
        "u.find_spec = lambda name, *rest: None if name == 'ast_grep_py' else find(name, *rest)\n"
    )
    stage(ground, "hook.js", SAMPLE.safe.encode())
    ran = audited(ground, *ONLY, env={"PYTHONPATH": os.fspath(hidden.parent)})
    assert ran.code == 3
    assert "pip install 'intercom-scan[audit]'" in ran.out


def test_outside_of_a_repository(tmp_path):
    ran = hook("intercom-audit", cwd=tmp_path)
    assert ran.code == 2
    assert "is in no repository" in ran.err


def test_the_audit_log_calls_it_an_audit(ground, tmp_path):
    settings = tmp_path / "config" / "intercom-scan" / "config.yaml"
    settings.parent.mkdir(parents=True)
    log = tmp_path / "audit.log"
    settings.write_text(f"audit_log: {log}\n")
    stage(ground, "hook.js", SAMPLE.unsafe.encode())
    assert audited(ground, *ONLY, env={"XDG_CONFIG_HOME": os.fspath(tmp_path / "config")}).code == 1
    assert '"action":"audit"' in log.read_text()
