"""Values that are put together from parts: by what, and what is no joint."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from intercom_scan.rules import by_id, find
from intercom_scan.rules.joints import LARGEST, joined

# What stands between two parts of a value, from the first one's closing quote on.
JOINTS = {
    "plus": '" + "',
    "plus-below": '"\n    + "',
    "comment": '" + // first half\n  "',
    "comment-alone": "'  # it's the first (half)\n  '",
    "comment-block": '" /* and the rest */ + "',
    "brackets": '") + ("',
    "append": '";\nTHING += "',
    "append-php": "';\n$thing .= '",
    "append-ruby": "'\nthing << '",
    "concat": '".concat("',
    "concat-lines": "'\n  .concat('",
}
NAMES = {
    "intercom-access-token": "thing",
    "intercom-client-secret": "INTERCOM_CLIENT_SECRET",
    "intercom-identity-secret": "INTERCOM_SECRET_KEY",
}
kinds = pytest.mark.parametrize("kind", NAMES)


def parts(kind, *cuts):
    value = by_id(kind).sample()
    text = value.decode()
    ends = (0, *cuts, len(text))
    return value, [text[low:high] for low, high in pairwise(ends)]


def assert_whole(text, kind, value):
    """One match, of the whole value, from its first part to its last."""
    data = text.encode()
    [match] = find(data)
    assert (match.rule.id, match.secret) == (kind, value)
    written = data[match.start : match.end].decode()
    assert value.decode().startswith(written[:4])
    assert value.decode().rstrip("=").endswith(written.rstrip("=")[-4:])


@kinds
@pytest.mark.parametrize("joint", JOINTS)
@pytest.mark.parametrize("cuts", [(9,), (20,), (12, 25)], ids=["early", "late", "twice"])
def test_parts_are_put_together(kind, joint, cuts):
    value, texts = parts(kind, *cuts)
    quote = JOINTS[joint][0]
    literal = quote + JOINTS[joint].join(texts) + quote
    assert_whole(f"{NAMES[kind]} = ({literal})\n", kind, value)


LISTS = {
    "javascript": ('["', '", "', '"].join("")'),
    "lines": ("[\n  '", "',\n  '", "',\n].join('')"),
    "python": ('"".join(["', '", "', '"])'),
    "python-tuple": ("''.join(('", "', '", "'))"),
}


@kinds
@pytest.mark.parametrize("form", LISTS)
def test_lists_that_are_joined(kind, form):
    value, texts = parts(kind, 12, 25)
    before, joint, behind = LISTS[form]
    assert_whole(f"{NAMES[kind]} = {before}{joint.join(texts)}{behind}\n", kind, value)


@pytest.mark.parametrize("behind", ["]", '].join(",")', '].join("-")'])
@pytest.mark.parametrize("kind", ["intercom-client-secret", "intercom-identity-secret"])
def test_lists_that_are_not(kind, behind):
    value, texts = parts(kind, 12, 25)
    literal = '", "'.join(texts)
    found = find(f'{NAMES[kind]} = ["{literal}"{behind}\n'.encode())
    assert value not in {match.secret for match in found}


@kinds
@pytest.mark.parametrize("style", [">", ">-", ">2-"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["lf", "crlf"])
def test_folded_lines(kind, style, newline):
    value, texts = parts(kind, 12, 25)
    lines = newline.join(f"    {text}" for text in texts)
    assert_whole(f"a:\n  {NAMES[kind]}: {style}{newline}{lines}{newline}  b: 1\n", kind, value)


def test_lines_of_a_map_are_no_folded_ones():
    value, texts = parts("intercom-identity-secret", 12, 25)
    text = "INTERCOM_SECRET_KEY: >-\n" + "".join(f"  {text}: 1\n" for text in texts)
    assert value not in {match.secret for match in find(text.encode())}


CELLS = {
    "adjacent": ["x = ('{0}'\n", "     '{1}')\n"],
    "double-quotes": ['x = ("{0}"\n', '     "{1}")\n'],
    "plus": ["x = '{0}' + \\\n", "  '{1}'\n"],
    "append": ["x = '{0}'\n", "x += '{1}'\n"],
    "comment": ["x = ('{0}'  # one\n", "  '{1}')\n"],
}


@pytest.mark.parametrize("indent", [1, None], ids=["indented", "compact"])
@pytest.mark.parametrize("cell", CELLS)
def test_a_token_over_the_lines_of_a_notebook(cell, indent):
    value, texts = parts("intercom-access-token", 30)
    source = [line.format(*texts) for line in CELLS[cell]]
    assert_whole(json.dumps({"cells": [{"source": source}]}, indent=indent), *(
        "intercom-access-token", value,
    ))  # fmt: skip


@pytest.mark.parametrize(
    "between", ['" // a comment and no more ', '"; other = "', '")\nf("', '" and then "']
)
@kinds
def test_other_neighbours_are_left_apart(kind, between):
    value, texts = parts(kind, 20)
    found = find(f'{NAMES[kind]} = "{between.join(texts)}"\n'.encode())
    assert value not in {match.secret for match in found}


def test_the_way_back_leads_to_every_byte():
    text = b'intercom = "ab" + "cd"\nx = ["ef", "gh"].join("")\ny: >-\n  ij\n  kl\n'
    whole = joined(text)
    assert whole
    plain, back = whole
    assert plain == b'intercom = "abcd"\nx = ["efgh"].join("")\ny: >-\n  ijkl\n'
    assert all(plain[at] == text[back(at)] for at in range(len(plain)))


def test_large_texts_are_left_alone():
    text = b'intercom = "ab" + "cd"\n'
    assert joined(text + b" " * (LARGEST - len(text)))
    assert joined(text + b" " * LARGEST) is None
