"""Zip archives (jar, docx, wheel, apk), read member by member from their local headers.

The central directory is not needed: every member repeats what it says about it, so archives that
are cut off, follow other data or each other, or lie about their directory are read alike. Where a
header lies, the data tells how it is packed. Format:
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import struct
from io import BytesIO
from typing import TYPE_CHECKING

from intercom_scan.decode.members import inner, shown, up_to, windows
from intercom_scan.decode.pattern import Decoder, Pattern, literal
from intercom_scan.decode.streams import (
    BZIP2,
    LZMA,
    RAW,
    RAW_WINDOW,
    XZ,
    Codec,
    Inflated,
    inflates,
)
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intercom_scan.decode.model import Budget, Layer
    from intercom_scan.decode.pattern import Region
    from intercom_scan.decode.streams import Read

LOCAL = b"PK\3\4"
DESCRIPTOR = b"PK\7\x08"
HEADER = struct.Struct("<4s5H3L2H")
ENCRYPTED, STREAMED = 0x1, 0x8
STORED = 0
# No file system has longer paths, so what says so is no header.
LONGEST_NAME = 4096
# The header that `reader` puts before lzma is longer by this than the one it replaces.
LZMA_SHIFT = 4
LZMA_PROPERTIES = b"\5\0]"  # their size, and the first of them as nearly all tools write it
# The methods that there are, by APPNOTE 4.4.5: what says another is hardly a header.
KNOWN = frozenset((*range(21), *range(93, 100)))
PROBE = 256  # bytes of the data that tell its method
METHODS: dict[int, Codec] = {8: RAW, 12: BZIP2, 14: LZMA, 95: XZ}


@dataclass(frozen=True, slots=True)
class Member:
    """A local header: `size` bytes of data begin at `start`; None where it does not say."""

    name: bytes
    flags: int
    method: int
    size: int | None
    start: int


def member_at(data: bytes, at: int) -> Member | None:
    """The member whose local header begins at `at`; None where it is cut off."""
    if at < 0 or len(data) - at < HEADER.size:
        return None
    fields = HEADER.unpack_from(data, at)
    flags, method, size = fields[2], fields[3], fields[7]
    names = at + HEADER.size
    extra = names + fields[9]
    start = extra + fields[10]
    if fields[9] > LONGEST_NAME or start > len(data):
        return None
    if size == 0xFFFFFFFF:
        size = zip64_size(data[extra:start])
    elif flags & STREAMED and size == 0:
        size = None
    return Member(data[names:extra], flags, method, size, start)


def zip64_size(extra: bytes) -> int | None:
    """The compressed size in a local header's extra field 1."""
    at = 0
    while at + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, at)
        if kind == 1 and length >= 16 and at + 20 <= len(extra):
            return int.from_bytes(extra[at + 12 : at + 20], "little") or None
        at += 4 + length
    return None


def stored_size(data: bytes, start: int) -> int:
    """The size of stored data that says it only behind its end."""
    at = data.find(DESCRIPTOR, start)
    while at >= 0:
        if int.from_bytes(data[at + 8 : at + 12], "little") == at - start:
            return at - start
        at = data.find(DESCRIPTOR, at + 4)
    return len(data) - start


def reader(data: bytes, member: Member, codec: Codec | None = None) -> Read:
    """Reads the compressed data; lzma with the header that its own files have, not zip's."""
    source = BytesIO(data)
    source.seek(member.start)
    if codec is not LZMA:
        return source.read
    # APPNOTE 5.8.8: version (2), size of the properties (2), properties; no size of the text.
    head = source.read(4)
    properties = source.read(int.from_bytes(head[2:], "little") & 0xFF)
    front = BytesIO(properties + b"\xff" * 8)
    return lambda count: front.read(count) or source.read(count)


def told(data: bytes, member: Member) -> Codec | None:
    """The codec that the header names and the data bears out, else one that the data shows.

    Programs that unpack go by the central directory, so what a local header says of its version,
    method, size and encryption may be anything.
    """
    head = data[member.start : member.start + PROBE]
    begun = next((codec for codec in (BZIP2, XZ) if codec.begins(head)), None)
    if begun and member.method != STORED:  # else it is a file that begins so
        return begun
    said = None if member.flags & ENCRYPTED else METHODS.get(member.method)
    if said and (said is LZMA or said.begins(head)):
        return said
    if head[2:5] == LZMA_PROPERTIES and member.method != STORED:
        return LZMA
    return RAW if RAW.begins(head) and inflates(head, RAW_WINDOW) else said


def decode(layer: Layer, _start: int, end: int, budget: Budget) -> Iterator[Region]:
    """The member whose local header begins with a hit.

    Only what was read is taken as its region: behind a header that lies, all is looked at.
    """
    data, at = layer.data, end - len(LOCAL)
    member = member_at(data, at)
    if member is None:
        return
    what = f"{shown(layer.path)}!{shown(member.name)}"
    codec = told(data, member)
    if member.method == STORED and not member.flags & ENCRYPTED:
        yield from stored(layer, member, budget)
    elif member.method in KNOWN and (codec is None or member.flags & ENCRYPTED):
        unknown = f"compressed by method {member.method}"
        reason = "encrypted" if member.flags & ENCRYPTED else unknown
        budget.stop(what, reason, incomplete=False)
    if codec:
        source = Inflated(reader(data, member, codec), codec, what, budget)
        for body, line in windows(source.read, budget.limits.member):
            yield inner(layer, ("zip",), member.name, body, line), at, member.start
        if source.whole:
            shift = LZMA_SHIFT if codec is LZMA else 0
            yield None, at, member.start + source.consumed - shift


def stored(layer: Layer, member: Member, budget: Budget) -> Iterator[Region]:
    """A member that is not compressed."""
    size = stored_size(layer.data, member.start) if member.size is None else member.size
    stop = min(member.start + size, len(layer.data))
    what = f"{shown(layer.path)}!{shown(member.name)}"
    read = up_to(reader(layer.data, member), stop - member.start)
    for body, line in windows(read, budget.limits.member):
        if not budget.take(len(body), what):
            return
        yield inner(layer, ("zip",), member.name, body, line), member.start, stop


def patterns(_exact: Sequence[bytes], _nocase: Sequence[bytes]) -> list[Pattern]:
    return [Pattern(literal(LOCAL))]


ZIP_DECODER = Decoder("zip", patterns, decode)
