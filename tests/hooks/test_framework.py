"""pre-commit itself, with this checkout as the repository that it takes the hooks from.

The second tier: pre-commit installs the hooks from the package index.
"""

from __future__ import annotations

import re
import shutil

import pytest
import yaml

from intercom_scan.audit.checks import CHECKS
from intercom_scan.fakes.ground import Ground
from intercom_scan.setup.precommit import REV, URL
from tests.hooks.running import BIN, git, leak, run
from tests.hooks.test_manifest import ENTRIES, blocks
from tests.integration.running import fresh
from tests.test_project import FILES, ROOT

pytestmark = pytest.mark.second_tier

(HANDLER, *_) = CHECKS["webhook-verified"].samples
PATH = f"{BIN}:/usr/bin:/bin"


@pytest.fixture(scope="session")
def hooks_from(tmp_path_factory):
    """A clone of the tree as it stands now, and what pre-commit keeps between its runs."""
    tree = tmp_path_factory.mktemp("hooks") / "intercom scan"
    for file in FILES:
        copy = tree / file.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(file, copy)
    git(tree, "init", "--quiet")
    git(tree, "add", "--all", "--force")
    assert git(tree, "commit", "--quiet", "-m", "All").code == 0
    assert git(tree, "tag", REV).code == 0
    return tree, tmp_path_factory.mktemp("pre-commit")


class Guarded(Ground):
    """A repository with hooks from pre-commit."""

    def __init__(self, path, hooks_from) -> None:
        super().__init__(path)
        self.tree, self.store = hooks_from
        self.commit_file(".gitignore", b".env\n.env.local\n.env.*.local\n")

    def configure(self, text: str) -> None:
        content = text.replace(URL, str(self.tree)).encode()
        self.write(".pre-commit-config.yaml", content)
        self.git("add", ".pre-commit-config.yaml")
        self.git("commit", "--quiet", "-m", "Hooks")

    def use(self, *ids: str, **more) -> None:
        hooks = [{"id": id_, **more} for id_ in ids]
        self.configure(yaml.safe_dump({"repos": [{"repo": URL, "rev": REV, "hooks": hooks}]}))

    @property
    def env(self) -> dict[str, str]:
        return {"PRE_COMMIT_HOME": str(self.store), "PATH": PATH}

    def pre_commit(self, *arguments):
        return run([str(BIN / "pre-commit"), *arguments], self.path, env=self.env)

    def install(self, *types: str) -> None:
        options = [f"--hook-type={type_}" for type_ in types]
        assert self.pre_commit("install", *options).code == 0

    def plain(self, *arguments, **more):
        """git as its user runs it."""
        return git(self.path, *arguments, env={**self.env, **more})

    def stage(self, name, content):
        self.write(name, content)
        self.git("add", "--force", "--", name)


@pytest.fixture
def guarded(tmp_path, hooks_from):
    return Guarded(tmp_path / "a repository", hooks_from)


def failed(ran, id_):
    assert ran.code == 1, ran.said
    assert f"- hook id: {id_}" in ran.said
    assert "1 secret" in ran.said
    assert "Next: " in ran.said


def passed(ran, id_):
    assert ran.code == 0, ran.said
    assert ENTRIES[id_]["name"] in ran.said
    assert "Passed" in ran.said, ran.said


def test_the_manifest():
    ran = run(
        [str(BIN / "pre-commit"), "validate-manifest", str(ROOT / ".pre-commit-hooks.yaml")], ROOT
    )
    assert ran.code == 0, ran.said


def test_run(guarded):
    guarded.use("intercom-secrets")
    guarded.stage("fine.txt", b"x\n")
    passed(guarded.pre_commit("run"), "intercom-secrets")
    guarded.stage("a.env", leak())
    failed(guarded.pre_commit("run"), "intercom-secrets")
    guarded.write("a.env", b"harmless\n")
    failed(guarded.pre_commit("run"), "intercom-secrets")
    assert (guarded.path / "a.env").read_bytes() == b"harmless\n"


