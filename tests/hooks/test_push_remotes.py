"""`intercom-pre-push`: what a remote is known to have, and what the advice says."""

from __future__ import annotations

import pytest

from tests.hooks.running import git, hook, leak, with_origin
from tests.hooks.test_pre_push import ZERO, passes, refused
from tests.integration.running import fresh


@pytest.fixture
def ground(tmp_path):
    """A repository with a hook, and `origin`, which has its first commit."""
    return with_origin(tmp_path)


def test_another_server_has_nothing_yet(ground, tmp_path):
    """Its remote-tracking refs say what the server has that is fetched from."""
    ground.put("a.env", leak())
    git(ground.path, "push", "--no-verify", "--quiet", "origin", "main")
    passes(ground, "origin", "main:refs/heads/same")
    git(tmp_path, "init", "--quiet", "--bare", "public.git")
    ground.git("config", "remote.origin.pushurl", str(tmp_path / "public.git"))
    refused(ground, "origin", "main")
    line = f"refs/heads/x {ground.git('rev-parse', 'main')} refs/heads/x {ZERO}\n".encode()
    assert hook("intercom-pre-push", "origin", cwd=ground.path, stdin=line).code == 1
    ground.git("config", "--unset", "remote.origin.pushurl")
    assert hook("intercom-pre-push", "origin", cwd=ground.path, stdin=line).code == 0
    new = tmp_path.as_posix() + "/public"
    ground.git("config", f"url.{new}.pushInsteadOf", tmp_path.as_posix() + "/remote")
    refused(ground, "origin", "main")


def test_a_remote_whose_name_begins_another_s(ground, tmp_path):
    for name in ("pub", "pub/fork"):
        bare = tmp_path / f"{name.replace('/', '-')}.git"
        git(tmp_path, "init", "--quiet", "--bare", str(bare))
        ground.git("config", f"remote.{name}.url", str(bare))  # newer gits do not add both
        ground.git("config", f"remote.{name}.fetch", f"+refs/heads/*:refs/remotes/{name}/*")
    passes(ground, "pub", "main")
    ground.put("a.env", leak())
    git(ground.path, "push", "--no-verify", "--quiet", "pub/fork", "main")
    assert "1 commit," in refused(ground, "pub", "main:refs/heads/new"), "what pub has is known"


@pytest.fixture
def public(ground, tmp_path):
    """A remote that has nothing, of a repository with a fake that `origin` has."""
    ground.put("a.env", leak())
    git(ground.path, "push", "--no-verify", "--quiet", "origin", "main")
    git(tmp_path, "init", "--quiet", "--bare", "public.git")
    ground.git("remote", "add", "public", str(tmp_path / "public.git"))
    return ground


@pytest.mark.parametrize("target", ["refs/remotes/public/*", "refs/remotes/public/main", "refs/*"])
def test_refs_into_which_another_remote_is_fetched(public, target):
    source = "refs/heads/main" if target.endswith("main") else "refs/heads/*"
    public.git("config", "--add", "remote.origin.fetch", f"+{source}:{target}")
    git(public.path, "update-ref", "refs/remotes/public/main", "main")
    refused(public, "public", "main")


def test_refs_that_nothing_is_fetched_into(public):
    public.git("update-ref", "refs/remotes/public/main", "main")
    passes(public, "public", "main:refs/heads/said-to-be-there")
    public.git("config", "--unset", "remote.public.fetch")
    refused(public, "public", "main")


@pytest.mark.parametrize("leads_to", ["refs/heads/main", "refs/remotes/origin/main"])
def test_a_ref_that_leads_elsewhere(public, leads_to):
    public.git("symbolic-ref", "refs/remotes/public/HEAD", leads_to)
    refused(public, "public", "main")
    public.git("symbolic-ref", "refs/remotes/public/HEAD", "refs/remotes/public/main")
    public.git("update-ref", "refs/remotes/public/main", "main~1")
    assert "1 commit," in refused(public, "public", "main")


def test_the_advice_fits(ground):
    secret, _ = fresh()
    said = refused(ground, "origin", f"main:refs/heads/{secret.decode()}")
    assert "Next: give the branch or tag another name" in said
    ground.git("tag", "--annotate", "-m", f"One {secret.decode()}", "v1")
    assert "Next: tag again without it" in refused(ground, "origin", "v1")
