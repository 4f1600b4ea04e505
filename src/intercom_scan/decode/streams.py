"""Compressed streams, inflated a little at a time and never beyond the budget."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Protocol

from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.decode.model import Budget

# `read(n)` gives `n` bytes, fewer only at the end.
Read = Callable[[int], bytes]

CHUNK_IN = 16 * 1024
CHUNK_OUT = 64 * 1024

# A larger dictionary would be an attack on memory; `xz -9` needs 65 MiB.
LZMA_MEMORY = 72 * 1024 * 1024


class Inflater(Protocol):
    """What the decompressors of bz2 and lzma have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int = -1) -> bytes: ...


class Deflate:
    """zlib with the interface of bz2 and lzma; gives what comes before an error, then raises it."""

    def __init__(self, window: int) -> None:
        self._new = partial(zlib.decompressobj, window)
        self._zlib = self._new()
        self._begun = False
        self._error: zlib.error | None = None
        self._full = False

    @property
    def eof(self) -> bool:
        return self._zlib.eof

    @property
    def unused_data(self) -> bytes:
        return self._zlib.unused_data

    @property
    def needs_input(self) -> bool:
        return not (self._full or self._error)

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        if self._error:
            raise self._error
        pending = self._zlib.unconsumed_tail + data
        before = self._zlib.copy() if self._begun else None  # it is 7 KiB of state
        self._begun = True
        try:
            out = self._zlib.decompress(pending, max_length)
        except zlib.error as error:
            self._error = error
            return _salvage(before or self._new(), pending)
        self._full = len(out) == max_length
        return out


def _salvage(inflater: zlib._Decompress, data: bytes) -> bytes:
    """What zlib makes of `data` up to the byte that it stumbles over."""
    out = bytearray()
    try:
        for at in range(len(data)):
            out += inflater.decompress(data[at : at + 1])
    except zlib.error:
        pass
    return bytes(out)


def _deflated(data: bytes) -> bool:
    """Whether a deflated text may begin so: RFC 1951, 3.2.3 and 3.2.4."""
    if len(data) < 5 or data[0] & 6:
        return not data or data[0] & 6 != 6
    return data[1] ^ data[3] == data[2] ^ data[4] == 0xFF


def _gzipped(data: bytes) -> bool:
    """RFC 1952, 2.3: three flags are reserved, and without any the text follows at once."""
    flags = data[3] if len(data) > 3 else 0
    return flags < 0x20 and (flags != 0 or _deflated(data[10:15]))


def _zlibbed(data: bytes) -> bool:
    """RFC 1950, 2.2."""
    return int.from_bytes(data[:2], "big") % 31 == 0 and _deflated(data[2:7])


def _bzipped(data: bytes) -> bool:
    """A block or the end: https://en.wikipedia.org/wiki/Bzip2#File_format."""
    return data[4:10] in (b"1AY&SY", b"\x17rE8P\x90"[: len(data[4:10])])


def _xzed(data: bytes) -> bool:
    """The flags have a checksum: https://tukaani.org/xz/xz-file-format.txt, 2.1.1."""
    return len(data) < 12 or zlib.crc32(data[6:8]) == int.from_bytes(data[8:12], "little")


def _anything(_: bytes) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Codec:
    """A compression format: how a stream begins (b"" where only one may come), and its reader.

    `may` tells most of what only begins alike, as to begin with a decompressor takes its time.
    """

    name: str
    magic: bytes
    new: Callable[[], Inflater]
    may: Callable[[bytes], bool] = _anything

    def begins(self, data: bytes) -> bool:
        """Whether a stream may begin so."""
        return data.startswith(self.magic) and self.may(data)


def bzip2() -> Inflater:
    import bz2  # noqa: PLC0415 half a millisecond that most scans need not pay

    return bz2.BZ2Decompressor()


def lzma_of(form: str) -> Callable[[], Inflater]:
    def new() -> Inflater:
        import lzma  # noqa: PLC0415 as above

        return lzma.LZMADecompressor(getattr(lzma, form), memlimit=LZMA_MEMORY)

    return new


