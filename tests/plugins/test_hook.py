"""`intercom-detect-secrets`: detect-secrets' own hook, our detectors already in."""

from __future__ import annotations

import json
import sys

import pytest

from intercom_scan.plugins.shim import SHIM, shim_text
from tests.plugins.running import (
    DETECT_SECRETS,
    HOOK,
    OUR_HOOK,
    OURS,
    entries,
    example,
    git,
    repository,
    run,
    sample,
)

BASELINE = ("--baseline", ".secrets.baseline")


@pytest.fixture
def ground(tmp_path):
    return repository(
        tmp_path / "r",
        {
            "a.py": example("intercom-client-secret")[1],
            "b.py": f"password = '{sample('intercom-api-key')}'\n",
            "clean.py": "x = 1\n",
            SHIM: shim_text(),
        },
    )


def make_baseline(ground, *options):
    ran = run(DETECT_SECRETS, "scan", *options, cwd=ground)
    (ground / ".secrets.baseline").write_text(ran.out)
    git(ground, "add", ".secrets.baseline")
    git(ground, "commit", "--quiet", "-m", "Baseline")
    return ran.out


def kinds(out: str) -> list[str]:
    return [line.split(": ", 1)[1].strip() for line in out.splitlines() if "Secret Type" in line]


def test_without_a_baseline(ground):
    ran = run(OUR_HOOK, "a.py", "b.py", cwd=ground)
    assert ran.code == 1
    assert {"Intercom Client Secret", "Secret Keyword"} <= set(kinds(ran.out))
    assert run(HOOK, "a.py", cwd=ground).code == 0
    assert run(OUR_HOOK, "clean.py", cwd=ground).code == 0


def test_a_detector_is_switched_off(ground):
    off = ("--disable-plugin", "IntercomClientSecretDetector")
    assert run(OUR_HOOK, *off, "a.py", cwd=ground).code == 0
    make_baseline(ground)
    assert run(OUR_HOOK, *off, *BASELINE, "a.py", cwd=ground).code == 0


def test_a_baseline_without_our_plugin(ground):
    """It finds ours, and leaves the file alone where detect-secrets does."""
    before = make_baseline(ground)
    ran = run(OUR_HOOK, *BASELINE, "a.py", "b.py", cwd=ground)
    assert (ran.code, kinds(ran.out)) == (1, ["Intercom Client Secret"])
    assert (ground / ".secrets.baseline").read_text() == before
    ran = run(OUR_HOOK, "--json", *BASELINE, "a.py", cwd=ground)
    assert {kind for _, kind, _ in entries(ran.baseline)} == {"Intercom Client Secret"}
    assert (ground / ".secrets.baseline").read_text() == before


def test_a_baseline_with_our_plugin(ground):
    before = make_baseline(ground, "-p", SHIM)
    ran = run(OUR_HOOK, *BASELINE, "a.py", "b.py", cwd=ground)
    assert (ran.code, ran.out) == (0, "")
    (ground / "a.py").write_text((ground / "a.py").read_text() + example("intercom-api-key")[1])
    ran = run(OUR_HOOK, *BASELINE, "a.py", cwd=ground)
    assert ran.code == 1
    assert kinds(ran.out).count("Intercom API Key (legacy)") == 1
    assert "Intercom Client Secret" not in kinds(ran.out)
    assert (ground / ".secrets.baseline").read_text() == before


@pytest.mark.parametrize("listed", [True, False])
def test_a_baseline_is_written_when_and_as_detect_secrets_writes_it(ground, listed):
    """A secret moved to another line: exit code 3, and only its line number changes."""
    before = json.loads(make_baseline(ground, *(("-p", SHIM) if listed else ())))
    (ground / "b.py").write_text("\n\n" + (ground / "b.py").read_text())
    files = ["b.py", "clean.py"]
    ran = run(OUR_HOOK, *BASELINE, *files, cwd=ground)
    assert (ran.code, "was updated" in ran.out) == (3, True)
    after = json.loads((ground / ".secrets.baseline").read_text())
    names = {one["name"] for one in after["plugins_used"]}
    assert names & set(OURS) == (set(OURS) if listed else set())
    assert after["plugins_used"] == before["plugins_used"]
    assert entries(after) == entries(before)
    assert {entry["line_number"] for entry in after["results"]["b.py"]} == {3}
    git(ground, "checkout", "--quiet", "--", ".secrets.baseline")
    assert run(HOOK, *BASELINE, *files, cwd=ground).code == 3
    stock = json.loads((ground / ".secrets.baseline").read_text())
    assert {**after, "generated_at": ""} == {**stock, "generated_at": ""}


def test_without_detect_secrets(tmp_path):
    code = (
        "import sys; sys.modules['detect_secrets'] = None\n"
        "from intercom_scan.hooks.detect_secrets import main; sys.exit(main(['a.py']))"
    )
    ran = run((sys.executable, "-c", code), cwd=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.count("\n") == 1
    assert "install intercom-scan[detect-secrets]" in ran.err
