"""`intercom-pre-push`: what a push would publish, held against what it does publish."""

from __future__ import annotations

import random
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from intercom_scan import RefUpdate, Request, UsageError, scan
from intercom_scan.sources import listing, updates
from tests.hooks.running import git, hook, leak, with_origin
from tests.integration.running import canonical, found, fresh

if TYPE_CHECKING:
    from pathlib import Path

ZERO = "0" * 40
ONE, TWO = "1" * 40, "2" * 40


@pytest.fixture
def ground(tmp_path):
    """A repository with a hook, and `origin`, which has its first commit."""
    return with_origin(tmp_path)


def refused(ground, *arguments):
    """The hook refuses a push with one secret; what it said."""
    ran = git(ground.path, "push", *arguments)
    assert ran.code == 1, ran.said
    assert "1 secret (1 critical)" in ran.said
    return ran.said


def passes(ground, *arguments):
    ran = git(ground.path, "push", *arguments)
    assert ran.code == 0, ran.said
    assert "clean" in ran.said or "pre-push" not in ran.said
    return ran.said


# --- the lines


def test_pre_push_lines():
    lines = [
        f"refs/heads/a {ONE} refs/heads/b {TWO}",
        f"HEAD^{{/a b}} {ONE} refs/x {ZERO}",
        f"(delete) {ZERO} refs/y {TWO}",
    ]
    assert updates.pre_push("\n".join(lines).encode()) == (
        RefUpdate("refs/heads/b", TWO, ONE),
        RefUpdate("refs/x", "", ONE),
        RefUpdate("refs/y", TWO, ""),
    )
    assert updates.pre_push(b"") == ()


def test_pre_receive_lines():
    lines = f"{ZERO} {ONE} refs/heads/a\n{ONE} {ZERO} refs/heads/b\n".encode() + (
        f"{'a' * 64} {'b' * 64} refs/heads/".encode() + b"\xff\n"
    )
    assert updates.pre_receive(lines) == (
        RefUpdate("refs/heads/a", "", ONE),
        RefUpdate("refs/heads/b", ONE, ""),
        RefUpdate("refs/heads/\udcff", "a" * 64, "b" * 64),
    )


@pytest.mark.parametrize(
    "lines", [b"x\n", b"\n", b"a b c d\n", f"refs/a {ONE[1:]} refs/b {TWO}\n".encode(),
              f"refs/a {ONE}1 refs/b {TWO}\n".encode(),
              f"refs/a -x{ONE[2:]} refs/b {TWO}\n".encode()],
)  # fmt: skip
def test_lines_that_git_does_not_write(lines):
    with pytest.raises(UsageError, match="not what git tells a hook"):
        updates.pre_push(lines)
    with pytest.raises(UsageError, match="not what git tells a hook"):
        updates.pre_receive(lines)


# --- what is published


def test_new_commits_alone(ground):
    ground.put("a.env", leak())
    said = refused(ground, "origin", "main")
    assert "a.env:1:" in said
    assert "Next: rewrite the commits that have it" in said
    git(ground.path, "push", "--no-verify", "--quiet", "origin", "main")
    ground.put("b.env", b"x\n")
    assert "1 commit, 2 objects" in passes(ground, "origin", "main"), "and nothing of before"


def test_a_secret_that_a_later_commit_removes(ground):
    ground.put("a.env", leak())
    ground.drop("a.env")
    refused(ground, "origin", "main")


def test_a_new_branch(ground):
    ground.put("a.env", leak())
    git(ground.path, "push", "--no-verify", "--quiet", "origin", "main")
    ground.git("checkout", "--quiet", "-b", "topic")
    ground.put("b.env", b"x\n")
    assert "1 commit, 2 objects" in passes(ground, "origin", "topic")
    ground.git("checkout", "--quiet", "-b", "worse")
    ground.put("c.env", leak())
    assert "c.env:1:" in refused(ground, "origin", "worse:refs/heads/another")


def test_a_forced_push(ground):
    ground.put("a.env", b"1\n")
    passes(ground, "origin", "main")
    ground.git("reset", "--quiet", "--hard", "HEAD~1")
    ground.put("b.env", leak())
    assert "1 commit," in refused(ground, "--force", "origin", "main")


