"""`intercom-scan install-hook`: plain git hooks that live with those of others."""

from __future__ import annotations

import os

import pytest

from intercom_scan.cli import install_hook
from intercom_scan.cli.install_hook import PROGRAMS
from intercom_scan.fakes.ground import Ground
from tests.hooks.running import BIN, git, hook, leak, run, stage

EARLIER = "before-intercom-scan"


@pytest.fixture
def ground(tmp_path):
    made = Ground(tmp_path / "it's a repository")
    made.commit_file(".gitignore", b"*.env\n.env*\n")
    return made


def install(ground, *arguments, cwd=None, **more):
    return hook("intercom-scan", "install-hook", *arguments, cwd=cwd or ground.path, **more)


def hooks(ground):
    return ground.path / ".git" / "hooks"


def others(ground, type_, body="echo others: $*\n"):
    """A hook of somebody else."""
    path = hooks(ground) / type_
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"#!/bin/sh\n{body}")
    path.chmod(0o755)
    return path


def listed(ground):
    return sorted(p.name for p in hooks(ground).iterdir() if p.suffix != ".sample")


def commit(ground, *arguments):
    return git(ground.path, "commit", "--allow-empty", "-m", "Change", *arguments)


def test_pre_commit(ground):
    ran = install(ground)
    assert (ran.code, ran.out) == (0, f"Wrote {hooks(ground) / 'pre-commit'}.\n")
    stage(ground, "a.env", leak())
    assert commit(ground).code == 1
    ground.git("rm", "--quiet", "--cached", "a.env")
    assert commit(ground).code == 0


def test_commit_msg_and_pre_push(ground, tmp_path):
    assert install(ground, "--type", "commit-msg", "--type", "pre-push").out.count("Wrote") == 2
    assert commit(ground, "-m", leak().decode()).code == 1
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    ground.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    assert git(ground.path, "push", "origin", "main").code == 0
    ground.commit_file("a.env", leak())
    assert git(ground.path, "push", "origin", "main").code == 1
    assert git(ground.path, "push", "origin", "main~1:refs/heads/x").code == 0


@pytest.mark.parametrize("type_", PROGRAMS)
def test_again_changes_nothing(ground, type_):
    install(ground, "--type", type_)
    before = (hooks(ground) / type_).read_bytes()
    ran = install(ground, "--type", type_)
    assert "as it was" in ran.out
    assert (hooks(ground) / type_).read_bytes() == before
    (hooks(ground) / type_).write_bytes(before.replace(b"bin=", b"bin=/old"))
    assert "Wrote" in install(ground, "--type", type_).out
    assert (hooks(ground) / type_).read_bytes() == before
    assert listed(ground) == [type_]


def test_a_hook_that_is_there_runs_first_and_returns(ground):
    path = others(ground, "pre-commit")
    before = path.read_bytes()
    ran = install(ground)
    assert f"The hook that was there is {EARLIER}/pre-commit now, and runs first." in ran.out
    install(ground)
    assert listed(ground) == [EARLIER, "pre-commit"]
    stage(ground, "a.env", leak())
    ran = commit(ground)
    assert ran.code == 1
    assert ran.err.startswith("others:\na.env:1:")
    ran = install(ground, "--uninstall")
    assert "is back" in ran.out
    assert listed(ground) == ["pre-commit"]
    assert path.read_bytes() == before
    assert os.access(path, os.X_OK)
    assert commit(ground).code == 0


def test_one_that_fails_is_heeded(ground):
    others(ground, "pre-commit", "exit 7\n")
    install(ground)
    assert commit(ground).code == 1


def test_one_that_changes_the_index_is_seen(ground):
    ground.write("late.env", leak())
    others(ground, "pre-commit", "git add --force late.env\n")
    install(ground)
    assert commit(ground).code == 1


def test_one_that_git_would_not_run_is_not_run(ground):
    others(ground, "pre-commit", "exit 7\n").chmod(0o644)
    install(ground)
    assert commit(ground).code == 0


def test_both_are_told_what_git_tells(ground, tmp_path):
    others(ground, "pre-push", 'echo "$@"; cat\n')
    install(ground, "--type", "pre-push")
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    ground.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    ground.commit_file("a.env", leak())
    ran = git(ground.path, "push", "origin", "main")
    assert ran.code == 1
    assert "origin " in ran.said
    assert f"refs/heads/main {'0' * 40}" in ran.said
    assert "a.env:1:" in ran.said


