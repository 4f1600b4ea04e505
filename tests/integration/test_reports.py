"""Exit codes, formats, and that the same is said whichever way it is asked."""

from __future__ import annotations

import json
import re

import pytest

from intercom_scan.fakes.planting import Ground
from intercom_scan.finding import fingerprint
from tests.integration.running import RULE, TOKEN, canonical, command, fresh, scan


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


def test_exit_codes(tmp_path):
    (tmp_path / "a.txt").write_bytes(b"nothing\n")
    assert command(cwd=tmp_path).code == 0
    (tmp_path / "a.txt").write_bytes(fresh()[1])
    assert command(cwd=tmp_path).code == 1
    assert command("--no-such", cwd=tmp_path).code == 2
    assert command(cwd=tmp_path, env={"PATH": "/nowhere"}).code == 3
    key = RULE["intercom-mobile-sdk-key"]
    (tmp_path / "a.txt").write_bytes(fresh(key)[1])
    assert command(cwd=tmp_path).code == 0
    assert command("--fail-on", "info", cwd=tmp_path).code == 1


def test_every_format_at_once(ground):
    ground.commit_file("a.env", fresh()[1])
    folder = ground.path.parent
    ran = command("--all-history", "--format", f"json:{folder}/a.json", "--format", "text",
                  "--format", f"sarif:{folder}/a.sarif", cwd=ground.path)  # fmt: skip
    assert ran.code == 1
    report = json.loads((folder / "a.json").read_text())
    assert report["findings"]
    assert json.loads((folder / "a.sarif").read_text())["version"] == "2.1.0"
    assert "a.env" in ran.out


def test_quiet_and_verbose(ground):
    secret, line = fresh()
    ground.commit_file("a.env", line)
    ground.commit_file("b.env", line)
    outs = [command("--all-history", *o, cwd=ground.path).out for o in (("-q",), (), ("-v",))]
    assert len(outs[0]) < len(outs[1]) <= len(outs[2])
    assert "b.env" in outs[2]
    assert not any(secret.decode() in out for out in outs)
    shown = command("--all-history", "--show-secrets", cwd=ground.path).out
    assert secret.decode() in shown


@pytest.mark.parametrize("mode", ["files", "staged", "range", "history", "all-history", "stdin"])
def test_the_fingerprint_is_the_same_in_every_mode(ground, mode):
    secret, line = fresh()
    ground.write("a.env", line)
    ground.git("add", "--force", "a.env")
    if mode in ("range", "history", "all-history"):
        ground.git("commit", "--quiet", "-m", "Add")
    result = scan(
        ground.path, mode, "HEAD~1..HEAD" if mode == "range" else None,
        stdin=line if mode == "stdin" else None,
    )  # fmt: skip
    assert [f.fingerprint for f in result.findings] == [fingerprint(TOKEN, canonical(secret))]


@pytest.fixture(scope="module")
def branched(tmp_path_factory):
    ground = Ground(tmp_path_factory.mktemp("branched") / "repository")
    ground.git("tag", "v1")
    for name in ("one", "two", "three"):
        ground.git("checkout", "--quiet", "-b", name, "main")
        ground.commit_file(f"{name}.env", fresh()[1] + fresh()[1])
        ground.git("checkout", "--quiet", "main")
        ground.git("merge", "--quiet", "--no-ff", "-m", f"Merge {name}", name)
    ground.git("tag", "v2")
    return ground.path


@pytest.mark.parametrize("mode", [("--all-history",), ("--history",), (), ("--range", "v1..v2")])
def test_two_runs_and_any_number_of_jobs_say_the_same(branched, mode):
    path = branched
    outs = [
        re.sub(rb'"seconds": [0-9.]+', b"", command(*mode, *jobs, "--format", "json", cwd=path).raw)
        for jobs in ((), (), ("--jobs", "1"), ("--jobs", "8"))
    ]
    assert len(set(outs)) == 1
    assert b'"fingerprint"' in outs[0]
