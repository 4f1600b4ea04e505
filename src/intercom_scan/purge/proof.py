"""That nothing is left: the copy is scanned, searched for the values, and checked by git."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan import api
from intercom_scan.errors import GitError
from intercom_scan.git import open_repository
from intercom_scan.purge import reading
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intercom_scan.finding import Finding, Skip
    from intercom_scan.git import Git
    from intercom_scan.purge.copying import Copy
    from intercom_scan.purge.rewriting import Cleaner

_ID = re.compile(r"\b[0-9a-f]{40}(?:[0-9a-f]{24})?\b")


@dataclass(frozen=True, slots=True)
class Proof:
    """What is left: `findings` of those that were to go, `objects` and `files` that hold one.

    `others` are findings that nobody chose, `unread` what the scan could not read, `complaints`
    what git says of objects that are as they were in the original.
    """

    findings: tuple[Finding, ...]
    objects: tuple[str, ...]
    files: tuple[str, ...]
    others: tuple[Finding, ...]
    unread: tuple[Skip, ...]
    complaints: tuple[str, ...]

    @property
    def clean(self) -> bool:
        return not (self.findings or self.objects or self.files)


def prove(
    copy: Copy, source: Git, renamed: Mapping[str, str], chosen: Sequence[Finding],
    cleaner: Cleaner, jobs: int,
) -> Proof:  # fmt: skip
    """Look at a complete copy. Raises GitError where it is damaged or cannot be read."""
    opened = open_repository(copy.store)
    if opened is None or opened.git_dir.resolve() != copy.store.resolve():
        raise GitError("the copy cannot be scanned: the environment names another repository")
    complaints = _checked(copy.own(), source, renamed)
    scanned = api.scan(
        api.Request("all-history", (copy.store,), inline=False, env=False, jobs=jobs)
    )
    gone = {finding.fingerprint for finding in chosen}
    held = reading.holding(copy.own(), cleaner, jobs)
    objects = [*held.blobs, *held.others, *_trees(copy.own(), cleaner)]
    return Proof(
        findings=tuple(f for f in scanned.findings if f.fingerprint in gone),
        objects=tuple(sorted(objects)),
        files=tuple(sorted(files(copy, [finding.secret for finding in chosen]))),
        others=tuple(f for f in scanned.findings if f.fingerprint not in gone),
        unread=tuple(skip for skip in scanned.skipped if skip.incomplete),
        complaints=complaints,
    )


def _trees(git: Git, cleaner: Cleaner) -> list[str]:
    return [
        tree
        for tree, content in reading.contents(git, reading.trees(git))
        if cleaner.holds(content)
    ]


def files(copy: Copy, values: Sequence[bytes]) -> list[str]:
    """Files outside of the object store that have a value in them or in their names."""
    found: list[str] = []
    for path in copy.folder.rglob("*"):
        name = path.relative_to(copy.folder).as_posix()
        if path.is_file() and "/objects/" not in name:
            text = name.encode("utf-8", "surrogateescape") + b"\n" + path.read_bytes()
            if any(value in text for value in values):
                found.append(name)
    return found


def _checked(git: Git, source: Git, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """git's complaints, each of which it has about the original too. Raises GitError for others."""
    complaints = _complaints(git)
    if not complaints:
        return ()
    known, old = set(_complaints(source)), {new: id_ for id_, new in renamed.items()}
    for line in complaints:
        was = _ID.sub(lambda id_: old.get(id_[0], id_[0]), line)
        if was not in known and line not in known:
            raise GitError(f"the copy is damaged, and there is no output: {line[:200]}")
    return tuple(complaints)


def _complaints(git: Git) -> list[str]:
    answer = git.run("fsck", "--full", "--no-dangling", "--no-progress")
    return (answer.out + answer.err).decode("utf-8", "replace").splitlines()
