"""The prefilter: nothing that ends within its reach is missed, whoever asks and in which steps."""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan import prefilter as module
from intercom_scan.decode import MAGICS
from intercom_scan.prefilter import REACH, Prefilter
from intercom_scan.rules import NEEDLES, NEEDLES_EXACT, NEEDLES_NOCASE, RULES, by_id

TOKEN = by_id("intercom-access-token")
PREFILTER = Prefilter()
UNRELATED = b"the quick brown fox jumps over the lazy dog\n"


def utf_16(text):
    return text.decode().encode("utf-16-le")


ENCODED = {
    "base64": base64.b64encode(b"x = intercom secret"),
    "base64-twice": base64.b64encode(base64.b64encode(b"key: intercom secret")),
    "utf-16": utf_16(b"intercom"),
    "hex": b"intercom".hex().encode(),
    "line": b"intercom_%73ecret",
    "escapes": b"\\u0069\\u006e\\u0074\\u0065\\u0072\\u0063\\u006f\\u006d",
}


@pytest.mark.parametrize("needle", NEEDLES)
def test_every_needle_is_seen_in_text_and_in_output(needle):
    assert PREFILTER.in_text(UNRELATED + needle)
    assert PREFILTER.first_in_output(UNRELATED + needle + UNRELATED) == len(UNRELATED + needle)


@pytest.mark.parametrize("needle", NEEDLES_NOCASE)
def test_case_does_not_matter_where_a_needle_has_none(needle):
    assert PREFILTER.in_text(needle.upper())


@pytest.mark.parametrize("needle", NEEDLES_EXACT)
def test_case_matters_where_a_needle_has_capitals(needle):
    assert not PREFILTER.in_text(needle.swapcase())


def test_text_is_looked_at_with_literals_alone():
    """One expression among them makes compiling cost ten times as much, at every commit."""
    literals = rb"(?:[A-Za-z0-9:_ -]|\\x[0-9a-f]{2})+"
    others = [one for one, _ in PREFILTER._text.patterns if not re.fullmatch(literals, one)]
    assert others == []


def test_other_text_is_dropped():
    assert not PREFILTER.in_text(UNRELATED * 100)
    assert not PREFILTER.in_text(b"")
    assert PREFILTER.first_in_output(UNRELATED * 100) is None
    assert PREFILTER.first_in_output(b"") is None
    assert PREFILTER.first_encoded(UNRELATED * 100, 0) is None


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_no_example_of_a_rule_is_dropped(rule):
    line = rule.example.format(rule.sample().decode()).encode()
    assert PREFILTER.in_text(line)
    assert PREFILTER.first_in_output(line) is not None


def test_own_needles_are_looked_for_in_any_case_and_encoded():
    own = Prefilter((b"helpdesk",))
    for text in (b"ACME_HELPDESK_KEY", base64.b64encode(b"a helpdesk key: x"), utf_16(b"helpdesk")):
        assert own.in_text(text), text
        assert own.first_in_output(text) is not None, text
        assert not PREFILTER.in_text(text), text
    assert own.first_encoded(utf_16(b"helpdesk"), 0)


def test_many_own_needles_are_no_pattern_that_is_too_large():
    """Sixty in one were refused, also those of a purge's values."""
    needles = [hashlib.sha256(b"%d" % number).hexdigest()[:16].encode() for number in range(200)]
    prefilter = Prefilter(needles)
    for needle in (needles[0], needles[99], needles[-1]):
        text = b"x" * module.SMALL + needle + b"_%73ecret"
        found = prefilter.first_encoded(text, 0, prefilter.survey(text))
        assert found
        assert found[2] == text.index(b"%") + 1


@pytest.mark.parametrize("name", ENCODED)
def test_encoded_needles_are_seen_in_text_and_in_output(name):
    assert PREFILTER.in_text(UNRELATED + ENCODED[name])
    assert PREFILTER.first_in_output(UNRELATED + ENCODED[name]) is not None
    found = PREFILTER.first_encoded(UNRELATED + ENCODED[name], 5)
    assert found
    decoder, start, end = found
    assert decoder.name
    assert start == 5
    assert len(UNRELATED) < end <= len(UNRELATED + ENCODED[name])


def test_no_archive_s_header_is_longer_than_the_reach():
    longest = max(magic.offset + len(magic.bytes) for magic in MAGICS)
    assert longest + len("blob 1234567890123456\n") <= REACH


