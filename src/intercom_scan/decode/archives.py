"""Archives and compressed files, unfolded."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from intercom_scan.decode.magic import format_of
from intercom_scan.decode.members import inner, shown, up_to, windows
from intercom_scan.decode.streams import BZIP2, GZIP, LZMA, XZ, ZLIB, Codec, Inflated
from intercom_scan.decode.tar import BLOCK, is_tar, skip, tar_members
from intercom_scan.decode.wide import UTF16_DECODER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.decode.model import Budget, Layer
    from intercom_scan.decode.streams import Read


CODECS: dict[str, Codec] = {"gzip": GZIP, "bzip2": BZIP2, "xz": XZ, "lzma": LZMA, "zlib": ZLIB}


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
    elif name == "utf-16":
        first = 3 if layer.data.startswith(b"\xff") else 4  # the end of the letter after the mark
        regions = UTF16_DECODER.decode(layer, 2, first, budget)
        yield from (text for text, _, _ in regions if text)
    elif name and name != "zip":
        budget.stop(shown(layer.path), f"{name} cannot be unpacked", incomplete=False)


def _inflated(layer: Layer, name: str, read: Read, budget: Budget) -> Iterator[Layer]:
    """A compressed file's text; a tar archive goes on to its members without a stop."""
    # In a text, some letters of base64 are such a beginning.
    own = layer.outer is None
    source = Inflated(read, CODECS[name], shown(layer.path), budget, sure=own)
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
