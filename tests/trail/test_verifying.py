"""Whatever is done to the bytes of a log shows."""

from __future__ import annotations

import json
import tracemalloc
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.trail import records, verifying
from intercom_scan.trail.records import Entry
from intercom_scan.trail.verifying import (
    ALONE,
    CHANGED,
    KEYED,
    MISSING,
    MOVED,
    PLAIN,
    TORN,
    _lines,
    verified,
)
from tests.trail.logs import problems

KEY = b"a key of the tests"
COUNT = 6


def chained(count=COUNT, key=b""):
    """The lines of a log, with their ends, and the last one's hash."""
    lines, previous = [], records.ORIGIN
    for number in range(count):
        result = ("begun", "success")[number % 2]
        metadata = {"begun": previous} if number % 2 else {}
        entry = Entry("2026-01-01T00:00:00.000Z", "scan", "me", f"r{number}", result, metadata)
        line, previous = records.sealed(entry, previous, key)
        lines.append(line + b"\n")
    return lines, previous


LINES, HEAD = chained()


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("log") / "audit.log"


def changed(place, lines, key=b""):
    """What is wrong with these lines, seen with and without the key and the last hash."""
    place.write_bytes(b"".join(lines))
    return problems(place, key)


@pytest.mark.parametrize("key", [b"", KEY], ids=["plain", "keyed"])
def test_a_log_as_it_was_written(place, key):
    lines, head = chained(key=key)
    assert changed(place, lines, key) == ()
    report = verified(str(place), key, head)
    assert (report.lines, report.ended, report.head) == (COUNT, COUNT // 2, head)
    assert (report.problems, report.open_) == ((), ())


def test_an_empty_log(place):
    place.write_bytes(b"")
    report = verified(str(place), b"")
    assert (report.lines, report.head, report.problems) == (0, records.ORIGIN, ())


@settings(max_examples=400, deadline=None)
@given(at=st.integers(0, len(b"".join(LINES)) - 1), flip=st.integers(1, 255))
def test_every_changed_byte_shows(place, at, flip):
    data = bytearray(b"".join(LINES))
    data[at] ^= flip
    assert changed(place, [bytes(data)])


@settings(max_examples=200, deadline=None)
@given(start=st.integers(0, len(b"".join(LINES))), length=st.integers(1, 3000))
def test_every_missing_part_shows(place, start, length):
    data = b"".join(LINES)
    rest = data[:start] + data[start + length :]
    place.write_bytes(rest)
    assert (problems(place, expected=HEAD) != ()) == (rest != data)


@given(st.permutations(range(COUNT)))
@settings(deadline=None)
def test_every_other_order_shows(place, order):
    found = changed(place, [LINES[number] for number in order])
    assert (found == ()) == (list(order) == sorted(order))


@given(st.lists(st.integers(0, COUNT - 1)), st.booleans())
@settings(deadline=None)
def test_only_a_begin_of_the_log_passes_and_not_with_the_last_hash(place, chosen, ours):
    lines = [LINES[number] for number in chosen]
    begins = chosen == list(range(len(chosen)))
    assert (changed(place, lines) == ()) == begins
    whole = begins and len(chosen) == COUNT
    assert (problems(place, expected=HEAD) == ()) == whole


@pytest.mark.parametrize("at", range(COUNT + 1))
@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"x" * 20_000 + b"\n", LINES[2]])
def test_every_line_that_is_put_in_shows(place, at, line):
    assert changed(place, [*LINES[:at], line, *LINES[at:]])


def test_which_line_it_is(place):
    assert changed(place, [*LINES[:2], LINES[2].replace(b"r2", b"r9"), *LINES[3:]]) == (
        (3, CHANGED),
    )
    assert changed(place, [*LINES[:2], *LINES[3:]]) == ((3, MOVED),)
    assert changed(place, [*LINES[:5], LINES[5][:-1]]) == ((6, TORN),)
    assert changed(place, LINES[:5]) == ()
    assert problems(place, expected=HEAD) == ((0, MISSING),)


def ending(begun, previous):
    entry = Entry("2026-01-01T00:00:00.000Z", "scan", "me", "r", "success", {"begun": begun})
    line, own = records.sealed(entry, previous, b"")
    return line + b"\n", own


def test_a_begin_that_was_cut_off_while_its_action_was_at_work(place):
    previous, begun = (json.loads(line)["sha256"] for line in LINES[1:3])
    assert changed(place, [*LINES[:2], ending(begun, previous)[0]]) == ((3, ALONE),)
    assert changed(place, [*LINES[:3], ending(begun, begun)[0]]) == ()


