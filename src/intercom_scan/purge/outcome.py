"""What a purge did: what its reports are made from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intercom_scan.finding import Finding, ScanResult
    from intercom_scan.git import Git
    from intercom_scan.purge.commits import Rewritten
    from intercom_scan.purge.labels import Ref
    from intercom_scan.purge.proof import Proof

# Origins of places that are no part of history, and what is done about each.
WORDS = {
    "file": "a file: mend it where it is",
    "index": "a staged file: unstage it",
    "reflog": "a reflog: `git reflog expire --expire=now --all`",
    "git-config": "a git configuration: take it out",
    "git-file": "a file of git's: take it out",
    "lfs": "a Git LFS object: delete it here and at the host, and commit another one",
}


@dataclass(frozen=True, slots=True)
class Blob:
    """A file's content that was replaced: ids, a name that it has, and as `Cleaned` has it."""

    id: str
    new: str
    name: bytes
    ways: tuple[str, ...]
    dropped: str | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What refs reach: commits and objects; and bytes of the object store."""

    commits: int
    objects: int
    bytes: int


@dataclass(slots=True)
class Outcome:
    """What was done, and the proof.

    `commits` has old and new ids, parents first. `rewritten` says what commits lost. `links` are
    names of submodules, `env_files` of `.env` files, `remotes` of the original's remotes.
    """

    chosen: tuple[Finding, ...]
    scanned: ScanResult
    blobs: list[Blob] = field(default_factory=list)
    commits: dict[str, str] = field(default_factory=dict)
    signed: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    unsigned_tags: list[str] = field(default_factory=list)
    refs: list[Ref] = field(default_factory=list)
    links: tuple[bytes, ...] = ()
    env_files: tuple[bytes, ...] = ()
    remotes: tuple[str, ...] = ()
    before: Counts | None = None
    after: Counts | None = None
    proof: Proof | None = None

    def add(self, done: Rewritten, renamed: Mapping[str, str]) -> None:
        """Commits that were made anew."""
        self.commits.update(renamed)
        self.signed += done.signed
        self.bare += done.bare
        self.odd += done.odd

    @property
    def changed(self) -> bool:
        """Whether anything is as it was not before; a detached HEAD is no ref."""
        return bool(self.commits) or any(ref.changed for ref in self.refs)

    @property
    def outside(self) -> list[tuple[str, str]]:
        """What no copy has, so that it has to be mended in the original: origin and path."""
        places = (place for finding in self.chosen for place in finding.places)
        found = ((p.origin, p.path or "") for p in places if p.origin in WORDS)
        return sorted(dict.fromkeys(found))

    @property
    def unreachable(self) -> bool:
        """Whether an object holds a value that no ref reaches."""
        return any(
            finding.exposure is not None and not finding.exposure.refs for finding in self.chosen
        )

    @property
    def pulls(self) -> list[Ref]:
        """Refs of pull and merge requests, which the host keeps to itself."""
        pattern = re.compile(rb"refs/(?:pull|pull-requests|merge-requests|changes)/")
        return [ref for ref in self.refs if ref.changed and pattern.match(ref.name)]

    @property
    def pushed(self) -> list[Ref]:
        """Branches, tags and notes that have to be pushed."""
        folders = (b"refs/heads/", b"refs/tags/", b"refs/notes/")
        return [ref for ref in self.refs if ref.changed and ref.name.startswith(folders)]


def counted(git: Git) -> Counts:
    """Of a repository: what its refs reach, and the size of its store."""
    commits = int(git.output("rev-list", "--all", "--count"))
    objects = git.output("rev-list", "--all", "--objects", "--no-object-names").count(b"\n")
    sizes = re.findall(rb"^(?:size|size-pack): (\d+)$", git.output("count-objects", "-v"), re.M)
    return Counts(commits, objects, 1024 * sum(map(int, sizes)))
