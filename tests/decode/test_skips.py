"""What is said of an archive that was not read, once and only where there is one."""

from __future__ import annotations

import gzip
import random

from intercom_scan import detector
from tests.decode.looking import layers


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
