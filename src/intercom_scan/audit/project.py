"""What checks look at: a repository's files, its policy, and what a scan of it found."""

from __future__ import annotations

import os
from functools import cached_property
from typing import TYPE_CHECKING, TypeVar

from intercom_scan.api import Request, detector_of, load_policy, scan
from intercom_scan.audit import clients, words
from intercom_scan.audit.changed import LARGEST
from intercom_scan.audit.syntax.modules import Modules, is_own
from intercom_scan.audit.trails import concerned
from intercom_scan.audit.words import WORDS
from intercom_scan.errors import UsageError
from intercom_scan.finding import Skip
from intercom_scan.git import open_repository
from intercom_scan.rotation import keeping, reads
from intercom_scan.scopes.reading import look
from intercom_scan.sources.files import File, list_files
from intercom_scan.sources.looking import beginning
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from intercom_scan.audit.changed import Changed
    from intercom_scan.detector import Detector
    from intercom_scan.finding import ScanResult
    from intercom_scan.policy import Policy
    from intercom_scan.policy.model import AuditSettings
    from intercom_scan.rotation.ledger import Ledger
    from intercom_scan.rotation.reads import Reads
    from intercom_scan.scopes.reading import Code

    Found = TypeVar("Found", Reads, Code)

_CI = (".github/", ".circleci/", ".gitlab-ci", "azure-pipelines", "bitbucket-pipelines")
_KEPT = 64 << 20  # bytes of contents that are not read again


