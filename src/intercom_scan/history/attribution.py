"""Which commits and paths a hit in an object belongs to.

Runs for hits alone, after the objects are read. Each commit is compared with its first parent
only: what a commit has is what its first parent has, less what it removes, plus what it adds.
Carried from the roots to the tips, that says exactly which commits hold an object at a path,
through merges too.
"""

from __future__ import annotations

import re
import secrets
import subprocess
import threading
from collections import defaultdict
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from intercom_scan.git import Git, stopped_at_exit
from intercom_scan.history.leaving import ones
from intercom_scan.history.threads import side_by_side
from intercom_scan.matching import Database
from intercom_scan.pipes import Stderr, enlarge_pipe, feed, fill

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intercom_scan.history.graph import Graph
    from intercom_scan.history.leaving import Departures


@dataclass(frozen=True, slots=True)
class Target:
    """What to look for: an object's id, or a file or directory name, at any path."""

    object: str | None = None
    name: bytes | None = None


@dataclass(slots=True)
class Life:
    """Where and when a target was there. Ids of commits; times in seconds since 1970."""

    introduced: list[tuple[str, bytes]] = field(default_factory=list)  # commit and path
    last: str | None = None
    last_time: int = -1
    in_head: bool = False


@dataclass(slots=True)
class Changes:
    """What each commit adds and removes against its first parent, as bit masks over `keys`."""

    keys: list[tuple[Target, bytes]] = field(default_factory=list)
    added: dict[str, int] = field(default_factory=dict)
    removed: dict[str, int] = field(default_factory=dict)
    unread: list[str] = field(default_factory=list)  # commits that git could not compare
    _bits: dict[tuple[Target, bytes], int] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, table: dict[str, int], commit: str, target: Target, path: bytes) -> None:
        with self._lock:
            key = (target, path)
            if key not in self._bits:
                self._bits[key] = 1 << len(self.keys)
                self.keys.append(key)
            table[commit] = table.get(commit, 0) | self._bits[key]