def test_more_begins_than_are_kept_prove_nothing(place, monkeypatch):
    monkeypatch.setattr(verifying, "_MOST", 1)
    lines, previous, begun = [], records.ORIGIN, []
    for _ in range(2):
        entry = Entry("2026-01-01T00:00:00.000Z", "scan", "me", "r", "begun", {})
        line, previous = records.sealed(entry, previous, b"")
        lines.append(line + b"\n")
        begun.append(previous)
    for hash_ in begun:
        line, previous = ending(hash_, previous)
        lines.append(line)
    assert changed(place, lines) == ()


def test_a_line_without_an_end_counts_once_and_takes_no_memory(place):
    long = b"x" * 2**22 + b"\n"
    place.write_bytes(b"".join([*LINES[:2], long, *LINES[2:]]))
    tracemalloc.start()
    try:
        assert problems(place) == ((3, TORN), (4, MOVED))
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_what_comes_meanwhile_is_left_for_the_next_time():
    assert list(_lines(BytesIO(b"a\nb\nc\n"), 4)) == [b"a\n", b"b\n"]


def test_a_log_that_grew_still_has_the_hash_of_before(place):
    longer, _ = chained(COUNT + 2)
    assert longer[:COUNT] == LINES
    place.write_bytes(b"".join(longer))
    assert problems(place, expected=HEAD) == ()


def test_whoever_computes_hashes_anew_is_seen_by_the_key_and_by_a_hash_of_before(place):
    lines, head = chained(key=KEY)
    forged, _ = chained(COUNT - 2)
    assert changed(place, forged) == ()
    assert [text for _, text in changed(place, forged, KEY)] == [PLAIN] * (COUNT - 2)
    assert problems(place, expected=head) == ((0, MISSING),)
    other, _ = chained(key=b"another")
    assert {text for _, text in changed(place, other, KEY)} == {KEYED}
    assert {text for _, text in changed(place, lines)} == {KEYED}


def test_a_begin_without_an_end_is_listed(place):
    place.write_bytes(b"".join(LINES[:5]))
    assert [(number, entry.resource) for number, entry in verified(str(place), b"").open_] == [
        (5, "r4")
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"", b"{", b"[]", b"null", b'"x"', b"1" * 9000, b"[" * 5000, b"\xff" * 100,
        LINES[0][:-1].replace(b'"result"', b'"resulx"'),
        b'[],"sha256":"' + b"0" * 64 + b'"}',
        b"[" * 6000 + b',"sha256":"' + b"0" * 64 + b'"}',
        LINES[0][:-1].replace(b'"me"', b'"%s"' % (b"m" * records.LONGEST)),
    ],
)  # fmt: skip
def test_what_is_no_line(line):
    assert records.parsed(line, b"") is None


@pytest.mark.parametrize("metadata", ["[]", "1", "null", '"begun"'])
def test_what_has_a_good_hash_and_is_no_line(place, metadata):
    body = LINES[1].partition(b',"sha256"')[0]
    body = body[: body.index(b'"metadata":')] + b'"metadata":%s,"previous":"%s"' % (
        metadata.encode(), LINES[0][-67:-3],
    )  # fmt: skip
    line = body + b',"sha256":"%s"}\n' % records.digest(body, b"").encode()
    assert changed(place, [LINES[0], line]) == ((2, TORN),)


def test_a_line_is_never_longer_than_the_longest():
    many = {f"name {n}": "x" * 200 for n in range(200)}
    entry = Entry("2026", "scan", "me", "r", "success", {"begun": "b", "exitCode": 0, **many})
    line, _ = records.sealed(entry, records.ORIGIN, KEY)
    assert len(line) < records.LONGEST
    assert json.loads(line)["metadata"] == {"begun": "b", "exitCode": 0, "leftOut": 200}
    assert (read := records.parsed(line, KEY)) is not None
    assert read.genuine


# Whatever a text of a line has, in its longest form: see `acting._text`.
LONG = st.sampled_from(["\U0001f600" * 241, "\\U000e0001" * 241, "x"])


@given(user=LONG, resource=LONG, error=LONG)
@settings(deadline=None)
def test_a_line_of_the_longest_texts_is_one_that_can_be_read(user, resource, error):
    told = {"begun": "b" * 64, "error": error, "seconds": 1.5}
    entry = Entry("2026-01-01T00:00:00.000Z", "rotation", user, resource, "failure", told)
    line, _ = records.sealed(entry, records.ORIGIN, KEY)
    assert (read := records.parsed(line, KEY)) is not None
    assert read.genuine
    assert read.entry.metadata["begun"] == told["begun"]
