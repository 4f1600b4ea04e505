"""The listing is cut into stretches that cover it, and offsets lead back to objects."""

from __future__ import annotations

import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.sources import objects
from intercom_scan.sources.objects import Listing, Stretch

sizes = st.lists(st.integers(0, 5000), min_size=1, max_size=60)


def lines_of(sizes):
    return [b"%040x blob %d" % (number, size) for number, size in enumerate(sizes)]


@given(sizes)
def test_every_offset_leads_to_its_object(sizes):
    stretch = Stretch(lines_of(sizes))
    at = 0
    for line, size in zip(lines_of(sizes), sizes, strict=True):
        start = at + len(line) + 1
        for offset in {at, start, start + size}:
            found, begin, end = stretch.locate(offset)
            assert (found.id, begin, end) == (line[:40].decode(), start, start + size)
        at = start + size + 1
    assert stretch.length == at


@given(sizes, st.integers(1, 700), st.integers(1, 4))
def test_stretches_cover_a_listing(sizes, step, readers):
    text = b"".join(line + b"\n" for line in lines_of(sizes))
    stream = io.BytesIO(text)
    listing = Listing(lambda size: stream.read(min(size, step)), readers)
    shortest, objects.SHORTEST = objects.SHORTEST, 64
    try:
        stretches = list(iter(listing.next, None))
    finally:
        objects.SHORTEST = shortest
    assert b"".join(stretch.text for stretch in stretches) == text
    assert not listing.missing


@pytest.mark.parametrize("word", ["missing", "ambiguous"])
def test_what_the_store_lacks_is_kept_apart(word):
    text = b"".join(line + b"\n" for line in lines_of([3, 4]))
    stream = io.BytesIO(b"f" * 40 + f" {word}\n".encode() + text)
    listing = Listing(stream.read, 1)
    assert [found.size for found in listing.next()] == [3, 4]
    assert listing.next() is None
    assert listing.missing == ["f" * 40]