def test_a_deleted_ref_publishes_nothing(ground):
    ground.git("branch", "topic")
    passes(ground, "origin", "topic")
    ground.put("a.env", leak())
    passes(ground, "origin", ":topic")
    assert hook("intercom-pre-push", "origin", "url", cwd=ground.path).code == 0


@pytest.mark.parametrize("what", ["message", "blob", "tree", "tag"])
def test_tags(ground, what):
    secret, line = fresh()
    blob = ground.object(line)
    if what == "message":
        ground.git("tag", "--annotate", "-m", f"One {secret.decode()}", "v1")
    elif what == "blob":
        ground.git("tag", "v1", blob)
    elif what == "tree":
        ground.git("tag", "v1", ground.git("mktree", stdin=f"100644 blob {blob}\ta.env\n".encode()))
    else:
        ground.git("tag", "--annotate", "-m", f"One {secret.decode()}", "inner")
        ground.git("tag", "--annotate", "-m", "Two", "v1", "inner")
    said = refused(ground, "origin", "v1")
    assert "refs/tags/v1" in said
    assert ("a.env" in said) == (what == "tree")
    passes(ground, "origin", "main:refs/tags/v0")


def test_a_tagged_tree_s_names(ground):
    secret, _ = fresh()
    tree = ground.git(
        "mktree", stdin=f"100644 blob {ground.object(b'x')}\t{secret.decode()}\n".encode()
    )
    ground.git("tag", "v1", tree)
    assert secret.decode() not in refused(ground, "origin", "v1")


def test_several_refs(ground):
    for name in ("one", "two", "three"):
        ground.git("checkout", "--quiet", "-b", name, "main")
        ground.put(f"{name}.env", leak() if name == "two" else b"x\n")
    passes(ground, "origin", "one", "three")
    assert "two.env" in refused(ground, "--all", "origin")


def test_the_ref_s_name(ground):
    secret, _ = fresh()
    said = refused(ground, "origin", f"main:refs/heads/{secret.decode()}")
    assert "ref-name" in said


def test_messages_and_names(ground):
    secret, _ = fresh()
    ground.commit(f"Add {secret.decode()}")
    assert "commit-message:" in refused(ground, "origin", "main")
    ground.git("reset", "--quiet", "--hard", "HEAD~1")
    ground.put(f"{secret.decode()}/x", b"x\n")
    assert secret.decode() not in refused(ground, "origin", "main")


def test_what_only_the_path_says_is_intercom_s(ground):
    """Names such as `client_secret` mean something in a file that is Intercom's."""
    secret = fresh(rule("intercom-client-secret"))[0]
    ground.put("config/intercom.yml", b"production:\n  client_secret: " + secret + b"\n")
    ran = git(ground.path, "push", "origin", "main")
    assert ran.code == 1
    assert "config/intercom.yml:2:" in ran.said
    result = scan(Request("range", (ground.path,), "HEAD~1..HEAD"))
    assert found(result, secret, rule("intercom-client-secret"))


def rule(id_):
    from tests.integration.running import RULE

    return RULE[id_]


def test_the_remote_has_what_is_not_known_here(ground, tmp_path):
    """Somebody else pushed, and nothing was fetched: the remote's commit is missing here."""
    other = tmp_path / "other"
    git(tmp_path, "clone", "--quiet", str(tmp_path / "remote.git"), str(other))
    (other / "x").write_text("x\n")
    git(other, "add", "x")
    git(other, "commit", "--quiet", "-m", "Theirs")
    assert git(other, "push", "--quiet", "origin", "main").code == 0
    ground.put("b.env", b"x\n")
    assert "1 commit, 2 objects" in passes(ground, "--force", "origin", "main")


def test_a_remote_without_a_name(ground, tmp_path):
    """What a URL has is not known: the remote's own word counts alone."""
    ground.put("a.env", leak())
    git(ground.path, "push", "--no-verify", "--quiet", "origin", "main")
    ground.put("b.env", b"x\n")
    assert "1 commit, 2 objects" in passes(ground, str(tmp_path / "remote.git"), "main")
    assert "3 commits" in refused(ground, str(tmp_path / "remote.git"), "main:refs/heads/new")
    line = f"refs/heads/main {ground.git('rev-parse', 'HEAD')} refs/heads/new {ZERO}\n".encode()
    for url, code in (
        (str(tmp_path / "remote.git"), 0),
        ("origin", 1),
    ):  # a directory may be named like a remote
        ground.git("update-ref", "refs/remotes/origin/main", "main")
        assert hook("intercom-pre-push", "origin", url, cwd=ground.path, stdin=line).code == code


