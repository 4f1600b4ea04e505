"""The library: what the command, the hooks and the plugins themselves call."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Literal

from intercom_scan import grouping, policy
from intercom_scan.detector import Detector, Names
from intercom_scan.errors import ConfigError, UsageError
from intercom_scan.finding import Finding, ScanResult, Skip
from intercom_scan.git import Repository, open_repository, resolve
from intercom_scan.modes.collecting import Collected, Settings
from intercom_scan.policy import Policy, Reader
from intercom_scan.sources.tally import Progress
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from intercom_scan.sources.updates import RefUpdate

Mode = Literal[
    "files", "staged", "range", "history", "all-history", "stdin", "message", "push", "env"
]  # fmt: skip

_NO_ENV = ("stdin", "message", "push")  # of what these read no `.env` file is a part


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

    mode: Mode = "files"
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
    repository = _repository(request)
    rules = load_policy(request, repository)
    settings = Settings(
        detector=_detector(rules),
        jobs=request.jobs or _processors(),
        largest=rules.file_size,
        progress=request.progress,
    )
    if request.mode in ("files", "staged", "stdin", "message"):
        settings.detector.prefilter.prepare()
    collected = Collected()
    if request.mode != "env":
        collected = _collect(request, repository, settings)
    if request.env and repository is not None and request.mode not in _NO_ENV:
        _add_env(request, repository, rules, settings, collected)
    whole = request.mode == "all-history" and not any(s.incomplete for s in collected.skips)
    found, notes = _judged(collected, rules, whole=whole)
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


def _judged(collected: Collected, rules: Policy, *, whole: bool) -> tuple[list[Finding], list[str]]:
    if not collected.occurrences and not collected.findings and not rules.ignores:
        return [], []
    from datetime import date  # noqa: PLC0415 a clean scan need not know the day

    found = [*grouping.findings(collected.occurrences), *collected.findings]
    judged, notes = policy.apply(found, rules, date.today(), whole=whole)
    return sorted(judged, key=lambda finding: -finding.severity), notes


def _add_env(
    request: Request,
    repository: Repository,
    rules: Policy,
    settings: Settings,
    collected: Collected,
) -> None:
    from intercom_scan.env import checking  # noqa: PLC0415 many scans are told to leave it out

    outcome = checking.check(
        request.mode, repository, rules, settings.detector,
        paths=request.paths, revision=request.revision, names=collected.tree_names,
    )  # fmt: skip
    collected.findings += outcome.findings
    collected.tally.skips += outcome.skips
    if request.mode == "env":
        collected.tally.objects, collected.tally.bytes = outcome.files, outcome.bytes


def mend_env(request: Request) -> list[str]:
    """Append to a repository's .gitignore files what they lack; a line for each that was changed.

    Of the request, the first path and the policy count. Raises IntercomScanError where a file
    cannot be written, and what `scan` raises.
    """
    from intercom_scan.env import checking, mending  # noqa: PLC0415

    repository = _repository(request)
    if repository is None or repository.top is None:
        raise UsageError("there is no repository with files here")
    scope = checking.scope_of(repository.top, request.paths)
    rules = load_policy(request, repository)
    return mending.mend(repository, rules, scope, _detector(rules))


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
    if request.mode in ("stdin", "message"):
        return open_repository(Path())
    first = request.paths[0]
    directory = first if first.is_dir() else first.parent
    if not directory.is_dir():
        raise UsageError(f"{first}: no such file or directory")
    repository = open_repository(directory)
    if repository is None and request.mode != "files":
        raise UsageError(f"{directory.resolve()} is not in a git repository")
    if request.mode in ("staged", "env") and repository is not None and repository.top is None:
        raise UsageError(f"{directory.resolve()} is bare: nothing can be staged there")
    for path in request.paths[1:]:
        other = open_repository(path if path.is_dir() else path.parent) if path.exists() else None
        if (other and other.top) != (repository and repository.top) and path.exists():
            raise UsageError(f"{path} and {first} have policies of their own: scan them one by one")
    return repository


def _detector(rules: Policy) -> Detector:
    return Detector(_names(rules), rules.limits)


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
    if request.mode == "message":
        from intercom_scan.modes import message  # noqa: PLC0415

        if request.stream is None:
            raise UsageError("no message was given to read")
        return message.scan_message(repository, request.stream, settings)
    assert repository is not None
    if request.mode == "staged":
        from intercom_scan.modes import staged  # noqa: PLC0415

        if request.names:
            return staged.scan_named(repository, request.names, request.paths[0], settings)
        return staged.scan_staged(repository, settings)
    return _collect_history(request, repository, settings)


def _collect_history(request: Request, repository: Repository, settings: Settings) -> Collected:
    from intercom_scan.modes import history, push  # noqa: PLC0415

    if request.mode == "push":
        return push.scan_push(repository, request.updates, request.known, settings)
    if request.mode == "range":
        return history.scan_range(repository, request.revision or "", settings)
    if request.mode == "history":
        return history.scan_history(repository, request.revision or "HEAD", settings)
    return history.scan_all_history(repository, settings)


def _nothing(request: Request, collected: Collected) -> list[Skip]:
    """An empty scan is not a clean one, unless nothing is staged, written or to be pushed."""
    empty = collected.tally.bytes == 0 if request.mode == "stdin" else not collected.tally.objects
    if not empty or request.mode in ("staged", "env", "message", "push"):
        return []
    reason = {
        "files": "no file was read: is this the right place?",
        "range": "the range has no commit: is it the right way round?",
        "stdin": "standard input was empty",
    }.get(request.mode, "the repository has no objects yet")
    return [Skip("everything", reason)]