def test_run_all_files_and_files(guarded):
    guarded.use("intercom-secrets")
    passed(guarded.pre_commit("run", "--all-files"), "intercom-secrets")
    guarded.commit_file("old.env", leak())
    failed(guarded.pre_commit("run", "--all-files"), "intercom-secrets")
    failed(guarded.pre_commit("run", "--files", "old.env"), "intercom-secrets")
    passed(guarded.pre_commit("run", "--files", "README.md"), "intercom-secrets")
    guarded.write("new.env", leak())
    failed(guarded.pre_commit("run", "--files", "new.env"), "intercom-secrets")


def test_thousands_of_files_are_shared_between_processes(guarded):
    guarded.use("intercom-secrets", require_serial=False, verbose=True, args=["-v", "--"])
    folder = "x" * 100
    for number in range(3000):
        guarded.write(f"{folder}/{number}.txt", b"x\n")
    guarded.git("add", ".")
    guarded.git("commit", "--quiet", "-m", "Many")
    guarded.commit_file(f"{folder}/1234.txt", leak())
    ran = guarded.pre_commit("run", "--all-files")
    assert ran.code == 1
    assert ran.out.count("1 secret (1 critical)") == 1
    read = [int(count.replace(",", "")) for count in re.findall(r": ([\d,]+) files?,", ran.out)]
    assert len(read) >= 3
    assert sum(read) == 3003


ODD = ["a b.env", "it's.env", '"q".env', "new\nline.env", "--help", "ü.env", "-v", "*.env"]


@pytest.mark.parametrize("name", ODD)
def test_odd_names(guarded, name):
    guarded.use("intercom-secrets")
    guarded.stage(name, leak())
    failed(guarded.pre_commit("run"), "intercom-secrets")
    guarded.stage(name, b"x\n")
    passed(guarded.pre_commit("run"), "intercom-secrets")


def test_a_link_s_target(guarded):
    guarded.use("intercom-secrets")
    (guarded.path / "link").symlink_to(fresh()[0].decode())
    guarded.git("add", "link")
    failed(guarded.pre_commit("run"), "intercom-secrets")


def test_commit(guarded):
    guarded.use("intercom-secrets", "intercom-commit-msg")
    guarded.install("pre-commit", "commit-msg")
    guarded.stage("a.env", leak())
    failed(guarded.plain("commit", "-m", "Leak"), "intercom-secrets")
    guarded.stage("a.env", b"x\n")
    failed(guarded.plain("commit", "-m", leak().decode()), "intercom-commit-msg")
    assert guarded.plain("commit", "-m", "Fine").code == 0
    guarded.write("a.env", leak())
    failed(guarded.plain("commit", "-a", "-m", "Leak"), "intercom-secrets")
    failed(guarded.plain("commit", "a.env", "-m", "Leak"), "intercom-secrets")


def test_commit_of_a_part(guarded):
    """pre-commit puts the rest of the changes aside, and back."""
    guarded.use("intercom-secrets")
    guarded.install("pre-commit")
    lines = b"".join(b"%d\n" % number for number in range(30))
    guarded.commit_file("a.env", lines)
    late = leak()
    guarded.write("a.env", b"first\n" + lines + late)
    git(guarded.path, "add", "--patch", "a.env", stdin=b"y\nn\n")
    assert guarded.plain("commit", "-m", "A part").code == 0
    assert (guarded.path / "a.env").read_bytes() == b"first\n" + lines + late
    guarded.git("add", "a.env")
    failed(guarded.plain("commit", "-m", "The rest"), "intercom-secrets")


def test_worktrees_and_merges(guarded, tmp_path):
    guarded.use("intercom-secrets")
    guarded.install("pre-commit", "pre-merge-commit")
    guarded.git("worktree", "add", "--quiet", "-b", "linked", str(tmp_path / "linked"))
    linked = tmp_path / "linked"
    (linked / "a.env").write_bytes(leak())
    git(linked, "add", "--force", "a.env")
    failed(git(linked, "commit", "-m", "Leak", env=guarded.env), "intercom-secrets")
    assert git(linked, "commit", "--no-verify", "-m", "Leak", env=guarded.env).code == 0
    guarded.commit_file("b.txt", b"x\n")
    failed(guarded.plain("merge", "-m", "Join", "linked"), "intercom-secrets")


