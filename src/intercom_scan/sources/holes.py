"""History past a commit that is missing or damaged: git does not walk there at all."""

from __future__ import annotations

import re
from collections import defaultdict
from heapq import heapify, heappop, heappush
from typing import TYPE_CHECKING

from intercom_scan.git import stopped_at_exit
from intercom_scan.pipes import Stderr
from intercom_scan.sources.reader import ObjectReader, UnreadableObject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from intercom_scan.git import Git

Parents = dict[str, tuple[str, ...]]

_PARENT = re.compile(rb"^parent ([0-9a-f]{40,64})$", re.MULTILINE)
_TIME = re.compile(rb"^committer .* ([0-9]{1,12}) [-+][0-9]{1,6}$", re.MULTILINE)


def commits_in_store(git: Git) -> Iterator[str]:
    """Every commit that git can name, reachable or not; damage is for the scan itself to list."""
    process = git.start(
        "cat-file", "--batch-all-objects", "--unordered", "--buffer",
        "--batch-check=%(objecttype) %(objectname)", buffered=True,
    )  # fmt: skip
    with stopped_at_exit(process):
        Stderr(process)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(b"commit "):
                yield line[7:-1].decode("ascii")


def readable_commits(git: Git) -> tuple[Parents, dict[str, int]]:
    """All commits of the store that can be read: their readable parents, and committer times."""
    named: Parents = {}
    times: dict[str, int] = {}
    with ObjectReader(git) as reader:
        for commit in commits_in_store(git):
            try:
                head = reader.read(commit).partition(b"\n\n")[0]
            except UnreadableObject:
                continue
            named[commit] = tuple(id_.decode("ascii") for id_ in _PARENT.findall(head))
            time = _TIME.search(head)
            times[commit] = int(time[1]) if time else 0
    return {id_: tuple(p for p in ids if p in named) for id_, ids in named.items()}, times


def children_first(parents: Parents, times: Mapping[str, int]) -> list[str]:
    """The order of `git rev-list --topo-order`, newer ones first where there is a choice."""
    waits: dict[str, int] = defaultdict(int)
    for ids in parents.values():
        for id_ in ids:
            waits[id_] += 1
    ready = [(-times[id_], id_) for id_ in parents if not waits[id_]]
    heapify(ready)
    order = []
    while ready:
        _, commit = heappop(ready)
        order.append(commit)
        for id_ in parents[commit]:
            waits[id_] -= 1
            if not waits[id_]:
                heappush(ready, (-times[id_], id_))
    return order


def reachable_commits(git: Git, tips: Iterable[str], without: Iterable[str] = ()) -> list[str]:
    """Readable commits that `tips` reach and `without` does not, as far as can be followed."""
    parents, _ = readable_commits(git)
    return sorted(_closure(parents, tips) - _closure(parents, without))


def _closure(parents: Parents, tips: Iterable[str]) -> set[str]:
    seen: set[str] = set()
    todo = list(tips)
    while todo:
        commit = todo.pop()
        if commit not in seen and commit in parents:
            seen.add(commit)
            todo += parents[commit]
    return seen
