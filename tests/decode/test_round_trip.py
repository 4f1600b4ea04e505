"""Whatever is encoded is decoded again, wherever it stands, and traced back to where it stood."""

from __future__ import annotations

import base64
import html
import quopri
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.decode.looking import EXACT, NOCASE, first_by_re, sightings

SECRETS = st.one_of(
    st.sampled_from(EXACT).flatmap(
        lambda needle: st.text("ABCDEFabcdef0123456789", min_size=20, max_size=60).map(
            lambda rest: needle + rest.encode()
        )
    ),
    st.tuples(st.sampled_from(NOCASE), st.sampled_from(("lower", "upper"))).flatmap(
        lambda pair: st.text("abcdefXYZ0123456789_=", min_size=20, max_size=60).map(
            lambda rest: getattr(pair[0], pair[1])() + rest.encode()
        )
    ),
)
# Printable text, and text that ends where base64 cannot reach.
TEXT = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=120).map(str.encode)
EDGE = st.sampled_from((b"", b" ", b'"', b"'", b": ", b"\n", b"\t", b"<b>", b"=", b"(", b",\r\n"))
STOP = st.sampled_from((b"", b'"', b"'", b"\n", b"<", b" ,", b")"))


def letters(form):
    return lambda text: b"".join(form % byte for byte in text)


def base64_(text):
    return base64.b64encode(text)


WHOLE = {
    "percent": letters(b"%%%02X"),
    "escape-u": letters(b"\\u%04x"),
    "escape-x": letters(b"\\x%02x"),
    "escape-octal": letters(b"\\%03o"),
    "escape-braces": letters(b"\\u{%x}"),
    "html-decimal": letters(b"&#%d;"),
    "html-hex": letters(b"&#x%X;"),
    "quoted-printable": letters(b"=%02X"),
    "hex": lambda text: text.hex().encode(),
    "hex-upper": lambda text: text.hex().upper().encode(),
    "hex-spaced": lambda text: text.hex(" ").encode(),
    "base64": base64_,
    "base64-url": base64.urlsafe_b64encode,
    "base64-unpadded": lambda text: base64_(text).rstrip(b"="),
    "base64-twice": lambda text: base64_(base64_(text)),
    "base64-of-utf-16": lambda text: base64_(text.decode().encode("utf-16-le")),
    "utf-16le": lambda text: text.decode().encode("utf-16-le"),
    "utf-16be": lambda text: text.decode().encode("utf-16-be"),
    "utf-32le": lambda text: text.decode().encode("utf-32-le"),
    "utf-32be": lambda text: text.decode().encode("utf-32-be"),
    "ebcdic": lambda text: text.decode().encode("cp037"),
}


@pytest.mark.parametrize("name", WHOLE)
@settings(max_examples=60, deadline=None)
@given(secret=SECRETS, before=TEXT, after=TEXT, edge=EDGE, stop=STOP, lead=TEXT, tail=TEXT)
def test_encoded_text_is_found_at_its_place(name, secret, before, after, edge, stop, lead, tail):
    encode = WHOLE[name]
    inside = before + b" " + secret + b" " + after
    outside = lead + b"\n" + edge
    data = outside + encode(inside) + stop + b"\n" + tail
    seen, budget = sightings(secret, data)
    places = {place for encodings, _, place, *_ in seen if encodings}
    assert places, (name, data)
    # By chance some letters begin as something compressed does, which is nothing that was lost.
    assert not [skip for skip in budget.skips if skip.incomplete]
    if "base64" not in name:
        # Wide text that plain text touches may be read in either byte order: one unit of doubt.
        doubt = int(name[4:6]) // 8 if name.startswith("utf") else 1
        place = len(outside + encode(inside)) - len(encode(secret + b" " + after))
        assert any(abs(place - each) < doubt for each in places)


