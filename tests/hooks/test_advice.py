"""What `intercom-secrets` says to do next, and what it never repeats."""

from __future__ import annotations

import pytest

from intercom_scan.fakes.ground import Ground
from tests.hooks.running import git, hook, leak, run, stage
from tests.integration.running import fresh


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


def advised(ground):
    ran = hook("intercom-secrets", cwd=ground.path)
    assert ran.code == 1
    return ran.out.splitlines()[-1].removeprefix("Next: ").partition("; ")[0]


@pytest.mark.parametrize("how", ["merge", "cherry-pick", "rebase"])
def test_the_other_side_s_work_is_kept(ground, how):
    ground.commit_file("a.env", b"base\n")
    ground.git("checkout", "--quiet", "-b", "other")
    ground.commit_file("a.env", b"theirs\n")
    ground.git("checkout", "--quiet", "main")
    ground.commit_file("a.env", b"ours\n")
    assert git(ground.path, how, "other").code == 1
    stage(ground, "a.env", leak())
    assert advised(ground) == "take it out of a.env and git add -- a.env again"


@pytest.mark.parametrize("name", ["*", ":!x", "[a].env", "a?"])
def test_a_name_that_is_a_pattern_to_git(ground, name):
    stage(ground, "kept", b"x\n")
    ground.write(name, leak())
    ground.git("--literal-pathspecs", "add", "--force", "--", name)
    assert run(["sh", "-c", advised(ground)], ground.path).code == 0
    assert ground.git("diff", "--cached", "--name-only") == "kept"


def test_an_option_that_is_a_secret_is_not_repeated(ground):
    secret, _ = fresh()
    for option in ("--fail-on", "--unknown"):
        ran = hook("intercom-secrets", f"{option}={secret.decode()}", cwd=ground.path)
        assert ran.code == 2
        assert secret.decode() not in ran.said


@pytest.mark.parametrize(
    ("files", "also"),
    [(1, ""), (2, "(also f01.env:1:23)"), (3, "(also f01.env:1:23, f02.env:1:23)"),
     (40, "(also f01.env:1:23, f02.env:1:23 and 37 more)")],
)  # fmt: skip
def test_a_secret_in_many_files_names_some_and_counts_the_rest(ground, files, also):
    line = b"INTERCOM_ACCESS_TOKEN=" + fresh()[0] + b"\n"
    for number in range(files):
        ground.write(f"f{number:02}.env", line)
    ground.git("add", "--force", ".")
    first = hook("intercom-secrets", cwd=ground.path).out.splitlines()[0]
    assert first.startswith("f00.env:1:")
    assert first.partition(" (")[2] == also.removeprefix("(")
