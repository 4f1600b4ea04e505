"""One step inwards: every layer that a layer holds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from intercom_scan.decode.b64 import BASE64_DECODERS
from intercom_scan.decode.lines import (
    ENTITY_DECODER,
    ESCAPE_DECODER,
    INSIDE_DECODER,
    PERCENT_DECODER,
    QUOTED_DECODER,
)
from intercom_scan.decode.magic import format_of
from intercom_scan.decode.single import EBCDIC_DECODER, HEX_DECODER
from intercom_scan.decode.wide import UTF16_DECODER, UTF32_DECODER
from intercom_scan.decode.zip import ZIP_DECODER

if TYPE_CHECKING:
    from intercom_scan.decode.model import Budget, Layer
    from intercom_scan.decode.pattern import Decoder

DECODERS: tuple[Decoder, ...] = (
    *BASE64_DECODERS,
    PERCENT_DECODER,
    ESCAPE_DECODER,
    ENTITY_DECODER,
    QUOTED_DECODER,
    INSIDE_DECODER,
    UTF16_DECODER,
    UTF32_DECODER,
    EBCDIC_DECODER,
    HEX_DECODER,
    ZIP_DECODER,
)

First = Callable[[bytes, int], "tuple[Decoder, int, int] | None"]


def unwrap(layer: Layer, first: First, budget: Budget) -> Iterator[Layer]:
    """All layers one level below `layer`: members of an archive, and decoded regions of text.

    `first(data, at)` gives the first match of any decoder's pattern that ends after `at`: its
    decoder, start and end. Each region is decoded once, so the work is linear in the data. What
    a limit leaves out is noted in `budget`.
    """
    form = format_of(layer.data)
    if form:
        from intercom_scan.decode.archives import members  # noqa: PLC0415 few scans meet one

        yield from members(layer, budget)
    if form == "utf-16":
        return  # all of it is decoded
    at = 0
    what = layer.path.decode("utf-8", "surrogateescape") or "a text"
    while not budget.over and budget.in_time(what) and (hit := first(layer.data, at)):
        decoder, start, end = hit
        at = end
        for inner, _, stop in decoder.decode(layer, start, end, budget):
            at = max(at, stop)
            if inner:
                yield inner
