"""`intercom-secrets`: the index's content, of what is staged or of the files that are named."""

from __future__ import annotations

import os
import threading

import pytest

from intercom_scan.fakes.ground import Ground
from intercom_scan.finding import fingerprint
from tests.hooks.running import BIN, git, hook, leak, run, stage
from tests.integration.running import TOKEN, canonical, fresh


@pytest.fixture
def ground(tmp_path):
    return Ground(tmp_path / "repository")


def secrets(ground, *arguments, **more):
    return hook("intercom-secrets", *arguments, cwd=ground.path, **more)


def test_clean_is_silent(ground):
    stage(ground, "a.txt", b"nothing\n")
    ran = secrets(ground)
    assert (ran.code, ran.said) == (0, "")
    ran = secrets(ground, "-v")
    assert ran.code == 0
    assert ran.out.startswith("clean: 1 file, 8 bytes read")


def test_nothing_staged_is_clean(ground):
    assert secrets(ground).code == 0


def test_a_finding_says_where_and_what_to_do_next(ground):
    secret, line = fresh()
    stage(ground, "config/a.env", b"# settings\n" + line)
    ran = secrets(ground)
    name = fingerprint(TOKEN, canonical(secret))
    assert ran.code == 1
    first, verdict, advice = ran.out.splitlines()
    assert first.startswith("config/a.env:2:")
    assert first.endswith(name)
    assert verdict.startswith("1 secret (1 critical): 1 file")
    assert advice == (
        "Next: git restore --staged -- config/a.env; rotate it if it was ever pushed; "
        f"if it may stay: intercom-scan ignore {name} --reason WHY"
    )
    assert secret.decode() not in ran.said


def test_what_it_advises_works(ground):
    for name in ("a b's.env", "-x.env"):
        stage(ground, name, leak())
    ran = secrets(ground)
    command = ran.out.splitlines()[-1].removeprefix("Next: ").partition("; ")[0]
    assert run(["sh", "-c", command], ground.path).code == 0
    assert secrets(ground).code == 0
    (ground.path / "sub").mkdir()
    stage(ground, "sub/c.env", leak())
    ran = secrets(ground, env={"GIT_PREFIX": "sub/"})  # as git sets it for its hooks
    command = ran.out.splitlines()[-1].removeprefix("Next: ").partition("; ")[0]
    assert run(["sh", "-c", command], ground.path / "sub").code == 0
    assert secrets(ground).code == 0


def test_what_it_advises_before_the_first_commit(tmp_path):
    git(tmp_path, "init")
    (tmp_path / "a.env").write_bytes(leak())
    git(tmp_path, "add", "--force", "a.env")
    ran = hook("intercom-secrets", cwd=tmp_path)
    assert ran.code == 1
    assert "Next: git rm --cached -- a.env; " in ran.out
    assert git(tmp_path, "rm", "--cached", "--", "a.env").code == 0
    assert hook("intercom-secrets", cwd=tmp_path).code == 0


def test_a_name_that_is_a_secret_or_not_printable_is_not_advised(ground):
    secret, line = fresh()
    stage(ground, f"{secret.decode()}.txt", b"x\n")
    stage(ground, "a\nb.env", line)
    ran = secrets(ground)
    assert ran.code == 1
    assert "Next: git restore --staged -- FILE; " in ran.out
    assert secret.decode() not in ran.said
    assert ran.out.count("\n") == 3


def test_the_index_and_not_the_working_tree(ground):
    ground.commit_file("a.env", b"one\ntwo\nthree\n")
    ground.write("a.env", b"one\ntwo\nthree\n" + leak())
    assert secrets(ground).code == 0
    assert secrets(ground, "a.env").code == 0
    ground.git("add", "--force", "a.env")
    ground.write("a.env", b"harmless again\n")
    assert secrets(ground).code == 1
    assert secrets(ground, "a.env").code == 1


def test_partially_staged(ground):
    """As `git add -p` leaves it: one of two changes is in the index."""
    line = leak()
    ground.commit_file("a.env", b"".join(b"%d\n" % n for n in range(30)))
    middle = b"".join(b"%d\n" % n for n in range(30))
    ground.write("a.env", b"first\n" + middle + line)
    git(ground.path, "add", "--patch", "a.env", stdin=b"y\nn\n")
    assert ground.git("diff", "--cached", "--name-only") == "a.env"
    assert secrets(ground, "a.env").code == 0
    git(ground.path, "add", "--patch", "a.env", stdin=b"y\n")
    assert secrets(ground, "a.env").code == 1


