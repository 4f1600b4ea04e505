"""Which commit took a secret out of HEAD.

A secret is gone with the last of all the files and versions that have it. A commit that lacks one
of those and has another is no end, and needs no look: if HEAD has none, a later one took the last.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from intercom_scan.history.graph import Graph

_IN_HISTORY, _ON_LINE = 1, 2  # of HEAD; its line of first parents is what HEAD was before


class Departures:
    """For each key the last commit of HEAD's history that lacks it, where a parent has it."""

    def __init__(self, graph: Graph, head: str | None) -> None:
        self._standing = bytearray(len(graph.parents))
        self._on_line: dict[int, tuple[int, str]] = {}
        self._anywhere: dict[int, tuple[int, str]] = {}
        reached, line = {head}, head
        for number, (commit, parents) in enumerate(graph.parents.items()):
            if commit not in reached:
                continue
            reached.remove(commit)
            reached.update(parents)
            self._standing[number] = _ON_LINE if commit == line else _IN_HISTORY
            if commit == line:
                line = next(iter(parents), None)

    def note(self, number: int, commit: str, first: int, others: int) -> None:
        """The commit, `number`th in the graph's order, lacks these keys; parents are noted first.

        `first` are those that its first parent has, `others` those that any has.
        """
        if self._standing[number] == _ON_LINE:
            self._on_line |= dict.fromkeys(ones(first), (number, commit))
        if self._standing[number]:
            self._anywhere |= dict.fromkeys(ones(others), (number, commit))

    def last(self, keys: Collection[int]) -> str | None:
        """The commit that took the last of these keys out of HEAD, which has none of them.

        It is on the line, or the last one of all where the line never had any of them.
        """
        for known in (self._on_line, self._anywhere):
            if found := [known[key] for key in keys if key in known]:
                return min(found)[1]
        return None


def ones(mask: int) -> Iterator[int]:
    """The places of the bits that are set."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
