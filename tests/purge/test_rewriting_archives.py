"""Archives without a secret: every other member and all that is said of it stays, or none does."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
import zlib

import pytest

from intercom_scan.decode import Limits
from intercom_scan.detector import ARCHIVE
from intercom_scan.purge.rewriting import Cleaner
from intercom_scan.purge.secrets import fill
from intercom_scan.rules import by_id
from tests.decode.test_archives import FOUND, SECRET, TEXT, tar, zipped
from tests.purge.cleaning import DETECTOR, reason, rewritten

VALUE = SECRET.partition(b"=")[2]
CLEANER = Cleaner([VALUE], DETECTOR)
CLEAN = TEXT.replace(VALUE, fill(len(VALUE)))
TOKEN = by_id("intercom-access-token").sample()
NAMER = Cleaner([TOKEN], DETECTOR)

# Archives that are not rewritten, and a word of the reason.
DROPPED = {
    "gzip-members": "behind its end",
    "gzip-garbage-behind": "behind its end",
    "gzip-zeros-behind": "behind its end",
    "gzip-zeros-between": "behind its end",
    "gzip-after-many-empty": "behind its end",
    "bzip2-members": "behind its end",
    "xz-members": "behind its end",
    "zip-lzma": "cannot be undone",
    "zip-lzma-second": "cannot be undone",
    "zip-second-after-lzma": "before or behind",
    "zip-behind-a-prefix": "a binary file",
    "zip-joined": "before or behind",
    "ar": "ar data within it",
    "deb": "a binary file",
}


def contents(data):
    """What is in an archive, unfolded by the standard library."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.testzip() is None
            return {info.filename: contents(archive.read(info)) for info in archive.infolist()}
    for magic, module in ((b"\x1f\x8b", gzip), (b"BZh", bz2), (b"\xfd7z", lzma), (b"]\0\0", lzma)):
        if data.startswith(magic):
            return contents(module.decompress(data))
    if data[:2] in (b"x\x01", b"x\x9c", b"x\xda"):
        return contents(zlib.decompress(data))
    if data[257:262] == b"ustar":
        with tarfile.open(fileobj=io.BytesIO(data), ignore_zeros=True) as archive:
            return {
                member.name: contents(file.read())
                for member in archive
                if (file := archive.extractfile(member)) and member.isfile()
            }
    return data


def replaced(value):
    if isinstance(value, dict):
        return {name: replaced(each) for name, each in value.items()}
    if value.startswith(b"\xff\xfe"):
        return replaced(value.decode("utf-16").encode()).decode().encode("utf-16")
    if value == base64.b64encode(TEXT):
        return base64.b64encode(CLEAN)
    return value.replace(VALUE, fill(len(VALUE)))


@pytest.mark.parametrize("case", FOUND)
def test_every_archive(case):
    data = FOUND[case][0]
    assert CLEANER.holds(data)
    if case in DROPPED:
        assert DROPPED[case] in reason(CLEANER, data, b"f")
        return
    new = rewritten(CLEANER, data, b"f")
    assert contents(new) == replaced(contents(data))
    assert not CLEANER.holds(new)
    assert CLEANER.clean(data, b"f").ways == (" > ".join(FOUND[case][2]),)
    assert rewritten(CLEANER, new) is new


def test_a_zip_keeps_all_that_it_says_of_its_members():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.comment = b"of the whole"
        for number, method in enumerate((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) * 3):
            info = zipfile.ZipInfo(f"z/{9 - number}", (2001 + number, 2, 3, 4, 5, 6))
            info.compress_type, info.comment, info.external_attr = method, b"own", 0o100755 << 16
            info.extra = b"\xfe\xca\2\0hi"
            archive.writestr(info, TEXT if number == 2 else b"other %d\n" % number * 99)
    data = out.getvalue()
    new = rewritten(CLEANER, data)
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(io.BytesIO(new)) as archive:
        assert archive.testzip() is None
        assert archive.comment == old.comment
        assert archive.read("z/7") == CLEAN
        for before, after in zip(old.infolist(), archive.infolist(), strict=True):
            for name in ("filename", "date_time", "compress_type", "comment", "extra", "flag_bits"):
                assert getattr(before, name) == getattr(after, name)
            assert before.external_attr == after.external_attr
            if before.filename != "z/7":
                assert packed(data, before) == packed(new, after)


def packed(data, info):
    """A member's local header and its compressed bytes."""
    size = 30 + len(info.filename) + len(info.extra) + info.compress_size
    return data[info.header_offset : info.header_offset + size]


def test_a_zip_whose_directory_has_another_order():
    data = zipped({"a": TEXT, "b": b"b"})
    start = int.from_bytes(data[-6:-2], "little")
    size = 46 + 1
    turned = data[:start] + data[start + size : -22] + data[start : start + size] + data[-22:]
    new = rewritten(CLEANER, turned)
    with zipfile.ZipFile(io.BytesIO(new)) as archive:
        assert archive.namelist() == ["b", "a"]
        assert [archive.read(name) for name in "ab"] == [CLEAN, b"b"]


