"""What an attacker writes is parsed in bounded time, or not at all."""

from __future__ import annotations

from contextlib import suppress

import pytest

from intercom_scan.audit.syntax import parse as parsing
from intercom_scan.audit.syntax.lowering import TooMuchError
from intercom_scan.audit.syntax.parse import LANGUAGES, LARGEST, parse

ENDINGS = [ending for ending in LANGUAGES if " " not in ending and "." not in ending]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("unit", ["(", "[", "{", "<"])
def test_what_is_never_closed_is_not_parsed(ending, unit):
    """It would take minutes; markup alone has no code in it, and so nothing to parse."""
    data = unit.encode() * 100_000
    with suppress(TooMuchError):
        assert not any(node.kind == "call" for node in parse(data, ending).walk())


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_is_too_large_is_not_parsed(ending):
    with pytest.raises(TooMuchError):
        parse(b"a\n" * LARGEST, ending)


@pytest.mark.parametrize("ending", ["js", "ts"])
def test_what_the_parser_finds_no_sense_in(ending):
    """Of 8 KB it would find none for half a minute."""
    with pytest.raises(TooMuchError):
        parse(b"->" * (4 << 10), ending)


class Parser:
    """Stands for one that takes `seconds` for each character, or `worse` from a size on.

    `squared` are seconds for each pair of characters.
    """

    def __init__(
        self, seconds: float, worse: tuple[int, float] = (1 << 30, 0), squared: float = 0
    ) -> None:
        self.seconds, self.worse, self.squared = seconds, worse, squared
        self.now = 0.0
        self.read: list[int] = []

    def __call__(self, text: str) -> None:
        size, seconds = self.worse
        self.now += len(text) * (seconds if len(text) >= size else self.seconds)
        self.now += len(text) ** 2 * self.squared
        self.read.append(len(text))


@pytest.fixture
def probed(monkeypatch):
    def probe(parser, size):
        monkeypatch.setattr(parsing, "process_time", lambda: parser.now)
        parsing._probe("x" * size, parser)
        return parser.read

    return probe


def test_code_is_parsed_in_parts_first(probed):
    assert probed(Parser(1e-7), 500) == []
    assert probed(Parser(1e-7), 1500) == [1024, 476]
    assert probed(Parser(1e-6), 1500) == [1024, 476]
    assert sum(probed(Parser(1e-6), 200_000)) == 3 * 200_000


def test_what_is_quick_in_small_parts_is_parsed_at_once(probed):
    """Ten times as long would be bearable, and a hundred times for what is longer."""
    assert sum(probed(Parser(1e-7), 12_000)) == 12_000
    assert sum(probed(Parser(1e-7), 200_000)) == 2 * 200_000


def test_what_grows_with_the_square_of_its_size_is_left_before_it_is_long(probed):
    """Swift's `#`: 4 KB of it take 20 ms, and 256 KB a minute and a half."""
    parser = Parser(0, squared=1.3e-9)
    with pytest.raises(TooMuchError):
        probed(parser, 64 << 10)
    assert max(parser.read) == 8192
    assert parser.now < 1


def test_what_is_slow_from_the_start_is_left_at_once(probed):
    parser = Parser(1e-3)
    with pytest.raises(TooMuchError):
        probed(parser, 200_000)
    assert len(parser.read) <= 3


def test_what_is_slow_as_it_grows_is_left_before_the_whole(probed):
    parser = Parser(1e-7, worse=(8192, 1e-3))
    with pytest.raises(TooMuchError):
        probed(parser, 200_000)
    assert max(parser.read) == 8192
