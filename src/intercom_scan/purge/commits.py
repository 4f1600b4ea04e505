"""Commits made anew, by git-filter-repo: only those that have to change, and what follows them.

git-filter-repo is given the stream that git's fast-export would give it, with two differences: it
has no commit that stays as it is, and each commit names its whole tree, made before, where an
export lists what changed. So nothing is normalised on the way, no secret reaches another process,
and no object is read that does not change. It translates the ids that messages mention, has git
import the stream, and says what became of what.
"""

from __future__ import annotations

import re
import shutil
import subprocess
from typing import TYPE_CHECKING

from intercom_scan.errors import GitError
from intercom_scan.git import stopped_at_exit
from intercom_scan.pipes import Stderr, feed
from intercom_scan.purge import reading
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from intercom_scan.git import Git
    from intercom_scan.purge.rewriting import Cleaner

_REF = b"refs/purge/rewritten"  # holds what is imported, until the refs are set
_FILTER = (
    "--stdin", "--force", "--partial", "--quiet",
    "--prune-empty", "never", "--prune-degenerate", "never",
    # The root has no name, and git-filter-repo passes over what has none.
    "--commit-callback", "for change in commit.file_changes: change.filename = b''",
)  # fmt: skip
_KEPT = (b"tree", b"parent", b"author", b"committer", b"encoding")
_WHO = re.compile(rb"([^<>]*?) ?<([^<>]*)> (\d{1,18} [+-]\d{1,9})\Z")


@dataclass(slots=True)
class Rewritten:
    """What happened to commits: ids as they were.

    `signed` lost a signature, `bare` lost other headers, `odd` had an author or committer as no
    commit may have one.
    """

    signed: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Commit:
    id: str
    headers: list[tuple[bytes, bytes]]
    message: bytes

    def all(self, name: bytes) -> list[bytes]:
        return [value for key, value in self.headers if key == name]


def parse(id_: str, content: bytes) -> _Commit:
    """A raw commit or tag; a header that goes on in a second line has it in its value."""
    head, _, message = content.partition(b"\n\n")
    headers: list[tuple[bytes, bytes]] = []
    for line in head.split(b"\n"):
        if line[:1] == b" " and headers:
            headers[-1] = (headers[-1][0], headers[-1][1] + b"\n" + line)
        else:
            name, _, value = line.partition(b" ")
            headers.append((name, value))
    return _Commit(id_, headers, message)


def rewrite(
    source: Git, copy: Git, walk: Iterable[str], renamed: dict[str, str], held: set[str],
    cleaner: Cleaner,
) -> Rewritten:  # fmt: skip
    """Make the commits of a walk anew that have to change, and note them in `renamed`.

    `walk` has parents first; trees are in `renamed`. `held` are commits that hold a secret
    themselves. Raises GitError where that fails.
    """
    done = Rewritten()
    stream = _Stream(renamed, held, cleaner, done)
    pieces = stream.of(reading.contents(source, walk))
    first = next(pieces, None)
    if first is None:
        return done
    if len(next(iter(stream.marks))) == 40:
        renamed |= _by_filter_repo(copy, _chain(first, pieces))
    else:
        renamed |= _by_git(copy, _chain(first, pieces), stream.marks)
    copy.output("update-ref", "-d", _REF)
    return done


def _chain(first: bytes, rest: Iterator[bytes]) -> Iterator[bytes]:
    yield first
    yield from rest
    yield b"done\n"


