"""What only begins like an archive is told by a few bytes, and no decompressor is made for it."""

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
    "version": header(version=0x4B50) + b"junk",
    "method": header(method=0x6E69) + b"junk",
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
    assert made == []


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
