"""Secrets go out of texts, in whatever encoding; all else stays byte for byte."""

from __future__ import annotations

import base64
import html
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.detector import WINDOW
from intercom_scan.fakes.wrapping import WRAPPINGS
from intercom_scan.purge.rewriting import Cleaner
from intercom_scan.purge.secrets import fill
from intercom_scan.rules import by_id
from tests.decode.test_round_trip import EDGE, STOP, TEXT, WHOLE
from tests.decode.test_text import FOUND, TOKEN, VALUE, WHOLE_TOKEN
from tests.purge.cleaning import (
    DETECTOR,
    SAMPLES,
    canonical,
    filled,
    line_of,
    proved,
    rewritten,
)

TOKENS = by_id("intercom-access-token")
IDENTITY = by_id("intercom-identity-secret")
EVERY = Cleaner([canonical(*each) for each in SAMPLES], DETECTOR)
NONE = Cleaner([], DETECTOR)
OTHERS = Cleaner([canonical(rule, rule.sample()) for rule, _ in SAMPLES], DETECTOR)


PACKED = ("gzip", "bzip2", "xz", "tar-gz", "zip", "zip-in-zip")


@pytest.mark.parametrize("name", WRAPPINGS)
@pytest.mark.parametrize(("rule", "value"), SAMPLES, ids=lambda each: getattr(each, "id", ""))
def test_every_kind_in_every_wrapping(rule, value, name):
    wrap, line = WRAPPINGS[name], line_of(rule, value)
    data = wrap(line)
    assert EVERY.holds(data)
    new = proved(EVERY, data, canonical(rule, value), path=b"f")
    assert len(EVERY.clean(data, b"f").ways) == 1
    if name not in PACKED:
        assert new == wrap(line.replace(value, filled(value)))


@pytest.mark.parametrize("name", WRAPPINGS)
def test_what_was_not_chosen_stays(name):
    for rule, value in SAMPLES:
        data = WRAPPINGS[name](line_of(rule, value))
        assert not OTHERS.holds(data, b"f")
        cleaned = OTHERS.clean(data, b"f")
        assert cleaned.data is data
        assert not cleaned.changed


def test_one_of_two_secrets():
    rule = TOKENS
    first, second = rule.sample(), rule.sample()
    data = base64.b64encode(line_of(rule, first) + line_of(rule, second))
    cleaner = Cleaner([canonical(rule, first)], DETECTOR)
    new = proved(cleaner, data, canonical(rule, first))
    assert base64.b64decode(new) == line_of(rule, filled(first)) + line_of(rule, second)


@pytest.mark.parametrize("case", FOUND)
def test_text_as_real_files_have_it(case):
    data, needle, _ = FOUND[case]
    cleaner = Cleaner([VALUE, TOKEN, WHOLE_TOKEN], DETECTOR)
    secret = next((each for each in (VALUE, WHOLE_TOKEN, TOKEN) if each in needle), None)
    if secret is None:
        return  # a piece of something else
    assert cleaner.holds(data)
    assert len(proved(cleaner, data, secret)) == len(data)


SECRETS = st.sampled_from([value for _, value in SAMPLES])


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=12, deadline=None)
@given(
    secrets=st.lists(SECRETS, min_size=1, max_size=4), gaps=st.lists(TEXT, min_size=5, max_size=5),
    edge=EDGE, stop=STOP, lead=TEXT, tail=TEXT,
)  # fmt: skip
def test_all_around_a_secret_stays(name, secrets, gaps, edge, stop, lead, tail):
    encode = WHOLE[name]

    def written(values):
        pairs = zip(gaps, [*values, b""], strict=False)
        inside = b"".join(gap + b" " + value + b" " for gap, value in pairs)
        return lead + b"\n" + edge + encode(inside) + stop + b"\n" + tail

    new, expected = rewritten(EVERY, written(secrets)), written(map(filled, secrets))
    assert len(new) == len(written(secrets))
    if name == "html-decimal":  # some letters have a digit more than those that stood there
        new, expected = (html.unescape(each.decode()).lower().encode() for each in (new, expected))
    assert new == expected


