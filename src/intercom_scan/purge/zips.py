"""Zip archives with other members in them: what does not change is copied as it is.

Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT. Only what is all of one plain
archive is rewritten: no gap, nothing before or behind it, no zip64 and no encryption.
"""

from __future__ import annotations

import re
import struct
import zlib
from typing import TYPE_CHECKING

from intercom_scan.decode.streams import BZIP2, RAW
from intercom_scan.decode.zip import DESCRIPTOR, ENCRYPTED, HEADER, LOCAL, STORED, STREAMED
from intercom_scan.purge.compressed import LARGEST, bzip2, deflated, text_of
from intercom_scan.purge.kinds import UnsafeError
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

_END = struct.Struct("<4s4H2LH")
_END_MAGIC, _CENTRAL_MAGIC = b"PK\5\6", b"PK\1\2"
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_LONGEST_COMMENT = 0xFFFF
_WIDE = 0xFFFFFFFF  # says that zip64's extra field has the number
_DEFLATED, _BZIPPED = 8, 12

# What lists the hashes or signatures of the other members: jar, apk, wheel, Office and OpenDocument
# files, NuGet packages, programs for macOS and iOS.
_HASHED = re.compile(
    rb"(?i)META-INF/[^/]+\.(?:SF|RSA|DSA|EC)\Z|META-INF/documentsignatures\.xml\Z"
    rb"|AndroidManifest\.xml\Z|[^/]+\.dist-info/RECORD\Z|_xmlsignatures/|\.signature\.p7s\Z"
    rb"|(?:.*/)?_CodeSignature/"
)
_MANIFEST = re.compile(rb"(?i)META-INF/MANIFEST\.MF\Z")


@dataclass(frozen=True, slots=True)
class _Entry:
    """A member: its central and local headers as they are, its data and what follows that."""

    central: bytes
    local: bytes
    packed: bytes
    descriptor: bytes
    name: bytes
    flags: int
    method: int


def rewrite(
    data: bytes, clean: Callable[[bytes, bytes], bytes], clean_name: Callable[[bytes], bytes]
) -> bytes:
    """The archive with its members cleaned by `clean(body, name)`, in their order."""
    entries, order, end = _read(data)
    if any(_HASHED.match(entry.name) for entry in entries):
        raise UnsafeError("an archive that is signed, or lists the hashes of its members")
    out = bytearray()
    central: dict[int, bytes] = {}
    for number, entry in zip(order, entries, strict=True):
        new = _cleaned(entry, clean)
        at = len(out)
        out += clean_name_in(new.local, HEADER.size, len(new.name), clean_name)
        out += new.packed + new.descriptor
        listed = new.central[:42] + struct.pack("<L", at) + new.central[46:]
        central[number] = clean_name_in(listed, _CENTRAL.size, len(new.name), clean_name)
    start = len(out)
    out += b"".join(central[number] for number in sorted(central))
    fields = (*end[:5], len(out) - start, start, end[7])
    return (
        bytes(out) + _END.pack(*fields) + clean_name(data[len(data) - end[7] :] if end[7] else b"")
    )


def clean_name_in(head: bytes, at: int, size: int, clean_name: Callable[[bytes], bytes]) -> bytes:
    """A header with its name, and the extra field and comment behind it, cleaned."""
    name, rest = clean_name(head[at : at + size]), clean_name(head[at + size :])
    return head[:at] + name + rest


def _read(
    data: bytes,
) -> tuple[list[_Entry], list[int], tuple[bytes, int, int, int, int, int, int, int]]:
    """Members in the order of their data, the place of each in the directory, and its end."""
    at = data.rfind(_END_MAGIC, max(0, len(data) - _LONGEST_COMMENT - _END.size))
    if at < 0 or len(data) - at < _END.size:
        raise UnsafeError("a zip archive without its directory")
    end = _END.unpack_from(data, at)
    _, disk, first_disk, here, count, size, start, comment = end
    if disk or first_disk or here != count or _WIDE in (size, start) or count == 0xFFFF:
        raise UnsafeError("a zip archive of several parts, or in the format zip64")
    if start + size != at or at + _END.size + comment != len(data):
        raise UnsafeError("a zip archive with something before or behind it")
    heads = _directory(data[start:at], count)
    order = sorted(range(count), key=lambda number: _offset(heads[number]))
    stops = [*(_offset(heads[number]) for number in order[1:]), start]
    begin = 0
    entries = []
    for number, stop in zip(order, stops, strict=True):
        if _offset(heads[number]) != begin:
            raise UnsafeError("a zip archive with a gap between its members")
        entries.append(_entry(data[begin:stop], heads[number]))
        begin = stop
    return entries, order, end


