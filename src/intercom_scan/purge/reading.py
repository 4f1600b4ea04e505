"""Objects of the original: those that hold a secret, and those that a rewriting has to read."""

from __future__ import annotations

import subprocess
import threading
from typing import TYPE_CHECKING

from intercom_scan.detector import OVERLAP
from intercom_scan.errors import GitError
from intercom_scan.finding import MISSING, Skip
from intercom_scan.git import stopped_at_exit
from intercom_scan.pipes import Stderr, enlarge_pipe, feed
from intercom_scan.sources import listing
from intercom_scan.sources.objects import GitObject, Note, read_objects
from intercom_scan.sources.reader import ObjectReader
from intercom_scan.sources.tally import Progress
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from intercom_scan.git import Git
    from intercom_scan.purge.rewriting import Cleaner

LARGEST = 256 << 20  # bytes of one object that are held to be looked at


@dataclass(slots=True)
class Held:
    """The ids of objects, by type; trees are not looked at, whose names are others' to ask for.

    `large` are those of them that are too large to be held in memory.
    """

    blobs: set[str] = field(default_factory=set)
    others: set[str] = field(default_factory=set)  # commits and tags
    large: set[str] = field(default_factory=set)

    def note(self, found: GitObject) -> None:
        (self.blobs if found.type == "blob" else self.others).add(found.id)


def holding(git: Git, cleaner: Cleaner, jobs: int) -> Held:
    """All objects of a store that hold a secret. Raises GitError where one cannot be read."""
    held, later, skips = Held(), list[GitObject](), list[Skip]()

    def look(found: GitObject, content: bytes | None) -> Note | None:
        if found.type == "tree":
            return None
        if content is None:
            return lambda: later.append(found)
        return (lambda: held.note(found)) if cleaner.holds(content) else None

    with listing.every_object(git, skips) as read:
        tally = read_objects(git, read, cleaner.prefilter, look, jobs=jobs, progress=Progress())
    if skips := [*skips, *tally.skips]:
        raise GitError(f"{skips[0].what} cannot be read: {skips[0].reason}")
    with ObjectReader(git) as reader:
        for found in later:
            large = found.size > LARGEST
            parts = _windows(reader.pieces(found.id)) if large else [reader.read(found.id)]
            if sum(map(cleaner.holds, parts)):  # all of them, as all has to be read
                held.note(found)
                held.large.update([found.id] if large else [])
    return held


def _windows(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Pieces that overlap by what no value is longer than."""
    window = b""
    for piece in pieces:
        window = window[-OVERLAP:] + piece
        yield window


def walk(git: Git, tips: Sequence[str]) -> Iterator[str]:
    """All commits that `tips` reach, parents first."""
    if not tips:
        return
    process = git.start(
        "rev-list", "--topo-order", "--reverse", "--stdin", stdin=subprocess.PIPE, buffered=True
    )
    with stopped_at_exit(process):
        complaints = Stderr(process)
        _feed(process, (f"{tip}\n".encode() for tip in tips))
        assert process.stdout is not None
        for line in process.stdout:
            yield line.decode("ascii").strip()
        if process.wait() != 0:
            raise GitError(f"history cannot be walked: {complaints.line()}")


def trees(git: Git) -> Iterator[str]:
    """All trees of a store."""
    process = git.start(
        "cat-file", "--batch-all-objects", "--unordered",
        "--batch-check=%(objecttype) %(objectname)", buffered=True,
    )  # fmt: skip
    with stopped_at_exit(process):
        complaints = Stderr(process)
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith(b"tree "):
                yield line[5:].decode("ascii").strip()
        if process.wait() != 0:
            raise GitError(f"the objects cannot be listed: {complaints.line()}")


def contents(git: Git, ids: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Objects with their content, in order. Raises GitError for one that cannot be read."""
    process = git.start("cat-file", "--batch", "--buffer", stdin=subprocess.PIPE, buffered=True)
    with stopped_at_exit(process):
        complaints = Stderr(process)
        enlarge_pipe(process)
        _feed(process, (f"{id_}\n".encode() for id_ in ids))
        pipe = process.stdout
        assert pipe is not None
        while header := pipe.readline():
            id_, *rest = header.decode("ascii", "replace").split()
            if len(rest) != 2:
                raise GitError(f"object {id_} is {MISSING}")
            content = pipe.read(int(rest[1]))
            pipe.read(1)
            yield id_, content
        if process.wait() != 0:
            raise GitError(f"an object cannot be read: {complaints.line()}")


def _feed(process: subprocess.Popen[bytes], lines: Iterable[bytes]) -> None:
    threading.Thread(target=feed, args=(process, lines), daemon=True).start()
