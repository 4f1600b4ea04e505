"""Where in a commit or a tag a hit is: a message has lines of its own, people an own origin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.finding import Place
from intercom_scan.history.parts import in_part

COMMIT = (
    b"tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n"
    b"author ANN <ann@example.com> 1 +0000\n"
    b"committer CAL <cal@example.com> 1 +0000\n"
    b"gpgsig -----BEGIN\n \n SIGNED\n -----END\n"
    b"author-ish HEAD\n"
    b"\n"
    b"FIRST\n\nauthor THIRD\n"
)
TAG = b"object 12\ntype commit\ntag v1\ntagger TIM <t@example.com> 1 +0000\n\nFIRST\n"


def placed(content, word, origin="commit-message"):
    start = content.index(word)
    line = content.count(b"\n", 0, start) + 1
    column = start - content.rfind(b"\n", 0, start)
    place = in_part(Place(origin, None, line, column, column + len(word)), start, content)
    assert place.end_column - place.column == len(word)
    return place.origin, place.line, place.column


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (b"ANN", ("author", 1, 1)),
        (b"cal@", ("author", 1, 6)),
        (b"SIGNED", ("header", 6, 2)),
        (b"HEAD", ("header", 8, 12)),
        (b"FIRST", ("commit-message", 1, 1)),
        (b"THIRD", ("commit-message", 3, 8)),
    ],
    ids=lambda value: value.decode() if isinstance(value, bytes) else "",
)
def test_a_commit(word, expected):
    assert placed(COMMIT, word) == expected


def test_a_tag():
    assert placed(TAG, b"v1", "tag-message")[0] == "header"
    assert placed(TAG, b"TIM", "tag-message") == ("author", 1, 1)
    assert placed(TAG, b"FIRST", "tag-message") == ("tag-message", 1, 1)


def test_what_cannot_be_read_any_more_keeps_its_line():
    place = Place("commit-message", None, 9, 4, 8)
    assert in_part(place, 300, b"") == place


@given(st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes(headers, message):
    """No line and no column is ever less than 1, whatever the bytes are."""
    content = headers + b"\n\n" + message
    for start in range(len(content)):
        line = content.count(b"\n", 0, start) + 1
        column = start - content.rfind(b"\n", 0, start)
        place = in_part(Place("commit-message", None, line, column, column + 1), start, content)
        assert place.line >= 1
        assert 1 <= place.column <= column