def test_files_that_are_named_are_read_though_nothing_is_staged(ground):
    """As pre-commit names them with --all-files and --files."""
    ground.commit_file("old.env", leak())
    ground.commit_file("other.env", leak())
    assert secrets(ground).code == 0
    ran = secrets(ground, "old.env", "README.md")
    assert ran.code == 1
    assert "other.env" not in ran.out
    assert "Next: take it out of the file; " in ran.out


def test_an_untracked_file_that_is_named_is_read_itself(ground):
    ground.write("new.env", leak())
    ran = secrets(ground, "new.env")
    assert ran.code == 1
    assert "new.env:1:" in ran.out
    ground.git("add", "--force", "--intent-to-add", "new.env")
    assert secrets(ground).code == 0
    assert secrets(ground, "new.env").code == 1


def test_a_directory_and_the_top_can_be_named(ground):
    ground.commit_file("a/b/c.env", leak())
    assert secrets(ground, "a").code == 1
    assert secrets(ground, "a/b").code == 1
    assert secrets(ground, ".").code == 1
    assert secrets(ground, str(ground.path / "a")).code == 1
    (ground.path / "other").mkdir()
    assert hook("intercom-secrets", "../a/b", cwd=ground.path / "other").code == 1


def test_a_name_that_nothing_has(ground):
    ground.commit_file("gone.env", leak())
    ran = secrets(ground, "nothing")
    assert ran.code == 2
    assert "nothing: no such file" in ran.err
    ground.git("rm", "--quiet", "gone.env")
    assert secrets(ground, "gone.env").code == 0, "deleted, and so no mistake"
    ran = secrets(ground, "../elsewhere.txt")
    assert ran.code == 2
    assert "is not in the repository" in ran.err


ODD = ["a b", "it's", '"quoted"', "new\nline", "tab\t", "-dash", "--help", "*.env", "[a]",
       ":(top)x", b"caf\xe9", "ünï", "$(id)", "a;b", "@file", "!neg", "\\back"]  # fmt: skip


@pytest.mark.parametrize("name", ODD, ids=ascii)
def test_odd_names_are_literal(ground, name):
    ground.commit_file("decoy.env", leak())
    stage(ground, os.fsdecode(name), leak())
    for arguments in ((), ("--", name)):
        ran = secrets(ground, *arguments)
        assert ran.code == 1
        assert "decoy" not in ran.out
        assert "\t" not in ran.out
        assert ran.out.count("\n") == 3


def test_a_name_cannot_be_an_option(ground):
    """pre-commit puts names behind its options as they are; a repository names its files."""
    ground.write("known.json", b"{}")
    stage(ground, "--baseline=known.json", leak())
    ran = secrets(ground, "--baseline=known.json")
    assert ran.code == 2
    assert "is an option and a file" in ran.err
    assert secrets(ground, "--", "--baseline=known.json").code == 1


def test_more_names_than_git_is_asked_for_one_by_one(ground):
    for number in range(300):
        ground.write(f"part{number % 7}/file{number}.txt", b"x\n")
    ground.write("part3/bad.env", leak())
    ground.write("part3/not-named.env", leak())
    ground.git("add", "--force", ".")
    names = [f"part{number % 7}/file{number}.txt" for number in range(300)]
    ran = secrets(ground, "-v", *names)
    assert ran.code == 0
    assert "300 files" in ran.out
    ran = secrets(ground, *names, "part3/bad.env")
    assert ran.code == 1
    assert "not-named" not in ran.out


