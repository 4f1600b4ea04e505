"""What only begins like an archive is told by a few bytes; a header that lies hides nothing."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import zipfile
import zlib
from base64 import b64encode

import pytest

from intercom_scan.decode import streams
from intercom_scan.detector import Detector
from intercom_scan.rules import by_id

TOKEN = by_id("intercom-access-token")
DETECTOR = Detector()
COUNT = 200


def header(method: int = 8, version: int = 20) -> bytes:
    return struct.pack("<4s5H3L2H", b"PK\3\4", version, 0, method, 0, 0, 0, 9, 9, 1, 0) + b"a"


GZIP = b"\x1f\x8b\x08\0\0\0\0\0\0\3"
FALSE = {
    "signatures": b"PK\3\4",
    "method": header(method=0x6E69) + b"\x07junk",
    "stored": header(0) + b"\x07junk",
    "block of no kind": header() + b"\x07junk",
    "stored block": header() + b"\x01\x04\x00\x00\x00junk",
    "bzip2": header(12) + b"BZh9junkjunk",
    "xz": header(95) + b"\xfd7zXZ\0\0\4junkjunk",
    "gzip, block of no kind": b64encode(GZIP + b"\x07junkjunk") + b";",
    "gzip, stored block": b64encode(GZIP + bytes(9)) + b";",
    "xz in base64": b64encode(b"\xfd7zXZ\0\0\4junkjunkjunk") + b";",
    "bzip2 in base64": b64encode(b"BZh9junkjunkjunkjunk") + b";",
}


def counted(plain, name, count):
    def make(*arguments, **more):
        count.append(name)
        return plain(*arguments, **more)

    return make


@pytest.fixture
def made(monkeypatch):
    """How many decompressors were made."""
    count: list[str] = []
    for module, name in [
        (zlib, "decompressobj"),
        (bz2, "BZ2Decompressor"),
        (lzma, "LZMADecompressor"),
    ]:
        monkeypatch.setattr(module, name, counted(getattr(module, name), name, count))
    return count


@pytest.mark.parametrize("case", FALSE)
def test_none_is_made_for_what_is_none(made, case):
    secret = TOKEN.sample()
    sight = DETECTOR.look(b"\n" + FALSE[case] * COUNT + b"\n" + secret)
    assert [hit.secret for hit in sight.hits] == [secret]
    assert made == ["decompressobj"] * (
        COUNT if case in ("bzip2", "xz") else 0
    )  # a try, if deflated


def zipped(method: int, data: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a.env", data)
    return out.getvalue()


@pytest.mark.parametrize("level", range(10))
def test_what_is_one_is_opened_at_every_level(made, level):
    """Level 0 stores blocks as they are."""
    secret = TOKEN.sample()
    packed = gzip.compress(secret, level)
    assert streams.GZIP.begins(packed)
    assert streams.ZLIB.begins(zlib.compress(secret, level))
    assert streams.RAW.begins(zlib.compress(secret, level)[2:])
    for data in (packed, b"x: " + b64encode(packed)):
        assert {hit.secret for hit in DETECTOR.look(data).hits} == {secret}
    assert made


@pytest.mark.parametrize(
    "method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA]
)
def test_every_method_of_zip_is_opened(method):
    secret = TOKEN.sample()
    for data in (zipped(method, secret), b"x: " + b64encode(zipped(method, secret))):
        assert {hit.secret for hit in DETECTOR.look(data).hits} == {secret}


@pytest.mark.parametrize("check", [lzma.CHECK_NONE, lzma.CHECK_CRC32, lzma.CHECK_CRC64])
def test_every_check_of_xz_is_opened(check):
    secret = TOKEN.sample()
    packed = lzma.compress(secret, check=check)
    assert [hit.secret for hit in DETECTOR.look(packed).hits] == [secret]


@pytest.mark.parametrize("data", [b"", b"intercom"])
def test_nothing_and_little_compressed(data):
    assert streams.BZIP2.begins(bz2.compress(data))
    assert streams.GZIP.begins(gzip.compress(data))
    assert streams.XZ.begins(lzma.compress(data))


def lying(secret: bytes, method: int, offset: int, value: bytes) -> bytes:
    """An archive whose first local header is not what its directory says."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("a.env", b"a line\n" * 20 + secret)
    data = bytearray(out.getvalue())
    data[offset : offset + len(value)] = value
    return bytes(data)


LIES = {
    "version": (4, b"\xff\xff"),
    "flags": (6, b"\1\0"),
    "no method": (8, b"\xff\xff"),
    "unknown method": (8, b"\x0d\0"),
    "stored": (8, b"\0\0"),
    "deflated": (8, b"\x08\0"),
    "bzip2": (8, b"\x0c\0"),
    "sizes": (14, b"\xff\xff\xff\x7f" * 3),
}


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("before", [b"", b"#!/bin/sh\n"])
def test_what_a_program_opens_by_the_directory_is_found(method, lie, before):
    secret = TOKEN.sample()
    data = before + lying(secret, method, *LIES[lie])
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert secret in archive.read("a.env")
    if lie == "stored" and method != zipfile.ZIP_DEFLATED:  # bzip2's own magic bytes, or none
        return
    assert {hit.secret for hit in DETECTOR.look(data).hits} == {secret}


@pytest.mark.parametrize("level", range(10))
def test_zlib_is_opened_at_every_level_in_base64_too(level):
    secret = TOKEN.sample()
    packed = zlib.compress(b"text " * 9 + secret, level)
    for data in (packed, b"x: " + b64encode(packed)):
        assert {hit.secret for hit in DETECTOR.look(data).hits} == {secret}


@pytest.mark.parametrize("flags", range(0x20))
def test_gzip_is_opened_with_all_its_optional_parts_in_base64(flags):
    secret = TOKEN.sample()
    plain = gzip.compress(secret)
    head = plain[:3] + bytes([flags]) + plain[4:10]
    for bit, part in ((4, b"\2\0ab"), (8, b"name\0"), (16, b"comment\0")):
        head += part if flags & bit else b""
    head += struct.pack("<H", zlib.crc32(head) & 0xFFFF) if flags & 2 else b""
    hits = DETECTOR.look(b"x: " + b64encode(head + plain[10:])).hits
    assert {hit.secret for hit in hits} == {secret}


def test_what_is_said_of_members_that_are_not_opened():
    known, unknown = header(13) + b"\x07junk", header(0x6E69) + b"\x07junk"
    locked = bytearray(header() + b"\x05junkjunk")  # may begin like deflated text
    locked[6] = 1
    reasons = [[s.reason for s in DETECTOR.look(x).skips] for x in (known, unknown, bytes(locked))]
    assert reasons == [["compressed by method 13"], [], ["encrypted"]]
