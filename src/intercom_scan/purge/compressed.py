"""Compressed files with another text in them: gzip, zlib, bzip2, xz, lzma."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING

from intercom_scan.decode.archives import CODECS
from intercom_scan.decode.streams import RAW_WINDOW, errors
from intercom_scan.purge.kinds import UnsafeError

if TYPE_CHECKING:
    from collections.abc import Callable

    from intercom_scan.decode.streams import Codec

LARGEST = 32 << 20  # bytes of one member that are held at once

# The parts of a gzip header, by RFC 1952, 2.3.
_HEADER_SUM, _EXTRA, _NAME, _COMMENT = 2, 4, 8, 16
_FIXED = 10
_ZLIB_HEADER = 2  # bytes; RFC 1950, 2.2


def text_of(data: bytes, codec: Codec) -> bytes:
    """All of the one stream that `data` is. UnsafeError where it is not, or too long."""
    inflater = codec.new()
    out, pending = bytearray(), data
    try:
        while not inflater.eof:
            if not (pending or out) or len(out) > LARGEST:
                break
            piece = inflater.decompress(pending, LARGEST + 1 - len(out))
            out += piece
            if not piece and inflater.needs_input:
                break
            pending = b""
    except errors() as error:
        raise UnsafeError(f"damaged {codec.name} data") from error
    if len(out) > LARGEST:
        raise UnsafeError(f"{codec.name} data that unfolds into more than {LARGEST >> 20} MiB")
    if not inflater.eof:
        raise UnsafeError(f"truncated {codec.name} data")
    if inflater.unused_data:
        raise UnsafeError(f"{codec.name} data with something behind its end")
    return bytes(out)


def deflated(text: bytes) -> bytes:
    """Without a header, as archives have it."""
    packer = zlib.compressobj(9, zlib.DEFLATED, RAW_WINDOW)
    return packer.compress(text) + packer.flush()


# What ends a deflated text in two to six bytes: empty blocks (RFC 1951, 3.2.3), the last one final.
_ENDS = (
    b"\3\0",
    (2 | 3 << 10).to_bytes(3, "little"),
    (2 | 2 << 10 | 3 << 20).to_bytes(4, "little"),
    b"\1\0\0\xff\xff",
    b"\2\4\0\0\xff\xff",
)
_EMPTY = b"\0\0\0\xff\xff"  # a block of five bytes that is not final


def deflated_to(size: int, text: bytes) -> bytes:
    """In exactly so many bytes. Raises UnsafeError where that is too few."""
    packer = zlib.compressobj(9, zlib.DEFLATED, RAW_WINDOW)
    out = packer.compress(text) + packer.flush(zlib.Z_SYNC_FLUSH)
    blocks, end = divmod(size - len(out) - len(_ENDS[0]), len(_EMPTY))
    if blocks < 0:
        raise UnsafeError("compressed data that would become longer")
    return out + _EMPTY * blocks + _ENDS[end]


def fitted(name: str, data: bytes, clean: Callable[[bytes], bytes]) -> bytes:
    """A gzip or zlib stream with its text cleaned, of the same length."""
    text = clean(text_of(data, CODECS[name]))
    size = gzip_header(data) if name == "gzip" else _ZLIB_HEADER
    sums = _gzip_sums(text) if name == "gzip" else zlib.adler32(text).to_bytes(4, "big")
    return data[:size] + deflated_to(len(data) - size - len(sums), text) + sums


def gzip(old: bytes, text: bytes, clean_name: Callable[[bytes], bytes]) -> bytes:
    """With the header of `old`: its time, system, name and comment."""
    size = gzip_header(old)
    header = old[:_FIXED] + clean_name(old[_FIXED:size])
    if header != old[:size] and old[3] & _HEADER_SUM:
        raise UnsafeError("a gzip header with a checksum has a secret in it")
    return header + deflated(text) + _gzip_sums(text)


def _gzip_sums(text: bytes) -> bytes:
    return struct.pack("<2L", zlib.crc32(text), len(text) & 0xFFFFFFFF)


def gzip_header(data: bytes) -> int:
    """The size of the header."""
    flags, at = data[3], _FIXED
    if flags & _EXTRA:
        at += 2 + int.from_bytes(data[at : at + 2], "little")
    for flag in (_NAME, _COMMENT):
        if flags & flag:
            at = data.index(b"\0", at) + 1
    return at + (2 if flags & _HEADER_SUM else 0)


def zlib_(old: bytes, text: bytes, _clean_name: object) -> bytes:
    """At the level that the header of `old` tells."""
    return zlib.compress(text, (1, 5, 6, 9)[old[1] >> 6])


def bzip2(old: bytes, text: bytes, _clean_name: object) -> bytes:
    import bz2  # noqa: PLC0415 few repositories have one

    return bz2.compress(text, int(old[3:4]))


def xz(old: bytes, text: bytes, _clean_name: object) -> bytes:
    """With the kind of checksum of `old`: https://tukaani.org/xz/xz-file-format.txt, 2.1.1.2."""
    import lzma  # noqa: PLC0415 as above

    return lzma.compress(text, lzma.FORMAT_XZ, check=old[7] & 15)


def lzma_(_old: bytes, text: bytes, _clean_name: object) -> bytes:
    import lzma  # noqa: PLC0415 as above

    return lzma.compress(text, lzma.FORMAT_ALONE)


FITTED = ("gzip", "zlib")
PACKERS = {"gzip": gzip, "zlib": zlib_, "bzip2": bzip2, "xz": xz, "lzma": lzma_}


def rewrite(
    name: str,
    data: bytes,
    clean: Callable[[bytes, bytes | None], bytes],
    clean_name: Callable[[bytes], bytes],
) -> bytes:
    """The compressed file with its text cleaned; recompressed even where only its name was not."""
    text = text_of(data, CODECS[name])
    return PACKERS[name](data, clean(text, None), clean_name)
