"""Archives: what is in them, nested, damaged, hostile, and what is said of the rest."""

from __future__ import annotations

import base64
import bz2
import gzip
import io
import lzma
import random
import struct
import tarfile
import zipfile
import zlib

import pytest

from intercom_scan.decode import Budget, Limits, is_archive
from intercom_scan.decode.magic import MAGICS
from tests.decode.looking import layers, sightings

SECRET = b"INTERCOM_" + b"SECRET=" + bytes(random.Random(1).choices(b"abcXYZ019", k=40))
TEXT = b"first line\nsecond " + SECRET + b"\nlast\n"


def tar(members, form=tarfile.PAX_FORMAT, **kwargs):
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=form, **kwargs) as archive:
        for name, data in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return out.getvalue()


def zipped(members, method=zipfile.ZIP_DEFLATED, stream=False):
    out = io.BytesIO()
    target = Unseekable(out) if stream else out
    with zipfile.ZipFile(target, "w", method) as archive:  # type: ignore[call-overload]
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


class Unseekable:
    """A pipe to zipfile, which then says sizes behind the data alone."""

    def __init__(self, out):
        self._out = out

    def write(self, data):
        return self._out.write(data)

    def flush(self):
        pass


def ar(members):
    out = b"!<arch>\n"
    for name, data in members.items():
        out += b"%-16s%-12d%-6d%-6d%-8o%-10d`\n" % (name + b"/", 0, 0, 0, 0o644, len(data))
        out += data + b"\n" * (len(data) % 2)
    return out


LONG = "d/" * 80 + "long.yml"
GNU, USTAR = tarfile.GNU_FORMAT, tarfile.USTAR_FORMAT
FOUND = {
    "gzip": (gzip.compress(TEXT), b"f", ("gzip",)),
    "gzip-members": (gzip.compress(b"x") + gzip.compress(TEXT), b"f", ("gzip",)),
    "gzip-garbage-behind": (gzip.compress(TEXT) + b"garbage", b"f", ("gzip",)),
    "gzip-zeros-behind": (gzip.compress(TEXT) + bytes(600), b"f", ("gzip",)),
    "gzip-zeros-between": (
        gzip.compress(b"x") + bytes(70_000) + gzip.compress(TEXT), b"f", ("gzip",),
    ),
    "gzip-after-many-empty": (gzip.compress(b"") * 3000 + gzip.compress(TEXT), b"f", ("gzip",)),
    "bzip2": (bz2.compress(TEXT), b"f", ("bzip2",)),
    "bzip2-members": (bz2.compress(b"x") + bz2.compress(TEXT), b"f", ("bzip2",)),
    "xz": (lzma.compress(TEXT), b"f", ("xz",)),
    "xz-members": (lzma.compress(b"x") + lzma.compress(TEXT), b"f", ("xz",)),
    "lzma": (lzma.compress(TEXT, format=lzma.FORMAT_ALONE), b"f", ("lzma",)),
    "zlib": (zlib.compress(TEXT), b"f", ("zlib",)),
    "zlib-fast": (zlib.compress(TEXT, 1), b"f", ("zlib",)),
    "zlib-best": (zlib.compress(TEXT, 9), b"f", ("zlib",)),
    "tar": (tar({"a/b.yml": TEXT}), b"f!a/b.yml", ("tar",)),
    "tar-gnu-long": (tar({LONG: TEXT}, GNU), b"f!" + LONG.encode(), ("tar",)),
    "tar-pax-long": (tar({LONG: TEXT}), b"f!" + LONG.encode(), ("tar",)),
    "tar-ustar-prefix": (tar({LONG: TEXT}, USTAR), b"f!" + LONG.encode(), ("tar",)),
    "tar-second": (tar({"a": b"x" * 700, "b": TEXT}), b"f!b", ("tar",)),
    "tar-joined": (tar({"a": b"x"}) + tar({"b": TEXT}), b"f!b", ("tar",)),
    "tar-gz": (gzip.compress(tar({"b": TEXT})), b"f!b", ("gzip", "tar")),
    "tar-xz": (lzma.compress(tar({"b": TEXT})), b"f!b", ("xz", "tar")),
    "tar-bz2": (bz2.compress(tar({"b": TEXT})), b"f!b", ("bzip2", "tar")),
    "zip": (zipped({"b": TEXT}), b"f!b", ("zip",)),
    "zip-stored": (zipped({"b": TEXT}, zipfile.ZIP_STORED), b"f!b", ("zip",)),
    "zip-bzip2": (zipped({"b": TEXT}, zipfile.ZIP_BZIP2), b"f!b", ("zip",)),
    "zip-lzma": (zipped({"b": TEXT}, zipfile.ZIP_LZMA), b"f!b", ("zip",)),
    "zip-lzma-second": (
        zipped({"a": b"x" * 99, "b": TEXT}, zipfile.ZIP_LZMA), b"f!b", ("zip",),
    ),
    "zip-streamed": (zipped({"b": TEXT}, stream=True), b"f!b", ("zip",)),
    "zip-streamed-stored": (
        zipped({"a": b"x" * 99, "b": TEXT}, zipfile.ZIP_STORED, stream=True),
        b"f!b",
        ("zip",),
    ),
    "zip-second": (zipped({"a": b"x" * 9999, "b": TEXT}), b"f!b", ("zip",)),
    "zip-second-after-lzma": (
        zipped({"a": b"x" * 9999}, zipfile.ZIP_LZMA) + zipped({"b": TEXT}),
        b"f!b",
        ("zip",),
    ),
    "zip-behind-a-prefix": (b"#!/bin/sh\nexec java\n" + zipped({"b": TEXT}), b"f!b", ("zip",)),
    "zip-joined": (zipped({"a": b"x"}) + zipped({"b": TEXT}), b"f!b", ("zip",)),
    "ar": (ar({b"a": b"odd", b"b": TEXT}), b"f!b", ("ar",)),
    "deb": (
        ar({b"data.tar.xz": lzma.compress(tar({"b": TEXT}))}),
        b"f!data.tar.xz!b",
        ("ar", "xz", "tar"),
    ),
    "zip-in-zip": (zipped({"i.jar": zipped({"b": TEXT})}), b"f!i.jar!b", ("zip", "zip")),
    "tar-gz-in-zip": (
        zipped({"i.tgz": gzip.compress(tar({"b": TEXT}))}),
        b"f!i.tgz!b",
        ("zip", "gzip", "tar"),
    ),
    "zip-in-tar-gz": (
        gzip.compress(tar({"i.whl": zipped({"b": TEXT})})),
        b"f!i.whl!b",
        ("gzip", "tar", "zip"),
    ),
    "utf-16-in-gzip": (gzip.compress(TEXT.decode().encode("utf-16")), b"f", ("gzip", "utf-16le")),
    "base64-in-zip": (zipped({"b": base64.b64encode(TEXT)}), b"f!b", ("zip", "base64")),
}  # fmt: skip


