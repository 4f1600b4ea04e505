"""Which env files there are, and in which directories they could be, as each mode sees it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Literal

from intercom_scan.env import ignoring
from intercom_scan.env.naming import MANIFESTS, Kind, classify
from intercom_scan.env.uploads import IGNORERS
from intercom_scan.errors import GitError
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from intercom_scan.git import Repository

# "leaving" is at HEAD and not in the index any more.
State = Literal["tracked", "leaving", "unignored", "ignored"]


@dataclass(frozen=True, slots=True)
class EnvFile:
    """A path from the top, and the object that git has for it (None: a file of the tree alone)."""

    path: bytes
    kind: Kind
    state: State
    object: str | None = None

    @property
    def name(self) -> bytes:
        return self.path.rpartition(b"/")[2]


@dataclass(frozen=True, slots=True)
class Scope:
    """The part of a repository that is asked about: paths from the top; b"" is all of it."""

    roots: tuple[bytes, ...] = (b"",)

    def has(self, path: bytes) -> bool:
        return any(root in (b"", path) or path.startswith(root + b"/") for root in self.roots)


@dataclass(slots=True)
class View:
    """What there is. `answers` are git's on paths that it was asked about."""

    files: list[EnvFile] = field(default_factory=list)
    directories: list[bytes] = field(default_factory=list)
    names: tuple[bytes, ...] = ()  # of all files that are of interest
    answers: dict[bytes, ignoring.Answer] = field(default_factory=dict)
    has_tree: bool = False
    origin: str = "index"  # of places of what is tracked


# Files whose content says what else leaves the machine.
SHIPPING = frozenset(
    [
        *(b".dockerignore", b".npmignore", b"MANIFEST.in", b"package.json"),
        *(ignorer.name for ignorer in IGNORERS),
    ]
)
_IGNORER = b".gitignore"
_NAMED = SHIPPING | MANIFESTS | {_IGNORER}
_PARTS = (b"env", b"ENV", b"ockerfile", b"ontainerfile")


def _interesting(name: bytes) -> bool:
    """Most names of a repository are of no interest here; this is asked of each."""
    return name in _NAMED or any(part in name for part in _PARTS)


class Gathering:
    """Puts a view together from lists of paths."""

    def __init__(self, scope: Scope, allowed: Sequence[str]) -> None:
        self.scope = scope
        self.allowed = allowed
        self.files: dict[bytes, EnvFile] = {}
        self.leaving: dict[bytes, EnvFile] = {}
        self.directories: dict[bytes, None] = {b"": None} if scope.has(b"") else {}
        self.names: dict[bytes, None] = {}
        self.ignorers: dict[bytes, str] = {}  # tracked ignore files, and git's objects for them

    def add(self, path: bytes, state: State, object_: str | None = None) -> None:
        """Note a path, if it is of interest."""
        directory, _, name = path.rpartition(b"/")
        if not _interesting(name):
            return
        if name == _IGNORER and object_:
            self.ignorers[path] = object_
        kind = classify(name, self.allowed)
        if kind and self.scope.has(path):
            files = self.leaving if state == "leaving" else self.files
            files.setdefault(path, EnvFile(path, kind, state, object_))
        if state != "leaving":
            self.names[path] = None
            if (name in MANIFESTS or kind not in (None, "perhaps")) and self.scope.has(directory):
                self.directories[directory] = None


def of_index(repository: Repository, scope: Scope, allowed: Sequence[str]) -> Gathering:
    """What is tracked, by the index alone."""
    found = Gathering(scope, allowed)
    for tag, path, object_ in _listed(repository, "--cached"):
        if tag != b"?":
            found.add(path, "tracked", object_)
    return found


def of_revision(
    repository: Repository, revision: str, scope: Scope, allowed: Sequence[str]
) -> Gathering:
    """What a commit tracks."""
    found = Gathering(scope, allowed)
    for record in repository.git.records("ls-tree", "-r", "-z", "--full-tree", revision):
        meta, path = record.split(b"\t", 1)
        mode, _type, object_ = meta.split(b" ")
        found.add(path, "tracked", _content(mode, object_))
    return found


def of_tree(repository: Repository, scope: Scope, allowed: Sequence[str]) -> tuple[Gathering, View]:
    """What is tracked, what lies in the working tree, and what is at HEAD and tracked no more.

    Untracked directories are listed by their name and not entered, so that an ignored
    `node_modules` costs nothing; those that turn out to be unignored are entered afterwards.
    """
    found = Gathering(scope, allowed)
    loose: list[bytes] = []
    folders: list[bytes] = []
    for tag, path, object_ in _listed(repository, "--cached", "--others", "--directory"):
        if tag != b"?":
            found.add(path, "tracked", object_)
        else:
            (folders if path.endswith(b"/") else loose).append(path)
    view = View(has_tree=True)
    view.answers = ignoring.ask(repository.git, [*loose, *folders])
    fresh = [path for path in folders if not view.answers[path].ignored]
    inside = list(_inside(repository, fresh)) if fresh else []
    view.answers |= ignoring.ask(repository.git, unlinked(repository, inside))
    for path in [*loose, *inside]:
        answer = view.answers.get(path)
        found.add(path, "ignored" if answer is None or answer.ignored else "unignored")
    for path in _leaving(repository):
        found.add(path, "leaving")
    return found, view


