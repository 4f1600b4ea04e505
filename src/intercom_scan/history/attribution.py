"""Which commits, paths and refs a hit in an object belongs to.

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

from intercom_scan.git import Git, Stderr, enlarge_pipe, feed, fill, stopped_at_exit
from intercom_scan.history.threads import side_by_side
from intercom_scan.matching import Database

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence


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


@dataclass(frozen=True, slots=True)
class Graph:
    """All commits, children first. `parents` in order; `times` are committer times.

    Some 270 bytes a commit: no more than a string for each id, which all the tables share.
    """

    parents: dict[str, tuple[str, ...]]
    times: dict[str, int]

    @property
    def order(self) -> list[str]:
        """Every commit before its parents."""
        return list(self.parents)


EVERYTHING = ("--all", "--reflog")


def read_graph(
    git: Git, start: Sequence[str] = EVERYTHING, tips: Iterable[str] = ()
) -> Graph | None:
    """Commits reachable from where `rev-list` is told to start, and from `tips`.

    None where git cannot walk there: at a commit that is missing or damaged it gives up.
    """
    process = git.start(
        "rev-list", "--topo-order", "--parents", "--timestamp", "--ignore-missing", *start,
        "--stdin", stdin=subprocess.PIPE, buffered=True,
    )  # fmt: skip
    graph = Graph({}, {})
    awaited: dict[str, str] = {}  # ids of commits that a child has named so far
    with stopped_at_exit(process):
        Stderr(process)
        lines = [f"{tip}\n".encode() for tip in tips]
        threading.Thread(target=feed, args=(process, lines), daemon=True).start()
        assert process.stdout is not None
        for line in process.stdout:
            time, id_, *parents = line.decode("ascii").split()
            commit = awaited.pop(id_, id_)
            graph.parents[commit] = tuple([awaited.setdefault(p, p) for p in parents])
            graph.times[commit] = int(time)
        return graph if process.wait() == 0 else None


def refs_by_commit(
    graph: Graph, tips: Mapping[str, list[str]], wanted: set[str]
) -> dict[str, tuple[str, ...]]:
    """For each wanted commit the refs that reach it; `tips` maps a commit to its refs."""
    names = sorted({name for refs in tips.values() for name in refs})
    bit = {name: 1 << number for number, name in enumerate(names)}
    masks: dict[str, int] = defaultdict(int)
    found = {}
    for commit in graph.parents:
        mask = masks.pop(commit, 0)
        for name in tips.get(commit, ()):
            mask |= bit[name]
        if commit in wanted:
            found[commit] = tuple(name for name in names if mask & bit[name])
        if mask:
            for parent in graph.parents[commit]:
                masks[parent] |= mask
    return found


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


def lives(graph: Graph, changes: Changes, head: str | None) -> dict[Target, Life]:
    """Carry what commits add and remove from the roots to the tips."""
    children: dict[str, int] = defaultdict(int)
    for parents in graph.parents.values():
        for parent in parents:
            children[parent] += 1
    has: dict[str, int] = {}
    found: dict[Target, Life] = defaultdict(Life)
    pending = dict(children)
    for commit in reversed(graph.parents):
        parents = graph.parents[commit]
        before = has.get(parents[0], 0) if parents else 0
        now = before & ~changes.removed.get(commit, 0) | changes.added.get(commit, 0)
        others = 0
        for parent in parents:
            others |= has.get(parent, 0)
            _lost(graph, changes, found, parent, has.get(parent, 0) & ~now)
        for key in _bits(now & ~others):
            target, path = changes.keys[key]
            found[target].introduced.append((commit, path))
        if not children[commit]:
            _lost(graph, changes, found, commit, now)
        if commit == head:
            for key in _bits(now):
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
    for key in _bits(keys):
        life = found[changes.keys[key][0]]
        if graph.times[commit] > life.last_time:
            life.last, life.last_time = commit, graph.times[commit]


def _bits(mask: int) -> Iterator[int]:
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