class _Stream:
    """The stream of https://git-scm.com/docs/git-fast-import for the commits that change."""

    def __init__(
        self, renamed: Mapping[str, str], held: set[str], cleaner: Cleaner, done: Rewritten
    ) -> None:
        self.marks: dict[str, int] = {}
        self._renamed, self._held, self._cleaner, self._done = renamed, held, cleaner, done

    def of(self, found: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
        for id_, content in found:
            if id_ in self._renamed:  # by an earlier walk
                continue
            commit = parse(id_, content)
            tree = commit.all(b"tree")[0].decode("ascii")
            parents = [parent.decode("ascii") for parent in commit.all(b"parent")]
            if (
                id_ in self._held
                or tree in self._renamed
                or any(parent in self.marks for parent in parents)
                or any(parent in self._renamed for parent in parents)
            ):
                self.marks[id_] = len(self.marks) + 1
                yield self._commit(commit, self._renamed.get(tree, tree), parents)

    def _commit(self, commit: _Commit, tree: str, parents: Sequence[str]) -> bytes:
        clean = self._cleaner.clean_text if commit.id in self._held else _same
        lost = {name for name, value in commit.headers if name not in _KEPT or not value}
        if lost & {b"gpgsig", b"gpgsig-sha256"}:
            self._done.signed.append(commit.id)
        if lost - {b"gpgsig", b"gpgsig-sha256"}:
            self._done.bare.append(commit.id)
        message = clean(commit.message)
        lines = [b"reset %b" % _REF] if not parents else []
        lines += [
            b"commit %b" % _REF,
            b"mark :%d" % self.marks[commit.id],
            b"original-oid %b" % commit.id.encode(),
            b"author " + self._who(commit, b"author", clean),
            b"committer " + self._who(commit, b"committer", clean),
            *(b"encoding " + clean(value) for value in commit.all(b"encoding")[:1]),
            b"data %d\n%b" % (len(message), message),
        ]
        for word, parent in zip((b"from", *(b"merge",) * len(parents)), parents, strict=False):
            lines.append(b"%b %b" % (word, self._parent(parent)))
        lines.append(b"M 040000 %b root" % tree.encode())
        return b"\n".join(lines) + b"\n\n"

    def _parent(self, id_: str) -> bytes:
        if (mark := self.marks.get(id_)) is not None:
            return b":%d" % mark
        return self._renamed.get(id_, id_).encode()

    def _who(self, commit: _Commit, role: bytes, clean: Callable[[bytes], bytes]) -> bytes:
        """Who has neither a name nor an address would be taken for the committer."""
        when = b"0 +0000"
        for value in commit.all(role)[:1]:
            if found := _WHO.match(value):
                name, email, when = found.groups()
                if value != b"%b <%b> %b" % found.groups():
                    self._done.odd.append(commit.id)
                if name or email:
                    return b"%b <%b> %b" % (clean(name), clean(email), when)
        self._done.odd.append(commit.id)
        return b"unknown <> %b" % when


def _same(data: bytes) -> bytes:
    return data


def _by_filter_repo(copy: Git, stream: Iterable[bytes]) -> dict[str, str]:
    folder = copy.cwd / "filter-repo"
    _run(copy.filter_repo(), _FILTER, stream)
    with (folder / "commit-map").open(encoding="ascii") as file:
        next(file)  # the heading
        found = dict(line.split() for line in file)
    shutil.rmtree(folder)
    return found


def _by_git(copy: Git, stream: Iterable[bytes], marks: Mapping[str, int]) -> dict[str, str]:
    """Where ids have 64 digits, which git-filter-repo does not read: messages keep theirs."""
    file = copy.cwd / "purge-marks"
    options = ("--force", "--quiet", "--date-format=raw-permissive", f"--export-marks={file}")
    nameless = (piece.replace(b" root\n\n", b' ""\n\n') for piece in stream)
    _run(copy, ("fast-import", *options), nameless)
    pairs = (line.split() for line in file.read_text("ascii").splitlines())
    new = {int(mark[1:]): id_ for mark, id_ in pairs}
    file.unlink()
    return {id_: new[mark] for id_, mark in marks.items()}


def _run(git: Git, arguments: Sequence[str], stream: Iterable[bytes]) -> None:
    process = git.start(*arguments, stdin=subprocess.PIPE, buffered=True)
    with stopped_at_exit(process):
        complaints = Stderr(process)
        assert process.stdout is not None
        feed(process, stream)
        process.stdout.read()
        if process.wait() != 0:
            raise GitError(f"the commits could not be made anew: {complaints.line()}")
