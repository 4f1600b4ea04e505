"""Which contents stay whole when bytes in them are replaced by as many others."""

from __future__ import annotations

from intercom_scan.rules.text import lazy


class UnsafeError(Exception):
    """A content cannot be rewritten so that it stays what it is; says why."""


# What a reader checks: chunks, pages or tables have checksums or signatures.
_CHECKED = (
    (b"\x89PNG\r\n\x1a\n", "a PNG image, whose parts have checksums"),
    (b"SQLite format 3\0", "a SQLite database, whose indexes have an order"),
    (b"PACK", "a pack of git's, which ends in a checksum"),
    (b"DIRC", "an index of git's, which ends in a checksum"),
    (b"MZ", "a Windows program, which may be signed"),
    (b"OggS", "an Ogg file, whose pages have checksums"),
    (b"fLaC", "a FLAC file, which has checksums"),
)
# What nobody checks: the formats have lengths and offsets and nothing that is made of the content.
_UNCHECKED = (b"\x7fELF", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"\0asm", b"RIFF", b"%PDF-")
_CLASS, _FIRST_CLASS = b"\xca\xfe\xba\xbe", 45  # the format's first version in a `.class` file
_MODULE_SIGNED = b"~Module signature appended~\n"
_CONTROLS = bytes({*range(0x20), 0x7F} - set(b"\0\t\n\r\f\b\x1b"))
_has_control = lazy(b"[" + b"".join(b"\\x%02x" % byte for byte in _CONTROLS) + b"]")
_WIDE = (
    (b"\xff\xfe\0\0", "utf-32-le"), (b"\0\0\xfe\xff", "utf-32-be"), (b"", "utf-32-le"),
    (b"", "utf-32-be"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"),
    (b"", "utf-16-le"), (b"", "utf-16-be"),
)  # fmt: skip


def refusal(data: bytes) -> str | None:
    """Why `data` may not stay whole; None where it does. In doubt it may not."""
    what = next((what for magic, what in _CHECKED if data.startswith(magic)), None)
    if data.startswith(b"%PDF-") and (b"/ByteRange" in data or b"/Encrypt" in data):
        what = "a PDF file that is signed or encrypted"
    elif data.endswith(_MODULE_SIGNED):
        what = "a kernel module that is signed"
    elif what is None and not (_is_unchecked(data) or is_text(data)):
        what = "a binary file of a kind that may have checksums"
    return what


def _is_unchecked(data: bytes) -> bool:
    """Also Python's compiled modules, and Java's, which begin like a program of macOS."""
    if data.startswith(_CLASS):
        return int.from_bytes(data[6:8], "big") >= _FIRST_CLASS
    return data.startswith(_UNCHECKED) or data[2:4] == b"\r\n"


def is_text(data: bytes) -> bool:
    """Whether `data` is text: of one byte or several a letter, also with NULs between its parts."""
    if b"\0" not in data or not _has_control().search(data):
        return True
    return any(data.startswith(mark) and _is_wide(data, codec) for mark, codec in _WIDE)


def _is_wide(data: bytes, codec: str) -> bool:
    try:
        text = data.decode(codec).encode()
    except UnicodeError:
        return False
    return b"\0" not in text and not _has_control().search(text)