class Project:
    """A repository as the checks see it; all of it is read at its first use, and once.

    Paths are from the repository's top, with forward slashes. `skips` is what could not be read:
    it makes an answer uncertain wherever it could change it.
    """

    def __init__(self, request: Request, changed: Changed | None = None) -> None:
        """Of `request`, the first path and the policy count; `changed` is what is asked about.

        Raises UsageError outside of a repository's working tree, ConfigError for its policy.
        """
        repository = open_repository(request.paths[0])
        if repository is None or repository.top is None:
            raise UsageError(f"{request.paths[0]}: is in no repository that has files")
        self.repository = repository
        self.top: Path = repository.top
        self.request = replace(request, paths=(self.top,))
        self.policy: Policy = load_policy(self.request, repository)
        self.changed = changed
        self.skips: list[Skip] = list(changed.skips) if changed else []
        self._sizes: dict[str, int] = {}
        self._kept: dict[str, bytes] = {}
        self._room = _KEPT
        if changed is not None:
            self._kept |= changed.contents
        self._said: dict[bytes, frozenset[str]] = {}

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Where each file is that git tracks or does not ignore, by its path, in order."""
        found: dict[str, bytes] = {}
        for each in list_files([self.top], self.top):
            if isinstance(each, Skip):
                self.skips.append(each)
            elif each.there:
                found[os.fsdecode(each.path)] = each.full
        if self.changed is not None:
            for path in self.changed.contents:
                found.setdefault(path, os.path.join(os.fsencode(self.top), os.fsencode(path)))
        return dict(sorted(found.items()))

    def read(self, path: str) -> bytes:
        """A file's content; b"" for what is no regular file, or larger than LARGEST (a skip)."""
        data = self._kept.get(path)
        if data is None:
            data = self._content(path)
            if len(data) <= self._room:
                self._room -= len(data)
                self._kept[path] = data
        return data

    def saying(self, *needles: bytes) -> tuple[str, ...]:
        """The files whose content has any of these texts, in whatever case."""
        wanted = [needle.lower() for needle in needles]
        unknown = [needle for needle in wanted if needle not in self._said]
        if unknown:
            self._look_for(tuple(dict.fromkeys((*(() if self._said else WORDS), *unknown))))
        found = frozenset[str]().union(*(self._said[needle] for needle in wanted))
        return tuple(path for path in self.files if path in found)

    def asked(self, paths: Iterable[str]) -> tuple[str, ...]:
        """Those of the files that are asked about: all, or what has to do with changed ones."""
        if self.changed is None:
            return tuple(paths)
        return tuple(path for path in paths if path in self.concerned)

    @cached_property
    def concerned(self) -> frozenset[str]:
        """The files that have to do with changed ones."""
        return concerned(self, self.changed.paths if self.changed else frozenset(self.files))

    @cached_property
    def ours(self) -> tuple[str, ...]:
        """The files that say Intercom, in their content or their path."""
        named = {path for path in self.files if "intercom" in path.lower()}
        return tuple(sorted(named.union(self.saying(b"intercom"))))

    @cached_property
    def modules(self) -> Modules:
        """The syntax trees of its code."""
        return Modules(self)

    @cached_property
    def tree(self) -> ScanResult:
        """A scan of the files, with what is wrong with `.env` files."""
        return scan(replace(self.request, mode="files"))

    @cached_property
    def history(self) -> ScanResult:
        """A scan of all that the repository holds."""
        return scan(replace(self.request, mode="all-history", env=False))

    @cached_property
    def detector(self) -> Detector:
        """What knows the credentials that the policy's names tell, too."""
        return detector_of(self.policy)

    @cached_property
    def reads(self) -> Reads:
        """Where the code reads credentials out of its environment."""
        return self._noted(reads.find(self.top, self._our_files()))

    @cached_property
    def calls(self) -> Code:
        """The calls of Intercom's API, without those of tests."""
        excluded = self.policy.exclusions

        def let_be(path: str) -> bool:
            return any(each.covers(path) for each in excluded)

        own = [file for file in self._our_files() if is_own(os.fsdecode(file.path))]
        return self._noted(look(self.top, self.top, let_be, own))

    @cached_property
    def ledger(self) -> Ledger | None:
        """What is recorded of credentials. Raises ConfigError for a ledger that is none."""
        return keeping.load(self.top)

    @property
    def settings(self) -> AuditSettings:
        """What the policy says that the checks hold the project to."""
        return self.policy.audit

    @cached_property
    def clients(self) -> tuple[str, ...]:
        """The folders that hold clients of Intercom's API, for others to use."""
        return clients.folders(self)

    def _our_files(self) -> list[File]:
        """The files that say Intercom, without libraries that others make integrations with."""
        # What a library's own CI tries it with is a credential like any other.
        paths = (p for p in self.ours if p.startswith(_CI) or not p.startswith(self.clients))
        return [File(os.fsencode(path), self.files[path]) for path in paths]

    def _noted(self, found: Found) -> Found:
        self.skips += [skip for skip in found.skips if skip not in self.skips]
        return found

    @property
    def read_so_far(self) -> tuple[int, int, int]:
        """How many commits and files were looked at, and how many bytes of them were read."""
        scans = [vars(self)[name] for name in ("tree", "history") if name in vars(self)]
        commits = max((each.commits for each in scans), default=0)
        listed = len(vars(self).get("files", ()))  # by their names at least
        files = max([listed, *(each.objects for each in scans if not each.commits)])
        return commits, files, sum(self._sizes.values()) + sum(each.bytes for each in scans)

    def _look_for(self, needles: tuple[bytes, ...]) -> None:
        """One pass over the files."""
        database = words.database(needles)
        found: list[set[str]] = [set() for _ in needles]
        for path in self.files:
            for number, _ in database.all(self.read(path)):
                found[number].add(path)
        self._said |= {
            needle: frozenset(paths) for needle, paths in zip(needles, found, strict=True)
        }

    def _content(self, path: str) -> bytes:
        full = self.files.get(path)
        if full is None:
            return b""
        try:
            data = beginning(full, LARGEST + 1) or b""
        except OSError as error:
            return self._skipped(path, error.strerror or "unreadable")
        if len(data) > LARGEST:
            return self._skipped(path, f"larger than {LARGEST} bytes", incomplete=False)
        self._sizes[path] = len(data)
        return data

    def _skipped(self, path: str, reason: str, *, incomplete: bool = True) -> bytes:
        skip = Skip(path, reason, incomplete)
        if skip not in self.skips:
            self.skips.append(skip)
        return b""
