"""`intercom-secrets`: what the index has for the staged files, or for the files that are named."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

from intercom_scan import edge
from intercom_scan.api import Request
from intercom_scan.hooks import _shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intercom_scan.finding import Finding

_SHOWN = 3  # files in the advice

# In the git directory while the index has another side's work, which `git restore --staged` drops.
_JOINING = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code is the command's: 0 clean, 1 findings, 2 usage, 3 not complete."""
    return edge.guarded(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    made = _shared.parser("intercom-secrets", "Look for Intercom credentials in what is staged.")
    made.add_argument("names", nargs="*", metavar="FILE", help="look at these, staged or not")
    options = _shared.parse(made, argv)
    names = tuple(options.names)
    return int(
        _shared.run(
            options, lambda **policy: Request("staged", names=names, env=False, **policy), _advice
        )
    )


def _advice(findings: list[Finding]) -> str:
    from pathlib import Path  # noqa: PLC0415

    from intercom_scan.git import open_repository  # noqa: PLC0415
    from intercom_scan.sources import index  # noqa: PLC0415

    repository = open_repository(Path())
    assert repository is not None
    git = repository.git
    staged = {os.fsdecode(e.path) for e in index.staged(git, repository.hex_digits)}
    paths = {place.path for finding in findings for place in finding.places if place.path}
    if staged.isdisjoint(paths):
        return "take it out of the file"
    names = sorted(staged & paths)
    shown = _shown(names)
    patterns = any(name.startswith(":") or set(name) & set("*?[\\") for name in names)
    program = "git --literal-pathspecs" if patterns else "git"
    if any((repository.git_dir / name).exists() for name in _JOINING):
        return f"take it out of {shown} and {program} add -- {shown} again"
    born = git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}").status == 0
    return f"{program} {'restore --staged' if born else 'rm --cached'} -- {shown}"


def _shown(paths: list[str]) -> str:
    """For a shell; a name that no terminal or no shell should see stands as FILE."""
    import shlex  # noqa: PLC0415

    from intercom_scan.rules import find  # noqa: PLC0415

    if len(paths) > _SHOWN:
        return "FILE…"
    here = os.environ.get("GIT_PREFIX") or "."  # paths are seen from the top
    if any(not path.isprintable() or any(find(os.fsencode(path))) for path in paths):
        return "FILE"
    return " ".join(shlex.quote(os.path.relpath(path, here)) for path in paths)


if __name__ == "__main__":
    sys.exit(main())
