"""From hits in objects to occurrences: the commits, paths and refs that each belongs to."""

from __future__ import annotations

import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TYPE_CHECKING, TypeAlias

from intercom_scan.finding import Commit, Exposure, Skip
from intercom_scan.grouping import Occurrence, place
from intercom_scan.history import attribution, graph
from intercom_scan.history.attribution import Changes, Life, Target
from intercom_scan.history.graph import Graph
from intercom_scan.history.labels import read_labels
from intercom_scan.history.leaving import Departures
from intercom_scan.history.parts import in_part
from intercom_scan.sources import holes
from intercom_scan.sources.reader import ObjectReader, UnreadableObject
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from intercom_scan.detector import Hit
    from intercom_scan.git import Git
    from intercom_scan.history.labels import Labels
    from intercom_scan.history.objects import Objects
    from intercom_scan.sources.index import Entry
    from intercom_scan.sources.stores import Ref

Secret: TypeAlias = "tuple[str, bytes]"  # noqa: S105 the id of its rule, and its value
DAY = 24 * 60 * 60
LONGEST_NAME = 1000  # bytes; some codecs that a commit may name take quadratic time


@dataclass
class Trace:
    """Traces what hit in one repository's objects.

    `start` says to `git rev-list` which commits count, and so do `tips`, a line each;
    `everything` says that objects may be there which none of them reaches.
    """

    objects: Objects
    refs: Sequence[Ref]
    index: Sequence[Entry]
    start: Sequence[str] = graph.EVERYTHING
    everything: bool = True
    tips: Sequence[str] = ()
    skips: list[Skip] = field(default_factory=list)
    _commits: dict[str, Commit] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)
    _git: Git = field(init=False)
    _graph: Graph = field(init=False)
    _head: str | None = field(init=False)
    _lives: dict[Target, Life] = field(init=False)
    _left: dict[Secret, str | None] = field(init=False)
    _reach: dict[str, tuple[str, ...]] = field(init=False)
    _reader: ObjectReader = field(init=False)
    _labels: Labels = field(init=False)

    def occurrences(self) -> list[Occurrence]:
        """Every hit with its place and life."""
        if not self.objects.hits and not self.objects.names:
            return []
        self._git = self.objects.repository.git
        self._graph = self._read_graph()
        self._head = next((ref.commit for ref in self.refs if ref.name == "HEAD"), None)
        self._lives = self._find_lives()
        self._reach = self._find_refs()
        with ObjectReader(self._git) as self._reader:
            wanted = set(self.objects.hits)
            self._labels = read_labels(self._git, self._reader, self.refs, wanted)
            return [*self._in_blobs(), *self._in_names(), *self._in_messages()]

    def _read_graph(self, tips: Sequence[str] = ()) -> Graph:
        read = graph.read_graph(self._git, self.start, tips or self.tips)
        if read is not None:
            return read
        parents, times = holes.readable_commits(self._git)
        order = holes.children_first(parents, times)
        return Graph({commit: parents[commit] for commit in order}, times)

    def _targets(self) -> Mapping[Target, Sequence[Hit]]:
        blobs = {
            Target(object=id_): hits
            for id_, (type_, hits) in self.objects.hits.items()
            if type_ == "blob"
        }
        return blobs | {Target(name=name): hits for name, hits in self.objects.names.items()}

    def _find_lives(self) -> dict[Target, Life]:
        targets, changes = self._targets(), Changes()
        self._compare(self._graph.order, targets, changes)
        lives = self._carry(changes, targets)
        if self.everything and self._unexplained(lives, targets) and (lost := self._lost_commits()):
            self._graph = Graph({}, {})  # before another one takes as much memory
            self._graph = self._read_graph(lost)
            fresh = set(lost)
            self._compare([c for c in self._graph.parents if c in fresh], targets, changes)
            lives = self._carry(changes, targets)
        return lives

    def _carry(
        self, changes: Changes, targets: Mapping[Target, Sequence[Hit]]
    ) -> dict[Target, Life]:
        departures = Departures(self._graph, self._head if self._reads_head else None)
        lives = attribution.lives(self._graph, changes, self._head, departures)
        keys: dict[Secret, set[int]] = defaultdict(set)
        for number, (target, _) in enumerate(changes.keys):
            for hit in targets[target]:
                keys[_secret(hit)].add(number)
        self._left = {secret: departures.last(numbers) for secret, numbers in keys.items()}
        return lives

    @property
    def _reads_head(self) -> bool:
        """Whether all the history of HEAD was read: else other versions may still have a secret."""
        cut = any(option.startswith("^") for option in self.start)
        return self.everything or (self._head in self.start and not cut)

    def _compare(
        self, commits: list[str], targets: Mapping[Target, object], changes: Changes
    ) -> None:
        if targets:
            attribution.read_changes(
                self._git, self._graph, commits, set(targets), self.objects.jobs, changes
            )
            reason = "could not be compared: the places of some findings may be missing"
            self.skips += [Skip(f"commit {commit}", reason) for commit in changes.unread]

    def _unexplained(self, lives: dict[Target, Life], targets: Iterable[Target]) -> bool:
        commits = (id_ for id_, (type_, _) in self.objects.hits.items() if type_ == "commit")
        return any(
            target not in lives or not lives[target].introduced for target in targets
        ) or any(id_ not in self._graph.parents for id_ in commits)

    def _lost_commits(self) -> list[str]:
        """Commits in the store that no ref and no reflog reaches."""
        commits = holes.commits_in_store(self._git)
        return [id_ for id_ in commits if id_ not in self._graph.parents]

    def _find_refs(self) -> dict[str, tuple[str, ...]]:
        tips: dict[str, list[str]] = defaultdict(list)
        for ref in self.refs:
            if ref.commit:
                tips[ref.commit].append(ref.name)
        wanted = {commit for life in self._lives.values() for commit, _ in life.introduced}
        wanted |= {id_ for id_, (type_, _) in self.objects.hits.items() if type_ == "commit"}
        return graph.refs_by_commit(self._graph, tips, wanted)

    def _in_blobs(self) -> Iterator[Occurrence]:
        staged = defaultdict(list)
        for entry in self.index:
            staged[entry.object].append(entry.path)
        for id_, (type_, hits) in self.objects.hits.items():
            if type_ != "blob":
                continue
            life = self._lives.get(Target(object=id_), Life())
            spots: list[tuple[str | None, bytes | None]] = list(life.introduced)
            shared = self._exposure(life, id_)
            spots = spots or [(None, path) for path in sorted(self._labels.paths.get(id_, ()))]
            seen = {path for _, path in spots}
            fresh = [path for path in staged[id_] if path not in seen]
            for hit in hits:
                exposure = self._until(shared, hit)
                for path in fresh:
                    yield Occurrence(hit, place(hit, "index", path, object=id_), exposure)
                for commit, where in spots or ([] if fresh else [(None, None)]):
                    spot = place(hit, "blob", where, object=id_)
                    details = self._commit(commit) if commit else None
                    yield Occurrence(hit, replace(spot, commit=details), exposure)

    def _in_names(self) -> Iterator[Occurrence]:
        for name, hits in self.objects.names.items():
            life = self._lives.get(Target(name=name), Life())
            shared = self._exposure(life, None)
            for hit in hits:
                exposure = self._until(shared, hit)
                spots: list[tuple[str | None, bytes]] = list(life.introduced)
                for commit, path in spots or [(None, name)]:
                    spot = place(hit, "file-name", path)
                    details = self._commit(commit) if commit else None
                    yield Occurrence(hit, replace(spot, commit=details), exposure)

    def _in_messages(self) -> Iterator[Occurrence]:
        for id_, (type_, hits) in self.objects.hits.items():
            if type_ == "commit":
                in_head = "HEAD" in self._reach.get(id_, ())
                life = Life([(id_, b"")], id_, self._time(id_), in_head)
                exposure, commit = self._exposure(life, id_), self._commit(id_)
            elif type_ == "tag":
                exposure, commit = self._exposure(Life(), id_), None
            else:
                continue
            content = self._content(id_)
            for hit in hits:
                spot = in_part(place(hit, f"{type_}-message", None, object=id_), hit.start, content)
                yield Occurrence(hit, replace(spot, commit=commit), exposure)

    def _content(self, id_: str) -> bytes:
        """Nothing where it cannot be read any more."""
        try:
            return self._reader.read(id_)
        except UnreadableObject:
            return b""

    def _exposure(self, life: Life, id_: str | None) -> Exposure:
        commits = [commit for commit, _ in life.introduced]
        refs = {name for commit in commits for name in self._reach.get(commit, ())}
        refs |= self._labels.refs.get(id_, set()) if id_ else set()
        first = min(commits, key=self._time, default=None)
        days = None
        if first is not None:
            end = int(time.time()) if refs else life.last_time
            days = max(end - self._time(first), 0) // DAY
        return Exposure(
            first=self._commit(first) if first else None,
            last=self._commit(life.last) if life.last else None,
            in_head=life.in_head,
            refs=tuple(sorted(map(self._safe, refs))),
            days=days,
        )

    def _until(self, exposure: Exposure, hit: Hit) -> Exposure:
        """The same with the commit that took the hit's secret out of HEAD, whatever held it."""
        left = self._left.get(_secret(hit))
        return exposure if left is None else replace(exposure, left=self._commit(left))

    def _safe(self, name: str) -> str:
        """Not a secret that a ref or an author is named after, where only they would tell it.

        A scan of everything finds it there too, and so knows what to keep out of its reports.
        """
        if self.everything:
            return name
        if name not in self._names:
            told = self.objects.detector.look(name.encode("utf-8", "replace")).hits
            self._names[name] = "********" if told else name
        return self._names[name]

    def _time(self, commit: str) -> int:
        return self._graph.times.get(commit, 0)

    def _commit(self, id_: str) -> Commit:
        if id_ not in self._commits:
            try:
                commit = parse_commit(id_, self._reader.read(id_))
                self._commits[id_] = replace(commit, author=self._safe(commit.author))
            except UnreadableObject:
                self._commits[id_] = Commit(id_, "", "")
        return self._commits[id_]


def _secret(hit: Hit) -> Secret:
    return hit.rule.id, hit.secret


def parse_commit(id_: str, content: bytes) -> Commit:
    """The author and the committer's date out of a raw commit."""
    headers = dict(
        line.split(b" ", 1) for line in content.split(b"\n\n", 1)[0].splitlines() if b" " in line
    )
    encoding = headers.get(b"encoding", b"utf-8").decode("ascii", "replace")
    author = headers.get(b"author", b"").rsplit(b" ", 2)[0][:LONGEST_NAME]
    try:
        name = author.decode(encoding, "surrogateescape")
    except (LookupError, ValueError):  # an encoding that nobody knows, or that is not meant
        name = author.decode("utf-8", "surrogateescape")
    return Commit(id_, name, _date(headers.get(b"committer", b"")))


def _date(line: bytes) -> str:
    try:
        seconds = int(line.rsplit(b" ", 2)[1])
        return datetime.fromtimestamp(seconds, tz=timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (IndexError, ValueError, OverflowError, OSError):
        return ""
