"""`intercom-pre-push [REMOTE [URL]]`: exactly the objects that a push would publish."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from intercom_scan import edge
from intercom_scan.api import Request
from intercom_scan.errors import UsageError
from intercom_scan.hooks import _shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intercom_scan.finding import Finding
    from intercom_scan.git import Repository

_WAYS = {
    "tag-message": "tag again without it (git tag --force --annotate)",
    "ref-name": "give the branch or tag another name (git branch --move)",
}


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code is the command's: 0 clean, 1 findings, 2 usage, 3 not complete."""
    return edge.guarded(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    made = _shared.parser("intercom-pre-push", "Look for Intercom credentials in what is pushed.")
    made.add_argument("remote", nargs="?", help="as git tells its hook")
    made.add_argument("url", nargs="?", help="likewise")
    options = _shared.parse(made, argv)
    if options.remote is None and "PRE_COMMIT" in os.environ:
        asked = _of_pre_commit()
    else:
        asked = _of_git(options.remote, options.url)
    return int(_shared.run(options, lambda **policy: Request(**asked, env=False, **policy), advice))


def _of_git(remote: str | None, url: str | None) -> dict[str, Any]:
    """What git says: the remote as arguments, the refs on standard input."""
    from intercom_scan.sources.updates import pre_push  # noqa: PLC0415

    if sys.stdin is None or sys.stdin.isatty():
        raise UsageError("no refs on standard input: git pipes them into its pre-push hook")
    updates = pre_push(sys.stdin.buffer.read())
    return {"mode": "push", "updates": updates, "known": _known(remote, url)}


def _of_pre_commit() -> dict[str, Any]:
    """What pre-commit says in the environment: one ref, even where the push has several.

    https://pre-commit.com/#pre-push. Its standard input is none of git's.
    """
    from pathlib import Path  # noqa: PLC0415

    from intercom_scan.git import open_repository  # noqa: PLC0415
    from intercom_scan.sources.updates import RefUpdate  # noqa: PLC0415

    said = os.environ.get
    old, new, remote = (
        said(f"PRE_COMMIT_{name}", "") for name in ("FROM_REF", "TO_REF", "REMOTE_NAME")
    )
    if old and new and not remote:  # `pre-commit run --from-ref A --to-ref B`
        return {"mode": "range", "revision": f"{old}..{new}"}
    repository = open_repository(Path())
    if repository is None:
        raise UsageError("not in a git repository")
    # All of a new branch's history is pushed if pre-commit names no commit.
    new = _object(repository, new or said("PRE_COMMIT_LOCAL_BRANCH", "HEAD"))
    name = said("PRE_COMMIT_REMOTE_BRANCH", "HEAD")
    return {
        "mode": "push",
        "updates": (RefUpdate(name, old, new),),
        "known": _known(remote, said("PRE_COMMIT_REMOTE_URL")) if remote else ("refs/remotes/*",),
    }


def _object(repository: Repository, name: str) -> str:
    """A tag's own id, not that of the commit that it tags."""
    answer = repository.git.run("rev-parse", "--verify", "--quiet", "--end-of-options", name)
    if answer.status != 0:
        raise UsageError(f"{name!r}, of which pre-commit says that it is pushed, is not here")
    return answer.out.decode("ascii").strip()


def _known(remote: str | None, url: str | None) -> tuple[str, ...]:
    from pathlib import Path  # noqa: PLC0415

    from intercom_scan.git import open_repository  # noqa: PLC0415
    from intercom_scan.sources import remotes  # noqa: PLC0415

    repository = open_repository(Path())
    return () if repository is None else remotes.known(repository, remote, url)


def advice(findings: list[Finding]) -> str:
    """How to take it out of what is pushed, by where it is."""
    origins = {place.origin for finding in findings for place in finding.places}
    ways = [way for origin, way in _WAYS.items() if origin in origins]
    if origins - _WAYS.keys():
        ways.insert(0, "rewrite the commits that have it (git commit --amend, git rebase -i)")
    return " and ".join(ways)


if __name__ == "__main__":
    sys.exit(main())
