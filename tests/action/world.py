"""Repositories and events for the action's tests.

`World` is a repository on a host. `Event` is what happened to it, in the shape that
https://docs.github.com/en/webhooks/webhook-events-and-payloads gives to payloads, cut down to what
the host always sends. `checkout` leaves what `actions/checkout` leaves.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from intercom_scan.fakes.ground import Ground
from tests.integration.running import TOKEN, git

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ZERO = "0" * 40
REPOSITORY = {"full_name": "octo/sample", "default_branch": "main", "fork": False}
FEATURE = "refs/heads/feature"
MERGE = "refs/pull/1/merge"


@dataclass(frozen=True)
class Event:
    """An event's name and payload, and the ref and the commit that the host gives with it."""

    name: str
    payload: Any
    ref: str
    sha: str
    variables: dict[str, str] = field(default_factory=dict)  # more of GITHUB_*

    def environment(self) -> dict[str, str]:
        return {"GITHUB_REF": self.ref, "GITHUB_SHA": self.sha,
                "GITHUB_REF_NAME": self.ref.split("/", 2)[-1], **self.variables}  # fmt: skip


class World:
    """A repository with a token that left `main` again, and one that a branch would bring.

        first - old.txt - mended ---- later        main, v1 (at mended)
                             \\              \\
                              new.txt ------ merged   feature, refs/pull/1/merge
    """

    def __init__(self, path: Path) -> None:
        ground = self.ground = Ground(path)
        self.path = path
        self.secrets: list[str] = []
        ground.commit_file(".gitignore", b".env\n.env.local\n.env.*.local\n")
        self.old = ground.commit_file("old.txt", self.line())
        self.mended = ground.commit_file("old.txt", b"INTERCOM_ACCESS_TOKEN=\n")
        ground.git("tag", "-a", "v1", "-m", "One")
        ground.git("checkout", "--quiet", "-b", "feature")
        self.new = ground.commit_file("new.txt", b"# settings\n" + self.line())
        ground.git("checkout", "--quiet", "main")
        self.later = ground.commit_file("later.txt", b"More.\n")
        ground.git("checkout", "--quiet", "--detach")
        ground.git("merge", "--quiet", "--no-ff", "-m", "Merge", "feature")
        self.merged = ground.git("rev-parse", "HEAD")
        ground.git("update-ref", MERGE, self.merged)
        ground.git("checkout", "--quiet", "main")

    def line(self) -> bytes:
        """An assignment of a fresh token."""
        value = TOKEN.sample()
        self.secrets.append(value.decode())
        return b"INTERCOM_ACCESS_TOKEN=" + value + b"\n"


def checkout(world: World, event: Event, path: Path, depth: int = 0) -> Path:
    """What `actions/checkout` leaves with this `fetch-depth`."""
    path.mkdir(parents=True)
    git(path, "init", "--quiet")
    git(path, "remote", "add", "origin", world.path.as_uri())
    kind, name = re.fullmatch(r"refs/(heads|tags|pull)/(.+)", event.ref).groups()  # type: ignore[union-attr]
    local = {
        "heads": f"refs/remotes/origin/{name}",
        "tags": event.ref,
        "pull": f"refs/remotes/pull/{name}",
    }[kind]
    source = event.ref if kind == "tags" else event.sha
    fetch = ("fetch", "--quiet", "--no-tags", "origin")
    if depth:
        git(path, *fetch, f"--depth={depth}", f"+{source}:{local}")
    else:
        git(path, *fetch, "+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*")
        git(path, *fetch, f"+{source}:{local}")
    branch = ("-B", name) if kind == "heads" else ("--detach",)
    git(path, "checkout", "--quiet", "--force", *branch, local)
    return path


def push(world: World, before: str, after: str, ref: str = FEATURE, **more: Any) -> Event:
    payload = {
        "ref": ref, "before": before, "after": after, "forced": False,
        "created": before == ZERO, "deleted": after == ZERO, "repository": REPOSITORY,
        "commits": [], **more,
    }  # fmt: skip
    return Event("push", payload, ref, after)


def pull_request(world: World, name: str = "pull_request", fork: bool = False) -> Event:
    head = {
        "ref": "feature",
        "sha": world.new,
        "repo": {"full_name": "fork/sample" if fork else "octo/sample", "fork": fork},
    }
    base = {"ref": "main", "sha": world.later, "repo": REPOSITORY}
    payload = {
        "action": "synchronize", "number": 1, "repository": REPOSITORY,
        "pull_request": {"number": 1, "head": head, "base": base, "merge_commit_sha": world.merged},
    }  # fmt: skip
    variables = {"GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": "feature"}
    if name == "pull_request_target":
        return Event(name, payload, "refs/heads/main", world.later, variables)
    return Event(name, payload, MERGE, world.merged, variables)


def merge_group(world: World) -> Event:
    ref = f"refs/heads/gh-readonly-queue/main/pr-1-{world.later}"
    world.ground.git("update-ref", ref, world.merged)
    group = {
        "head_sha": world.merged,
        "head_ref": ref,
        "base_sha": world.later,
        "base_ref": "refs/heads/main",
    }
    payload = {"action": "checks_requested", "merge_group": group, "repository": REPOSITORY}
    return Event("merge_group", payload, ref, world.merged)


def on_main(world: World, name: str, **payload: Any) -> Event:
    """An event that has no more to say than where it happened."""
    return Event(name, {"repository": REPOSITORY, **payload}, "refs/heads/main", world.later)


def release(world: World) -> Event:
    payload = {
        "action": "published",
        "release": {"tag_name": "v1", "target_commitish": "main"},
        "repository": REPOSITORY,
    }
    return Event("release", payload, "refs/tags/v1", world.mended)


def tag(world: World) -> Event:
    """Of an annotated tag the payload has the tag's own id, and the host the commit."""
    pushed = push(world, ZERO, world.ground.git("rev-parse", "v1"), "refs/tags/v1")
    return replace(pushed, sha=world.mended)


def deletion(world: World) -> Event:
    """A branch that is gone; the job runs on the default branch."""
    return replace(push(world, world.new, ZERO), ref="refs/heads/main", sha=world.later)


def forced(world: World) -> Event:
    """A push that replaced commits which nobody has any more."""
    return push(world, "5" * 40, world.new, forced=True)


EVENTS: dict[str, Callable[[World], Event]] = {
    "push": lambda world: push(world, world.mended, world.new),
    "first push of a branch": lambda world: push(world, ZERO, world.new),
    "forced push": forced,
    "push of a tag": tag,
    "pull request": pull_request,
    "pull request of a fork": lambda world: pull_request(world, fork=True),
    "pull request, on its target": lambda world: pull_request(
        world, "pull_request_target", fork=True
    ),
    "merge group": merge_group,
    "schedule": lambda world: on_main(world, "schedule", schedule="17 3 * * 1"),
    "started by hand": lambda world: on_main(
        world, "workflow_dispatch", inputs=None, ref="refs/heads/main"
    ),
    "release": release,
    "an unknown event": lambda world: on_main(world, "watch", action="started"),
    "a push that says nothing": lambda world: Event("push", {}, FEATURE, world.new),
    "a push of other types": lambda world: Event(
        "push", {"ref": 5, "before": [], "after": {}, "repository": "x"}, FEATURE, world.new
    ),
    "a payload that is a list": lambda world: Event("push", ["x"], FEATURE, world.new),
}
