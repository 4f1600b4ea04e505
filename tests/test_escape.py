from __future__ import annotations

import os
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.escape import (
    command_data,
    command_property,
    json_text,
    log_line,
    markdown,
    sarif_text,
    terminal,
    uri,
)
from tests.unescaping import from_json_text

TEXTS = st.text(st.characters(), max_size=60) | st.binary(max_size=60).map(
    lambda raw: raw.decode("utf-8", "surrogateescape")
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("src/app.py", "src/app.py"),
        ("naïve/日本.txt", "naïve/日本.txt"),
        ("a\nb\r\tc", "a\\nb\\r\\tc"),
        ("\x1b[2J\x07", "\\x1b[2J\\x07"),
        ("\x9b31m", "\\u009b31m"),
        ("\udcff\udc80", "\\xff\\x80"),
        ("\ud800", "\\ud800"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("a\u200bb\ufeff", "a\\u200bb\\ufeff"),
        ("a\u2028b\u00a0", "a\\u2028b\\u00a0"),
        ("\u3164\ufe0f", "\\u3164\\ufe0f"),
        ("\U000e0041", "\\U000e0041"),
        ("\x7f\x00", "\\x7f\\x00"),
    ],
    ids=ascii,
)
def test_terminal(text, shown):
    assert terminal(text) == shown


@given(TEXTS)
def test_terminal_shows_every_character_and_nothing_that_acts(text):
    shown = terminal(text)
    assert all(unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"} for char in shown)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert len(shown) >= len(text)


def test_terminal_keeps_the_end_of_a_long_path():
    shown = terminal("d/" * 5000 + "secret.env", 40)
    assert len(shown) == 41
    assert shown.startswith("d/")
    assert shown.endswith("/secret.env")
    assert "…" in shown


def test_terminal_of_an_absurd_length_is_short_however_it_escapes():
    assert len(terminal("\x1b" * 10_000_000, 100)) <= 401


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain", "plain"),
        ("a\\b", "a\\\\b"),
        ("a\udcffb", "a\\xffb"),
        ("a\\xffb", "a\\\\xffb"),
        ("\ud800", "\\ud800"),
        ("é\n", "é\n"),
    ],
    ids=ascii,
)
def test_json_text(text, shown):
    assert json_text(text) == shown
    assert from_json_text(shown) == text


@given(TEXTS)
def test_json_text_is_utf_8_and_reversible(text):
    shown = json_text(text)
    assert shown.encode("utf-8").decode("utf-8") == shown
    assert from_json_text(shown) == text


@given(st.binary(max_size=60))
def test_the_bytes_of_a_path_come_back(raw):
    path = raw.decode("utf-8", "surrogateescape")
    assert from_json_text(json_text(path)).encode("utf-8", "surrogateescape") == raw


@given(TEXTS)
def test_uri_is_a_relative_reference_or_a_file(text):
    made = uri(text)
    rest = re.sub(r"\Afile:///([A-Za-z]:/)?", "", made)
    assert re.fullmatch(r"[A-Za-z0-9._~/!%-]*", rest)
    assert made.startswith("file:///") == bool(re.match(r"/|[A-Za-z]:/", text))


@given(st.binary(min_size=1, max_size=40).filter(lambda raw: not re.match(rb"/|[A-Za-z]:/", raw)))
def test_uri_keeps_every_byte(raw):
    from urllib.parse import unquote_to_bytes

    assert unquote_to_bytes(uri(os.fsdecode(raw))) == raw


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a|b", "`a\u2502b`"),
        ("`x`", "`` `x` ``"),
        ("a```b", "````a```b````"),
        ("@someone #1 <b>", "`@someone #1 <b>`"),
        ("", "` `"),
        ("a\n# b", "`a\\n# b`"),
    ],
)
def test_markdown(text, shown):
    assert markdown(text) == shown


@given(TEXTS)
def test_markdown_cannot_be_left(text):
    shown = markdown(text)
    opening = re.match("`+", shown)
    assert opening
    fence = opening[0]
    assert shown.endswith(fence)
    assert "\n" not in shown
    assert "|" not in shown
    inner = shown[len(fence) : -len(fence)]
    assert len(fence) not in {len(run) for run in re.findall("`+", inner)}


def test_sarif_text():
    assert sarif_text("[a](1) {0} \\ \x1b") == "\\[a\\](1) {{0}} \\\\ \\\\x1b"


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("    ::add-mask::x", "    \\x3a:add-mask::x"),
        ("a ##[add-matcher]b", "a #\\x23[add-matcher]b"),
        ("##vso[task.setvariable variable=a]b", "#\\x23vso[task.setvariable variable=a]b"),
        ("###[x]", "##\\x23[x]"),
        ("Foo::Bar ## title", "Foo::Bar ## title"),
        ("a: b", "a: b"),
    ],
)
def test_log_line(line, shown):
    assert log_line(line) == shown


@given(TEXTS)
def test_a_log_line_is_no_command(text):
    line = log_line(terminal(text))
    assert not line.lstrip().startswith("::")
    assert not re.search(r"##(vso)?\[", line)


def test_workflow_commands():
    assert command_data("100%\r\n:,") == "100%25%0D%0A:,"
    assert command_property("100%\r\n:,") == "100%25%0D%0A%3A%2C"
    assert command_data("%0A") == "%250A"
