"""Types and sizes of many objects at once, from a git that may die at a damaged one."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from intercom_scan.finding import MISSING
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.git import Git

BATCH = 10_000  # names to one git


@dataclass(frozen=True, slots=True)
class Described:
    """What a name stands for; `complaint` says why it stands for nothing."""

    id: str = ""
    type: str = ""
    size: int = 0
    complaint: str = ""


def describe(git: Git, names: Iterable[bytes]) -> Iterator[Described]:
    """What `git cat-file --batch-check` says of each name, in order.

    At an object that is there but damaged git dies, so it is started again behind that one.
    """
    source = iter(names)
    while batch := list(islice(source, BATCH)):
        while batch:
            answer = git.run(
                "cat-file", "--batch-check", "--buffer", stdin=b"\n".join(batch) + b"\n"
            )
            lines = answer.out.splitlines()[: len(batch)]
            yield from map(_parse, lines)
            if len(lines) < len(batch):
                yield Described(complaint=answer.complaint)
            batch = batch[len(lines) + 1 :]


def _parse(line: bytes) -> Described:
    fields = line.decode("utf-8", "replace").rsplit(" ", 2)
    if len(fields) == 3 and fields[2].isdecimal():
        return Described(fields[0], fields[1], int(fields[2]))
    return Described(complaint=MISSING)