@settings(max_examples=30, deadline=None)
@given(before=st.binary(max_size=100), after=st.binary(max_size=100), secret=SECRETS)
def test_base64_of_anything_keeps_every_other_bit(before, after, secret):
    data = base64.b64encode(before + b" " + secret + b" " + after)
    cleaned = EVERY.clean(data)
    if cleaned.data is not None:
        assert base64.b64decode(cleaned.data) == before + b" " + filled(secret) + b" " + after


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400), SECRETS, st.sampled_from(sorted(WHOLE)), st.binary(max_size=400))
def test_nothing_makes_it_fail_or_leaves_a_secret(before, secret, name, after):
    data = before + WHOLE[name](secret) + after
    cleaned = EVERY.clean(data)
    assert cleaned.changed == EVERY.holds(data)
    if cleaned.data is not None:
        assert len(cleaned.data) == len(data)
        assert not EVERY.holds(cleaned.data)
        assert secret not in cleaned.data


@settings(max_examples=30, deadline=None)
@given(st.binary(max_size=600))
def test_what_has_no_secret_comes_back_itself(data):
    for cleaner in (EVERY, NONE):
        cleaned = cleaner.clean(data)
        assert cleaned.data is data
        assert cleaned.ways == ()


@pytest.mark.parametrize("name", WHOLE)
def test_the_prefilter_passes_what_holds_a_secret_far_from_every_name(name):
    for _, value in SAMPLES:
        output = b"0" * 40 + b" blob 100\n" + WHOLE[name](b"a " + value + b" b")
        assert EVERY.prefilter.first_in_output(output) is not None
        for plain in (value, value[:20] + b"%%%02x" % value[20] + value[21:]):
            assert EVERY.prefilter.first_in_output(b"0" * 40 + b" blob 99\n" + plain) is not None
    assert EVERY.prefilter.first_in_output(b"0" * 40 + b" blob 100\nnothing") is None


SPLIT = {
    "plus": (b'"%b" + "%b"', (3, 9, 30, 57)),
    "lines": (b'"%b"\n  "%b"', (3, 9, 30, 57)),
    "backslash": (b'"%b" \\\n  "%b"', (3, 9, 30, 57)),
    "comment": (b'"%b" + // one more\n  "%b"', (9, 30, 57)),
    "concat": (b'"%b".concat("%b")', (9, 30, 57)),
    "appended": (b'x = "%b"\nx += "%b"', (9, 30, 57)),
    "escaped-line-break": (b'"%b\\n%b"', (9, 30, 57)),
    "mail": (b"%b\n> %b", (9, 30, 57)),
}


@pytest.mark.parametrize(
    ("form", "cut"), [(form, cut) for form, (_, cuts) in SPLIT.items() for cut in cuts]
)
def test_a_value_in_parts(form, cut):
    value, template = TOKENS.sample(), SPLIT[form][0]
    data = b"intercom_token = " + template % (value[:cut], value[cut:]) + b"\nconst done = 1\n"
    cleaner = Cleaner([canonical(TOKENS, value)], DETECTOR)
    assert {hit.secret for hit in DETECTOR.look(data).hits} == {canonical(TOKENS, value)}
    new = proved(cleaner, data, canonical(TOKENS, value))
    expected = template % (filled(value[:cut]), filled(value[cut:]))
    assert new == b"intercom_token = " + expected + b"\nconst done = 1\n"


def test_a_value_in_a_list_that_is_joined():
    value = IDENTITY.sample()
    parts = [value[:14], value[14:30], value[30:]]
    data = b"const intercomSecret = ['%b', '%b', '%b'].join('');\n"
    cleaner = Cleaner([value], DETECTOR)
    new = proved(cleaner, data % tuple(parts), value)
    assert new == data % tuple(map(filled, parts))


def test_a_literal_far_from_every_name():
    value = IDENTITY.sample()
    data = b"what is " + value + b"?\n"
    assert not DETECTOR.look(data).hits
    cleaner = Cleaner([value], DETECTOR)
    assert rewritten(cleaner, data) == b"what is " + filled(value) + b"?\n"


@pytest.mark.parametrize("turned", [bytes.upper, bytes.title])
def test_the_case_of_hexadecimal_digits_hides_nothing(turned):
    rule = by_id("intercom-client-secret")
    value = rule.sample()
    cleaner = Cleaner([canonical(rule, value)], DETECTOR)
    assert rewritten(cleaner, b"<" + turned(value) + b">") == b"<" + filled(value) + b">"


