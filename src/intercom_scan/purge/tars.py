"""Tar archives with other members in them: blocks of 512 bytes, of which only what changes does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.decode.tar import BLOCK, header, name_in
from intercom_scan.purge.kinds import UnsafeError
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

    from intercom_scan.decode.tar import Header

# Names, link, owner and group, and the beginning of the path, by POSIX's `pax`.
_TEXTS = ((0, 100), (157, 257), (265, 297), (297, 329), (345, 500))
_SIZE, _SUM = slice(124, 136), slice(148, 156)
_sized = re.compile(rb"(?:\A|\n)[0-9]{1,9} (?:size|GNU\.sparse\.[a-z]+)=")
# Packages and images that list the hashes of what is in them.
_HASHED = re.compile(
    rb"(?:\A|/)(?:checksums\.yaml\.gz|[^/]+\.sig|\.MTREE|oci-layout|[0-9a-f]{64}/layer\.tar"
    rb"|blobs/sha256/[^/]+)\Z"
)


@dataclass(slots=True)
class _Said:
    """What headers before a member say about it."""

    name: bytes = b""
    new_name: bytes = b""
    size: bool = False


def rewrite(
    data: bytes, clean: Callable[[bytes, bytes], bytes], clean_name: Callable[[bytes], bytes]
) -> bytes:
    """The archive with its members cleaned by `clean(body, name)`, in their order."""
    out: list[bytes] = []
    said = _Said()
    at = 0
    while at < len(data):
        block = data[at : at + BLOCK]
        if not block.strip(b"\0"):
            out.append(block)
            at += BLOCK
            continue
        head = header(block)
        if head is None:
            raise UnsafeError("damaged tar data")
        bodiless = head.kind in b"123456" and head.kind != b""
        size = 0 if bodiless else head.size
        stop = at + BLOCK + size
        end = stop + -size % BLOCK
        if stop > len(data):
            raise UnsafeError("truncated tar data")
        body = data[at + BLOCK : stop]
        if head.kind in b"LKxgX":
            new = clean_name(body)
            said = _said(said, head, body, new)
            out += [_named(block, _Said(), clean_name), new, data[stop:end]]
        else:
            out += _member(block, head, body, said, clean, clean_name)
            if not bodiless and len(out[-2]) == size:
                out[-1] = data[stop:end]
            said = _Said()
        at = end
    return b"".join(out)


def _said(before: _Said, head: Header, body: bytes, new: bytes) -> _Said:
    name = name_in(head.kind, body)
    sized = before.size or (head.kind not in b"LK" and _sized.search(body) is not None)
    if not name:
        return _Said(before.name, before.new_name, sized)
    return _Said(name, name_in(head.kind, new), sized)


def _member(
    block: bytes,
    head: Header,
    body: bytes,
    said: _Said,
    clean: Callable[[bytes, bytes], bytes],
    clean_name: Callable[[bytes], bytes],
) -> list[bytes]:
    """Header, body and padding."""
    name = said.name or head.name
    if _HASHED.search(name):
        raise UnsafeError("an archive that lists the hashes of its members")
    new = clean(body, name)
    block = _named(block, said, clean_name)
    if len(new) != len(body):
        if said.size or head.extended or head.kind == b"S":
            raise UnsafeError("a member of a tar archive whose size is said more than once")
        block = _summed(_put(block, _SIZE, b"%011o\0" % len(new)))
    return [block, new, bytes(-len(new) % BLOCK)]


def _named(block: bytes, said: _Said, clean_name: Callable[[bytes], bytes]) -> bytes:
    """Without secrets in its texts; a long name's beginning is repeated in the header."""
    new = block
    for low, high in _TEXTS:
        new = _put(new, slice(low, high), clean_name(new[low:high]))
    short = block[:100].rstrip(b"\0")
    if said.name != said.new_name and said.name.startswith(short):
        new = _put(new, slice(0, len(short)), said.new_name[: len(short)])
    return block if new == block else _summed(new)


def _put(block: bytes, place: slice, text: bytes) -> bytes:
    return block[: place.start] + text + block[place.stop :]


def _summed(block: bytes) -> bytes:
    total = sum(block) - sum(block[_SUM]) + 8 * 0x20
    return _put(block, _SUM, b"%06o\0 " % total)
