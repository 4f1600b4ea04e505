"""The objects of a repository: all read, and looked at where something hit."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from intercom_scan import rules
from intercom_scan.finding import Skip
from intercom_scan.sources.index import GITLINK
from intercom_scan.sources.objects import GitObject, read_objects
from intercom_scan.sources.reader import ObjectReader, UnreadableObject

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intercom_scan.detector import Detector, Hit, Sight
    from intercom_scan.git import Repository
    from intercom_scan.sources.listing import Read
    from intercom_scan.sources.tally import Tally

_Work = TypeVar("_Work")


@dataclass
class Objects:
    """What hit in a repository's objects, before it is known where they belong."""

    repository: Repository
    detector: Detector
    jobs: int
    tick: Callable[[int], None]
    hits: dict[str, tuple[str, list[Hit]]] = field(default_factory=dict)  # by object id; its type
    names: dict[bytes, list[Hit]] = field(default_factory=dict)  # by file or directory name
    skips: list[Skip] = field(default_factory=list)
    _later: list[GitObject] = field(default_factory=list)
    _in_intercom: dict[str, bytes] = field(default_factory=dict)  # blob or tree id, and its path
    _trees_read: set[str] = field(default_factory=set)
    _names_read: set[bytes] = field(default_factory=set)

    def read(self, read: Read) -> Tally:
        """Read a listing's objects whole. Raises what ended it early."""
        tally = read_objects(
            self.repository.git, read, self.detector.prefilter, self._handle,
            jobs=self.jobs, tick=self.tick,
        )  # fmt: skip
        self._share(list(self._later), self._read_later)
        while trees := [id_ for id_, path in self._in_intercom.items() if path.endswith(b"/")]:
            todo = [(id_, self._in_intercom.pop(id_)) for id_ in trees]
            self._share(todo, self._read_tree_in_intercom)
        unread = [item for item in self._in_intercom.items() if item[1]]
        self._share(unread, self._read_blob_in_intercom)
        tally.skips += self.skips
        return tally

    def _handle(self, found: GitObject, content: bytes | None) -> None:
        if content is None:
            self._later.append(found)
        elif found.type == "tree":
            self._tree(content)
        else:
            self._note(found.id, found.type, self.detector.look(content, self._path(found.id)))

    def _path(self, id_: str) -> bytes:
        """A path that says Intercom, if a tree has shown one so far; packs have trees first."""
        path = self._in_intercom.get(id_, b"")
        if path:
            self._in_intercom[id_] = b""  # looked at with its path
        return path

    def _note(self, id_: str, type_: str, sight: Sight) -> None:
        if sight.hits:
            self.hits[id_] = (type_, sight.hits)
        self.skips += [
            Skip(f"{type_} {id_}: {s.what}", s.reason, s.incomplete) for s in sight.skips
        ]

    def _tree(self, content: bytes, below: bytes = b"") -> None:
        """Look at the names in a tree; note what lies under a name that says Intercom."""
        names = []
        for mode, name, id_ in tree_entries(content, self.repository.hex_digits // 2):
            names.append(name)
            path = below + name
            if below or rules.path_names_intercom(name):
                self._inside(mode, id_, path)
        for name in names:
            if name not in self._names_read:
                self._names_read.add(name)
                if hits := self.detector.look(name).hits:
                    self.names[name] = hits

    def _inside(self, mode: bytes, id_: str, path: bytes) -> None:
        if mode.lstrip(b"0") != b"40000":
            if mode != GITLINK:
                self._in_intercom.setdefault(id_, path)
        elif id_ not in self._trees_read:
            self._trees_read.add(id_)
            self._in_intercom[id_] = path + b"/"

    def _share(self, work: list[_Work], do: Callable[[ObjectReader, _Work], None]) -> None:
        """Spread work that reads objects one by one over the threads."""
        errors: list[BaseException] = []
        todo = iter(work)
        lock = threading.Lock()

        def run() -> None:
            try:
                with ObjectReader(self.repository.git) as reader:
                    while not errors:
                        with lock:
                            item = next(todo, None)
                        if item is None:
                            return
                        do(reader, item)
            except BaseException as error:
                errors.append(error)

        threads = [
            threading.Thread(target=run, daemon=True) for _ in range(min(self.jobs, len(work)))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if errors:
            raise errors[0]

    def _read_later(self, reader: ObjectReader, found: GitObject) -> None:
        try:
            if found.type == "tree":
                self._tree(reader.read(found.id))
            else:
                path = self._path(found.id)
                sight = self.detector.look_at_pieces(reader.pieces(found.id), found.size, path)
                self._note(found.id, found.type, sight)
        except UnreadableObject as error:
            self.skips.append(Skip(f"{found.type} {found.id}", str(error)))

    def _read_tree_in_intercom(self, reader: ObjectReader, item: tuple[str, bytes]) -> None:
        id_, path = item
        try:
            self._tree(reader.read(id_), path)
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


def tree_entries(content: bytes, id_length: int) -> Iterator[tuple[bytes, bytes, str]]:
    """Mode, name and object id of each entry of a raw tree."""
    pattern = rb"([0-7]{1,7}) ([^\0]+)\0(.{%d})" % id_length
    for found in re.finditer(pattern, content, re.DOTALL):
        yield found[1], found[2], found[3].hex()
