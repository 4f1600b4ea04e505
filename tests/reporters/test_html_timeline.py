"""The timeline of the html format: the places of its bars, and the words beside them."""

from __future__ import annotations

import re
from datetime import datetime, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.finding import Commit, Exposure
from intercom_scan.reporters.html.timeline import Scale, scale, seconds
from intercom_scan.values import replace
from tests.browser import scenes
from tests.browser.scenes import living
from tests.reporters import build
from tests.reporters.build import rendered
from tests.reporters.test_html import Parsed, within, words

LEFT = Commit("56" * 20, "Cy Example <cy@example.com>", "2024-04-15T10:00:00Z")
DAY = 24 * 60 * 60
NOW = int(datetime(2026, 1, 1, tzinfo=timezone.utc).timestamp())


def test_the_timeline_has_every_secret_oldest_first_with_a_text():
    late = living(build.in_history(head=True), first=build.LAST)
    early, known = build.in_history(), replace(build.in_history(), status="ignored")
    text = rendered("html", build.scan(known, late, early))
    items = re.findall(r"(?s)<li class=\"critical\">(.*?)</li>", text)
    order = [within("#f-", '"', item) for item in items]
    assert order == [finding.fingerprint for finding in (early, late, known)]
    assert "Came 2024-03-01, last commit with it 2024-06-09. In history:" in words(
        Parsed(items[0]).text
    )
    assert "Reached from refs/heads/main, refs/tags/v1.0." in words(Parsed(items[0]).text)
    assert "Came 2024-06-09. In HEAD:" in words(Parsed(items[1]).text)


def test_a_life_in_head_has_its_end_where_head_lost_it():
    """Not at the last commit of another branch that still has it."""
    first, left = (seconds(commit.date) or 0 for commit in (build.FIRST, LEFT))
    text = rendered("html", build.scan(living(build.in_history(), left=LEFT)))
    [item] = re.findall(r"(?s)<li class=\"critical\">(.*?)</li>", text)
    assert "Came 2024-03-01, left HEAD 2024-04-15. In history:" in words(Parsed(item).text)
    before = ('class="came" cx="', 'class="held" x="0.00%" y="7" width="', 'class="left" x1="')
    start, held, end = (float(within(mark, '%"', item)) for mark in before)
    assert start == 0
    assert held == end
    now = datetime.now(timezone.utc).timestamp()
    assert end == pytest.approx(100 * (left - first) / (now - first), abs=0.1)
    row = words(Parsed(within("<tbody", "</tbody>", text)).text)
    assert f"Left HEAD {LEFT.id[:12]} 2024-04-15 {LEFT.author}" in row


def test_many_lives_are_folded_and_none_is_lost():
    result = scenes.crowd(60)
    text = rendered("html", result)
    folded = within('<details class="rest">', "</details>", text)
    assert folded.count("<li ") == 20
    assert text.count('<svg class="bar"') == 60


def test_without_dates_there_is_no_timeline():
    text = rendered("html", scenes.of_files())
    assert 'id="timeline"' not in text
    assert "intercom-scan --all-history" in text


def test_a_bar_ends_where_the_last_commit_is_and_history_keeps_the_rest():
    line = Scale(NOW - 100 * DAY, NOW)
    bar = line.bar(NOW - 80 * DAY, NOW - 30 * DAY, reachable=True, in_head=False)
    assert (bar.start, bar.held, bar.end, bar.kept) == ("20.00%", "50.00%", "70.00%", "30.00%")
    bar = line.bar(NOW - 80 * DAY, NOW - 30 * DAY, reachable=False, in_head=False)
    assert (bar.held, bar.kept) == ("50.00%", "0.00%")
    bar = line.bar(NOW - 80 * DAY, NOW - 30 * DAY, reachable=True, in_head=True)
    assert (bar.held, bar.kept) == ("80.00%", "0.00%")


def test_a_date_of_tomorrow_is_drawn_today():
    bar = Scale(NOW - DAY, NOW).bar(NOW + DAY, NOW + DAY, reachable=True, in_head=False)
    assert (bar.start, bar.held, bar.kept) == ("100.00%", "0.00%", "0.00%")


@pytest.mark.parametrize(
    ("days", "labels"),
    [
        (0, []),
        (4, ["29 Dec", "30 Dec", "31 Dec"]),
        (300, ["Apr 2025", "Jul 2025", "Oct 2025"]),
        (365 * 5, ["2022", "2023", "2024", "2025"]),
        (365 * 50, ["1980", "1990", "2000", "2010"]),
    ],
)
def test_ticks(days, labels):
    assert [label for _, label in scale([NOW - days * DAY], NOW).ticks()] == labels


@given(st.integers(seconds("0001-01-01T00:00:00Z"), NOW + 400 * DAY))
def test_ticks_are_few_and_in_order(start):
    ticks = [float(at[:-1]) for at, _ in scale([start], NOW).ticks()]
    assert len(ticks) <= 7
    assert ticks == sorted(ticks)
    assert all(0 <= at <= 80 for at in ticks)


@pytest.mark.parametrize("date", [None, "", "2024", "2024-13-01T00:00:00Z", "x" * 3000])
def test_what_is_no_date(date):
    assert seconds(date) is None


def test_a_commit_without_a_date_has_no_bar():
    commit = Commit("ab" * 20, "", "")
    life = Exposure(commit, commit, False, ("refs/heads/main",), None)
    dated = build.in_history()
    text = rendered("html", build.scan(replace(build.in_history(), exposure=life), dated))
    assert text.count('<svg class="bar"') == 2
    assert text.count('class="came"') == 2  # one bar, and the legend
