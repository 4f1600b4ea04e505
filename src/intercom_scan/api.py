"""The library: what the command, the hooks and the plugins themselves call."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from intercom_scan import grouping, modes, policy
from intercom_scan.detector import Detector, Names
from intercom_scan.errors import ConfigError, UsageError
from intercom_scan.finding import Finding, ScanResult, Skip
from intercom_scan.git import Repository, open_repository, resolve
from intercom_scan.modes.collecting import Settings
from intercom_scan.policy import Policy, Reader
from intercom_scan.sources.tally import Progress
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from intercom_scan.modes import Mode
    from intercom_scan.modes.collecting import Collected
    from intercom_scan.sources.updates import RefUpdate


@dataclass(frozen=True, slots=True)
class Request:
    """What to scan and by which policy.

    `paths` are files and directories for the mode "files", and otherwise one directory in the
    repository. `revision` is `A..B` for "range" and a commit for "history". `stream` is what
    "stdin" reads, and "message": the file that git made for a commit's message. `config` and
    `baseline` are paths from the repository's root; `policy_from` is a commit from which they and
    the ignores are read instead of the working tree. `inline` says whether allow comments count.
    `names` are, for "staged", files as seen from `paths` whose content in the index is read,
    staged or not. `updates` are, for "push", the refs that it sets, and `known` are patterns of
    refs, as `git rev-list --glob` has them, whose history is there already. `env` says whether a
    repository's `.env` files are checked too; the mode "env" checks nothing else. `progress` is
    kept up to date as the scan goes on.
    """

    mode: str = "files"
    paths: tuple[Path, ...] = (Path(),)
    revision: str | None = None
    stream: BinaryIO | None = None
    config: str | None = None
    baseline: str | None = None
    policy_from: str | None = None
    inline: bool = True
    names: tuple[str, ...] = ()
    updates: tuple[RefUpdate, ...] = ()
    known: tuple[str, ...] = ()
    env: bool = True
    jobs: int | None = None
    progress: Progress = field(default_factory=Progress)


def scan(request: Request) -> ScanResult:
    """Scan. Raises UsageError for what cannot be asked, GitError where nothing can be read."""
    started = time.monotonic()
    mode = modes.by_name(request.mode)
    repository = _repository(request, mode)
    rules = load_policy(request, repository)
    settings = Settings(
        detector=detector_of(rules),
        jobs=request.jobs or _processors(),
        largest=rules.file_size,
        progress=request.progress,
        policy=rules,
    )
    collected = mode.scan(request, repository, settings)
    tally = collected.tally
    if mode.empty and not tally.objects:
        tally.skips.append(Skip("everything", mode.empty))
    if mode.env and request.env and repository is not None:
        from intercom_scan.modes import env  # noqa: PLC0415 many scans are told to leave it out

        env.add(mode.env, request, repository, settings, collected)
    whole = mode.whole and not any(skip.incomplete for skip in tally.skips)
    found, notes = _judged(collected, rules, whole=whole)
    return ScanResult(
        mode=request.mode,
        findings=tuple(found),
        skipped=tuple(dict.fromkeys(tally.skips)),
        commits=tally.commits,
        objects=tally.objects,
        bytes=tally.bytes,
        seconds=time.monotonic() - started,
        notes=(*notes, *dict.fromkeys(collected.notes)),
    )


def _judged(collected: Collected, rules: Policy, *, whole: bool) -> tuple[list[Finding], list[str]]:
    if not collected.occurrences and not collected.findings and not rules.ignores:
        return [], []
    from datetime import date  # noqa: PLC0415 a clean scan need not know the day

    found = [*grouping.findings(collected.occurrences), *collected.findings]
    judged, notes = policy.apply(found, rules, date.today(), whole=whole)
    return sorted(judged, key=lambda finding: -finding.severity), notes


def mend_env(request: Request) -> list[str]:
    """Append to a repository's .gitignore files what they lack; a line for each that was changed.

    Of the request, the first path and the policy count. Raises IntercomScanError where a file
    cannot be written, and what `scan` raises.
    """
    from intercom_scan.env import checking, mending  # noqa: PLC0415

    repository = _repository(request, modes.by_name("env"))
    assert repository is not None
    assert repository.top is not None
    scope = checking.scope_of(repository.top, request.paths)
    rules = load_policy(request, repository)
    return mending.mend(repository, rules, scope, detector_of(rules))


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


def _repository(request: Request, mode: Mode) -> Repository | None:
    if mode.needs == "stream":
        return open_repository(Path())
    first = request.paths[0]
    directory = first if first.is_dir() else first.parent
    if not directory.is_dir():
        raise UsageError(f"{first}: no such file or directory")
    repository = open_repository(directory)
    if repository is None and mode.needs is not None:
        raise UsageError(f"{directory.resolve()} is not in a git repository")
    if mode.needs == "tree" and repository is not None and repository.top is None:
        raise UsageError(f"{directory.resolve()} is bare: nothing can be staged there")
    for path in request.paths[1:]:
        other = open_repository(path if path.is_dir() else path.parent) if path.exists() else None
        if (other and other.top) != (repository and repository.top) and path.exists():
            raise UsageError(f"{path} and {first} have policies of their own: scan them one by one")
    return repository


def detector_of(rules: Policy) -> Detector:
    """What finds the credentials that a policy knows of."""
    return Detector(_names(rules), rules.limits)


def _names(rules: Policy) -> Names:
    patterns = tuple(
        "(?:.*_)?" + ".*".join(map(re.escape, name.words.split("*"))) for name in rules.names
    )
    return Names(patterns, tuple(name.needle for name in rules.names))


def _processors() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1