ENCODED = ("utf-16-in-gzip", "base64-in-zip")


@pytest.mark.parametrize("case", FOUND)
def test_found(case):
    data, path, encodings = FOUND[case]
    seen, budget = sightings(SECRET, data)
    assert (encodings, path) in {each[:2] for each in seen}
    assert not budget.skips


@pytest.mark.parametrize(
    "case", [case for case in FOUND if FOUND[case][2][-1] not in ("utf-16le", "base64")]
)
def test_lines_count_from_the_members_beginning(case):
    data, path, encodings = FOUND[case]
    [(text, place)] = [
        (text, place)
        for found, where, place, text, _, _ in sightings(SECRET, data)[0]
        if (found, where) == (encodings, path)
    ]
    assert text.data in (TEXT, b"x" + TEXT)
    assert place == text.data.find(SECRET)
    assert text.line == 1


@pytest.mark.parametrize(
    "archive", [gzip.compress, bz2.compress, lzma.compress, lambda data: zipped({"b": data})],
    ids=["gzip", "bzip2", "xz", "zip"],
)  # fmt: skip
@pytest.mark.parametrize("twice", [False, True], ids=["once", "twice"])
@pytest.mark.parametrize("lead", [b"", b"\n  ", b'"', b"base64,", b"\\n"])
def test_an_archive_in_base64_stands_where_its_base64_begins(archive, twice, lead):
    code = base64.b64encode(archive(TEXT))
    code = base64.b64encode(code) if twice else code
    seen, budget = sightings(SECRET, b"line\nrelease: " + lead + code + b'"\n')
    places = {place for found, _, place, *_ in seen if found[-1] not in ("base64",)}
    assert places == {len(b"line\nrelease: " + lead)}
    assert all(text.path == b"f" for _, _, _, text, _, _ in seen)
    assert not budget.skips


def test_names_in_a_compressed_archive_are_text():
    name = "config-" + SECRET.decode() + ".txt"
    data = gzip.compress(tar({name: b"nothing"}))
    assert any(layer.data.startswith(name.encode()) for *_, layer, _ in sightings(SECRET, data)[0])


