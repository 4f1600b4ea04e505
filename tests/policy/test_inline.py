from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.policy import Inline, inline

RULE = "intercom-access-token"
VALUE = b"v" * 30
NO_REASON = Inline(None, "the ignore comment has no reason and has no effect; add one")


def look(text: bytes, rule: str = RULE) -> Inline | None:
    start = text.index(VALUE)
    return inline(text, start, start + len(VALUE), rule)


def at(template: str) -> bytes:
    return template.encode().replace(b"VALUE", VALUE)


COMMENTS = [
    "# {}",
    "#{}",
    "// {}",
    "/* {} */",
    "/** {} **/",
    "<!-- {} -->",
    "<!--{}-->",
    "-- {}",
    "; {}",
    ";; {}",
    "% {}",
    "REM {}",
    "' {}",
    '" {}',
    "{{# {} #}}",
    "{{{{!-- {} --}}}}",
    "{{{{! {} }}}}",
    "<%-- {} --%>",
    "(* {} *)",
    "! {}",
]
WORDS = [
    ("pragma: allowlist secret", "pragma: allowlist secret"),
    ("pragma: whitelist secret", "pragma: allowlist secret"),
    ("pragma:allowlist-secret", "pragma: allowlist secret"),
    ("intercom-scan: ignore made up", "made up"),
    ("intercom-scan: ignore[intercom-access-token] made up", "made up"),
    ("intercom-scan:ignore[intercom-api-key, intercom-access-token]: made up", "made up"),
]


@pytest.mark.parametrize("comment", COMMENTS)
@pytest.mark.parametrize(("words", "reason"), WORDS)
def test_on_the_line_in_any_comment(comment: str, words: str, reason: str) -> None:
    said = comment.format(words)
    assert look(at(f"first\nx = VALUE  {said}\nlast")) == Inline(reason)
    assert look(at(f"x = VALUE  {said}\r\nlast")) == Inline(reason)
    assert look(at(f"VALUE\nx = y  {said}")) is None
    assert look(at(f"x = y  {said}\nVALUE")) is None


@pytest.mark.parametrize("comment", COMMENTS)
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("pragma: allowlist nextline secret", "pragma: allowlist nextline secret"),
        ("pragma: allowlist-nextline-secret", "pragma: allowlist nextline secret"),
        ("intercom-scan: ignore-next-line made up", "made up"),
        ("intercom-scan: ignore-next-line[intercom-access-token] made up", "made up"),
    ],
)
def test_on_the_line_before(comment: str, words: str, reason: str) -> None:
    said = comment.format(words)
    assert look(at(f"first\n  {said}\nx = VALUE")) == Inline(reason)
    assert look(at(f"\t{said}\r\nx = VALUE")) == Inline(reason)
    assert look(at(f"{said}\n\nx = VALUE")) is None
    assert look(at(f"x = VALUE {said}\ny")) is None
    assert look(at(f"password = other() {said}\nx = VALUE")) is None


@pytest.mark.parametrize("comment", COMMENTS)
def test_for_a_file(comment: str) -> None:
    said = comment.format("intercom-scan: ignore-file[intercom-access-token] made up")
    assert look(at("#!/bin/sh\n" + said + "\n" * 60 + "VALUE")) == Inline("made up")
    assert look(at("\n" * 19 + said + "\n\nVALUE")) == Inline("made up")
    assert look(at("\n" * 20 + said + "\n\nVALUE")) is None
    assert look(at(said + "\n\nVALUE"), "intercom-api-key") is None


def test_json_has_keys_for_comments() -> None:
    assert look(at('{"note": "pragma: allowlist nextline secret",\n"a": "VALUE"}'))
    assert look(at('{"a": "VALUE", "note": "intercom-scan: ignore made up"}')) == Inline("made up")
    assert (
        look(at('{"a": "b", "note": "pragma: allowlist nextline secret",\n"a": "VALUE"}')) is None
    )


@pytest.mark.parametrize(
    "comment",
    [
        "intercom-scan: ignore",
        "intercom-scan: ignore[intercom-access-token]",
        "intercom-scan: ignore[intercom-access-token] --",
        "intercom-scan: ignore -->",
    ],
)
def test_without_a_reason_there_is_a_problem_and_no_effect(comment: str) -> None:
    assert look(at(f"x = VALUE <!-- {comment}")) == NO_REASON
    both = at(f"x = VALUE # {comment}\n").replace(b"\n", b" # pragma: allowlist secret\n")
    assert (found := look(both)) is not None
    assert found.reason