def test_secrets_that_overlap_and_one_that_begins_another():
    long = bytes(random.Random(3).choices(b"abcdefghkmXYZ23456789", k=43))
    secrets = [long, long[:40], long[20:] + b"Qq7"]
    cleaner = Cleaner(secrets, DETECTOR)
    assert rewritten(cleaner, long + b"Qq7") == fill(46)
    assert rewritten(cleaner, b"=" + long[:40] + b"=") == b"=" + fill(40) + b"="
    assert rewritten(cleaner, long + long) == fill(86)


@pytest.mark.parametrize("form", [b"%b", b"%b\n", b"\n%b", b"\0%b\0"])
def test_secrets_at_the_edges(form):
    for _, value in SAMPLES:
        assert rewritten(EVERY, form % value) == form % filled(value)


def test_the_padding_goes_too():
    value = TOKENS.sample()
    assert value.endswith(b"=")
    cleaner = Cleaner([value], DETECTOR)
    assert rewritten(cleaner, b"T=" + value + b";") == b"T=" + fill(60) + b";"
    assert rewritten(cleaner, b"T=" + value[:-1] + b";") == b"T=" + fill(59) + b";"


def test_what_is_put_there_is_no_finding():
    for rule, value in SAMPLES:
        assert not DETECTOR.look(line_of(rule, filled(value)), b"config/intercom.yml").hits


def test_a_large_text_with_secrets_where_windows_meet():
    value = TOKENS.sample()
    pieces = [b"x" * 70 + b"\n"] * (WINDOW // 71 * 2)
    data = b"".join(pieces)
    for at in (0, WINDOW - 30, WINDOW - (1 << 16) - 30, len(data) - 60):
        data = data[:at] + value + data[at + 60 :]
    cleaner = Cleaner([value], DETECTOR)
    cleaned = cleaner.clean(data)
    assert cleaned.data == data.replace(value, fill(60))


def test_encoded_values_in_a_large_text_with_a_byte_order_mark():
    value = TOKENS.sample()
    filling = "line of text\n" * (WINDOW // 24)
    text = f"\ufeff{filling}{{}}\n{filling}"
    written = [base64.b64encode(each).decode() for each in (value, filled(value))]
    data, expected = (text.format(each).encode("utf-16-le") for each in written)
    assert len(data) > WINDOW
    assert rewritten(Cleaner([value], DETECTOR), data) == expected


def test_very_many_secrets_in_one_text():
    rule = TOKENS
    values = [rule.sample() for _ in range(60)]
    cleaner = Cleaner([canonical(rule, value) for value in values], DETECTOR)

    def written(each):
        return b"".join(b"T: " + base64.b64encode(value) + b"\n" for value in each)

    assert rewritten(cleaner, written(values * 20)) == written(map(filled, values * 20))


NAMES = (
    b"keys/%b.txt", b"Ann %b <ann@example.com>", b"Subject\n\nthe token is %b.\n",
    b"refs/heads/%b", b"%b",
)  # fmt: skip


@pytest.mark.parametrize("form", NAMES)
def test_names_and_messages_keep_their_shape(form):
    for _, value in SAMPLES:
        assert EVERY.clean_text(form % value) == form % filled(value)
    text = form % b"nothing"
    assert EVERY.clean_text(text) is text


def test_what_one_value_hides_goes_too():
    hidden = b"".join(b"\\u%04x" % byte for byte in TOKEN[:4]) + TOKEN[4:]
    data = b"intercom_s&#34;:&#34;" + VALUE + hidden
    cleaner = Cleaner([VALUE, TOKEN], DETECTOR)
    assert len(proved(cleaner, data, VALUE, TOKEN)) == len(data)


def test_a_name_that_cannot_be_rewritten_is_blotted_out():
    value = TOKENS.sample()
    whole = base64.urlsafe_b64encode(WRAPPINGS["zip"](line_of(TOKENS, value)))
    cleaner = Cleaner([value], DETECTOR)
    data = b"a/b " + whole + b" <c>"
    assert cleaner.holds(data)
    assert cleaner.clean_text(data) == b"R/R " + fill(len(whole)) + b" <R>"


def test_no_secret_in_what_is_shown_of_a_result():
    value = TOKENS.sample()
    cleaned = EVERY.clean(b"\0\1\2" + SAMPLES[0][1] + value)
    assert cleaned.data is None
    assert value.decode() not in repr(cleaned)
    assert SAMPLES[0][1].decode() not in repr(cleaned)
