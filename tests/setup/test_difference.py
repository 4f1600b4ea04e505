"""The difference as it is shown: right, safe to look at, and linear."""

from __future__ import annotations

import base64
import subprocess
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.cli.difference import _rows, unified
from intercom_scan.rules import by_id
from intercom_scan.setup.files import Change

if TYPE_CHECKING:
    from pathlib import Path

LINES = st.lists(st.sampled_from("abcdef"), max_size=30)


def shown(before: bytes | None, after: bytes, path: str = "a") -> list[str]:
    return list(unified(Change(path, before, after, "why")))


def test_a_new_file() -> None:
    assert shown(None, b"one\ntwo\n") == [
        "--- /dev/null",
        "+++ b/a",
        "@@ -0,0 +1,2 @@",
        "+one",
        "+two",
    ]


def test_two_hunks_with_three_lines_around_each() -> None:
    old = [str(number) for number in range(20)]
    new = [*old[:1], "new", *old[1:], "last"]
    diff = shown("\n".join(old).encode() + b"\n", "\n".join(new).encode() + b"\n")
    assert diff == [
        "--- a/a", "+++ b/a",
        "@@ -1,4 +1,5 @@", " 0", "+new", " 1", " 2", " 3",
        "@@ -18,3 +19,4 @@", " 17", " 18", " 19", "+last",
    ]  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(LINES, LINES)
def test_both_texts_can_be_made_of_the_rows(old: list[str], new: list[str]) -> None:
    rows = list(_rows(old, new))
    assert [line for sign, line in rows if sign != "+"] == old
    assert [line for sign, line in rows if sign != "-"] == new


@settings(max_examples=25, deadline=None)
@given(LINES.filter(bool), LINES.filter(bool))
def test_git_can_apply_it(tmp_path_factory, old: list[str], new: list[str]) -> None:
    if old == new:
        return
    folder: Path = tmp_path_factory.mktemp("apply")
    before, after = ("".join(f"{line}\n" for line in lines) for lines in (old, new))
    (folder / "a").write_text(before)
    patch = "\n".join(shown(before.encode(), after.encode())) + "\n"
    subprocess.run(["git", "apply", "-"], input=patch, text=True, cwd=folder, check=True)
    assert (folder / "a").read_text() == after


def test_what_was_put_in_is_all_that_is_marked() -> None:
    old = [f"line {number % 7}" for number in range(500)]
    new = [*old[:3], *["new"] * 20, *old[3:400], "more", *old[400:]]
    rows = list(_rows(old, new))
    assert [line for sign, line in rows if sign != " "] == ["new"] * 20 + ["more"]


def test_steps_grow_with_the_file_and_no_faster() -> None:
    """Lines that are nearly never equal, counted by their comparisons."""

    class Line(str):
        __slots__ = ()
        __hash__ = str.__hash__
        compared = 0

        def __eq__(self, other: object) -> bool:
            Line.compared += 1
            return str.__eq__(self, other)

    counts = []
    for size in (1000, 4000):
        Line.compared = 0
        old: list[str] = [Line(number % 97) for number in range(size)]
        new: list[str] = [Line(number % 89 + 100) for number in range(size)]
        assert len(list(_rows(old, new))) == 2 * size
        counts.append(Line.compared)
    assert counts[1] < 5 * counts[0]


def test_everything_is_escaped() -> None:
    diff = shown(
        b"\x1b[2Jx\r\n\xff\xe2\x80\xae\n", b"\x1b[2Jx\r\n\xff\xe2\x80\xae\nnew\n", "a\x1b[0m"
    )
    assert diff[:2] == ["--- a/a\\x1b[0m", "+++ b/a\\x1b[0m"]
    assert diff[3:] == [" \\x1b[2Jx", " \\xff\\u202e", "+new"]


def test_a_line_of_ours_is_not_cut() -> None:
    assert shown(None, b"x" * 900 + b"\n")[-1] == "+" + "x" * 900


def test_no_secret_is_shown() -> None:
    token = by_id("intercom-access-token").sample()
    twice = base64.b64encode(b"INTERCOM_ACCESS_TOKEN=" + token)
    secret = by_id("intercom-client-secret").sample()
    lines = [b"# " + token, b"x: " + twice, b"INTERCOM_CLIENT_SECRET=" + secret]
    before = b"\n".join(lines) + b"\n"
    text = "\n".join(shown(before, before + b"new\n"))
    for value in (token, twice, secret):
        for at in range(0, len(value) - 8, 4):
            assert value[at : at + 8].decode() not in text
    assert text.endswith("\n+new")
    assert text.count("********") == 3