def _directory(data: bytes, count: int) -> list[bytes]:
    """The central headers, each with its name, extra field and comment."""
    heads, at = [], 0
    for _ in range(count):
        if data[at : at + 4] != _CENTRAL_MAGIC or len(data) - at < _CENTRAL.size:
            break
        stop = at + _CENTRAL.size + sum(struct.unpack_from("<3H", data, at + 28))
        heads.append(data[at:stop])
        at = stop
    if at != len(data) or len(heads) != count:
        raise UnsafeError("a zip archive with a damaged directory")
    return heads


def _offset(central: bytes) -> int:
    return int.from_bytes(central[42:46], "little")


def _entry(data: bytes, central: bytes) -> _Entry:
    """A member out of its own bytes, if they say what the directory says."""
    if data[:4] != LOCAL or len(data) < HEADER.size:
        raise UnsafeError("a zip archive with a damaged member")
    flags, method = struct.unpack_from("<2H", central, 8)
    packed, plain = struct.unpack_from("<2L", central, 20)
    names, extra = struct.unpack_from("<2H", data, 26)
    name = data[HEADER.size : HEADER.size + names]
    start = HEADER.size + names + extra
    same = central[_CENTRAL.size :].startswith(name) and central[28:30] == data[26:28]
    if not same or central[8:12] != data[6:10]:
        raise UnsafeError("a zip archive whose members and directory differ")
    if flags & ENCRYPTED:
        raise UnsafeError("an archive with an encrypted member")
    if _WIDE in (packed, plain):
        raise UnsafeError("a zip archive in the format zip64")
    behind = data[start + packed :]
    sizes = {12: b"", 16: DESCRIPTOR} if flags & STREAMED else {0: b""}
    if start + packed > len(data) or not behind.startswith(sizes.get(len(behind), b"?")):
        raise UnsafeError("a zip archive with a gap between its members")
    return _Entry(central, data[:start], data[start : start + packed], behind, name, flags, method)


def _cleaned(entry: _Entry, clean: Callable[[bytes, bytes], bytes]) -> _Entry:
    """The member with another text, its sizes and its checksum; itself where nothing changes."""
    text = _text(entry)
    if text is None:
        return entry
    if _MANIFEST.match(entry.name) and b"-Digest:" in text:
        raise UnsafeError("an archive that lists the hashes of its members")
    new = clean(text, entry.name)
    if new == text:
        return entry
    packed = _packed(entry, new)
    numbers = struct.pack("<3L", zlib.crc32(new), len(packed), len(new))
    local, descriptor = entry.local, entry.descriptor
    if entry.flags & STREAMED:
        descriptor = descriptor[:-12] + numbers
    # A streamed member has zeros there, or (by some writers) the numbers as well.
    if local[14:26].strip(b"\0"):
        local = local[:14] + numbers + local[26:]
    central = entry.central[:16] + numbers + entry.central[28:]
    return _Entry(central, local, packed, descriptor, entry.name, entry.flags, entry.method)


def _text(entry: _Entry) -> bytes | None:
    """What the member unfolds into; None where its method is a rare one."""
    if entry.method == STORED:
        if len(entry.packed) > LARGEST:
            raise UnsafeError(f"an archive with a member of more than {LARGEST >> 20} MiB")
        return entry.packed
    codec = {_DEFLATED: RAW, _BZIPPED: BZIP2}.get(entry.method)
    return text_of(entry.packed, codec) if codec else None


def _packed(entry: _Entry, text: bytes) -> bytes:
    if entry.method == STORED:
        return text
    return deflated(text) if entry.method == _DEFLATED else bzip2(entry.packed, text, None)
