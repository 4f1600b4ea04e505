"""Which objects a scan reads: streams of `<id> <type> <size>` lines, and what is known to lack."""

from __future__ import annotations

import re
import subprocess
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from intercom_scan.finding import MISSING, Skip
from intercom_scan.git import Git, Repository, stopped_at_exit
from intercom_scan.pipes import Stderr, feed
from intercom_scan.sources import holes
from intercom_scan.sources.index import GITLINK
from intercom_scan.values import dataclass

SHOWN = 1000  # missing objects that are named; the rest is counted

Read = Callable[[int], bytes]


@contextmanager
def every_object(git: Git, skips: list[Skip]) -> Iterator[Read]:
    """All objects in the store and its alternates, reachable or not, in the order of the packs."""
    process = git.start(
        "cat-file", "--batch-check", "--batch-all-objects", "--unordered", "--buffer"
    )
    with stopped_at_exit(process), _checked(process, skips, "the list of all objects"):
        yield _reader(process)


def counted(git: Git, before: int = 0) -> int | None:
    """How many objects the store has, and `before` others; None where nobody has counted them.

    What is both packed and loose counts twice, so it is no more than an expectation.
    """
    answer = git.run("count-objects", "-v").out
    if b"\nalternate: " in answer:
        return None
    counts = re.findall(rb"^(?:count|in-pack): (\d+)$", answer, re.MULTILINE)
    return before + sum(map(int, counts)) if counts else None


@contextmanager
def reachable(git: Git, revision: str, skips: list[Skip]) -> Iterator[Read]:
    """All that a commit reaches, and the annotated tags of commits that it reaches."""
    tags = git.records(
        "for-each-ref", f"--merged={revision}", "--format=%(objectname)", "refs/tags", end=b"\n"
    )
    with _described(git, [revision.encode(), *tags], skips) as read:
        yield read


@contextmanager
def reachable_past_holes(git: Git, revision: str, skips: list[Skip]) -> Iterator[Read]:
    """The same, commit by commit, where git cannot walk from one to the next."""
    commits = holes.reachable_commits(git, [revision])
    with _described(git, map(str.encode, commits), skips, "--no-walk") as read:
        yield read


@contextmanager
def _described(git: Git, tips: Iterable[bytes], skips: list[Skip], *options: str) -> Iterator[Read]:
    walk = git.start(
        "rev-list", "--objects", "--no-object-names", "--missing=print", *options, "--stdin",
        stdin=subprocess.PIPE,
    )  # fmt: skip
    with stopped_at_exit(walk), _checked(walk, skips, "the walk over history"):
        assert walk.stdout is not None
        describe = git.start("cat-file", "--batch-check", "--buffer", stdin=walk.stdout)
        lines = [tip + b"\n" for tip in tips]
        threading.Thread(target=feed, args=(walk, lines), daemon=True).start()
        with stopped_at_exit(describe), _checked(describe, skips, "the list of objects"):
            yield _reader(describe, b"?")


@contextmanager
def named(git: Git, ids: Iterable[str], skips: list[Skip]) -> Iterator[Read]:
    """Objects given by their ids."""
    describe = git.start("cat-file", "--batch-check", "--buffer", stdin=subprocess.PIPE)
    with stopped_at_exit(describe), _checked(describe, skips, "the list of objects"):
        lines = (id_.encode("ascii") + b"\n" for id_ in ids)
        threading.Thread(target=feed, args=(describe, lines), daemon=True).start()
        yield _reader(describe)


def _reader(process: subprocess.Popen[bytes], strip: bytes = b"") -> Read:
    pipe = process.stdout
    assert pipe is not None
    if not strip:
        return pipe.read
    return lambda size: pipe.read(size).replace(strip, b"")


@contextmanager
def _checked(process: subprocess.Popen[bytes], skips: list[Skip], what: str) -> Iterator[None]:
    """After the block: whatever git complained about is something that was not listed."""
    complaints = Stderr(process)
    yield
    status = process.wait()
    complaints.wait()
    if status != 0 or complaints.line():
        reason = complaints.line() or f"git ended with status {status}"
        skips.append(Skip(what, f"{reason}; run `git fsck` to see what is damaged"))


class Connectivity:
    """A walk beside the scan that finds objects which history names and the store lacks."""

    def __init__(self, repository: Repository) -> None:
        self._git = repository.git
        self.skips: list[Skip] = []
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._process = self._git.start(
            "rev-list", "--objects", "--quiet", "--missing=print", "--all", "--reflog",
            "--indexed-objects",
        )  # fmt: skip
        self._thread.start()

    def _run(self) -> None:
        assert self._process is not None
        with stopped_at_exit(self._process):
            complaints = Stderr(self._process)
            assert self._process.stdout is not None
            out = b"".join(iter(lambda: self._process.stdout.read(1 << 16), b""))  # type: ignore[union-attr]
            status = self._process.wait()
        ids = sorted(line[1:].decode("ascii") for line in out.splitlines() if line[:1] == b"?")
        self.skips = missing(ids)
        if status != 0:
            reason = complaints.line() or f"git rev-list ended with status {status}"
            self.skips.append(Skip("objects that history names", f"not all are there: {reason}"))

    def finish(self) -> list[Skip]:
        self._thread.join()
        return self.skips

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.kill()
        if self._thread.is_alive():
            self._thread.join()