def test_a_conflict_that_is_resolved_badly(guarded):
    guarded.use("intercom-secrets")
    guarded.install("pre-commit")
    guarded.commit_file("a.txt", b"base\n")
    guarded.git("checkout", "--quiet", "-b", "other")
    guarded.commit_file("a.txt", b"theirs\n")
    guarded.git("checkout", "--quiet", "main")
    guarded.commit_file("a.txt", b"ours\n")
    assert guarded.plain("merge", "other").code == 1
    guarded.stage("a.txt", leak())
    failed(guarded.plain("commit", "-m", "Join"), "intercom-secrets")
    guarded.stage("a.txt", b"both\n")
    assert guarded.plain("commit", "-m", "Join").code == 0


@pytest.fixture
def pushing(guarded, tmp_path):
    guarded.use("intercom-pre-push")
    git(tmp_path, "init", "--quiet", "--bare", "remote.git")
    guarded.git("remote", "add", "origin", str(tmp_path / "remote.git"))
    guarded.install("pre-push")
    return guarded


def test_push(pushing):
    passed(pushing.plain("push", "origin", "main"), "intercom-pre-push")
    pushing.commit_file("a.env", leak())
    pushing.git("rm", "--quiet", "a.env")
    pushing.git("commit", "--quiet", "-m", "Undo")
    failed(pushing.plain("push", "origin", "main"), "intercom-pre-push")
    failed(pushing.plain("push", "origin", "main:refs/heads/new"), "intercom-pre-push")
    assert pushing.plain("push", "--no-verify", "origin", "main").code == 0
    pushing.git("checkout", "--quiet", "-b", "topic")
    pushing.commit_file("b.txt", b"x\n")
    passed(pushing.plain("push", "origin", "topic"), "intercom-pre-push")
    pushing.git("commit", "--quiet", "--amend", "-m", "Other")
    passed(pushing.plain("push", "--force", "origin", "topic"), "intercom-pre-push")
    assert pushing.plain("push", "origin", ":topic").code == 0


def test_push_of_a_whole_history(pushing):
    pushing.commit_file("a.env", leak())
    pushing.git("rm", "--quiet", "a.env")
    pushing.git("commit", "--quiet", "-m", "Undo")
    failed(pushing.plain("push", "origin", "main"), "intercom-pre-push")
    failed(pushing.plain("push", "origin", "HEAD:refs/heads/x"), "intercom-pre-push")


def test_pre_push_by_hand(pushing):
    """A terminal's colours make pre-commit give hooks a terminal, which must not be waited for."""
    first = pushing.git("rev-parse", "HEAD")
    pushing.commit_file("a.env", leak())
    stage = ("run", "--hook-stage", "pre-push", "--color", "always")
    failed(pushing.pre_commit(*stage), "intercom-pre-push")
    failed(pushing.pre_commit(*stage, "--from-ref", first, "--to-ref", "HEAD"), "intercom-pre-push")
    ran = pushing.pre_commit(*stage, "--from-ref", "HEAD", "--to-ref", "HEAD")
    assert ran.code == 1
    assert "the range has no commit" in ran.out


@pytest.mark.parametrize("first", ["ours", "theirs"])
def test_beside_the_plain_hook(pushing, first):
    """Whichever came first, and even installed again: each runs once, and all refs are read."""
    steps = [
        lambda: run(
            [str(BIN / "intercom-scan"), "install-hook", "--type", "pre-push"], pushing.path
        ),
        lambda: pushing.install("pre-push"),
    ]
    (pushing.path / ".git/hooks/pre-push").unlink()
    for step in [*(steps if first == "ours" else reversed(steps)), *steps]:
        step()
    pushing.git("checkout", "--quiet", "-b", "second")
    pushing.commit_file("a.env", leak())
    ran = pushing.plain("push", "origin", "main", "second")
    assert ran.code == 1, ran.said
    assert "a.env:1:" in ran.said
    assert "bug: pre-commit" not in ran.said
    ran = pushing.plain("push", "origin", "main")
    assert ran.code == 0, ran.said