def test_the_message_s_file_reaches_both(ground):
    others(ground, "commit-msg", 'echo "$(cat "$1")" changed > "$1"\n')
    install(ground, "--type", "commit-msg")
    assert commit(ground).code == 0
    assert ground.git("log", "-1", "--format=%s") == "Change changed"


def test_force_takes_its_place(ground):
    others(ground, "pre-commit", "exit 7\n")
    install(ground, "--force")
    assert listed(ground) == ["pre-commit"]
    assert commit(ground).code == 0


def test_force_does_not_write_through_a_link(ground, tmp_path):
    shared = tmp_path / "shared"
    shared.write_text("#!/bin/sh\nexit 7\n")
    hooks(ground).mkdir(exist_ok=True)
    (hooks(ground) / "pre-commit").symlink_to(shared)
    install(ground, "--force")
    assert shared.read_text() == "#!/bin/sh\nexit 7\n"
    assert commit(ground).code == 0


def test_two_of_others(ground):
    others(ground, "pre-commit")
    install(ground)
    others(ground, "pre-commit", "exit 7\n")
    ran = install(ground)
    assert ran.code == 2
    assert "--force replaces one" in ran.err
    install(ground, "--force")
    assert commit(ground).err == "others:\n"


def test_uninstall_leaves_the_hooks_of_others(ground):
    path = others(ground, "pre-commit")
    ran = install(ground, "--uninstall")
    assert (ran.code, path.exists()) == (0, True)
    assert "no hook of intercom-scan" in ran.out
    assert install(ground, "--uninstall", "--force").code == 2


def test_where_git_looks(ground, tmp_path):
    ground.git("config", "core.hooksPath", "shared hooks")
    ran = install(ground)
    assert ran.out == f"Wrote {ground.path / 'shared hooks' / 'pre-commit'}.\n"
    stage(ground, "a.env", leak())
    assert commit(ground).code == 1
    (ground.path / "sub").mkdir()
    assert "as it was" in install(ground, cwd=ground.path / "sub").out
    ground.git("config", "core.hooksPath", str(tmp_path / "of all"))
    ran = install(ground)
    assert ran.code == 2
    assert "outside of this repository" in ran.err
    (ground.path / "link").symlink_to(tmp_path)
    ground.git("config", "core.hooksPath", "link/of all")
    assert install(ground).code == 2
    assert not (tmp_path / "of all").exists()
    ground.git("config", "--unset", "core.hooksPath")
    ran = install(ground, env={"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.hooksPath",
                               "GIT_CONFIG_VALUE_0": str(tmp_path / "of all")})  # fmt: skip
    assert ran.code == 2


def test_worktrees_and_submodules_share_and_have_their_own(ground, tmp_path):
    ground.git("worktree", "add", "--quiet", "-b", "linked", str(tmp_path / "linked"))
    assert str(hooks(ground) / "pre-commit") in install(ground, cwd=tmp_path / "linked").out
    (tmp_path / "linked" / "a.env").write_bytes(leak())
    git(tmp_path / "linked", "add", "--force", "a.env")
    assert git(tmp_path / "linked", "commit", "-m", "Leak").code == 1
    inner = Ground(tmp_path / "inner")
    assert git(ground.path, "submodule", "add", "--quiet", str(inner.path), "module").code == 0
    install(ground, cwd=ground.path / "module")
    assert (ground.path / ".git/modules/module/hooks/pre-commit").exists()


def test_without_the_program(ground):
    install(ground)
    path = hooks(ground) / "pre-commit"
    text = path.read_text()
    assert f"bin={BIN}" in text
    path.write_text(text.replace(str(BIN), "/nowhere"))
    ran = git(ground.path, "commit", "--allow-empty", "-m", "x", env={"PATH": "/usr/bin:/bin"})
    assert ran.code == 1
    assert "intercom-secrets was not found" in ran.said
    assert run([path], ground.path, env={"PATH": "/usr/bin:/bin"}).code == 3
    path_with = {"PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}"}
    assert git(ground.path, "commit", "--allow-empty", "-m", "x", env=path_with).code == 0


def test_usage(ground, tmp_path):
    assert install(ground, "--type", "post-commit").code == 2
    assert install(ground, cwd=tmp_path).code == 2
    (hooks(ground) / "pre-commit").mkdir(parents=True)
    (hooks(ground) / EARLIER / "pre-commit").mkdir(parents=True)
    assert install(ground).code == 2
    assert install(ground, "--force").code == 2