def test_a_symbolic_links_target_in_a_compressed_archive_is_text():
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        link = tarfile.TarInfo("link")
        link.type, link.linkname = tarfile.SYMTYPE, SECRET.decode()
        archive.addfile(link)
    assert sightings(SECRET, out.getvalue())[0]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x28\xb5\x2f\xfd" + bytes(20), "zstd cannot be unpacked"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(20), "7z cannot be unpacked"),
        (b"Rar!\x1a\x07\x01\x00", "rar cannot be unpacked"),
        (b"\x1f\x9d\x90" + bytes(20), "compress cannot be unpacked"),
        (b"\x04\x22\x4d\x18" + bytes(20), "lz4 cannot be unpacked"),
    ],
)
def test_what_cannot_be_unpacked_is_said(data, reason):
    assert is_archive(data)
    [skip] = layers(data)[1].skips
    assert (skip.what, skip.reason, skip.incomplete) == ("f", reason, False)


@pytest.mark.parametrize(("flags", "method"), [(1, 0), (0, 93), (0, 8), (0, 0)])
@pytest.mark.parametrize("size", [0, 2**31])
def test_a_header_that_lies_hides_nothing(flags, method, size):
    header = struct.pack("<4s5H3L2H", b"PK\3\4", 20, flags, method, 0, 0, 0, size, size, 1, 0)
    data = header + b"a" + b"\nkey: " + base64.b64encode(SECRET) + b"\n"
    assert sightings(SECRET, data)[0]


IGNORED = {
    "prose": b"x\x01 is text",
    "equation": b"x^2 + y^2",
    "bracket": b"]\0\0 whatever it is that follows",
    "fh": b"BZh is the name of it",
    "short": b"\x1f\x8b",
    "empty": b"",
    "zeros": bytes(5000),
    "local-header-cut-off": b"PK\3\4",
    "local-header-of-nothing": b"PK\3\4" + bytes(20),
}


@pytest.mark.parametrize("case", IGNORED)
def test_ignored(case):
    found, budget = layers(IGNORED[case])
    assert len(found) == 1
    assert is_archive(IGNORED[case]) == case.startswith(("local-header", "prose"))
    assert not budget.skips


@pytest.mark.parametrize("magic", MAGICS, ids=lambda magic: magic.name)
def test_every_magic_makes_an_archive(magic):
    samples = [data for data, *_ in FOUND.values()] + [b"!<arch>\n", bz2.compress(b"")]
    samples += [zlib.compress(TEXT, level) for level in range(10)]
    samples += [bytes(magic.offset) + magic.bytes + end for end in (bytes(20), b"a\0b\0c\0")]
    known = [data for data in samples if data.startswith(magic.bytes, magic.offset)]
    assert any(is_archive(data) for data in known)


DAMAGED = {
    name: (data, kind)
    for name, (data, _, (kind, *_)) in FOUND.items()
    if name
    in (
        "gzip",
        "bzip2",
        "xz",
        "lzma",
        "zlib",
        "tar",
        "tar-gz",
        "zip",
        "zip-bzip2",
        "zip-lzma",
        "ar",
    )
}