@pytest.mark.parametrize(
    "text",
    [
        "x = VALUE # intercom-scan: ignore[intercom-api-key] other rule",
        "x = VALUE # intercom-scan: ignore[] none",
        "x = VALUE # intercom-scan: ignored for good",
        "x = VALUE # intercom-scan: ignore[intercom-access-token for good",
        "x = VALUE # intercom-scan: ignore-everything for good",
        "x = VALUE # intercom-scan: ignore-next-line for good",
        "x = VALUE # intercom-scan-ignore for good",
        "x = VALUE # pragma: allowlist secrecy",
        "x = VALUE # pragma: no cover",
        "x = VALUE pragma: allowlist secret",
        "x = VALUE intercom-scan: ignore for good",
        "x = VALUE # pragma: allowlist nextline secret",
        "# pragma: allowlist secret\nx = VALUE",
    ],
)
def test_what_is_no_comment_for_it(text: str) -> None:
    assert look(at(text)) is None


@pytest.mark.parametrize(
    ("comment", "reason"),
    [
        ("/* intercom-scan: ignore see (docs) */", "see (docs)"),
        ("# intercom-scan: ignore[intercom-access-token] [T-1] revoked", "[T-1] revoked"),
        ("# intercom-scan: ignore - caf\u00e9 \x1b[31m red", "caf\u00e9 [31m red"),
        ("# intercom-scan: ignore see https://example.com/T-123", "see https://example.com/T-123"),
        ("# intercom-scan: ignore it is " + "aB3" * 14, "it is ********"),
        ("# intercom-scan: ignore " + "a " * 400, ("a " * 100)[:200].rstrip()),
    ],
)
def test_the_reason_is_one_harmless_line(comment: str, reason: str) -> None:
    found = look(at(f"VALUE {comment}"))
    assert found is not None
    assert (found.reason or "").rstrip() == reason


def test_a_comment_that_allows_goes_before_one_with_a_problem() -> None:
    above = "# intercom-scan: ignore-next-line made up\n"
    assert look(at(f"{above}x = VALUE # intercom-scan: ignore")) == Inline("made up")


def test_two_rules_on_one_line_have_their_own_comments() -> None:
    line = at(
        "x = VALUE // intercom-scan: ignore[intercom-api-key] one"
        " // intercom-scan: ignore[intercom-access-token] two"
    )
    assert look(line) == Inline("two")
    assert look(line, "intercom-api-key") == Inline("one")


def test_a_value_over_several_lines_has_a_comment_on_any() -> None:
    text = b"a = 'v' # pragma: allowlist secret\n    'v'\nb"
    assert inline(text, 5, text.index(b"\nb"), RULE)
    assert inline(text, text.index(b"'v'\nb"), text.index(b"\nb"), RULE) is None


def test_only_what_is_near_is_read_of_a_long_line() -> None:
    far = b" " * 5000
    said = b"# pragma: allowlist secret "
    assert look(VALUE + far + said) is None
    assert look(said + far + VALUE) is None
    assert look(said + far[:3000] + VALUE)
    assert look(VALUE + far[:3000] + said)
    assert look(VALUE + far + said + b"\n") is None
    many = b"pragma: intercom-scan: ignore[ " * 300_000
    assert look(many + VALUE + many) is None
    assert look(b"# pragma: allowlist nextline secret" + far * 2 + b"\n" + VALUE) is None


class Untouchable(bytes):
    """Fails where more than a bounded piece is asked for, as a 50 MB line would need."""

    def __getitem__(self, key):
        piece = super().__getitem__(key)
        assert not isinstance(piece, bytes) or len(piece) < 200_000
        return piece

    def split(self, *args):
        raise AssertionError("split the whole")


def test_no_more_than_a_bounded_piece_is_taken() -> None:
    text = Untouchable(b"x" * 1_000_000 + VALUE + b"x" * 1_000_000)
    assert inline(text, 1_000_000, 1_000_030, RULE) is None
    assert inline(text, 10, 1_900_000, RULE) is None


@given(st.binary(max_size=200), st.integers(0, 200), st.integers(0, 50))
def test_any_bytes_anywhere(data: bytes, start: int, length: int) -> None:
    start = min(start, len(data))
    found = inline(data, start, min(len(data), start + length), RULE)
    assert found is None or isinstance(found, Inline)
