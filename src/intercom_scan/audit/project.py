"""What checks look at: a repository's files, its policy, and what a scan of it found."""

from __future__ import annotations

import os
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, TypeVar

from intercom_scan.api import Request, detector_of, load_policy, scan
from intercom_scan.audit.syntax.modules import Modules
from intercom_scan.errors import UsageError
from intercom_scan.finding import Skip
from intercom_scan.git import open_repository
from intercom_scan.matching import Database
from intercom_scan.rotation import keeping, reads
from intercom_scan.rotation.age import DEFAULT
from intercom_scan.scopes.reading import look
from intercom_scan.sources.files import File, list_files
from intercom_scan.sources.looking import beginning
from intercom_scan.values import replace

if TYPE_CHECKING:
    from pathlib import Path

    from intercom_scan.detector import Detector
    from intercom_scan.finding import ScanResult
    from intercom_scan.policy import Policy
    from intercom_scan.rotation.ledger import Ledger
    from intercom_scan.rotation.reads import Reads
    from intercom_scan.scopes.reading import Code

    Found = TypeVar("Found", Reads, Code)

LARGEST = 1 << 20  # bytes of a file; what is larger was not written by a person
_KEPT = 64 << 20  # bytes of contents that are not read again


class Project:
    """A repository as the checks see it; all of it is read at its first use, and once.

    Paths are from the repository's top, with forward slashes. `skips` is what could not be read:
    it makes an answer uncertain wherever it could change it.
    """

    def __init__(self, request: Request) -> None:
        """Of `request`, the first path and the policy count.

        Raises UsageError outside of a repository's working tree, ConfigError for its policy.
        """
        repository = open_repository(request.paths[0])
        if repository is None or repository.top is None:
            raise UsageError(f"{request.paths[0]}: is in no repository that has files")
        self.repository = repository
        self.top: Path = repository.top
        self.request = replace(request, paths=(self.top,))
        self.policy: Policy = load_policy(self.request, repository)
        self.skips: list[Skip] = []
        self._sizes: dict[str, int] = {}
        self._kept: dict[str, bytes] = {}
        self._room = _KEPT
        self._saying = lru_cache(None)(self._files_with)

    @cached_property
    def files(self) -> dict[str, bytes]:
        """Where each file is that git tracks or does not ignore, by its path, in order."""
        found: dict[str, bytes] = {}
        for each in list_files([self.top], self.top):
            if isinstance(each, Skip):
                self.skips.append(each)
            elif each.there:
                found[os.fsdecode(each.path)] = each.full
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
        return self._saying(needles)

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
        """The calls of Intercom's API."""
        excluded = self.policy.exclusions

        def let_be(path: str) -> bool:
            return any(each.covers(path) for each in excluded)

        return self._noted(look(self.top, self.top, let_be, self._our_files()))

    @cached_property
    def ledger(self) -> Ledger | None:
        """What is recorded of credentials. Raises ConfigError for a ledger that is none."""
        return keeping.load(self.top)

    @property
    def max_age(self) -> int:
        """The days that a credential may be old."""
        return DEFAULT

    def _our_files(self) -> list[File]:
        return [File(os.fsencode(path), self.files[path]) for path in self.ours]

    def _noted(self, found: Found) -> Found:
        self.skips += [skip for skip in found.skips if skip not in self.skips]
        return found

    @property
    def read_so_far(self) -> tuple[int, int, int]:
        """How many commits, files and bytes were read."""
        scans = [vars(self)[name] for name in ("tree", "history") if name in vars(self)]
        commits = max((each.commits for each in scans), default=0)
        files = max([len(self._sizes), *(each.objects for each in scans if not each.commits)])
        return commits, files, sum(self._sizes.values()) + sum(each.bytes for each in scans)

    def _files_with(self, needles: tuple[bytes, ...]) -> tuple[str, ...]:
        escaped = [b"".join(b"\\x%02x" % byte for byte in needle) for needle in needles]
        database = Database([(pattern, True) for pattern in escaped])
        return tuple(path for path in self.files if database.hits(self.read(path)))

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
