"""The graph of commits, and which refs reach which of them."""

from __future__ import annotations

import subprocess
import threading
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from intercom_scan.git import Git, stopped_at_exit
from intercom_scan.pipes import Stderr, feed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

EVERYTHING = ("--all", "--reflog")


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
