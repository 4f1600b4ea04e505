"""The reader of workflow commands itself: what it does not see, no test would find."""

from __future__ import annotations

import pytest

from tests.action.commands import Command, read
from tests.action.host import key_values

WHERE = {"file": "a,b", "line": "3"}
WHERE = {"file": "a,b", "line": "3"}
OBEYED = {
    "new": ("::error file=a%2Cb,line=3::x%0Ay", Command("error", WHERE, "x\ny")),
    "indented": ("  ::notice::x", Command("notice", {}, "x")),
    "old": ("text ##[error]x%5D", Command("error", {}, "x]")),
    "old with properties": ("##[error file=a,b;line=3]x", Command("error", WHERE, "x")),
    "capitals": ("::Add-Mask::x", Command("add-mask", {}, "x")),
    "after a carriage return": ("text\r::error::x", Command("error", {}, "x")),
    "percent once": ("::error::%250A", Command("error", {}, "%0A")),
}
TEXT = ["error::x", "text ::error::x", "::unknown::x", "::error", "%0A::error::x", "##[unknown]x"]


@pytest.mark.parametrize("name", OBEYED)
def test_what_the_runner_obeys(name: str) -> None:
    log, command = OBEYED[name]
    assert read(log)[0] == [command]


@pytest.mark.parametrize("line", TEXT)
def test_what_is_only_text(line: str) -> None:
    assert read(line) == ([], [line])


def test_nothing_is_obeyed_until_the_token() -> None:
    log = "::stop-commands::abcd\n::error::x\n##[error]x\n::abcd::\n::error::y\n"
    found, text = read(log)
    assert [command.data for command in found] == ["abcd", "y"]
    assert text == ["::error::x", "##[error]x", ""]


def test_files_of_key_and_value() -> None:
    assert key_values("a=b=c\nd<<END\ne=f\n\ng\nEND\nh<<X\nX\n") == {
        "a": "b=c", "d": "e=f\n\ng", "h": "",
    }  # fmt: skip
    with pytest.raises(AssertionError):
        key_values("neither\n")