def test_another_remote_has_nothing_yet(ground, tmp_path):
    ground.put("a.env", leak())
    git(ground.path, "push", "--no-verify", "--quiet", "origin", "main")
    git(tmp_path, "init", "--quiet", "--bare", "fork.git")
    ground.git("remote", "add", "fork", str(tmp_path / "fork.git"))
    refused(ground, "fork", "main")
    passes(ground, "origin", "main")


def test_a_missing_object_is_not_clean(ground):
    ground.put("a.env", b"some\n")
    id_ = ground.git("rev-parse", "HEAD:a.env")
    (ground.path / ".git" / "objects" / id_[:2] / id_[2:]).unlink()
    line = f"refs/heads/main {ground.git('rev-parse', 'HEAD')} refs/heads/main {ZERO}\n"
    ran = hook("intercom-pre-push", "origin", "url", cwd=ground.path, stdin=line.encode())
    assert ran.code == 3
    assert "missing from the object store" in ran.out
    line = f"refs/heads/main {ONE} refs/heads/main {ZERO}\n"
    ran = hook("intercom-pre-push", "origin", "url", cwd=ground.path, stdin=line.encode())
    assert ran.code == 3


def test_usage(ground):
    ran = hook("intercom-pre-push", "origin", "url", cwd=ground.path, stdin=b"nonsense\n")
    assert ran.code == 2
    assert "not what git tells a hook" in ran.err


# --- held against git


@contextmanager
def recorded(monkeypatch):
    """The ids that a scan of a push asks for."""
    ids: list[str] = []
    original = listing.named

    def named(git_, wanted, skips):
        wanted = list(wanted)
        ids.extend(wanted)
        return original(git_, wanted, skips)

    with monkeypatch.context() as patch:
        patch.setattr(listing, "named", named)
        yield ids


def objects(path: Path) -> set[str]:
    """All but trees: names are read where they change."""
    out = git(path, "cat-file", "--batch-check", "--batch-all-objects", "--unordered").out
    return {line.split()[0] for line in out.splitlines() if line.split()[1] != "tree"}


@pytest.mark.parametrize("seed", range(8))
def test_no_more_and_no_less_than_arrives(ground, tmp_path, monkeypatch, seed):
    """Random histories, pushed bit by bit: what is read is what the remote did not have."""
    dice = random.Random(seed)
    remote = tmp_path / "remote.git"
    for step in range(6):
        grow(ground, dice, step)
        branches = ground.git("for-each-ref", "--format=%(refname)", "refs/heads", "refs/tags")
        pushed = dice.sample(branches.split(), min(2, len(branches.split())))
        before = objects(remote)
        changes = []
        for name in pushed:
            old = git(remote, "rev-parse", "--verify", "--quiet", name).out.strip()
            changes.append(RefUpdate(name, old, ground.git("rev-parse", name)))
        with recorded(monkeypatch) as ids:
            request = Request(
                "push", (ground.path,), updates=tuple(changes), known=("refs/remotes/origin/*",)
            )
            assert scan(request).complete
        specs = [f"+{name}:{name}" for name in pushed]
        assert git(ground.path, "push", "--no-verify", "--quiet", "origin", *specs).code == 0
        arrived = objects(remote) - before
        assert arrived <= set(ids)
        assert len(set(ids) - arrived) <= 3, "a blob that came back, or a tag that moved"


