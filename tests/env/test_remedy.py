"""Words for a person to paste, of names that are an attacker's."""

from __future__ import annotations

import re
import subprocess

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from intercom_scan.env.remedy import quoted

NAMES = st.binary(max_size=12).map(lambda name: name.replace(b"\0", b"'"))


@settings(max_examples=60, deadline=None)
@given(st.lists(NAMES, max_size=20))
@example(
    [b"$(x)", b"`x`", b"a'b", "é'; x".encode(), b"a\nb", b"-x", b"!!", b"\\'", b"\xff\\", b"~"]
)
def test_a_shell_has_each_word_as_it_is(names):
    line = " ".join(["printf", r"'%s\0'", *map(quoted, names), "end"])
    said = subprocess.run(["bash", "-c", line], check=True, capture_output=True).stdout
    assert said.split(b"\0")[:-1] == [*names, b"end"]


@given(NAMES)
@example("é'; x".encode())
def test_nothing_of_a_name_is_outside_of_its_quotes(name):
    """In PowerShell as well, where a backslash means nothing."""
    rest = re.sub(r"""'[^']*'|"'\"""", "", quoted(name))
    assert re.fullmatch(r"\$?|[\w@%+=:,./-]*", rest, re.ASCII)


@pytest.mark.parametrize("name", [b"=ls", b"=", b"=a'b"])
def test_zsh_takes_no_name_for_a_program(name):
    assert not quoted(name).startswith("=")
