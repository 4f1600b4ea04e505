"""Tar archives (POSIX ustar and pax, GNU, V7), read as a stream.

Formats: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html and
https://www.gnu.org/software/tar/manual/html_node/Standard.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.decode.members import inner, shown, up_to, windows
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.decode.model import Budget, Layer
    from intercom_scan.decode.streams import Read

BLOCK = 512
# Headers that carry a name are short; whatever is longer is read past.
LONGEST_HEADER = 1024 * 1024
NAMES = 64 * 1024
PAX_PATH = re.compile(rb"(?:\A|\n)[0-9]{1,9} (?:GNU\.sparse\.name|path)=([^\n]*)\n")


@dataclass(frozen=True, slots=True)
class Header:
    """What a header says of a member; `kind` is its type flag."""

    name: bytes
    size: int
    kind: bytes
    link: bytes
    extended: bool  # an old GNU sparse map goes on in the next block


def number(field: bytes) -> int:
    """A number in octal, or in base 256 behind a high bit. Raises ValueError."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    return int(field.strip(b" \0") or b"0", 8)


def text(field: bytes) -> bytes:
    return field.partition(b"\0")[0]


def header(block: bytes) -> Header | None:
    """The header in `block`, None where its checksum says that it is none."""
    if len(block) < BLOCK:
        return None
    try:
        said = number(block[148:156])
        size = number(block[124:136])
    except ValueError:
        return None
    if said != sum(block) - sum(block[148:156]) + 8 * 0x20 or size < 0:
        return None
    name = text(block[:100])
    prefix = text(block[345:500]) if block[257:263] == b"ustar\0" else b""
    return Header(
        prefix + b"/" + name if prefix else name,
        size,
        block[156:157],
        text(block[157:257]),
        block[156:157] == b"S" and block[482:483] == b"\1",
    )


def is_tar(data: bytes) -> bool:
    return header(data[:BLOCK]) is not None


def skip(read: Read, size: int) -> bool:
    """Reads past `size` bytes; False where there are fewer."""
    while size > 0:
        count = len(read(min(size, 64 * 1024)))
        if not count:
            return False
        size -= count
    return True


class Names:
    """The names in an archive as texts: they may hold a secret too."""

    def __init__(self, layer: Layer, names: tuple[str, ...]) -> None:
        self._layer, self._names = layer, names
        self._text = bytearray()

    def add(self, *texts: bytes) -> Iterator[Layer]:
        for each in filter(None, texts):
            self._text += each + b"\n"
        if len(self._text) > NAMES:
            yield from self.rest()

    def rest(self) -> Iterator[Layer]:
        if self._text:
            yield inner(self._layer, self._names, None, bytes(self._text))
            self._text.clear()


def tar_members(
    read: Read, layer: Layer, names: tuple[str, ...], budget: Budget
) -> Iterator[Layer]:
    """Each file in the archive that `read` reads, and its names and headers."""
    said = Names(layer, names)
    long_name = b""
    what = shown(layer.path)
    while not budget.over and (block := read(BLOCK)):
        if not block.strip(b"\0"):
            continue
        head = header(block)
        if head is None:
            budget.stop(what, "damaged tar data", incomplete=False)
            continue
        padding = -head.size % BLOCK
        if head.kind in b"LKxgX":
            body = read(min(head.size, LONGEST_HEADER))
            whole = skip(read, head.size - len(body) + padding)
            long_name = name_in(head.kind, body) or long_name
            yield from said.add(body.strip(b"\0"))
        elif head.kind in b"123456" and head.kind:
            whole, long_name = True, b""
            yield from said.add(head.name, head.link)
        else:
            while head.extended and (more := read(BLOCK)) and more[504:505] == b"\1":
                pass
            name, long_name = long_name or head.name, b""
            yield from said.add(name)
            body_read = up_to(read, head.size)
            got = 0
            for data, line in windows(body_read, budget.limits.member):
                got += len(data)
                yield inner(layer, names, name, data, line)
            whole = skip(read, padding) if got >= head.size else False
        if not (whole or budget.over):
            budget.stop(what, "truncated tar data", incomplete=False)
    yield from said.rest()


def name_in(kind: bytes, body: bytes) -> bytes:
    """The name for the next member that a header of `kind` gives."""
    if kind == b"L":
        return text(body)
    found = PAX_PATH.search(body) if kind in b"xX" else None
    return found[1] if found else b""