@pytest.mark.parametrize("width", [16, 20, 60, 64, 72, 76, 128, 998 // 4 * 4])
@pytest.mark.parametrize(
    "gap",
    [b"\n", b"\r\n", b"\n    ", b"\r\n\t", b"\\n", b"\\r\\n"],
    ids=["lf", "crlf", "indented", "crlf-tab", "escaped-lf", "escaped-crlf"],
)
@settings(max_examples=15, deadline=None)
@given(secret=SECRETS, before=TEXT, after=TEXT, url=st.booleans())
def test_base64_in_lines_is_found_at_its_place(width, gap, secret, before, after, url):
    text = before + b" " + secret + b" " + after
    code = base64.urlsafe_b64encode(text) if url else base64.b64encode(text)
    lines = [code[at : at + width] for at in range(0, len(code), width)]
    lead = b'{"data": "'
    data = lead + gap.join(lines) + b'"}\n'
    places = {place for _, _, place, *_ in sightings(secret, data)[0]}
    line, column = divmod(len(before + b" ") * 4 // 3, width)
    assert len(lead) + line * (width + len(gap)) + column in places


@pytest.mark.parametrize("cut", range(3))
@settings(max_examples=60, deadline=None)
@given(secret=SECRETS, before=st.binary(max_size=100), after=st.binary(max_size=100))
def test_base64_of_binary_text_is_found_at_its_place(cut, secret, before, after):
    if cut:
        before = b"cut" + before  # what is left of a group that is cut off cannot be read
    code = base64.b64encode(before + secret + after)[cut:]
    places = {place for _, _, place, *_ in sightings(secret, code)[0]}
    assert len(before) * 4 // 3 - cut in places


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("mark", ["", "\ufeff"], ids=["bare", "mark"])
@settings(max_examples=40, deadline=None)
@given(
    secret=SECRETS,
    before=st.text(st.characters(categories=["Lu", "Ll", "Zs", "Po"], max_codepoint=0x6FF)),
    after=st.text(st.characters(categories=["Lu", "Ll", "So"], max_codepoint=0x1FFFF)),
)
def test_a_wide_file_is_found_at_its_place(order, mark, secret, before, after):
    text = f"{mark}{before}\n{secret.decode()}\n{after}"
    data = text.encode(order)
    place = len(f"{mark}{before}\n".encode(order))
    seen = sightings(secret, data)[0]
    assert any(abs(each[2] - place) < (0 if mark else int(order[4:6]) // 8) + 1 for each in seen)
    if mark and "16" in order:
        assert {encodings for encodings, *_ in seen} == {
            (order.replace("-le", "le").replace("-be", "be"),)
        }


SPELLINGS = {
    "percent": (lambda text: quote(text).encode(), "%"),
    "html": (lambda text: html.escape(text.decode()).encode(), "&"),
    "quoted-printable": (quopri.encodestring, "="),
}


@pytest.mark.parametrize("name", SPELLINGS)
@settings(max_examples=60, deadline=None)
@given(
    name_tail=st.text("_ABCXYZ", max_size=20),
    value=st.text("abcXYZ0123456789_-", min_size=40, max_size=40),
    lead=TEXT,
)
def test_a_name_whose_end_is_escaped_is_found(name, name_tail, value, lead):
    encode, _ = SPELLINGS[name]
    text = b'"INTERCOM%s": "%s"' % (name_tail.encode(), value.encode())
    text = text.replace(b": ", b"=") if name == "quoted-printable" else text
    data = lead + b"\n" + encode(text) + b"\n"
    seen = sightings(text, data)[0]
    assert [encodings for encodings, *_ in seen] == [(name,)]


@settings(max_examples=60, deadline=None)
@given(secret=SECRETS, lead=TEXT, tail=TEXT, name=st.sampled_from(sorted(WHOLE)))
def test_both_matchers_agree(secret, lead, tail, name):
    data = lead + b" " + WHOLE[name](secret) + b" " + tail
    slow = {each[:3] for each in sightings(secret, data, first=first_by_re)[0]}
    assert {each[:3] for each in sightings(secret, data)[0]} == slow
