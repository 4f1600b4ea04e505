"""The objects of a repository: all read, and looked at where something hit."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from intercom_scan import rules
from intercom_scan.finding import Skip
from intercom_scan.history.threads import side_by_side
from intercom_scan.rules.suspects import SMALL
from intercom_scan.sources.index import GITLINK
from intercom_scan.sources.objects import GitObject, Note, read_objects
from intercom_scan.sources.reader import ObjectReader, UnreadableObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from intercom_scan.detector import Detector, Hit, Sight
    from intercom_scan.git import Repository
    from intercom_scan.sources.listing import Read
    from intercom_scan.sources.tally import Progress, Tally

_Work = TypeVar("_Work")
_OFTEN = SMALL // 5000  # times that the word stands in SMALL bytes that are near to one throughout


@dataclass
class Objects:
    """What hit in a repository's objects, before it is known where they belong."""

    repository: Repository
    detector: Detector
    jobs: int
    progress: Progress
    hits: dict[str, tuple[str, list[Hit]]] = field(default_factory=dict)  # by object id; its type
    names: dict[bytes, list[Hit]] = field(default_factory=dict)  # by file or directory name
    skips: list[Skip] = field(default_factory=list)
    _later: list[GitObject] = field(default_factory=list)
    _in_intercom: dict[str, bytes] = field(default_factory=dict)  # blob or tree id, and its path
    _trees_read: set[str] = field(default_factory=set)
    _names_read: set[bytes] = field(default_factory=set)
    _names_that_hit: dict[bytes, list[Hit]] = field(default_factory=dict)
    # Blobs whose path says Intercom, by trees that git has not yet vouched for.
    _promised: dict[str, bytes] = field(default_factory=dict)

    def read(self, read: Read) -> Tally:
        """Read a listing's objects whole. Raises what ended it early."""
        tally = read_objects(
            self.repository.git, read, self.detector.prefilter, self._handle,
            jobs=self.jobs, progress=self.progress,
        )  # fmt: skip
        self._share(list(self._later), self._read_later)
        while trees := [id_ for id_, path in self._in_intercom.items() if path.endswith(b"/")]:
            todo = [(id_, self._in_intercom.pop(id_)) for id_ in trees]
            self._share(todo, self._read_tree_in_intercom)
        unread = [item for item in self._in_intercom.items() if item[1]]
        self._share(unread, self._read_blob_in_intercom)
        tally.skips += self.skips
        return tally

    @property
    def names_read(self) -> set[bytes]:
        """Names in the trees that were looked at: all that look like an env file's, and others."""
        return self._names_read

    def expect(self, paths: Mapping[str, bytes]) -> None:
        """Paths that say Intercom, by blob, where no tree is read that would show them."""
        self._in_intercom.update(paths)

    def look_at_names(self, names: list[bytes]) -> None:
        """Names of files and directories, where no tree is read that has them."""
        if self.detector.prefilter.in_text(b"\0".join(names)):
            self._note_tree([], self._look_at_names(names))

    def _look_at_names(self, names: list[bytes]) -> list[bytes]:
        """Those of the names that hit."""
        for name in names:
            if name not in self._names_read:
                self._names_read.add(name)
                if hits := self.detector.look(name).hits:
                    self._names_that_hit[name] = hits
        return [name for name in names if name in self._names_that_hit]

    def _handle(self, found: GitObject, content: bytes | None) -> Note | None:
        if content is None:
            return partial(self._later.append, found)
        if found.type == "tree":
            return self._tree(content)
        path = self._in_intercom.get(found.id) or self._promised.pop(found.id, b"")
        if not path and self._is_clean(content):
            return partial(self._note_looked_at, found.id)
        sight = self.detector.look(content, path)
        if not (path or sight.hits or sight.skips):
            return None
        return partial(self._note_with_path, found, path, sight)

    def _note_looked_at(self, id_: str) -> None:
        self._in_intercom.setdefault(id_, b"")

    def _is_clean(self, content: bytes) -> bool:
        """Whether nothing is found in a text even if its path should say Intercom.

        No other path finds more, so that it need not be read again once a tree shows its path.
        Asked only of large texts that are looked at everywhere anyway.
        """
        if len(content) <= SMALL or content.count(b"intercom", 0, SMALL) < _OFTEN:
            return False
        sight = self.detector.look(content, b"intercom")
        return not (sight.hits or sight.skips)

    def _note_with_path(self, found: GitObject, path: bytes, sight: Sight) -> None:
        """A path is one that says Intercom, if a tree has shown one; packs have trees first."""
        if path != self._in_intercom.get(found.id, b"") and path:
            self._later.append(found)  # that tree was not vouched for
            return
        if path:
            self._in_intercom[found.id] = b""  # looked at with its path
        self._note(found.id, found.type, sight)

    def _note(self, id_: str, type_: str, sight: Sight) -> None:
        if sight.hits:
            self.hits[id_] = (type_, sight.hits)
        self.skips += [
            Skip(f"{type_} {id_}: {s.what}", s.reason, s.incomplete) for s in sight.skips
        ]

    def _tree(self, content: bytes, below: bytes = b"") -> Note | None:
        """Look at the names in a tree, and for what lies under a name that says Intercom."""
        names, inside = [], []
        for mode, name, id_ in tree_entries(content, self.repository.hex_digits // 2):
            names.append(name)
            if below or rules.path_names_intercom(name):
                inside.append((mode, id_, below + name))
                if not below:
                    self._promised.setdefault(id_, name)
        hits = self._look_at_names(names)
        return partial(self._note_tree, inside, hits) if inside or hits else None

    def _note_tree(self, inside: list[tuple[bytes, str, bytes]], names: list[bytes]) -> None:
        for mode, id_, path in inside:
            self._inside(mode, id_, path)
        for name in names:
            self.names[name] = self._names_that_hit[name]

    def _inside(self, mode: bytes, id_: str, path: bytes) -> None:
        if mode.lstrip(b"0") != b"40000":
            if mode != GITLINK:
                self._in_intercom.setdefault(id_, path)
        elif id_ not in self._trees_read:
            self._trees_read.add(id_)
            self._in_intercom[id_] = path + b"/"

    def _share(self, work: list[_Work], do: Callable[[ObjectReader, _Work], None]) -> None:
        """Spread work that reads objects one by one over the threads."""
        todo = iter(work)
        lock = threading.Lock()

        def run(failed: Callable[[], bool]) -> None:
            with ObjectReader(self.repository.git) as reader:
                while not failed():
                    with lock:
                        item = next(todo, None)
                    if item is None:
                        return
                    do(reader, item)

        side_by_side([run] * min(self.jobs, len(work)))

    def _read_later(self, reader: ObjectReader, found: GitObject) -> None:
        try:
            if found.type == "tree":
                _do(self._tree(reader.read(found.id)))
            else:
                path = self._in_intercom.get(found.id, b"")
                sight = self.detector.look_at_pieces(reader.pieces(found.id), found.size, path)
                self._note_with_path(found, path, sight)
        except UnreadableObject as error:
            self.skips.append(Skip(f"{found.type} {found.id}", str(error)))

    def _read_tree_in_intercom(self, reader: ObjectReader, item: tuple[str, bytes]) -> None:
        id_, path = item
        try:
            _do(self._tree(reader.read(id_), path))
        except UnreadableObject:
            return  # named by the walk over history, which lists what is missing

    def _read_blob_in_intercom(self, reader: ObjectReader, item: tuple[str, bytes]) -> None:
        id_, path = item
        try:
            content = reader.read(id_)
        except UnreadableObject:
            return
        sight = self.detector.look(content, path)
        if sight.hits:
            self.hits[id_] = ("blob", sight.hits)


def _do(note: Note | None) -> None:
    if note is not None:
        note()


def tree_entries(content: bytes, id_length: int) -> Iterator[tuple[bytes, bytes, str]]:
    """Mode, name and object id of each entry of a raw tree."""
    pattern = rb"([0-7]{1,7}) ([^\0]+)\0(.{%d})" % id_length
    for found in re.finditer(pattern, content, re.DOTALL):
        yield found[1], found[2], found[3].hex()
