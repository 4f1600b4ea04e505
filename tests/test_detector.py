"""Bytes meet decoders and rules: places, windows, limits."""

from __future__ import annotations

import base64
import gzip

import pytest

from intercom_scan import detector as scan
from intercom_scan.decode import Limits
from intercom_scan.detector import Detector, Names
from intercom_scan.rules import RULES, by_id

TOKEN = by_id("intercom-access-token")


@pytest.fixture(scope="module")
def detector():
    return Detector()


def spot(hit):
    return hit.line, hit.column, hit.end_column


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_kind_on_its_own_line(detector, rule):
    secret = rule.sample()
    text = b"first\n" + rule.example.format(secret.decode()).encode() + b"\nlast\n"
    [hit] = detector.look(text).hits
    begin = text.index(secret) - len(b"first\n")
    assert (hit.rule.id, hit.secret) == (rule.id, rule.check(secret))
    assert spot(hit) == (2, begin + 1, begin + 1 + len(secret))


def test_places_of_encoded_values_are_those_of_the_outermost_text(detector):
    secret = TOKEN.sample()
    encoded = base64.b64encode(b"\n\n\nkey=" + secret)
    [hit] = detector.look(b"a\nb\n" + encoded + b"\n").hits
    assert hit.line == 3
    assert hit.encoding == ("base64",)
    assert 1 < hit.column <= len(encoded)


def test_members_of_archives_have_places_of_their_own(detector):
    secret = TOKEN.sample()
    [hit] = detector.look(gzip.compress(b"one\ntwo " + secret), b"log.gz").hits
    assert (hit.line, hit.column, hit.encoding) == (2, 5, ("gzip",))


def test_repeats_are_all_found_and_the_same_place_once(detector):
    secret = TOKEN.sample()
    hits = detector.look(b"%b\n%b %b\n" % (secret, secret, secret)).hits
    assert [(hit.line, hit.column) for hit in hits] == [(1, 1), (2, 1), (2, 2 + len(secret))]


def test_more_places_than_are_kept_are_remarked_on(detector, monkeypatch):
    monkeypatch.setattr(scan, "HITS", 3)
    sight = detector.look((TOKEN.sample() + b"\n") * 5)
    assert len(sight.hits) == 3
    assert sight.notes == ["4: more than 3 places of one secret; no more are listed"]


@pytest.mark.parametrize("around", [-70, -61, -60, -59, -30, -1, 0, 1, 30, 61])
@pytest.mark.parametrize("edge", ["end", "overlap", "middle"])
def test_windows_miss_and_double_nothing(detector, monkeypatch, around, edge):
    monkeypatch.setattr(scan, "WINDOW", 8192)
    monkeypatch.setattr(scan, "OVERLAP", 1024)
    secret = TOKEN.sample()
    at = {"end": 8192, "overlap": 8192 - 1024, "middle": 8192 - 512}[edge] + around
    text = (b"x" * 99 + b"\n") * 300
    text = text[:at] + b" " + secret + b" " + text[at + 62 :]
    pieces = [text[i : i + 1000] for i in range(0, len(text), 1000)]
    windowed = detector.look_at_pieces(pieces, len(text)).hits
    assert windowed == detector.look(text).hits
    assert [hit.secret for hit in windowed] == [TOKEN.check(secret)]


def test_depth_is_limited_and_said():
    data = TOKEN.sample()
    for _ in range(4):
        data = gzip.compress(data)
    assert Detector(limits=Limits(depth=4)).look(data).hits
    sight = Detector(limits=Limits(depth=1)).look(data)
    assert not sight.hits
    assert [skip.incomplete for skip in sight.skips] == [True]


def test_an_archive_too_large_to_hold_is_said(detector, monkeypatch):
    monkeypatch.setattr(scan, "WINDOW", 1024)
    monkeypatch.setattr(scan, "OVERLAP", 128)
    monkeypatch.setattr(scan, "ARCHIVE", 2048)
    data = gzip.compress(b"") + b"\0" * 4000
    sight = detector.look_at_pieces([data], len(data), b"big.gz")
    assert [(skip.what, skip.incomplete) for skip in sight.skips] == [("big.gz", True)]


def test_inline_comments_are_noted_and_bad_ones_remarked_on(detector):
    secret = TOKEN.sample()
    [allowed] = detector.look(b"k = '%b'  # pragma: allowlist secret" % secret).hits
    assert allowed.inline
    sight = detector.look(b"k = '%b'  # intercom-scan: ignore" % secret)
    assert sight.hits[0].inline is None
    assert len(sight.notes) == 1


def test_own_names_are_looked_for():
    text = b"acme_chat_token = 'hk3J9x-Qm27vTz_81bLw'\n"
    assert not Detector().look(text).hits
    assert Detector(Names(("acme_chat_token",), (b"acme",))).look(text).hits


def test_hits_do_not_show_their_secret(detector):
    secret = TOKEN.sample()
    [hit] = detector.look(secret).hits
    assert secret.decode() not in repr(hit)
