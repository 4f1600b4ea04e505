"""What env files hold: Intercom credentials, values, or nothing but names."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

from intercom_scan.env.dotenv import assignments
from intercom_scan.finding import Skip
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from intercom_scan.detector import Detector, Hit
    from intercom_scan.env.dotenv import Assignment
    from intercom_scan.env.view import EnvFile
    from intercom_scan.git import Repository
    from intercom_scan.sources.reader import ObjectReader

LARGEST = 1 << 20  # bytes of a file that are looked at; env files have some kilobytes
_NAMES = 5  # that are shown


@dataclass(frozen=True, slots=True)
class Content:
    """What a file holds; `more` is text that assigns nothing.

    `mode` has the permission bits of a file of the tree.
    """

    hits: tuple[Hit, ...] = ()
    assigned: tuple[Assignment, ...] = ()
    more: bool = False
    mode: int | None = None

    @property
    def has_values(self) -> bool:
        return bool(self.hits) or self.more or any(one.real for one in self.assigned)

    @property
    def described(self) -> str:
        """In words, with Intercom's names and never a value."""
        lines = {hit.line for hit in self.hits}
        names = [one.name for one in self.assigned if one.line in lines]
        if self.hits:
            return f"holds {_listed(names)}" if names else "holds an Intercom credential"
        if self.has_values:
            return "holds values, none of them an Intercom credential"
        return "holds names and placeholders" if self.assigned else "holds no value"

    @property
    def intercom_names(self) -> dict[str, bool]:
        """Names that say Intercom or have a credential, and whether there is a value behind."""
        lines = {hit.line for hit in self.hits}
        names: dict[str, bool] = {}
        for one in self.assigned:
            if one.intercom or one.line in lines:
                names[one.name] = names.get(one.name, False) or one.real or one.line in lines
        return names


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMES
    return ", ".join(names[:_NAMES]) + (f" and {more} more" if more > 0 else "")


class Contents:
    """Reads env files, each once. Used as a context manager, for the git that gives objects."""

    def __init__(self, repository: Repository, detector: Detector, *, inline: bool = True) -> None:
        """`inline` says whether a comment can allow a credential."""
        self.skips: list[Skip] = []
        self.bytes = 0
        self._inline = inline
        self._repository = repository
        self._detector = detector
        self._reader: ObjectReader | None = None
        self._known: dict[tuple[bytes, str | None], Content] = {}

    def __enter__(self) -> Contents:
        return self

    def __exit__(self, *_: object) -> None:
        if self._reader is not None:
            self._reader.__exit__()

    def of(self, file: EnvFile) -> Content:
        """What a file holds; nothing, and a skip, where it cannot be read."""
        key = file.path, file.object
        if key not in self._known:
            self._known[key] = self._read(file)
        return self._known[key]

    def _read(self, file: EnvFile) -> Content:
        data, mode = b"", None
        try:
            if file.object is not None:
                data = self.object(file.object)
            elif read := read_file(os.fsencode(self._repository.top or b""), file.path):
                data, mode = read
        except OSError as error:
            # Credentials in what is ignored are no other part's concern, so nothing is missed.
            incomplete = file.state == "unignored"
            reason = error.strerror or "unreadable"
            self.skips.append(Skip(os.fsdecode(file.path), reason, incomplete))
        self.bytes += len(data)
        hits = self.credentials(data, file.path) if data.strip() else ()
        assigned, more = assignments(data)
        return Content(hits, tuple(assigned), more, mode)

    def credentials(self, data: bytes, path: bytes) -> tuple[Hit, ...]:
        """Credentials that no comment allows."""
        hits = self._detector.look(data, path).hits
        return tuple(hit for hit in hits if not (self._inline and hit.inline is not None))

    def staged(self, path: bytes, id_: str | None) -> bytes:
        """What the index has for a path; git is asked only if the tree's file is another one.

        b"" for what is not in the index or not in the store.
        """
        import hashlib  # noqa: PLC0415 one mode alone asks for this

        if id_ is None:
            return b""
        try:
            read = read_file(os.fsencode(self._repository.top or b""), path)
        except OSError:
            read = None
        data = read[0] if read else b""
        name = hashlib.new("sha1" if len(id_) == 40 else "sha256", b"blob %d\0" % len(data))
        name.update(data)
        if name.hexdigest() == id_:
            return data
        try:
            return self.object(id_)
        except OSError:
            return b""

    def object(self, id_: str) -> bytes:
        """The first bytes of a blob; b"" for what is none. Raises OSError where git has none."""
        from intercom_scan.sources.reader import ObjectReader, UnreadableObject  # noqa: PLC0415

        if self._reader is None:
            self._reader = ObjectReader(self._repository.git)
        try:
            data = b""
            for piece in self._reader.pieces(id_):  # to its end, or the next would begin there
                data = data or piece
        except UnreadableObject as error:
            raise OSError(0, str(error)) from error
        return data[:LARGEST]


def read_file(top: bytes, path: bytes) -> tuple[bytes, int] | None:
    """The first bytes of a regular file below `top`, and its permission bits. Raises OSError.

    None for a link, for what lies behind one, and for what is no file.
    """
    below = os.path.dirname(path)
    real_top = os.path.realpath(top)
    if os.path.realpath(os.path.join(top, below)) != os.path.normpath(
        os.path.join(real_top, below)
    ) or not stat.S_ISREG(os.lstat(os.path.join(top, path)).st_mode):
        return None
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    handle = os.open(os.path.join(top, path), flags | getattr(os, "O_BINARY", 0))
    with os.fdopen(handle, "rb") as stream:
        return stream.read(LARGEST), stat.S_IMODE(os.fstat(handle).st_mode)
