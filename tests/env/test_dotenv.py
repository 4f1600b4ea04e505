"""Names and whether there is a value behind them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.env.dotenv import assignments

REAL = ["3000", "a", '"a b"', "'v' # y", "postgres://u:p@h/d", "true", "a#b", "p$w"]
NOT = [
    "", '""', "''", " ", "# comment", '"" # x', "${OTHER}", "$OTHER", "$(cmd)", "your-token-here",
    "YOUR_TOKEN", "<token>", "xxxx", "changeme", "***", "...", "TO" "DO", "null", "secret",
    "op://vault/item", "replace-me", "NAME",
]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "real"), [*((v, True) for v in REAL), *((v, False) for v in NOT)], ids=repr
)
def test_values(value, real):
    (found,), more = assignments(f"NAME={value}\n".encode())
    assert (found.name, found.line, found.real, more) == ("NAME", 1, real, False)


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("A=1", "A"),
        ("export A=1", "A"),
        ("  A = 1", "A"),
        ("A: 1", "A"),
        ("a.b-c=1", "a.b-c"),
    ],
)
def test_forms(line, name):
    assert [one.name for one in assignments(line.encode())[0]] == [name]


@pytest.mark.parametrize(
    ("text", "more"), [("", False), ("\n \n", False), ("# A\n  # b", False), ("text", True)]
)
def test_what_assigns_nothing(text, more):
    assert assignments(text.encode()) == ([], more)


def test_lines_are_counted():
    found, _ = assignments(b"A=1\r\n\r\n# c\nINTERCOM_X=\n")
    assert [(one.name, one.line, one.intercom) for one in found] == [
        ("A", 1, False), ("INTERCOM_X", 4, True),
    ]  # fmt: skip


@given(st.binary(max_size=2000))
def test_anything_goes(data):
    found, _ = assignments(data)
    assert all(one.line <= data.count(b"\n") + data.count(b"\r") + 1 + data.count(b"\x0b")
               + data.count(b"\x0c") + data.count(b"\x1c") + data.count(b"\x1d")
               + data.count(b"\x1e") for one in found)  # fmt: skip
