"""What a push leaves in the store beside what its refs reach: git keeps all that its pack has."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.git import Git
from intercom_scan.sources.asking import describe

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.sources.listing import Span

_WHERE = "GIT_QUARANTINE_PATH"
_OWN, _OTHERS = "GIT_OBJECT_DIRECTORY", "GIT_ALTERNATE_OBJECT_DIRECTORIES"
_LINE = "--batch-check=%(objectname) %(objecttype)"


def others(git: Git, read: Iterable[str], tips: Iterable[str], span: Span) -> list[str]:
    """Objects in quarantine that are not `read` anyway and that the repository lacked so far.

    A server may hand out any object whose id is known, and a later push may refer to it. Trees
    that `tips` (ids of any type) reach are left out, since what is new in those is known from
    comparing them. Nothing outside of a hook for which git keeps a quarantine. Raises GitError
    where its objects cannot be listed.
    """
    # https://git-scm.com/docs/git-receive-pack#_quarantine_environment
    folder = git.environment.get(_WHERE)
    if not folder or not os.path.isdir(folder):
        return []
    inside = _with(git, {_OWN: folder}, without=_OTHERS)
    lines = inside.records("cat-file", "--batch-all-objects", "--unordered", _LINE, end=b"\n")
    arrived = dict(line.split(b" ") for line in lines)
    for known in read:
        arrived.pop(known.encode("ascii"), None)
    for id_ in _reached(git, tips, span):
        if arrived.get(id_) == b"tree":
            del arrived[id_]
    # To a pack that counts on objects which are here, git adds those: they are no news.
    before = describe(_with(git, {}, without=_OWN), arrived)
    return [id_.decode("ascii") for id_, was in zip(arrived, before, strict=True) if not was.id]


def _reached(git: Git, tips: Iterable[str], span: Span) -> list[bytes]:
    """What rev-list names; if the walk ends early, more is left to read."""
    lines = "".join(f"{line}\n" for line in (*tips, *(f"^{commit}" for commit in span.known)))
    options = ("--objects", "--no-object-names", "--stdin", *span.options)
    return git.run("rev-list", *options, stdin=lines.encode("ascii")).out.splitlines()


def _with(git: Git, more: dict[str, str], without: str) -> Git:
    """git with some of the stores of objects that its environment names."""
    made = Git(git.cwd, git.inherit, git.store)
    made.environment.pop(without, None)
    made.environment |= more
    return made