def missing(ids: list[str]) -> list[Skip]:
    """Skips for objects that are named somewhere and not there."""
    skips = [Skip(f"object {id_}", MISSING) for id_ in ids[:SHOWN]]
    if len(ids) > SHOWN:
        skips.append(Skip(f"objects that are not listed here: {len(ids) - SHOWN:,}", MISSING))
    return skips


def shallow(repository: Repository) -> list[Skip]:
    """A shallow clone lacks its older history, and says so nowhere else."""
    if not repository.shallow:
        return []
    reason = "a shallow clone: run `git fetch --unshallow` (in a CI checkout: `fetch-depth: 0`)"
    return [Skip("older history", reason)]


@dataclass(frozen=True, slots=True)
class Span:
    """The commits that `tips` reach and `known` do not, nor refs that match `known_refs`.

    Ids of commits; patterns as `git rev-list --glob` has them, such as `refs/remotes/origin/*`.
    """

    tips: Sequence[str]
    known: Sequence[str] = ()
    known_refs: Sequence[str] = ()

    @property
    def options(self) -> list[str]:
        """For a git that also reads `lines`."""
        return ["--not", *(f"--glob={pattern}" for pattern in self.known_refs), "--not"]

    @property
    def lines(self) -> list[str]:
        """For rev-list's standard input: a push may have more refs than a command line can."""
        return [*self.tips, *(f"^{commit}" for commit in self.known)]


@dataclass(frozen=True, slots=True)
class Brought:
    """What some commits bring: ids of commits and blobs, names of files and directories.

    `telling` has the paths that the caller asked for, by the ids of the blobs there.
    """

    ids: list[str]
    names: list[bytes]
    telling: dict[str, bytes]


def brought(
    git: Git, span: Span, skips: list[Skip], tells: Callable[[bytes], bool] = lambda _path: False
) -> Brought:
    """What each commit has that none of its parents has at that path."""
    lines = "".join(f"{line}\n" for line in span.lines).encode()
    walk = git.run("rev-list", "--stdin", *span.options, stdin=lines)
    commits = walk.out.splitlines()
    if walk.status != 0:
        skips.append(Skip("the walk over history", walk.complaint))
        commits = [commit.encode() for commit in _past_holes(git, span)]
    ids = dict.fromkeys(commit.decode("ascii") for commit in commits)
    names: dict[bytes, None] = {}
    telling: dict[str, bytes] = {}
    for mode, id_, path in _differences(git, commits, skips):
        if mode not in (GITLINK, b"000000"):
            blob = id_.decode("ascii")
            ids[blob] = None
            names.update(dict.fromkeys(path.split(b"/")))
            if tells(path):
                telling.setdefault(blob, path)
    return Brought(list(ids), list(names), telling)


def _past_holes(git: Git, span: Span) -> list[str]:
    refs = git.run("rev-parse", *(f"--glob={pattern}" for pattern in span.known_refs)).out
    return holes.reachable_commits(git, span.tips, [*span.known, *refs.decode("ascii").split()])


def _differences(
    git: Git, commits: list[bytes], skips: list[Skip]
) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Mode, object and path of all that commits have and none of their parents has."""
    while commits:
        answer = git.run(
            "diff-tree", "--stdin", "-r", "-c", "--root", "--raw", "-z", "--no-renames",
            "--no-abbrev", "--no-ext-diff", "--always",
            stdin=b"".join(commit + b"\n" for commit in commits),
        )  # fmt: skip
        done = 0
        fields = iter(answer.out.split(b"\0"))
        for meta in fields:
            if meta.startswith(b":"):
                *modes_and_ids, _status = meta.split(b" ")
                mode = modes_and_ids[len(modes_and_ids) // 2 - 1]
                yield mode, modes_and_ids[-1], next(fields, b"")
            else:
                done += bool(meta)
        if answer.status == 0:
            return
        # The commit whose turn it was cannot be compared: take all of its tree that is there.
        stopped, commits = commits[done : done + 1], commits[done + 1 :]
        for commit in stopped:
            shown = commit.decode("ascii")
            skips.append(Skip(f"commit {shown}", f"could not be compared: {answer.complaint}"))
            yield from files_of(git, shown)


def files_of(git: Git, tree: str) -> Iterator[tuple[bytes, bytes, bytes]]:
    """Mode, object and path of every file that a tree or commit has, as far as it can be read."""
    for record in git.run("ls-tree", "-r", "-z", "--full-tree", tree).out.split(b"\0")[:-1]:
        meta, path = record.split(b"\t", 1)
        mode, _type, id_ = meta.split(b" ")
        yield mode, id_, path