RAW_WINDOW = -zlib.MAX_WBITS
GZIP = Codec("gzip", b"\x1f\x8b\x08", lambda: Deflate(16 + zlib.MAX_WBITS), _gzipped)
ZLIB = Codec("zlib", b"", lambda: Deflate(zlib.MAX_WBITS), _zlibbed)
RAW = Codec("deflate", b"", lambda: Deflate(RAW_WINDOW), _deflated)
BZIP2 = Codec("bzip2", b"BZh", bzip2, _bzipped)
XZ = Codec("xz", b"\xfd7zXZ\0", lzma_of("FORMAT_XZ"), _xzed)
LZMA = Codec("lzma", b"", lzma_of("FORMAT_ALONE"))


def inflates(data: bytes, window: int = zlib.MAX_WBITS) -> bool:
    """Whether the beginning of a stream inflates to anything; `window` as zlib has it."""
    try:
        return bool(zlib.decompressobj(window).decompress(data, len(data)))
    except zlib.error:
        return False


def errors() -> tuple[type[Exception], ...]:
    """What the decompressors raise on damaged data; evaluated when one of them did."""
    import lzma  # noqa: PLC0415 as above

    return (zlib.error, lzma.LZMAError, OSError, EOFError, ValueError)


class Inflated:
    """The text of a compressed stream, and where in its source the stream ended."""

    def __init__(
        self, read: Read, codec: Codec, what: str, budget: Budget, *, sure: bool = True
    ) -> None:
        """`sure` where a beginning such as the codec's says that this is a stream."""
        self._read, self._codec, self._what, self._budget = read, codec, what, budget
        self._sure = sure and len(codec.magic) > 2
        self._chunks = self._inflate()
        self._ahead = bytearray()
        self.consumed = 0  # bytes of the source that belong to the stream so far
        self.produced = 0
        self.whole = False  # the stream came to its proper end

    def read(self, size: int) -> bytes:
        """`size` bytes of the text, fewer only at its end."""
        while len(self._ahead) < size and (chunk := next(self._chunks, None)) is not None:
            self._ahead += chunk
        out = bytes(self._ahead[:size])
        del self._ahead[:size]
        return out

    def peek(self, size: int) -> bytes:
        """What `read(size)` will give."""
        out = self.read(size)
        self._ahead[:0] = out
        return out

    def _fill(self) -> bytes:
        data = self._read(CHUNK_IN)
        self.consumed += len(data)
        return data

    def _inflate(self) -> Iterator[bytes]:
        data = self._fill()
        if not self._codec.begins(data):
            self._damaged("damaged")
            return
        inflater = self._codec.new()
        while True:
            try:
                out = inflater.decompress(data, CHUNK_OUT)
            except errors() as error:
                self._failed(error)
                return
            data = b""
            self.produced += len(out)
            if not self._budget.take(len(out), self._what):
                return
            if out:
                yield out
            if inflater.eof:
                data = self._next_member(inflater.unused_data)
                if not data:
                    return
                inflater = self._codec.new()
            elif inflater.needs_input and not (data := self._fill()):
                self._damaged("truncated")
                return

    def _next_member(self, rest: bytes) -> bytes:
        """The beginning of another stream behind the one that ended; b"" where none is."""
        magic = self._codec.magic
        # gzip itself skips zeros between members, with which tapes and blocks are filled up.
        while magic and not rest.strip(b"\0") and (more := self._fill()):
            rest = more
        if magic and len(rest := rest.lstrip(b"\0")) < len(magic):
            rest += self._fill()
        if magic and rest.startswith(magic):
            return rest
        self.consumed -= len(rest)
        self.whole = True
        return b""

    def _failed(self, error: Exception) -> None:
        if "Memory usage limit" in str(error):  # of lzma, which has no error of its own for that
            reason = f"{self._codec.name} data that takes more than {LZMA_MEMORY >> 20} MiB to read"
            self._budget.stop(self._what, reason)
        else:
            self._damaged("damaged")

    def _damaged(self, how: str) -> None:
        # Bytes that only look like the beginning of a stream are no archive that lost something.
        if self.produced or self._sure:
            self._budget.stop(self._what, f"{how} {self._codec.name} data", incomplete=False)
