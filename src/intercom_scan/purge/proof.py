"""That nothing is left: the copy is scanned, searched for the values, and checked by git."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan import api
from intercom_scan.errors import GitError
from intercom_scan.git import open_repository
from intercom_scan.purge import reading, trees
from intercom_scan.purge.copying import REPOSITORY
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from intercom_scan.finding import Finding, Skip
    from intercom_scan.git import Git
    from intercom_scan.purge.copying import Copy
    from intercom_scan.purge.rewriting import Cleaner

# A complaint about what an object has in it; all others are about objects that are not there.
_CONTENT = re.compile(r"(?:error|warning) in \w+ ([0-9a-f]{40,64}): ")


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
    copy: Copy, renamed: Mapping[str, str], chosen: Sequence[Finding], cleaner: Cleaner, jobs: int,
    *, env_files: bool,
) -> Proof:  # fmt: skip
    """Look at a complete copy. Raises GitError where it is damaged or cannot be read.

    `env_files` says that no `.env` file may be left.
    """
    opened = open_repository(copy.store)
    if opened is None or opened.git_dir.resolve() != copy.store.resolve():
        raise GitError("the copy cannot be scanned: the environment names another repository")
    complaints = _checked(copy, renamed)
    scanned = api.scan(
        api.Request("all-history", (copy.store,), inline=False, env=False, jobs=jobs)
    )
    gone = {finding.fingerprint for finding in chosen}
    held = reading.holding(copy.own(), cleaner, jobs)
    forest = trees.survey(copy.own(), opened.hex_digits, (), cleaner, drop_env=env_files)
    objects = [*held.blobs, *held.others, *map(bytes.hex, forest.touched)]
    return Proof(
        findings=tuple(f for f in scanned.findings if f.fingerprint in gone),
        objects=tuple(sorted(objects)),
        files=tuple(sorted(files(copy, cleaner))),
        others=tuple(f for f in scanned.findings if f.fingerprint not in gone),
        unread=tuple(skip for skip in scanned.skipped if skip.incomplete),
        complaints=complaints,
    )


def files(copy: Copy, cleaner: Cleaner) -> list[str]:
    """Files outside of the object store that have a value in them or in their names."""
    found: list[str] = []
    for path in copy.folder.rglob("*"):
        name = path.relative_to(copy.folder).as_posix()
        if path.is_file() and not name.startswith(f"{REPOSITORY}/objects/"):
            text = name.encode("utf-8", "surrogateescape") + b"\n" + path.read_bytes()
            if cleaner.holds(text):
                found.append(name)
    return found


def _checked(copy: Copy, renamed: Mapping[str, str]) -> tuple[str, ...]:
    """git's complaints, about objects that it complains of in the original too. Raises GitError.

    Of an object it says one thing only, so that another one shows where the first was mended.
    """
    complaints = _complaints(copy.own())
    if not complaints:
        return ()
    known = {_about(line) for line in _complaints(copy.git)}  # which has the original's objects
    old = {new: id_ for id_, new in renamed.items()}
    for line in complaints:
        id_ = _about(line)
        if id_ is None or old.get(id_, id_) not in known:
            raise GitError(f"the copy is damaged, and there is no output: {line[:200]}")
    return tuple(complaints)


def _about(line: str) -> str | None:
    found = _CONTENT.match(line)
    return found[1] if found else None


def _complaints(git: Git) -> list[str]:
    answer = git.run("fsck", "--full", "--no-dangling", "--no-progress")
    lines = (answer.out + answer.err).decode("utf-8", "replace").splitlines()
    found = [line for line in lines if not line.startswith("notice: ")]  # HEAD without a commit
    return found or [answer.complaint] * (answer.status != 0)
