"""What is said of an archive that was not read, once and only where there is one."""

from __future__ import annotations

import gzip
import lzma
import random
import struct

from intercom_scan import detector
from intercom_scan.decode import streams
from tests.decode.looking import layers, sightings
from tests.decode.test_archives import SECRET, TEXT, zipped


def test_a_few_letters_of_an_archive_are_no_archive_that_lost_something():
    _, budget = layers(b'text = "H4sIAAAAAAAAAAAAAAAAAAAAAAAAAA..."')
    assert not budget.skips


def test_an_archive_too_large_to_hold_is_said_once(monkeypatch):
    monkeypatch.setattr(detector, "WINDOW", 1 << 14)
    monkeypatch.setattr(detector, "OVERLAP", 1 << 10)
    monkeypatch.setattr(detector, "ARCHIVE", 1 << 15)
    data = gzip.compress(random.Random(3).randbytes(1 << 16))
    pieces = [data[at : at + 1000] for at in range(0, len(data), 1000)]
    sight = detector.Detector().look_at_pieces(pieces, len(data), b"big.gz")
    assert [(skip.what, skip.incomplete) for skip in sight.skips] == [("big.gz", True)]


def test_a_dictionary_too_large_to_hold_is_no_damage(monkeypatch):
    """What is whole and was not read may hold anything."""
    data = lzma.compress(b"text")
    assert not layers(data)[1].skips
    monkeypatch.setattr(streams, "LZMA_MEMORY", 1 << 20)
    (skip,) = layers(data)[1].skips
    assert (skip.what, skip.incomplete) == ("f", True)
    assert "1 MiB" in skip.reason


def test_encrypted_and_unknown_members_are_said_and_the_next_is_read():
    for offset, value, reason in ((6, 1, "encrypted"), (8, 93, "compressed by method 93")):
        first = bytearray(zipped({"a": TEXT * 20}))
        struct.pack_into("<H", first, offset, value)
        first[31:60] = b"\7" * 29  # no method's beginning
        seen, budget = sightings(SECRET, bytes(first) + zipped({"b": TEXT}))
        assert [(skip.what, skip.reason, skip.incomplete) for skip in budget.skips] == [
            ("f!a", reason, False)
        ]
        assert [path for _, path, *_ in seen] == [b"f!b"]