def test_a_streamed_zip_says_its_sums_behind_its_data():
    new = rewritten(CLEANER, zipped({"a": TEXT}, zipfile.ZIP_STORED, stream=True))
    assert new[14:26] == bytes(12)
    sums = struct.pack("<3L", zlib.crc32(CLEAN), len(CLEAN), len(CLEAN))
    assert new[31:].startswith(CLEAN + b"PK\7\x08" + sums)


def test_a_tar_that_says_a_size_more_than_once():
    text = gzip.compress(TEXT * 40)
    info, out = tarfile.TarInfo("a.gz"), io.BytesIO()
    info.size, info.pax_headers = len(text), {"size": str(len(text))}
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.addfile(info, io.BytesIO(text))
    assert "more than once" in reason(CLEANER, out.getvalue())


SIGNED = {
    "jar": "META-INF/SIGNER.SF",
    "apk": "AndroidManifest.xml",
    "wheel": "a-1.0.dist-info/RECORD",
    "docx": "_xmlsignatures/sig1.xml",
    "odt": "META-INF/documentsignatures.xml",
    "nuget": ".signature.p7s",
    "app": "Payload/A.app/_CodeSignature/CodeResources",
}


@pytest.mark.parametrize("kind", SIGNED)
def test_what_is_signed_or_hashed_is_dropped(kind):
    assert "hashes" in reason(CLEANER, zipped({"a": TEXT, SIGNED[kind]: b"x"}))
    harmless = zipped({"a": b"nothing", SIGNED[kind]: b"x"})
    assert rewritten(CLEANER, harmless) is harmless


def test_a_manifest_with_digests_is_a_list_of_hashes():
    manifest = "META-INF/MANIFEST.MF"
    plain = zipped({"a": TEXT, manifest: b"Manifest-Version: 1.0\n"})
    assert rewritten(CLEANER, plain)
    listed = zipped({"a": TEXT, manifest: b"Name: a\nSHA-256-Digest: x\n"})
    assert "hashes" in reason(CLEANER, listed)


@pytest.mark.parametrize("name", ["checksums.yaml.gz", "data.tar.gz.sig", "oci-layout"])
def test_a_tar_of_hashes_is_dropped(name):
    assert "hashes" in reason(CLEANER, tar({"a": TEXT, name: b"x"}))


def test_an_encrypted_member_makes_a_zip_unsafe():
    data = bytearray(zipped({"a": TEXT, "b": b"b"}))
    second = data.index(b"PK\3\4", 4)
    listed = data.index(b"PK\1\2", data.index(b"PK\1\2") + 4)
    data[second + 6] |= 1
    data[listed + 8] |= 1
    assert "encrypted" in reason(CLEANER, bytes(data))


def damaged_zips():
    data = zipped({"a": TEXT, "b": b"b" * 99})
    end, listed = data.rindex(b"PK\5\6"), data.index(b"PK\1\2")
    yield "without its directory", data[:listed]
    yield "several parts", data[: end + 4] + b"\1" + data[end + 5 :]
    yield "before or behind", data + b"x"
    yield "gap", data[:listed] + b"\0" + data[listed:end] + moved(data[end:], 1)
    yield "damaged directory", data[:listed] + data[listed:].replace(b"PK\1\2", b"PK\1\3", 1)
    yield "differ", data[:listed].replace(b"\0a", b"\0c", 1) + data[listed:]


def moved(end, by):
    start = int.from_bytes(end[16:20], "little") + by
    return end[:16] + start.to_bytes(4, "little") + end[20:]


@pytest.mark.parametrize("case", range(6))
def test_a_zip_that_is_not_sound_is_dropped(case):
    word, data = list(damaged_zips())[case]
    assert word in reason(CLEANER, data)


@pytest.mark.parametrize("cut", [1, 8, 20])
def test_a_stream_that_is_cut_off_is_dropped(cut):
    long = TEXT + bytes(range(256)) * 4
    for pack in (gzip.compress, bz2.compress, lzma.compress, zlib.compress):
        data = pack(long)[:-cut]
        if CLEANER.holds(data):
            assert reason(CLEANER, data)


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
def test_a_tar_keeps_all_but_the_secret(form):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form) as archive:
        for number, text in enumerate((b"one", TEXT, b"", gzip.compress(TEXT * 40), b"last" * 300)):
            info = tarfile.TarInfo(f"d/{number}")
            info.size, info.mtime, info.mode, info.uname = len(text), number + 7, 0o750, "ann"
            archive.addfile(info, io.BytesIO(text))
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, "d/1"
        archive.addfile(link)
    data = out.getvalue()
    new = rewritten(CLEANER, data)
    with (
        tarfile.open(fileobj=io.BytesIO(data)) as old,
        tarfile.open(fileobj=io.BytesIO(new)) as now,
    ):
        for before, after in zip(old, now, strict=True):
            for name in ("name", "mtime", "mode", "uid", "uname", "type", "linkname"):
                assert getattr(before, name) == getattr(after, name)
    assert contents(new) == replaced(contents(data))
    assert tar({"a": TEXT, "b": b"x"}).replace(VALUE, fill(40)) == rewritten(
        CLEANER, tar({"a": TEXT, "b": b"x"})
    )


