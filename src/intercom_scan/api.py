"""The library: what the command, the hooks and the plugins themselves call."""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from intercom_scan import grouping, policy
from intercom_scan.detector import Detector, Names
from intercom_scan.errors import ConfigError, UsageError
from intercom_scan.finding import Finding, ScanResult, Skip
from intercom_scan.git import Repository, open_repository, resolve
from intercom_scan.modes.collecting import Collected, Settings
from intercom_scan.policy import Policy, Reader

if TYPE_CHECKING:
    from collections.abc import Callable

Mode = Literal["files", "staged", "range", "history", "all-history", "stdin"]


@dataclass(frozen=True, slots=True)
class Request:
    """What to scan and by which policy.

    `paths` are files and directories for the mode "files", and otherwise one directory in the
    repository. `revision` is `A..B` for "range" and a commit for "history". `config` and
    `baseline` are paths from the repository's root; `policy_from` is a commit from which they and
    the ignores are read instead of the working tree. `inline` says whether allow comments count.
    `tick` is told the number of bytes read, some times a second.
    """

    mode: Mode = "files"
    paths: tuple[Path, ...] = (Path(),)
    revision: str | None = None
    stream: BinaryIO | None = None
    config: str | None = None
    baseline: str | None = None
    policy_from: str | None = None
    inline: bool = True
    jobs: int | None = None
    tick: Callable[[int], None] = lambda _bytes: None


def scan(request: Request) -> ScanResult:
    """Scan. Raises UsageError for what cannot be asked, GitError where nothing can be read."""
    started = time.monotonic()
    repository = _repository(request)
    rules = load_policy(request, repository)
    settings = Settings(
        detector=Detector(_names(rules), rules.limits),
        jobs=request.jobs or _processors(),
        largest=rules.file_size,
        tick=request.tick,
    )
    collected = _collect(request, repository, settings)
    whole = request.mode == "all-history" and not any(s.incomplete for s in collected.skips)
    found, notes = policy.apply(
        grouping.findings(collected.occurrences), rules, date.today(), whole=whole
    )
    tally = collected.tally
    return ScanResult(
        mode=request.mode,
        findings=tuple(found),
        skipped=tuple(dict.fromkeys([*tally.skips, *_nothing(request, collected)])),
        commits=tally.commits,
        objects=tally.objects,
        bytes=tally.bytes,
        seconds=time.monotonic() - started,
        notes=(*notes, *dict.fromkeys(collected.notes)),
    )


def scan_bytes(data: bytes, path: str = "") -> tuple[Finding, ...]:
    """Findings in some bytes; a path that names Intercom gives general names their meaning."""
    hits = Detector().look(data, os.fsencode(path)).hits
    where = os.fsencode(path) or None
    return grouping.findings(
        grouping.Occurrence(hit, grouping.place(hit, "file", where)) for hit in hits
    )


def load_policy(request: Request, repository: Repository | None) -> Policy:
    """The policy that a request is judged by. Raises ConfigError."""
    if request.policy_from is None:
        top = None if repository is None else repository.top
        read = policy.tree_reader(top or Path())
    elif repository is None:
        raise UsageError("--policy-from needs a repository: there is none here")
    else:
        read = _commit_reader(repository, resolve(repository, request.policy_from))
    if repository is not None and repository.top is None and request.policy_from is None:
        if request.config or request.baseline:
            raise UsageError("a bare repository has no files: add --policy-from REV")
        return Policy(inline_allowed=request.inline)
    return policy.load(
        read, config=request.config, baseline=request.baseline, inline=request.inline
    )


def _commit_reader(repository: Repository, commit: str) -> Reader:
    def read(path: str) -> bytes | None:
        inside = os.path.relpath(path, repository.top) if Path(path).is_absolute() else path
        name = f"{commit}:{Path(os.path.normpath(inside)).as_posix()}"
        size = repository.git.run("cat-file", "-s", name)
        if size.status != 0:
            return None
        if int(size.out) > policy.LONGEST:
            raise ConfigError(f"{path}:1: is larger than {policy.LONGEST} bytes in {commit}")
        return repository.git.output("cat-file", "blob", name)

    return read


def _repository(request: Request) -> Repository | None:
    if request.mode == "stdin":
        return open_repository(Path())
    first = request.paths[0]
    directory = first if first.is_dir() else first.parent
    if not directory.is_dir():
        raise UsageError(f"{first}: no such file or directory")
    repository = open_repository(directory)
    if repository is None and request.mode != "files":
        raise UsageError(f"{directory.resolve()} is not in a git repository")
    if request.mode == "staged" and repository is not None and repository.top is None:
        raise UsageError(f"{directory.resolve()} is bare: nothing can be staged there")
    for path in request.paths[1:]:
        other = open_repository(path if path.is_dir() else path.parent) if path.exists() else None
        if (other and other.top) != (repository and repository.top) and path.exists():
            raise UsageError(f"{path} and {first} have policies of their own: scan them one by one")
    return repository


def _names(rules: Policy) -> Names:
    patterns = tuple(
        "(?:.*_)?" + ".*".join(map(re.escape, name.words.split("*"))) for name in rules.names
    )
    return Names(patterns, tuple(name.needle for name in rules.names))


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _collect(request: Request, repository: Repository | None, settings: Settings) -> Collected:
    """Each mode is imported when it is wanted: a hook needs no history."""
    if request.mode in ("files", "stdin"):
        from intercom_scan.modes import files  # noqa: PLC0415

        if request.mode == "files":
            top = None if repository is None else repository.top
            return files.scan_files(list(request.paths), settings, top)
        if request.stream is None:
            raise UsageError("no stream was given to read")
        return files.scan_stream(request.stream, settings)
    assert repository is not None
    if request.mode == "staged":
        from intercom_scan.modes import staged  # noqa: PLC0415

        return staged.scan_staged(repository, settings)
    from intercom_scan.modes import history  # noqa: PLC0415

    if request.mode == "range":
        return history.scan_range(repository, request.revision or "", settings)
    if request.mode == "history":
        return history.scan_history(repository, request.revision or "HEAD", settings)
    return history.scan_all_history(repository, settings)


def _nothing(request: Request, collected: Collected) -> list[Skip]:
    """An empty scan is not a clean one, but for an index in which nothing is staged."""
    empty = collected.tally.bytes == 0 if request.mode == "stdin" else not collected.tally.objects
    if not empty or request.mode == "staged":
        return []
    reason = {
        "files": "no file was read: is this the right place?",
        "range": "the range has no commit: is it the right way round?",
        "stdin": "standard input was empty",
    }.get(request.mode, "the repository has no objects yet")
    return [Skip("everything", reason)]