@pytest.mark.parametrize("case", DAMAGED)
def test_cut_off_anywhere_ends_quietly(case):
    data, _ = DAMAGED[case]
    for size in range(0, len(data), 1 + len(data) // 300):
        _, budget = layers(data[:size])
        assert all(not skip.incomplete for skip in budget.skips)


@pytest.mark.parametrize("case", DAMAGED)
def test_damaged_anywhere_ends_quietly(case):
    data, _ = DAMAGED[case]
    dice = random.Random(case)
    for _ in range(200):
        broken = bytearray(data)
        for _ in range(dice.choice((1, 1, 2, 8))):
            broken[dice.randrange(len(data))] = dice.randrange(256)
        _, budget = layers(bytes(broken))
        assert all(not skip.incomplete or "MiB" in skip.reason for skip in budget.skips)


BEFORE_DAMAGE = {
    "gzip": gzip.compress,
    "zlib": zlib.compress,
    "zip": lambda data: zipped({"b": data}),
}


@pytest.mark.parametrize("compress", BEFORE_DAMAGE.values(), ids=BEFORE_DAMAGE)
def test_what_comes_before_the_damage_is_read(compress):
    noise = base64.b64encode(random.Random(2).randbytes(200_000))
    data = bytearray(compress(TEXT + noise))
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    seen, budget = sightings(SECRET, bytes(data))
    assert seen
    assert any("damaged" in skip.reason or "truncated" in skip.reason for skip in budget.skips)


def test_a_wrong_checksum_loses_nothing():
    data = bytearray(gzip.compress(TEXT))
    data[-6] ^= 1
    seen, budget = sightings(SECRET, bytes(data))
    assert seen
    assert [skip.reason for skip in budget.skips] == ["damaged gzip data"]


def test_a_truncated_stream_is_read_up_to_its_end():
    data = gzip.compress(TEXT + base64.b64encode(random.Random(2).randbytes(9999)))[:-50]
    seen, budget = sightings(SECRET, data)
    assert seen
    assert [skip.reason for skip in budget.skips] == ["truncated gzip data"]


def test_behind_a_damaged_tar_header_reading_goes_on():
    data = bytearray(tar({"a": b"x", "damaged": b"x", "b": TEXT}))
    data[1024:1124] = b"\xff" * 100
    seen, budget = sightings(SECRET, gzip.compress(bytes(data)))
    assert b"f!b" in {path for _, path, *_ in seen}
    assert [skip.reason for skip in budget.skips] == ["damaged tar data"]


SMALL = Limits(expansion=4 << 20, member=1 << 20)
BOMBS = {
    "gzip": gzip.compress(bytes(64 << 20)),
    "gzip-in-gzip": gzip.compress(gzip.compress(bytes(64 << 20))),
    "bzip2": bz2.compress(bytes(64 << 20)),
    "xz": lzma.compress(bytes(64 << 20), preset=0),
    "zlib": zlib.compress(bytes(64 << 20)),
    "tar-gz": gzip.compress(tar({"a": bytes(64 << 20)})),
    "zip": zipped({"a": bytes(64 << 20)}),
    "zip-of-many": zipped({str(n): bytes(1 << 20) for n in range(16)}),
    "zip-of-zips": zipped(
        {str(n): zipped({str(m): bytes(2 << 20) for m in range(2)}) for n in range(4)}
    ),
}


@pytest.mark.parametrize("case", BOMBS)
def test_a_bomb_is_stopped_and_said(case):
    budget = Budget(SMALL)
    found, _ = layers(BOMBS[case], budget=budget)
    assert [(skip.reason, skip.incomplete) for skip in budget.skips] == [
        ("unfolds into more than 4194304 bytes", True)
    ]
    assert sum(len(layer.data) for layer, _ in found[1:]) <= 3 * SMALL.expansion
    assert max(len(layer.data) for layer, _ in found[1:]) <= SMALL.member
    assert budget.spent <= SMALL.expansion + (64 << 10)


def test_an_archive_that_holds_itself_ends_at_the_depth():
    # A stored member that says it goes on to the end, within itself, without end.
    quine = b""
    for _ in range(40):
        head = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 0, 0, len(quine), len(quine), 1, 0)
        quine = head + b"q" + quine
    found, _ = layers(quine, limits=Limits(depth=5))
    assert max(len(layer.encodings) for layer, _ in found) == 5


@pytest.mark.parametrize("wrap", [gzip.compress, lambda data: zipped({"b": data}),
                                  lambda data: gzip.compress(tar({"b": data}))],
                         ids=["gzip", "zip", "tar-gz"])  # fmt: skip
@pytest.mark.parametrize("shift", [-20, -1, 0, 1, 30])
def test_a_long_member_comes_in_windows_that_overlap(wrap, shift):
    limit = 256 << 10
    place = limit + shift
    text = (b"x" * 99 + b"\n") * (place // 100 + 1)
    text = text[:place] + b"\n" + SECRET + b"\n" + text
    seen, budget = sightings(SECRET, wrap(text), limits=Limits(member=limit))
    lines = {window.line + window.data.count(b"\n", 0, at) for _, _, at, window, *_ in seen}
    assert lines == {text[: text.find(SECRET)].count(b"\n") + 1}
    assert not budget.skips


def test_very_many_notes_are_cut_short():
    def encrypted(name):
        one = bytearray(zipped({name: b"x"}, zipfile.ZIP_STORED))
        struct.pack_into("<H", one, 6, 1)
        return bytes(one)

    _, budget = layers(b"".join(encrypted(str(number)) for number in range(300)))
    assert len(budget.skips) == 100
    assert budget.skips[0].what == "f!0"
    assert budget.skips[-1].reason == "encrypted, and more that is not listed"
