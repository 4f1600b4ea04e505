"""Every env file that was ever committed, and what its versions held."""

from __future__ import annotations

import os
import subprocess
import threading
from typing import TYPE_CHECKING

from intercom_scan.env import remedy
from intercom_scan.env.naming import classify
from intercom_scan.env.view import EnvFile
from intercom_scan.finding import Finding, Place, Skip
from intercom_scan.git import stopped_at_exit
from intercom_scan.history.tracing import parse_commit
from intercom_scan.pipes import Stderr, feed
from intercom_scan.rules.hygiene import HISTORY
from intercom_scan.rules.model import Severity
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intercom_scan.env.contents import Content, Contents
    from intercom_scan.finding import Commit
    from intercom_scan.git import Git, Repository

_VERSIONS = 100  # of a file that are read
_NO_FILE = (b"160000", b"120000")  # a submodule, a symbolic link


@dataclass(slots=True)
class Past:
    """The versions of a path, the newest first, and the first commit that had one."""

    kind: str
    first: str = ""
    versions: dict[str, None] = field(default_factory=dict)


def findings(
    repository: Repository, start: Sequence[str], allowed: Sequence[str], contents: Contents
) -> Iterator[Finding]:
    """A finding for each path; `start` says to `git rev-list` which commits count."""
    walk = repository.git.run("rev-list", "--topo-order", *start, "--")
    if walk.status != 0:
        contents.skips.append(Skip("the history of .env files", walk.complaint))
    past: dict[bytes, Past] = {}
    for commit, path, object_ in _brought(repository.git, walk.out.splitlines(keepends=True)):
        kind = classify(path.rpartition(b"/")[2], allowed)
        if kind in ("env", "backup", "perhaps"):
            known = past.setdefault(path, Past(kind))
            known.first = commit
            known.versions[object_] = None
    for path in sorted(past):
        yield from _of_path(path, past[path], contents)


def _of_path(path: bytes, past: Past, contents: Contents) -> Iterator[Finding]:
    versions = list(past.versions)[:_VERSIONS]
    held = [contents.of(EnvFile(path, "env", "tracked", object_)) for object_ in versions]
    leaked = any(content.hits for content in held)
    if past.kind == "perhaps" and not leaked:
        return
    commit = _commit(past.first, contents)
    place = Place("blob", os.fsdecode(path), 1, 1, 1, object=versions[-1], commit=commit)
    count = len(past.versions)
    yield Finding(
        rule=HISTORY, secret=path, severity=HISTORY.severity if leaked else Severity.INFO,
        confidence="high", places=(place,), places_total=1, remedy=remedy.PURGE,
        detail=f"{count} version{'s' if count > 1 else ''}; {_inventory(held)}",
    )  # fmt: skip


def _inventory(held: list[Content]) -> str:
    """Of all versions: Intercom's names, and whether one ever held a value."""
    names: dict[str, bool] = {}
    for content in held:
        for name, real in content.intercom_names.items():
            names[name] = names.get(name, False) or real
    if names:
        shown = [f"{name} ({'a value' if real else 'no value'})" for name, real in names.items()]
        return ", ".join(shown[:10]) + (f" and {len(shown) - 10} more" if len(shown) > 10 else "")
    if any(content.hits for content in held):
        return "held an Intercom credential"
    values = any(content.has_values for content in held)
    return f"no name of Intercom's, {'values' if values else 'no values'}"


def _commit(id_: str, contents: Contents) -> Commit | None:
    try:
        return parse_commit(id_, contents.object(id_))
    except OSError:
        return None


def _brought(git: Git, commits: list[bytes]) -> Iterator[tuple[str, bytes, str]]:
    """Commit, path and object of what commits have and none of their parents has there.

    In the order of the commits. Only paths with `env` in their name.
    """
    process = git.start(
        "diff-tree", "--stdin", "-r", "-c", "--root", "--raw", "-z", "--no-renames", "--no-abbrev",
        "--no-ext-diff", "--always", stdin=subprocess.PIPE,
    )  # fmt: skip
    with stopped_at_exit(process):
        Stderr(process)
        threading.Thread(target=feed, args=(process, commits), daemon=True).start()
        commit = ""
        fields = _fields(process)
        for meta in fields:
            if not meta.startswith(b":"):
                commit = meta.strip().decode("ascii") or commit
                continue
            path = next(fields, b"")
            if b"env" in path.rpartition(b"/")[2].lower():
                *parts, _status = meta.split(b" ")
                mode, object_ = parts[len(parts) // 2 - 1], parts[-1].decode("ascii")
                if mode not in _NO_FILE and object_.strip("0"):
                    yield commit, path, object_


def _fields(process: subprocess.Popen[bytes]) -> Iterator[bytes]:
    assert process.stdout is not None
    rest = b""
    while data := process.stdout.read(1 << 20):
        *whole, rest = (rest + data).split(b"\0")
        yield from whole
