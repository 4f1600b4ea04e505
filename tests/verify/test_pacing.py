"""Waiting as long as Intercom asks for, by a clock that only its own sleep moves."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from intercom_scan.verify.pacing import IN_A_ROW, PATIENCE, TRIES, WINDOW, Pace

NOW = 1_700_000_000.0


class Clock:
    def __init__(self):
        self.now = NOW
        self.pace = Pace(lambda: self.now, self.sleep)

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds

    @property
    def waited(self):
        self.pace.wait()
        return self.now - NOW


@pytest.fixture
def clock():
    return Clock()


def test_nothing_is_waited_for_at_first(clock):
    assert clock.waited == 0


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0"}, 0),
        ({"retry-after": formatdate(NOW + 9, usegmt=True)}, 9),
        ({"retry-after": formatdate(NOW - 9, usegmt=True)}, 0),
        ({"retry-after": "3", "x-ratelimit-reset": str(int(NOW) + 8)}, 3),
        ({"x-ratelimit-reset": str(int(NOW) + 8)}, 8),
        ({"x-ratelimit-reset": str(int(NOW) - 8)}, 0),
        ({}, 2),
        ({"retry-after": "soon"}, 2),
        ({"retry-after": "-1"}, 2),
    ],
)
def test_after_a_refusal(clock, headers, seconds):
    assert clock.pace.refused(headers, 1)
    assert clock.waited == pytest.approx(seconds)


def test_pauses_grow_where_nothing_is_said(clock):
    assert clock.pace.refused({}, 3)
    assert clock.waited == 8


@pytest.mark.parametrize("text", [str(int(PATIENCE) + 1), "9" * 12, formatdate(NOW + 1e6)])
def test_too_long_a_pause_is_not_waited_for(clock, text):
    assert not clock.pace.refused({"retry-after": text}, 1)
    assert clock.waited == 0


def test_there_is_an_end_to_trying(clock):
    assert clock.pace.refused({"retry-after": "0"}, TRIES - 1)
    assert not clock.pace.refused({"retry-after": "0"}, TRIES)


@pytest.mark.parametrize("hours", [-30, 30])
@pytest.mark.parametrize(
    "headers",
    [{"x-ratelimit-reset": str(int(NOW) + 8)}, {"retry-after": formatdate(NOW + 8, usegmt=True)}],
    ids=["reset", "date"],
)
def test_a_wrong_clock_of_ours(clock, headers, hours):
    """The answer has a date of its own."""
    clock.now += hours * 3600
    began = clock.now
    assert clock.pace.refused({"date": formatdate(NOW, usegmt=True), **headers}, 1)
    clock.pace.wait()
    assert clock.now - began == 8


@pytest.mark.parametrize("date", ["", "soon", "Tue, 99 Nov 9999999 99:99:99 GMT", "9" * 60_000])
def test_a_date_that_is_none(clock, date):
    assert clock.pace.refused({"date": date, "x-ratelimit-reset": str(int(NOW) + 8)}, 1)
    assert clock.waited == 8


def test_nobody_is_asked_after_too_many_refusals_in_a_row(clock):
    for _ in range(IN_A_ROW):
        assert clock.pace.wait()
        clock.pace.refused({"retry-after": "5"}, 1)
    clock.now = NOW
    assert not clock.pace.wait()
    assert clock.now == NOW


def test_another_answer_begins_a_new_row(clock):
    for _ in range(IN_A_ROW):
        clock.pace.refused({"retry-after": "0"}, 1)
        clock.pace.note({})
    assert clock.pace.wait()


def test_the_last_request_of_a_window(clock):
    clock.pace.note({"x-ratelimit-remaining": "1", "x-ratelimit-reset": str(int(NOW) + 4)})
    assert clock.waited == 0
    clock.pace.note({"x-ratelimit-remaining": "0", "x-ratelimit-reset": str(int(NOW) + 4)})
    assert clock.waited == 4


def test_a_window_is_no_longer_than_intercom_s(clock):
    clock.pace.note({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "9" * 12})
    assert clock.waited == WINDOW


def test_of_two_pauses_the_longer_one_counts(clock):
    clock.pace.refused({"retry-after": "9"}, 1)
    clock.pace.refused({"retry-after": "2"}, 1)
    assert clock.waited == 9