def read_changes(
    git: Git, graph: Graph, commits: list[str], targets: set[Target], jobs: int, changes: Changes
) -> None:
    """Compare commits with their first parents, `jobs` gits side by side; adds to `changes`."""
    size = -(-len(commits) // jobs) or 1
    parts = [commits[start : start + size] for start in range(0, len(commits), size)]

    def work(part: list[str], failed: Callable[[], bool]) -> None:
        while part and not failed():
            part = _Comparison(git, graph, targets, changes).run(part)

    side_by_side([partial(work, part) for part in parts])


class _Comparison:
    """One `git diff-tree` over some commits; what is said of one is parsed if a target is in it."""

    def __init__(self, git: Git, graph: Graph, targets: set[Target], changes: Changes) -> None:
        self._git = git
        self._graph = graph
        self._changes = changes
        self._objects = {target.object: target for target in targets if target.object}
        self._names = {target.name: target for target in targets if target.name}
        # A path may imitate any fixed header; it cannot know this one.
        self._mark = secrets.token_hex(16).encode()
        texts = [*map(str.encode, self._objects), *self._names]
        self._wanted = Database([(re.escape(text), False) for text in texts])
        self._view = memoryview(bytearray(1 << 20))

    def run(self, part: list[str]) -> list[str]:
        """Compare; the commits left to do where git died at one that it cannot read."""
        process = self._git.start(
            "diff-tree", "--stdin", "-r", "--root", "--raw", "-z", "--no-renames", "--no-abbrev",
            "--no-ext-diff", "--always", "--ignore-submodules=none",
            f"--format={self._mark.decode()}%H", stdin=subprocess.PIPE,
        )  # fmt: skip
        done = 0
        with stopped_at_exit(process):
            enlarge_pipe(process)
            Stderr(process)
            lines = (self._line(commit) for commit in part)
            threading.Thread(target=feed, args=(process, lines), daemon=True).start()
            for sections in self._sections(process):
                done += sections.count(self._mark)
                self._look(sections)
            if process.wait() == 0:
                return []
        # The last commit that it began to print, if any, is the one that stopped it.
        stopped = max(done - 1, 0)
        self._changes.unread.append(part[stopped])
        return part[stopped + 1 :]

    def _line(self, commit: str) -> bytes:
        parents = self._graph.parents[commit][:1]
        return " ".join((commit, *parents)).encode() + b"\n"

    def _sections(self, process: subprocess.Popen[bytes]) -> Iterator[bytes]:
        """The output in pieces that begin with a mark and hold whole sections."""
        rest = b""
        while size := fill(process, self._view):
            data = rest + self._view[:size]
            cut = data.rfind(self._mark)
            if cut > 0:
                yield data[:cut]
            rest = data[max(cut, 0) :]
        if rest:
            yield rest

    def _look(self, sections: bytes) -> None:
        over = 0
        for _, end in self._wanted.all(sections):
            if end > over:
                start = sections.rfind(self._mark, 0, end) + len(self._mark)
                over = sections.find(self._mark, start)
                over = len(sections) if over < 0 else over
                self._parse(sections[start:over])

    def _parse(self, section: bytes) -> None:
        header, *fields = section.split(b"\0")
        commit = header.strip().decode("ascii")
        for meta, path in zip(*[iter(part.lstrip(b"\n") for part in fields)] * 2, strict=False):
            _old_mode, _new_mode, old, new, _status = meta.decode("ascii").split(" ")
            if old == new:
                continue
            if target := self._objects.get(new):
                self._changes.note(self._changes.added, commit, target, path)
            if target := self._objects.get(old):
                self._changes.note(self._changes.removed, commit, target, path)
            if self._names:
                self._parse_names(commit, path, old, new)

    def _parse_names(self, commit: str, path: bytes, old: str, new: str) -> None:
        for part in path.split(b"/"):
            if target := self._names.get(part):
                if not new.strip("0"):
                    self._changes.note(self._changes.removed, commit, target, path)
                elif not old.strip("0"):
                    self._changes.note(self._changes.added, commit, target, path)


def lives(
    graph: Graph, changes: Changes, head: str | None, departures: Departures
) -> dict[Target, Life]:
    """Carry what commits add and remove from the roots to the tips; `departures` hear what goes."""
    pending: dict[str, int] = defaultdict(int)  # children to come, of what has children
    for parents in graph.parents.values():
        for parent in parents:
            pending[parent] += 1
    has: dict[str, int] = {}
    found: dict[Target, Life] = defaultdict(Life)
    places = reversed(range(len(graph.parents)))
    for number, commit in zip(places, reversed(graph.parents), strict=True):
        parents = graph.parents[commit]
        before = [has.get(parent, 0) for parent in parents] or [0]
        now = before[0] & ~changes.removed.get(commit, 0) | changes.added.get(commit, 0)
        others = 0
        for parent, keys in zip(parents, before, strict=False):
            others |= keys
            _lost(graph, changes, found, parent, keys & ~now)
        if others & ~now:
            departures.note(number, commit, before[0] & ~now, others & ~now)
        for key in ones(now & ~others):
            target, path = changes.keys[key]
            found[target].introduced.append((commit, path))
        if commit not in pending:
            _lost(graph, changes, found, commit, now)
        if commit == head:
            for key in ones(now):
                found[changes.keys[key][0]].in_head = True
        if now:
            has[commit] = now
        for parent in parents:
            pending[parent] -= 1
            if not pending[parent]:
                has.pop(parent, None)
    return found


def _lost(
    graph: Graph, changes: Changes, found: dict[Target, Life], commit: str, keys: int
) -> None:
    """`commit` has these keys and a child has not, or it has no child."""
    for key in ones(keys):
        life = found[changes.keys[key][0]]
        if graph.times[commit] > life.last_time:
            life.last, life.last_time = commit, graph.times[commit]
