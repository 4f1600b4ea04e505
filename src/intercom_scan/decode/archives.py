"""Archives and compressed files, told by their first bytes."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from intercom_scan.decode.members import inner, shown, up_to, windows
from intercom_scan.decode.streams import BZIP2, GZIP, LZMA, XZ, ZLIB, Codec, Inflated
from intercom_scan.decode.tar import BLOCK, is_tar, skip, tar_members

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.decode.model import Budget, Layer
    from intercom_scan.decode.streams import Read


@dataclass(frozen=True, slots=True)
class Magic:
    """Bytes at an offset by which a format is known."""

    name: str
    offset: int
    bytes: bytes


MAGICS = (
    Magic("gzip", 0, b"\x1f\x8b\x08"),
    Magic("bzip2", 4, b"1AY&SY"),
    Magic("xz", 0, b"\xfd7zXZ\0"),
    Magic("lzma", 0, b"]\0\0"),
    Magic("zlib", 0, b"x\x01"),
    Magic("zlib", 0, b"x\x9c"),
    Magic("zlib", 0, b"x\xda"),
    Magic("tar", 257, b"ustar"),
    Magic("zip", 0, b"PK\3\4"),
    Magic("ar", 0, b"!<arch>\n"),
    Magic("zstd", 0, b"\x28\xb5\x2f\xfd"),
    Magic("lz4", 0, b"\x04\x22\x4d\x18"),
    Magic("7z", 0, b"7z\xbc\xaf\x27\x1c"),
    Magic("rar", 0, b"Rar!\x1a\x07"),
    Magic("compress", 0, b"\x1f\x9d"),
    Magic("cabinet", 0, b"MSCF\0\0\0\0"),
)
CODECS: dict[str, Codec] = {"gzip": GZIP, "bzip2": BZIP2, "xz": XZ, "lzma": LZMA, "zlib": ZLIB}


def format_of(data: bytes) -> str:
    """The name of the format that `data` begins as; "" where it is none known."""
    for magic in MAGICS:
        if data.startswith(magic.bytes, magic.offset) and _holds(magic.name, data):
            return magic.name
    return "tar" if is_tar(data) else ""


def _holds(name: str, data: bytes) -> bool:
    """What short magic bytes leave open."""
    if name == "bzip2":
        return data.startswith(b"BZh")
    if name == "lzma":
        # A size that is unknown or plausible behind a properties byte and a dictionary size.
        return len(data) > 13 and (data[5:13] == b"\xff" * 8 or data[10:13] == b"\0\0\0")
    return True


def is_archive(data: bytes) -> bool:
    """Whether `data`, or a text that begins with it, may hold more than can be seen of it."""
    return format_of(data) != ""


def members(layer: Layer, budget: Budget) -> Iterator[Layer]:
    """What `layer` holds, where it is an archive; zip is left to its decoder, which finds it
    anywhere."""
    name = format_of(layer.data)
    source = BytesIO(layer.data)
    if name in CODECS:
        yield from _inflated(layer, name, source.read, budget)
    elif name == "tar":
        yield from tar_members(source.read, layer, ("tar",), budget)
    elif name == "ar":
        yield from _ar_members(source.read, layer, budget)
    elif name and name != "zip":
        budget.stop(shown(layer.path), f"{name} cannot be unpacked", incomplete=False)


def _inflated(layer: Layer, name: str, read: Read, budget: Budget) -> Iterator[Layer]:
    """A compressed file's text; a tar archive goes on to its members without a stop."""
    source = Inflated(read, CODECS[name], shown(layer.path), budget)
    if is_tar(source.peek(BLOCK)):
        yield from tar_members(source.read, layer, (name, "tar"), budget)
        return
    for data, line in windows(source.read, budget.limits.member):
        yield inner(layer, (name,), None, data, line)


def _ar_members(read: Read, layer: Layer, budget: Budget) -> Iterator[Layer]:
    """Members of a Unix archive (.deb, .a): https://en.wikipedia.org/wiki/Ar_(Unix)#File_header."""
    read(8)
    while not budget.over and (head := read(60)):
        if head[58:] != b"`\n" or not head[48:58].strip().isdigit():
            budget.stop(shown(layer.path), "damaged ar data", incomplete=False)
            return
        size = int(head[48:58])
        body = up_to(read, size)
        for data, line in windows(body, budget.limits.member):
            yield inner(layer, ("ar",), head[:16].strip().rstrip(b"/"), data, line)
        skip(body, size)
        read(size % 2)
