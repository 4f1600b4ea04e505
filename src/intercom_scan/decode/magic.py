"""Which format are some bytes? Told by how they begin."""

from __future__ import annotations

from intercom_scan.values import dataclass


@dataclass(frozen=True, slots=True)
class Magic:
    """Bytes at an offset by which a format is known."""

    name: str
    offset: int
    bytes: bytes


MAGICS = (
    Magic("gzip", 0, b"\x1f\x8b\x08"),
    Magic("bzip2", 4, b"1AY&SY"),
    Magic("bzip2", 4, b"\x17rE8P\x90"),  # an empty stream, which another may follow
    Magic("xz", 0, b"\xfd7zXZ\0"),
    Magic("lzma", 0, b"]\0\0"),
    Magic("zlib", 0, b"x\x01"),
    Magic("zlib", 0, b"x\x5e"),
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
    # What a byte order mark announces may hold encoded text that no pattern sees through it.
    Magic("utf-16", 0, b"\xff\xfe"),
    Magic("utf-16", 0, b"\xfe\xff"),
)

# Most files begin as none of them, which is told by one byte.
_FIRST = frozenset((*(magic.bytes[:1] for magic in MAGICS if not magic.offset), b"B"))


def format_of(data: bytes) -> str:
    """The name of the format that `data` begins as; "" where it is none known."""
    for magic in MAGICS if data[:1] in _FIRST or data.startswith(b"ustar", 257) else ():
        if data.startswith(magic.bytes, magic.offset) and _holds(magic.name, data):
            return magic.name
    return "tar" if _is_tar(data) else ""


def _holds(name: str, data: bytes) -> bool:
    """What short magic bytes leave open."""
    if name == "bzip2":
        return data.startswith(b"BZh")
    if name == "zlib":
        return not data[1:18].isascii() or data[1] == 1  # `x^2`
    if name == "utf-16":
        return len(data) > 4 and not data.startswith(b"\xff\xfe\0\0")  # that is UTF-32
    if name == "lzma":
        # A size that is unknown or plausible behind a properties byte and a dictionary size.
        return len(data) > 13 and (data[5:13] == b"\xff" * 8 or data[10:13] == b"\0\0\0")
    return True


def _is_tar(data: bytes) -> bool:
    """Old tar has no magic bytes; its checksum tells, where there is a number for one at all."""
    if not data[148:156].strip(b" \0").isdigit():
        return False
    from intercom_scan.decode.tar import is_tar  # noqa: PLC0415 few scans meet an archive

    return is_tar(data)


def is_archive(data: bytes) -> bool:
    """Whether `data`, or a text that begins with it, may hold more than can be seen of it."""
    return format_of(data) != ""
