"""The line that is drawn while a scan goes on."""

from __future__ import annotations

import pytest

from intercom_scan.cli import progress
from intercom_scan.cli.progress import Bar, shown
from intercom_scan.sources.tally import Progress


def at(objects=0.0, size=0, known=0, total=None, doing="reading"):
    made = Progress()
    made.objects, made.bytes, made.known, made.total = objects, size, known, total
    made.doing = doing
    return made


def test_a_share_of_a_known_total():
    line = shown(at(250.0, 50_000_000, 600, 1000), 2.0, 79)
    assert line == f"[{'#' * 8}{'-' * 25}]  25 %  50.0 MB read, 25.0 MB/s, 6.00 s left"
    assert len(line) <= 79


def test_nothing_is_foretold_from_nothing():
    assert shown(at(0, 0, 10, 1000), 1.0, 79).endswith("   0 %  0 bytes read, 0 bytes/s")


def test_more_than_was_expected_is_all_of_it():
    assert " 100 %  " in shown(at(1200.0, 10, 1000, 1000), 1.0, 79)


@pytest.mark.parametrize(
    ("known", "said"), [(0, ""), (9000, ", 5,000 of 9,000 or more")], ids=["stream", "listed"]
)
def test_without_a_total_what_is_known(known, said):
    line = shown(at(5000.0, 3_000_000, known), 1.5, 79)
    assert line == f"3.0 MB read, 2.0 MB/s{said}, 1.50 s"


def test_what_comes_after_the_reading():
    assert shown(at(1, 1, 1, 1, "tracing"), 70.0, 79) == "tracing, 70.0 s"


@pytest.mark.parametrize("columns", range(1, 90))
def test_it_fits_the_line(columns):
    for made in (at(5e6, 5 * 10**12, 10**7, 10**7), at(5, 10**9, 10**7), at(doing="x" * 100)):
        assert len(shown(made, 100.0, columns)) <= columns


class Screen:
    def __init__(self, terminal=True):
        self.terminal, self.text = terminal, ""
        self.fails: OSError | None = None

    def isatty(self):
        return self.terminal

    def write(self, text):
        self.text += text
        if self.fails:
            raise self.fails

    def flush(self):
        pass


@pytest.fixture
def screen(monkeypatch):
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(progress, "PATIENCE", 0.01)
    return Screen()


def drawn(screen, monkeypatch):
    monkeypatch.setattr("sys.stderr", screen)  # not in a fixture: pytest sets it anew
    made = at(1, 10, 2, 2)
    with Bar(made) as bar:
        if made.watched:
            bar._thread.join(0.3)
    return made.watched, screen.text


def test_a_bar_is_drawn_and_taken_away(screen, monkeypatch):
    watched, text = drawn(screen, monkeypatch)
    assert watched
    assert "50 %" in text
    assert text.endswith(progress.CLEAR)


def test_a_short_scan_shows_nothing(screen, monkeypatch):
    monkeypatch.setattr(progress, "PATIENCE", 60.0)
    assert drawn(screen, monkeypatch) == (True, "")


@pytest.mark.parametrize("why", ["piped", "dumb"])
def test_nobody_is_there_to_see_it(screen, monkeypatch, why):
    if why == "dumb":
        monkeypatch.setenv("TERM", "dumb")
    screen.terminal = why == "dumb"
    assert drawn(screen, monkeypatch) == (False, "")


def test_a_terminal_that_goes_away_ends_no_scan(screen, monkeypatch):
    screen.fails = OSError(5, "gone")
    watched, text = drawn(screen, monkeypatch)
    assert watched
    assert text.count(progress.CLEAR) == 1