def finish(
    repository: Repository, found: Gathering, entries: Iterable[str], view: View | None = None
) -> View:
    """The view, with git's answers on the entries in every directory that needs them."""
    view = view or View()
    view.files = [found.files[path] for path in sorted(found.files)] + [*found.leaving.values()]
    view.names = tuple(found.names)
    marks = {directory + b"/" if directory else b"": directory for directory in found.directories}
    view.directories = sorted(marks[mark] for mark in unlinked(repository, marks))
    probes = [ignoring.probe(d, e) for d in view.directories for e in entries]
    view.answers |= ignoring.ask(repository.git, probes)
    return view


def _listed(repository: Repository, *options: str) -> Iterator[tuple[bytes, bytes, str | None]]:
    """Tag, path and object of what is of interest, and of untracked directories.

    A tag of `?` is a path that is not tracked.
    """
    answer = repository.git.run("ls-files", "-z", "-t", "--stage", "--full-name", *options)
    if answer.status != 0:
        raise GitError(f"git ls-files failed in {repository.top}: {answer.complaint}")
    for record in answer.out.split(b"\0")[:-1]:
        if record.startswith(b"? "):
            if record.endswith(b"/") or _interesting(record[2:].rpartition(b"/")[2]):
                yield b"?", record[2:], None
        elif _interesting(record.rpartition(b"/")[2].rpartition(b"\t")[2]):
            meta, path = record.split(b"\t", 1)
            tag, mode, object_, _stage = meta.split(b" ")
            yield tag, path, _content(mode, object_)


def _content(mode: bytes, object_: bytes) -> str | None:
    """The object that holds a file's content; a link and a submodule have none."""
    return object_.decode("ascii") if mode.startswith(b"100") else None


def _leaving(repository: Repository) -> list[bytes]:
    answer = repository.git.run(
        "diff-index", "--cached", "--name-only", "-z", "--no-renames", "--diff-filter=D", "HEAD"
    )
    return answer.out.split(b"\0")[:-1]  # and nothing where there is no HEAD yet


def _inside(repository: Repository, folders: list[bytes]) -> Iterator[bytes]:
    """Files of unignored directories in which nothing is tracked; env files, ignored or not."""
    top = os.fsencode(repository.top or b"")
    # Names are no arguments: every user of the machine could read them.
    answer = repository.git.run("ls-files", "-z", "--others", "--exclude-per-directory=.gitignore")
    paths = answer.out.split(b"\0")[:-1]
    # Git does not enter a repository of its own, and only git can tell: a `.git` alone makes none.
    nested = {path for path in paths if path.endswith(b"/")}
    names = [folder.rstrip(b"/") for folder in folders if folder not in nested]
    inside = set(names)
    listed = [path for path in paths if path not in nested]
    listed = [path for path in listed if any(above in inside for above in _folders(path))]
    directories = dict.fromkeys([*names, *(path.rpartition(b"/")[0] for path in listed)])
    found = [path for path in listed if _interesting(path.rpartition(b"/")[2])]
    yield from dict.fromkeys(
        [*found, *(path for directory in directories for path in _env_names(top, directory))]
    )


def _folders(path: bytes) -> Iterator[bytes]:
    """The directories that a path lies in, from the top."""
    end = path.find(b"/")
    while end >= 0:
        yield path[:end]
        end = path.find(b"/", end + 1)


def _env_names(top: bytes, directory: bytes) -> list[bytes]:
    try:
        names = os.listdir(os.path.join(top, directory))
    except OSError:
        return []
    below = directory + b"/" if directory else b""
    return [below + name for name in names if classify(name)]


def unlinked(repository: Repository, paths: Iterable[bytes]) -> list[bytes]:
    """Paths no part of which is a symbolic link: behind one, git check-ignore gives up."""
    top = os.fsencode(repository.top or b"")
    known: dict[bytes, bool] = {b"": False}

    def linked(path: bytes) -> bool:
        if path not in known:
            above = path.rpartition(b"/")[0]
            known[path] = linked(above) or os.path.islink(os.path.join(top, path))
        return known[path]

    return [path for path in paths if not linked(path.rpartition(b"/")[0])]