def in_one_pass(data, start, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(module, "FIRST_STEP", len(data) + 1)
        return PREFILTER.first_encoded(data, start)


@pytest.mark.parametrize("name", ENCODED)
@pytest.mark.parametrize("step", [64, 1024])
@pytest.mark.parametrize("shift", range(-40, 41, 8))
def test_growing_steps_answer_as_one_pass_does(monkeypatch, name, step, shift):
    """The first step ends at 0 + step, the second 4 * step further on: needles lie across both."""
    for seam in (step, 5 * step, 21 * step):
        at = max(0, seam + shift)
        data = b" " * at + ENCODED[name] + b" " * 200
        expected = in_one_pass(data, 0, monkeypatch)
        assert expected
        with monkeypatch.context() as patch:
            patch.setattr(module, "FIRST_STEP", step)
            found = PREFILTER.first_encoded(data, 0)
        assert found is not None
        assert found[1:] == expected[1:]
        assert found[0] is expected[0]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(sorted(ENCODED)), st.integers(0, 300)), max_size=4),
    st.integers(0, 400),
    st.sampled_from([16, 64, 333]),
)
def test_any_text_in_steps_answers_as_in_one_pass(parts, start, step):
    data = b"".join(b" " * gap + ENCODED[name] for name, gap in parts)
    with pytest.MonkeyPatch.context() as patch:
        expected = in_one_pass(data, start, patch)
        patch.setattr(module, "FIRST_STEP", step)
        found = PREFILTER.first_encoded(data, start)
    assert (found and found[1:]) == (expected and expected[1:])


@pytest.mark.parametrize("size", [0, module.FIRST_STEP + REACH])
@pytest.mark.parametrize("order", [("line", "hex"), ("hex", "line")])
def test_what_ends_first_is_found_first(order, size):
    """One is found by a raw needle that stands in it, the other is hidden; in texts of any size."""
    first, second = (ENCODED[name] for name in order)
    found = PREFILTER.first_encoded(b" " * 9 + first + b" " * 9 + second + b" " * size, 0)
    assert found
    assert found[0].name == order[0]
    assert 9 < found[2] <= 9 + len(first)


def test_what_lies_before_the_start_is_not_found():
    data = ENCODED["hex"] + b" " * 50
    assert PREFILTER.first_encoded(data, 0)
    assert PREFILTER.first_encoded(data, len(data) - 49) is None
    assert PREFILTER.first_encoded(data, len(data) + 7) is None


def test_a_raw_needle_is_no_encoded_one():
    assert PREFILTER.first_encoded(b"key = " + TOKEN.sample(), 0) is None
    assert PREFILTER.in_text(b"key = " + TOKEN.sample())


def zipped():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.txt", b"nothing " * 9)
    return out.getvalue()


def output(content, type_=b"blob"):
    """An object as `git cat-file --batch` writes it, behind another one."""
    return b"%040x %b %d\n%b\n" % (7, type_, len(content), content)


OTHER = output(b"first\n")
ARCHIVES = {"gzip": gzip.compress(b"nothing " * 9), "zip": zipped()}
ARCHIVES |= {
    f"magic-{magic.name}-{magic.bytes.hex()[:6]}": b"B" * magic.offset + magic.bytes + b"\0" * 40
    for magic in MAGICS
}

ANYWHERE = ("zip", "magic-zip-504b03")  # unpacked wherever in a blob it begins


@pytest.mark.parametrize("name", ARCHIVES)
def test_an_archive_hits_by_its_header_in_git_s_output(name):
    data = OTHER + output(ARCHIVES[name])
    end = PREFILTER.first_in_output(data)
    assert end is not None
    assert len(OTHER) < end <= len(data) - 2


@pytest.mark.parametrize("name", [name for name in ARCHIVES if name not in ANYWHERE])
def test_an_archive_s_bytes_elsewhere_do_not_hit(name):
    """Inside of a blob they are binary data, and trees and commits are never archives."""
    assert PREFILTER.first_in_output(OTHER + output(b"##" + ARCHIVES[name])) is None
    assert PREFILTER.first_in_output(OTHER + output(ARCHIVES[name], b"tree")) is None


def test_a_decoded_token_is_known_by_more_than_its_start():
    plain = base64.b64decode(TOKEN.sample() + b"==")
    assert PREFILTER.in_text(plain)
    assert PREFILTER.first_in_output(plain) is not None