def test_a_program_in_a_folder_with_blanks(ground, tmp_path, monkeypatch):
    tools = tmp_path / "it's my $HOME" / "bin"
    tools.parent.mkdir()
    tools.symlink_to(BIN)
    monkeypatch.setattr("sys.argv", [str(tools / "intercom-scan")])
    install_hook.install(hooks(ground), "pre-commit")
    assert "it's my $HOME" in (hooks(ground) / "pre-commit").read_text().replace("'\"'\"'", "'")
    stage(ground, "a.env", leak())
    ran = git(ground.path, "commit", "-m", "x", env={"PATH": "/usr/bin:/bin"})
    assert ran.code == 1
    assert "a.env:1:" in ran.said


def test_lines_that_a_user_added_are_kept(ground):
    install(ground)
    path = hooks(ground) / "pre-commit"
    changed = path.read_bytes() + b"echo mine\n"
    path.write_bytes(changed)
    assert "was changed" in install(ground, "--uninstall").out
    assert "runs first" in install(ground).out
    assert (hooks(ground) / EARLIER / "pre-commit").read_bytes() == changed
    ran = commit(ground)
    assert (ran.code, ran.err) == (0, "mine\n")
    install(ground, "--uninstall")
    assert path.read_bytes() == changed


def test_a_folder_of_hooks_that_is_a_link_out_of_the_repository(ground, tmp_path):
    (tmp_path / "of all").mkdir()
    if hooks(ground).exists():
        hooks(ground).rename(tmp_path / "hooks of before")
    hooks(ground).symlink_to(tmp_path / "of all")
    ran = install(ground)
    assert ran.code == 2
    assert "outside of this repository" in ran.err
    assert list((tmp_path / "of all").iterdir()) == []


def test_merges(ground):
    install(ground, "--type", "pre-merge-commit")
    ground.git("checkout", "--quiet", "-b", "other")
    ground.commit_file("a.txt", leak())
    ground.git("checkout", "--quiet", "main")
    ground.commit_file("b.txt", b"b\n")
    ran = git(ground.path, "merge", "--no-edit", "other")
    assert ran.code != 0
    assert "a.txt:1:" in ran.said


def test_env_files_are_kept_out(ground):
    install(ground)
    assert commit(ground).code == 0
    stage(ground, ".env", b"DEBUG=1\n")
    ran = commit(ground)
    assert ran.code == 1
    assert ".env" in ran.said


def test_husky_s_hooks_are_not_ours_to_write(ground):
    ground.git("config", "core.hooksPath", ".husky/_")
    ran = install(ground, "--type", "commit-msg")
    assert ran.code == 2
    assert 'intercom-commit-msg -- "$@" into .husky/commit-msg' in ran.err
    assert not (ground.path / ".husky").exists()


def test_one_that_looks_at_its_name_and_beside_itself(ground):
    """As husky did until its fifth version, and as overcommit and many scripts do."""
    body = '. "$(dirname "$0")/lib.sh"; echo "I am $(basename "$0")"\n'
    master = others(ground, "master", body)
    (hooks(ground) / "lib.sh").write_text("echo library\n")
    (hooks(ground) / "pre-commit").symlink_to("master")
    (hooks(ground) / "commit-msg").symlink_to(master)
    before = listed(ground)
    install(ground, "--type", "pre-commit", "--type", "commit-msg")
    assert commit(ground).err == "library\nI am pre-commit\nlibrary\nI am commit-msg\n"
    install(ground, "--uninstall", "--type", "commit-msg")
    assert commit(ground).err == "library\nI am pre-commit\nlibrary\nI am commit-msg\n"
    install(ground, "--uninstall")
    assert listed(ground) == before
    assert os.readlink(hooks(ground) / "pre-commit") == "master"
    assert os.readlink(hooks(ground) / "commit-msg") == str(master)


def test_a_folder_with_something_of_the_user_s_stays(ground):
    others(ground, "pre-commit")
    install(ground)
    (hooks(ground) / EARLIER / "notes").write_text("mine\n")
    install(ground, "--uninstall")
    assert listed(ground) == [EARLIER, "pre-commit"]
    assert [path.name for path in (hooks(ground) / EARLIER).iterdir()] == ["notes"]
