"""Waiting as long as Intercom asks for, by a clock that only its own sleep moves."""

from __future__ import annotations

from email.utils import formatdate

import pytest

from intercom_scan.verify.pacing import PATIENCE, TRIES, WINDOW, Pace

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