@pytest.mark.parametrize("form", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("lead", ["", "d/", "d/" * 30, "d/" * 45])
def test_a_tar_member_named_after_a_secret(form, lead):
    name = f"{lead}{TOKEN.decode()}.txt"
    data = tar({name: b"x", "y": b"z"}, form)
    new = rewritten(NAMER, data)
    assert len(new) == len(data)
    assert contents(new) == {name.replace(TOKEN.decode(), fill(60).decode()): b"x", "y": b"z"}
    assert TOKEN[:20] not in new


def test_a_zip_member_named_after_a_secret():
    name = f"d/{TOKEN.decode()}.txt"
    new = rewritten(NAMER, zipped({name: b"x", "y": b"z"}))
    assert contents(new) == {f"d/{fill(60).decode()}.txt": b"x", "y": b"z"}


def test_a_gzip_file_keeps_its_header():
    out = io.BytesIO()
    with gzip.GzipFile("a.env", "wb", 9, out, 1234) as file:
        file.write(TEXT)
    data = out.getvalue()
    new = rewritten(CLEANER, data)
    assert gzip.decompress(new) == CLEAN
    assert new[:16] == data[:16]
    named = io.BytesIO()
    with gzip.GzipFile(TOKEN.decode() + ".env", "wb", 9, named, 1234) as file:
        file.write(b"x")
    new = rewritten(NAMER, named.getvalue())
    assert new[10:75] == fill(60) + b".env\0"
    assert gzip.decompress(new) == b"x"


def test_xz_keeps_its_kind_of_checksum():
    for check in (lzma.CHECK_CRC32, lzma.CHECK_SHA256):
        new = rewritten(CLEANER, lzma.compress(TEXT, check=check))
        assert lzma.decompress(new) == CLEAN
        assert new[7] == check


def test_an_archive_that_unfolds_too_far_is_dropped():
    small = Cleaner([VALUE], DETECTOR, Limits(expansion=1 << 20))
    data = zipped({"a": TEXT, "b": bytes(1 << 22)})
    assert reason(small, data)
    assert "unfolded" in reason(small, TEXT + b"y" * (1 << 20))
    nothing = zipped({"b": bytes(1 << 22)})
    assert small.clean(nothing).data is nothing


def test_an_archive_that_is_too_large_to_unpack_is_dropped():
    data = zipped({"a": TEXT, "b": bytes(ARCHIVE)}, zipfile.ZIP_STORED)
    assert reason(CLEANER, data)


BINARY = {
    "elf": (b"\x7fELF\2\1\1" + bytes(9), True),
    "class": (b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(9), True),
    "jpeg": (b"\xff\xd8\xff\xe0" + bytes(9), True),
    "pdf": (b"%PDF-1.4\n\0\1\2", True),
    "compiled-python": (b"\xa7\r\r\n" + bytes(12), True),
    "nul-separated": (b"A=1\0B=2\0", True),
    "signed-pdf": (b"%PDF-1.4\n/ByteRange [0 1 2 3]\n\0\1\2", False),
    "mach-o": (b"\xcf\xfa\xed\xfe\7\0\0\1" + bytes(9), False),
    "fat-mach-o": (b"\xca\xfe\xba\xbe\0\0\0\2" + bytes(9), False),
    "png": (b"\x89PNG\r\n\x1a\n" + bytes(9), False),
    "sqlite": (b"SQLite format 3\0" + bytes(9), False),
    "windows": (b"MZ\x90\0\3" + bytes(9), False),
    "unknown": (b"\0\1\2\3", False),
}


@pytest.mark.parametrize("kind", BINARY)
def test_binary_files_are_rewritten_where_nothing_checks_them(kind):
    head, safe = BINARY[kind]
    data = head + TEXT + b"\0\1\0"
    if kind == "nul-separated":
        data = head + TEXT
    if safe:
        assert rewritten(CLEANER, data) == data.replace(VALUE, fill(40))
    else:
        assert reason(CLEANER, data)


@pytest.mark.parametrize("codec", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le"])
def test_wide_text_of_any_script_is_no_binary_file(codec):
    text = "ключ — 鍵\n" + TEXT.decode()
    new = rewritten(CLEANER, text.encode(codec))
    assert new == text.replace(VALUE.decode(), fill(40).decode()).encode(codec)


def test_a_signed_kernel_module_is_dropped():
    data = b"\x7fELF\2\1\1" + bytes(9) + TEXT + b"~Module signature appended~\n"
    assert "signed" in reason(CLEANER, data)
