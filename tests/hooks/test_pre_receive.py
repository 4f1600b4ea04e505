"""`intercom-scan pre-receive`: a server refuses a push, by a policy that the push cannot change."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from intercom_scan.finding import fingerprint
from tests.hooks.running import git, hang_up, hook, leak, run
from tests.integration.running import TOKEN, Dated, canonical, fresh


@pytest.fixture(params=["bare", "with files"])
def server(request, tmp_path):
    path = tmp_path / "server"
    bare = ["--bare"] if request.param == "bare" else []
    git(tmp_path, "init", "--quiet", *bare, str(path))
    git(path, "config", "receive.denyCurrentBranch", "ignore")
    hang_up(path, "pre-receive", "intercom-scan", "pre-receive", "-v")
    return path


@pytest.fixture
def ground(tmp_path, server):
    made = Dated(tmp_path / "repository")
    made.git("remote", "add", "origin", str(server))
    return made


def refused(ground, *arguments):
    ran = git(ground.path, "push", *arguments)
    assert ran.code == 1, ran.said
    assert "[remote rejected]" in ran.err
    return ran.err


def passes(ground, *arguments):
    ran = git(ground.path, "push", *arguments)
    assert ran.code == 0, ran.said
    return ran.err


def ignore(secret: bytes) -> bytes:
    name = fingerprint(TOKEN, canonical(secret))
    return f"ignores:\n  - fingerprint: {name}\n    reason: a fake\n".encode()


def test_what_is_pushed_is_read_before_it_is_visible(ground, server):
    assert "1 commit, 2 objects" in passes(ground, "origin", "main")
    secret, line = fresh()
    ground.put("a.env", line)
    ground.drop("a.env")
    said = refused(ground, "origin", "main")
    assert "a.env:1:" in said
    assert "Next: rewrite the commits that have it" in said
    assert secret.decode() not in said
    assert git(server, "rev-parse", "main").out.strip() == ground.git("rev-parse", "main~2")
    assert git(server, "cat-file", "-e", ground.git("rev-parse", "main~1:a.env")).code != 0
    ground.git("reset", "--quiet", "--hard", "HEAD~2")
    ground.put("b.txt", b"x\n")
    assert "1 commit, 2 objects" in passes(ground, "origin", "main")
    assert "0 commits, 0 objects" in passes(ground, "origin", "main:refs/heads/again")


def test_the_first_push_has_no_policy(ground):
    secret, line = fresh()
    ground.put("a.env", line)
    ground.put(".intercom-scan.yaml", ignore(secret))
    refused(ground, "origin", "main")


def test_a_push_cannot_bring_its_own_policy(ground):
    passes(ground, "origin", "main")
    secret, line = fresh()
    ground.put(".intercom-scan.yaml", ignore(secret))
    ground.put("a.env", line)
    refused(ground, "origin", "main")
    refused(ground, "origin", "main:refs/heads/topic")
    passes(ground, "origin", "main~1:main")
    passes(ground, "origin", "main:topic")


def test_several_refs_tags_and_deletions(ground, server):
    passes(ground, "origin", "main", "main:refs/heads/topic")
    ground.git("tag", "--annotate", "-m", leak().decode(), "v1")
    assert "refs/tags/v1" in refused(ground, "origin", "main:refs/heads/other", "v1")
    passes(ground, "origin", ":topic")
    assert git(server, "for-each-ref", "--format=%(refname)").out.split() == ["refs/heads/main"]


def test_allow_comments_can_be_refused(ground, server):
    passes(ground, "origin", "main")
    ground.put("a.env", leak().rstrip() + b"  # pragma: allowlist secret\n")
    passes(ground, "origin", "main:refs/heads/one")
    git(server, "update-ref", "-d", "refs/heads/one")
    hang_up(server, "pre-receive", "intercom-scan", "pre-receive", "--no-inline")
    refused(ground, "origin", "main:refs/heads/two")


def test_an_option_that_names_a_policy(ground, server):
    secret, line = fresh()
    first = ground.put("trusted.yaml", ignore(secret))
    hang_up(server, "pre-receive", "intercom-scan", "pre-receive", "--config", "trusted.yaml")
    passes(ground, "origin", "main")
    ground.put("a.env", line)
    passes(ground, "origin", "main:refs/heads/one")
    options = ["--config", "trusted.yaml", "--policy-from", f"{first}~1"]
    hang_up(server, "pre-receive", "intercom-scan", "pre-receive", *options)
    ground.commit()
    ran = git(ground.path, "push", "origin", "main")
    assert ran.code == 1
    assert "trusted.yaml" in ran.err


def test_a_scan_that_cannot_be_completed_refuses(ground, server):
    passes(ground, "origin", "main")
    ground.put("a.txt", b"some\n")
    passes(ground, "origin", "main")
    folder = server if (server / "objects").is_dir() else server / ".git"
    shutil.rmtree(folder / "objects")
    (folder / "objects").mkdir()
    said = hook(
        "intercom-scan", "pre-receive", cwd=server, stdin=f"{'0' * 40} {'1' * 40} x\n".encode()
    )
    assert said.code == 3


def test_usage(ground, server, tmp_path):
    assert hook("intercom-scan", "pre-receive", cwd=server, stdin=b"nonsense\n").code == 2
    assert hook("intercom-scan", "pre-receive", cwd=tmp_path).code == 2
    assert hook("intercom-scan", "pre-receive", cwd=server).code == 0


def push_pack(ground, server, ids):
    """A push of HEAD that no git would make: its pack has these objects too."""
    head = ground.git("rev-parse", "HEAD")
    old = git(server, "rev-parse", "refs/heads/main").out.strip()
    listed = ground.git("rev-list", "--objects", "--no-object-names", f"{old}..HEAD").split()
    wanted = "\n".join([*listed, *ids]).encode() + b"\n"
    pack = subprocess.run(
        ["git", "pack-objects", "--stdout", "--quiet"], cwd=ground.path, input=wanted,
        capture_output=True, check=True,
    ).stdout  # fmt: skip
    line = f"{old} {head} refs/heads/main\0report-status\n".encode()
    ran = run(
        ["git", "receive-pack", str(server)], ground.path,
        stdin=b"%04x%b0000%b" % (len(line) + 4, line, pack),
    )  # fmt: skip
    assert "unpack ok" in ran.out
    return ran.said


def loose_end(ground, kind):
    """An object that no ref reaches, with a fake in it."""
    line = leak().strip()
    if kind == "blob":
        return [ground.object(line)]
    if kind == "commit":
        commit = ground.commit_of(b"x\n", message=line.decode())
        return [commit, ground.git("rev-parse", f"{commit}^{{tree}}"), ground.object(b"x\n")]
    if kind == "tree":
        name = fresh()[0]
        entry = b"100644 blob %b\t%b\0" % (ground.object(b"x\n").encode(), name)
        return [ground.git("mktree", "-z", stdin=entry), ground.object(b"x\n")]
    head = ground.git("rev-parse", "HEAD")
    tag = f"object {head}\ntype commit\ntag x\ntagger A <a@example.com> 1 +0000\n\n".encode()
    return [ground.git("hash-object", "-w", "-t", "tag", "--stdin", stdin=tag + line)]


@pytest.mark.parametrize("kept", ["as a pack", "loose"])
@pytest.mark.parametrize("kind", ["blob", "tree", "commit", "tag"])
def test_what_arrives_beside_the_refs(ground, server, kind, kept):
    """git keeps it, and a server may hand it out to anybody who knows its id."""
    if kept == "as a pack":
        git(server, "config", "receive.unpackLimit", "1")
    passes(ground, "origin", "main")
    ground.put("b.txt", b"b\n")
    ids = loose_end(ground, kind)
    said = push_pack(ground, server, ids)
    assert "ng refs/heads/main pre-receive hook declined" in said
    assert "Intercom Access Token" in said
    assert git(server, "cat-file", "-e", ids[0]).code != 0
    assert "ok refs/heads/main" in push_pack(ground, server, [])


def test_what_is_there_already_is_no_news(ground, server):
    """To a thin pack git adds the objects that its deltas stand on."""
    git(server, "config", "receive.unpackLimit", "1")
    text = b"".join(b"%d\n" % number for number in range(5000))
    ground.put("a.txt", text + leak())
    folder = "hooks" if (server / "hooks").is_dir() else ".git/hooks"
    (server / folder / "pre-receive").rename(server / "aside")
    passes(ground, "origin", "main")
    (server / "aside").rename(server / folder / "pre-receive")
    ground.put("a.txt", text + b"clean\n")
    assert "1 commit, 2 objects" in passes(ground, "origin", "main")
    pack = max(server.glob("**/objects/pack/*.idx"), key=lambda path: path.stat().st_mtime_ns)
    had = ground.git("rev-parse", "HEAD~1:a.txt")
    assert had in git(server, "verify-pack", "-v", str(pack)).out, "the case itself"