def grow(ground, dice, step):
    for number in range(dice.randint(1, 4)):
        kind = dice.choice(["put", "put", "put", "branch", "merge", "tag", "back"])
        heads = ground.git("for-each-ref", "--format=%(refname:short)", "refs/heads").split()
        if kind == "put":
            ground.put(f"f{dice.randint(0, 4)}", b"%d\n" % dice.randint(0, 10**9))
        elif kind == "branch":
            ground.git("checkout", "--quiet", "-b", f"b{step}-{number}", dice.choice(heads))
        elif kind == "merge":
            git(ground.path, "merge", "--quiet", "-X", "ours", "-m", "Join", dice.choice(heads))
        elif kind == "tag":
            ground.git("tag", "--annotate", "-m", f"t{step}-{number}", f"t{step}-{number}")
        elif kind == "back":
            git(ground.path, "reset", "--quiet", "--hard", "HEAD~1")  # unless it is the first


def test_exposure_speaks_of_the_push(ground):
    secret, line = fresh()
    first = ground.put("a.env", line)
    ground.put("b.txt", b"x\n")
    head = ground.git("rev-parse", "HEAD~1")
    change = RefUpdate("refs/heads/topic", "", head)
    request = Request("push", (ground.path,), updates=(change,), known=("refs/remotes/origin/*",))
    exposure = found(scan(request), secret).exposure
    assert exposure
    assert exposure.first
    assert exposure.first.id == first
    assert exposure.in_head
    assert exposure.refs == ("HEAD", "refs/heads/topic")


def test_more_refs_than_a_command_line_can_hold(ground):
    secret, line = fresh()
    ground.put("a.env", line)
    id_ = ground.git("rev-parse", "HEAD")
    missing = [RefUpdate(f"refs/heads/{n}", f"{n:040x}", id_) for n in range(30_000)]
    request = Request("push", (ground.path,), updates=tuple(missing), known=())
    assert {f.secret for f in scan(request).findings} == {canonical(secret)}


# --- as pre-commit says it


def framework(ground, **said):
    env = {"PRE_COMMIT": "1", **{f"PRE_COMMIT_{name}": value for name, value in said.items()}}
    return hook("intercom-pre-push", "-v", cwd=ground.path, env=env)


def test_a_range_in_the_environment(ground):
    first = ground.git("rev-parse", "HEAD")
    ground.put("a.env", leak())
    middle = ground.git("rev-parse", "HEAD")
    ground.put("b.env", b"x\n")
    remote = {"REMOTE_NAME": "origin", "REMOTE_URL": "url", "REMOTE_BRANCH": "refs/heads/main"}
    ran = framework(ground, FROM_REF=first, TO_REF="main", **remote)
    assert ran.code == 1
    assert "refs/heads/main" in ran.out
    assert framework(ground, FROM_REF=middle, TO_REF="main", **remote).code == 0
    ground.git("update-ref", "refs/remotes/origin/main", "main")
    assert framework(ground, FROM_REF=first, TO_REF="main").code == 1, "as it was asked for"
    assert framework(ground, FROM_REF=middle, TO_REF="main").code == 0


def test_a_whole_branch_in_the_environment(ground):
    ground.put("a.env", leak())
    url = ground.git("remote", "get-url", "origin")
    said = {"REMOTE_URL": url, "REMOTE_BRANCH": "refs/heads/x", "LOCAL_BRANCH": "refs/heads/main"}
    assert framework(ground, REMOTE_NAME="origin", **said).code == 1
    ground.git("update-ref", "refs/remotes/origin/main", "main")
    assert framework(ground, REMOTE_NAME="origin", **said).code == 0
    assert framework(ground, REMOTE_NAME="other", **said).code == 1


def test_a_tag_in_the_environment(ground):
    ground.git("tag", "--annotate", "-m", leak().decode(), "v1")
    said = {"REMOTE_NAME": "origin", "REMOTE_URL": "url", "REMOTE_BRANCH": "refs/tags/v1"}
    assert framework(ground, LOCAL_BRANCH="refs/tags/v1", **said).code == 1
    assert framework(ground, FROM_REF="HEAD", TO_REF="v1", **said).code == 1
    ran = framework(ground, LOCAL_BRANCH="refs/tags/v2", **said)
    assert ran.code == 2
    assert "'refs/tags/v2'" in ran.err


def test_without_a_push_what_no_remote_has(ground):
    """`pre-commit run --hook-stage pre-push` says nothing of a push."""
    assert framework(ground).code == 0
    ground.put("a.env", leak())
    assert framework(ground).code == 1