def test_history(guarded):
    guarded.use("intercom-history")
    stage = ("run", "--hook-stage", "manual", "intercom-history")
    assert guarded.pre_commit("run", "--all-files").code == 0
    passed(guarded.pre_commit(*stage), "intercom-history")
    guarded.commit_of(leak())
    failed(guarded.pre_commit(*stage), "intercom-history")


def test_env(guarded):
    guarded.use("intercom-env")
    passed(guarded.pre_commit("run"), "intercom-env")
    guarded.stage(".env", b"A=b\n")
    ran = guarded.pre_commit("run")
    assert ran.code == 1
    assert "- hook id: intercom-env" in ran.out
    assert "- exit code: 1" in ran.out


def test_detect_secrets(guarded):
    guarded.use("intercom-detect-secrets")
    guarded.stage("fine.txt", b"x\n")
    passed(guarded.pre_commit("run"), "intercom-detect-secrets")
    guarded.stage("a.env", leak())
    ran = guarded.pre_commit("run")
    assert ran.code == 1
    assert "- hook id: intercom-detect-secrets" in ran.out
    assert "Intercom" in ran.out


def test_audit(guarded):
    """pre-commit installs the extra for this hook."""
    guarded.use("intercom-audit", args=["--only=webhook-verified", "--"])
    guarded.stage("fine.js", b"1;\n")
    passed(guarded.pre_commit("run"), "intercom-audit")
    guarded.stage("hook.js", HANDLER.safe.encode())
    passed(guarded.pre_commit("run"), "intercom-audit")
    guarded.stage("hook.js", HANDLER.unsafe.encode())
    ran = guarded.pre_commit("run")
    assert ran.code == 1
    assert "- hook id: intercom-audit" in ran.out
    assert "hook.js:9:1: high: A webhook's signature is not verified" in ran.out
    guarded.write("hook.js", HANDLER.safe.encode())
    assert guarded.pre_commit("run").code == 1
    assert guarded.pre_commit("run", "--files", "fine.js").code == 0


# --- the page

# What each configuration has to find, where that is no credential.
WRONG = {"audit": ("hook.js", HANDLER.unsafe.encode(), "not verified")}


@pytest.mark.parametrize(("name", "text"), blocks("yaml"))
def test_the_page_s_configurations_run(guarded, name, text):
    guarded.configure(text)
    guarded.commit_file(".secrets.baseline", b'{"version": "1.5.0", "results": {}}')
    shell = dict(blocks("sh")).get(name, "pre-commit run --all-files")
    command = ["sh", "-ec", shell]
    assert run(command, guarded.path, env=guarded.env).code == 0
    path, content, said = WRONG.get(name) or ("a.env", leak(), "1 secret")
    guarded.commit_file(path, content)
    ran = run(command, guarded.path, env=guarded.env)
    assert ran.code == 1
    assert said in ran.said


def test_the_page_s_plain_hooks(guarded):
    run(["sh", "-ec", dict(blocks("sh"))["plain"]], guarded.path, env=guarded.env)
    guarded.stage("a.env", leak())
    assert guarded.plain("commit", "-m", "Leak").code == 1


def test_the_page_s_server(guarded, tmp_path):
    git(tmp_path, "init", "--quiet", "--bare", "server.git")
    run(["sh", "-ec", dict(blocks("sh"))["server"]], tmp_path / "server.git", env=guarded.env)
    guarded.git("remote", "add", "origin", str(tmp_path / "server.git"))
    assert guarded.plain("push", "origin", "main").code == 0
    guarded.commit_file("a.env", leak())
    assert guarded.plain("push", "origin", "main").code == 1


def test_every_block_of_the_page_has_a_test():
    names = {name for kind in ("yaml", "sh") for name, _ in blocks(kind)}
    assert names == {"everyday", "audit", "history", "arguments", "plain", "server"}
