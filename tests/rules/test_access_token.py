"""What is, and what is not, an access token."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from intercom_scan.rules import find
from intercom_scan.rules.access_token import RULE, check
from intercom_scan.rules.values import random_uuid
from tests.rules.cases import Case, assert_flagged, assert_quiet, params

FLAGGED = {
    "alone": "VALUE",
    "no-keyword": 'curl -H "Authorization: Bearer VALUE" https://example.test',
    "dotenv": "INTERCOM_ACCESS_TOKEN=VALUE\n",
    "unrelated-name": "x = 'VALUE'",
    "template-literal": "headers: { Authorization: `Bearer VALUE` }",
    "glued-before": "keyVALUE",
    "glued-underscore": "key_VALUE",
    "glued-base64-before": "AAAA/+VALUE",
    "percent-after": "token=VALUE%3D&x=1",
    "url-user": "https://VALUE@api.intercom.io/",
    "xcode-placeholder": '#define KEY @"<#VALUE#>"',
    "markdown": "- **API Token:** `VALUE`",
    "json-in-json": r"\"token\":\"VALUE\"",
    "twice": "VALUE VALUE\nVALUE",
    "sdk": "client = Intercom(token='VALUE')",
}


def _token(text: str) -> bytes:
    return base64.b64encode(text.encode())


def _uuid() -> str:
    return random_uuid().replace("-", "_")


IGNORED = {
    "documented-sample": _token("tok:" + "abcdefghi"),
    "letters-in-order": _token("tok:" + "abcdefghijklmnopqrstuvwxyz"),
    "all-zero": _token("tok:00000000_0000_0000_0000_000000000000:1:0"),
    "counting": _token("tok:12345678_9012_3456_7890_123456789012:1:0"),
    "dashes": _token(f"tok:{random_uuid()}:1:0"),
    "no-numbers": _token(f"tok:{_uuid()}"),
    "one-number": _token(f"tok:{_uuid()}:1"),
    "letters-for-numbers": _token(f"tok:{_uuid()}:a:b"),
    "other-prefix": _token(f"tox:{_uuid()}:1:0"),
    "truncated": RULE.sample()[:50],
    "junk": b"dG9rOj" + b"Q" * 54,
    "junk-tail": b"Q" * 54 + b"oxOjA=",
}


@pytest.mark.parametrize("case", params(FLAGGED))
def test_flagged(case):
    assert_flagged(case, RULE)


@pytest.mark.parametrize("case", params(FLAGGED))
def test_flagged_without_padding(case):
    value = RULE.sample().rstrip(b"=")
    found = list(find(case.text.encode().replace(b"VALUE", value)))
    assert {match.secret for match in found} == {value + b"="}
    assert len(found) == case.text.count("VALUE")


@pytest.mark.parametrize("value", [pytest.param(v, id=k) for k, v in IGNORED.items()])
def test_ignored(value):
    assert_quiet(Case("token: VALUE"), value)


@pytest.mark.parametrize("numbers", ["1:0", "10:0", "1:10", "10:10", "1:100", "12:345"])
def test_more_digits(numbers):
    value = _token(f"tok:{_uuid()}:{numbers}")
    for text in (value, value.rstrip(b"=")):
        (match,) = find(b'"' + text + b'"')
        assert match.secret == value
        assert (match.start, match.end) == (1, 1 + len(text))


@pytest.mark.parametrize("after", ["x", "A9", "zzzz", "w", "5", "0123456789abcdef", "_a", "/b"])
def test_glued_behind_without_padding(after):
    value = RULE.sample()
    matches = list(find(value.rstrip(b"=") + after.encode()))
    assert [match.secret for match in matches] == [value]


@pytest.mark.parametrize("text", ["tok:{}:1:0", "'tok:{}:1:0'", "user tok:{}:1:0 decoded"])
def test_the_decoded_form_is_the_same_secret(text):
    uuid = _uuid()
    (match,) = find(text.format(uuid).encode())
    assert match.secret == _token(f"tok:{uuid}:1:0")


JOINTS = {
    "js-plus": '" + "',
    "js-plus-newline": "' +\n    '",
    "newline-plus": '"\n    + "',
    "php-dot": "' . '",
    "lua": '" .. "',
    "adjacent": '" "',
    "adjacent-newline": '"\n        "',
    "python-prefix": "' b'",
    "python-prefix-newline": '"\n    f"',
    "vb": '" & _\n    "',
    "elixir": '" <> "',
    "sql": "' || '",
    "list": '", "',
    "list-newline": '",\n  "',
    "backslash": '" \\\n  "',
    "shell-continuation": "\\\n",
    "wrapped": "\n",
    "wrapped-crlf": "\r\n",
    "folded-yaml": "\n      ",
    "comment": "\n# ",
    "comment-slashes": "\n// ",
    "mail-quote": "\n> ",
    "diff": "\n+",
    "escaped-newline": "\\n",
    "json-quotes": '\\" + \\"',
    "objc": '"\n  @"',
}


@pytest.mark.parametrize("joint", [pytest.param(v, id=k) for k, v in JOINTS.items()])
@pytest.mark.parametrize("at", [1, 2, 3, 4, 5, 6, 7, 20, 55, 58, 59])
def test_split_over_literals_and_lines(joint, at):
    value = RULE.sample()
    split = value[:at] + joint.encode() + value[at:]
    text = b'token = "' + split + b'"\n'
    (match,) = find(text)
    assert match.secret == value
    assert match.start == 9
    assert text[match.start : match.end].rstrip(b"=") in (split.rstrip(b"="), split[:at])


def test_split_in_many_parts():
    value = RULE.sample().decode()
    text = '"' + '" +\n  "'.join(value[i : i + 7] for i in range(0, 60, 7)) + '"'
    (match,) = find(text.encode())
    assert match.secret == value.encode()
    assert (match.start, match.end) == (1, len(text) - 1)


def test_two_tokens_in_adjacent_literals_stay_two():
    values = [RULE.sample(), RULE.sample()]
    found = [match.secret for match in find(b'["' + b'", "'.join(values) + b'"]')]
    assert found == values


@given(st.binary(max_size=300))
def test_random_base64_is_never_flagged(raw):
    assert not list(find(base64.b64encode(raw)))
    assert not list(find(b"dG9rOj" + base64.b64encode(raw) + b"oxOjA="))


@given(st.binary(max_size=80), st.binary(max_size=80))
def test_found_in_any_surroundings(before, after):
    value = RULE.sample()
    found = [match.secret for match in find(before + b" " + value + b" " + after)]
    assert value in found


def test_check_takes_all_forms():
    value = RULE.sample()
    assert check(value) == check(value.rstrip(b"=")) == check(base64.b64decode(value)) == value
    assert check(b"dG9r!") is None
    assert check(b"") is None