def test_several_processes_share_the_work_and_report_each_file_once(ground):
    names = [f"file{number}.env" for number in range(24)]
    for name in names:
        ground.write(name, leak())
    ground.git("add", "--force", ".")
    shares = [names[start::4] for start in range(4)]
    rans = []

    def start(number):
        rans.append(secrets(ground, *shares[number]))

    threads = [threading.Thread(target=start, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said = [line.partition(":")[0] for ran in rans for line in ran.out.splitlines()]
    assert sorted(name for name in said if name.endswith(".env")) == sorted(names)
    assert [ran.code for ran in rans] == [1] * 4


def test_symbolic_links_submodules_and_deletions(ground, tmp_path):
    secret, _ = fresh()
    (ground.path / "link").symlink_to("/nowhere/" + secret.decode())
    ground.git("add", "link")
    inner = Ground(tmp_path / "inner")
    inner.commit_file("inside.env", leak())
    assert git(ground.path, "submodule", "add", "--quiet", str(inner.path), "module").code == 0
    ground.commit_file("gone.env", b"x\n")
    ground.git("rm", "--quiet", "gone.env")
    ran = secrets(ground, "link", "module", "gone.env")
    assert ran.code == 1
    assert "inside.env" not in ran.out
    assert ran.out.startswith("link:1:")
    assert secrets(ground, "module").code == 0


def test_in_a_submodule_and_in_a_worktree(ground, tmp_path):
    inner = Ground(tmp_path / "inner")
    assert git(ground.path, "submodule", "add", "--quiet", str(inner.path), "module").code == 0
    ground.git("commit", "--quiet", "-m", "Add")
    ground.git("worktree", "add", "--quiet", str(tmp_path / "linked"))
    for place in (ground.path / "module", tmp_path / "linked"):
        (place / "a.env").write_bytes(leak())
        git(place, "add", "--force", "a.env")
        assert hook("intercom-secrets", cwd=place).code == 1
        assert hook("intercom-secrets", "a.env", cwd=place).code == 1
    assert secrets(ground).code == 0


def test_every_side_of_a_conflict_is_read(ground):
    ground.commit_file("a.env", b"base\n")
    ground.git("checkout", "--quiet", "-b", "other")
    ground.commit_file("a.env", leak())
    ground.git("checkout", "--quiet", "-")
    ground.commit_file("a.env", b"ours\n")
    assert git(ground.path, "merge", "other").code == 1
    ground.write("a.env", b"resolved\n")
    assert secrets(ground).code == 1
    assert secrets(ground, "a.env").code == 1
    ground.git("add", "--force", "a.env")
    assert secrets(ground).code == 0


def test_a_repository_cannot_run_a_program_by_it(ground, tmp_path):
    """A filter that its attributes and configuration name would run if a file were compared."""
    trap = tmp_path / "ran"
    ground.git("config", "filter.trap.clean", f"touch {trap}; cat")
    ground.git("config", "diff.trap.textconv", f"touch {trap}; cat")
    ground.commit_file("a.txt", b"x\n")
    ground.write(".gitattributes", b"* filter=trap diff=trap\n")
    ground.write("a.txt", b"y\n")
    assert secrets(ground, "a.txt", ".gitattributes").code == 0
    assert secrets(ground).code == 0
    assert not trap.exists()


# --- options mean what they mean to the command


def test_policy(ground):
    secret, line = fresh()
    name = fingerprint(TOKEN, canonical(secret))
    stage(ground, "a.env", line)
    stage(
        ground,
        ".intercom-scan.yaml",
        f"ignores:\n  - fingerprint: {name}\n    reason: fake\n".encode(),
    )
    assert secrets(ground).code == 0
    assert secrets(ground, "--policy-from", "HEAD").code == 1
    ground.write("other.yaml", b"severities:\n  intercom-access-token: low\n")
    assert secrets(ground, "--config", "other.yaml", "--fail-on", "medium").code == 0
    assert secrets(ground, "--config", "other.yaml").code == 1
    assert secrets(ground, "--config", "missing.yaml").code == 2


def test_inline(ground):
    stage(ground, "a.env", leak().rstrip() + b"  # pragma: allowlist secret\n")
    assert secrets(ground).code == 0
    assert secrets(ground, "--no-inline").code == 1


def test_usage_and_broken_repositories(ground, tmp_path):
    assert secrets(ground, "--fail-on", "never").code == 2
    assert hook("intercom-secrets", cwd=tmp_path).code == 2
    stage(ground, "a.env", leak())
    id_ = ground.git("rev-parse", ":a.env")
    loose = ground.path / ".git" / "objects" / id_[:2] / id_[2:]
    loose.chmod(0o600)
    loose.unlink()
    stage(ground, "b.env", leak())
    ran = secrets(ground)
    assert ran.code == 3
    assert "missing from the object store" in ran.out
    assert "b.env" in ran.out


def test_a_closed_pipe_and_a_missing_git(ground):
    stage(ground, "a.env", leak())
    command = [str(BIN / "intercom-secrets")]
    assert run(["sh", "-c", f"{command[0]} >&-"], ground.path).code == 3
    assert run(command, ground.path, env={"PATH": "/nowhere"}).code == 3
