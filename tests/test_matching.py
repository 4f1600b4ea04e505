"""Many patterns at once: which hit ends first, which there are, and the text around them."""

from __future__ import annotations

import pytest

from intercom_scan.matching import Database

WORDS = [(b"alpha", False), (b"beta", True), (b"ph", False)]


@pytest.fixture(scope="module")
def database():
    return Database(WORDS)


def test_the_hit_that_ends_first(database):
    assert database.first(b"..alpha beta") == (2, 6)
    assert database.first(b"..BETA alpha") == (1, 6)
    assert database.first(b"ALPHA") is None
    assert database.first(b"") is None


def test_the_first_hit_from_a_number_on(database):
    text = b"alpha ph beta"
    assert database.first(text, begin=1) == (2, 4)
    assert Database(WORDS[:2]).first(text, begin=1) == (1, 13)
    assert database.first(text, begin=3) is None


def test_every_hit_in_order(database):
    assert database.all(b"alpha Beta alpha") == [(2, 4), (0, 5), (1, 10), (2, 15), (0, 16)]
    assert database.all(b"") == []


def test_once_reports_each_pattern_at_its_first_hit():
    assert Database(WORDS, once=True).all(b"beta ph beta ph alpha") == [(1, 4), (2, 7), (0, 21)]


def test_a_line_break_is_a_byte_like_any():
    assert Database([(b"a.b", False)]).first(b"a\nb") == (0, 3)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_buffer_is_read(database, kind):
    data = kind(b"--beta--")
    assert database.first(data) == (1, 6)
    assert database.all(data) == [(1, 6)]
    assert database.around(data, 4, 1) == [(2, 7)]


AT = 100  # bytes before the first hit; two characters are one


@pytest.mark.parametrize(
    ("apart", "spans"),
    [
        (0, [(AT - 8, AT + 9)]),
        (1, [(AT - 8, AT + 10)]),
        (12, [(AT - 8, AT + 21)]),
        (13, [(AT - 8, AT + 22)]),  # they touch
        (14, [(AT - 8, AT + 7), (AT + 8, AT + 23)]),
    ],
)
def test_spans_around_hits_merge_where_they_meet(apart, spans):
    """A hit ends two bytes behind its start; ten before that end and five after it are kept."""
    second = AT + 2 + apart
    data = bytearray(b"." * 300)
    data[AT : AT + 2] = data[second : second + 2] = b"ph"
    assert Database(WORDS[2:]).around(data, 10, 5) == spans


def test_spans_end_with_the_text():
    assert Database(WORDS[2:]).around(b"ph.", 10, 10) == [(0, 3)]
    assert Database(WORDS[2:]).around(b"." * 20 + b"ph", 10, 10) == [(12, 22)]
    assert Database(WORDS[2:]).around(b"", 10, 10) == []


def test_hits_of_several_patterns_make_one_span(database):
    text = b"." * 50 + b"alpha" + b"." * 100 + b"BETA" + b"." * 50
    assert database.around(text, 10, 20) == [(44, 75), (149, 179)]
