"""Secrets go out of what is encoded or compressed within a text, and its length stays."""

from __future__ import annotations

import base64
import gzip
import random
import zlib

import pytest

from intercom_scan.fakes.wrapping import WRAPPINGS
from intercom_scan.purge import compressed
from intercom_scan.purge.kinds import UnsafeError
from intercom_scan.purge.rewriting import Cleaner
from intercom_scan.purge.secrets import fill
from tests.purge.cleaning import (
    DETECTOR,
    SAMPLES,
    filled,
    line_of,
    proved,
    reason,
    rewritten,
)
from tests.purge.test_rewriting import EVERY, TOKENS


def lines(stream):
    return base64.encodebytes(stream).replace(b"\n", b"\\n")


def from_lines(text):
    return base64.b64decode(text.replace(b"\\n", b""))


# As releases of Helm are kept, as URLs have it, and as JSON has a letter.
PACKED_IN = {
    "twice": (b"r: %b\n", lambda s: base64.b64encode(base64.b64encode(s)), gzip),
    "url": (b"?state=%b&x=1", base64.urlsafe_b64encode, gzip),
    "lines": (b'"x": "%b"', lines, gzip),
    "zlib": (b'"x": "%b"', base64.b64encode, zlib),
}
UNPACKED = {
    "twice": lambda text: base64.b64decode(base64.b64decode(text)),
    "url": base64.urlsafe_b64decode,
    "lines": from_lines,
    "zlib": base64.b64decode,
}


@pytest.mark.parametrize("name", PACKED_IN)
def test_compressed_text_within_a_text_keeps_its_length(name):
    form, encode, module = PACKED_IN[name]
    head, tail = form.split(b"%b")
    for size in range(5):
        value, noise = TOKENS.sample(), random.Random(size).randbytes(size * 7).hex().encode()
        text = b"%b\nINTERCOM_ACCESS_TOKEN=%b\n" % (noise, value)
        data = form % encode(module.compress(text))
        new = proved(Cleaner([value], DETECTOR), data, value)
        assert len(new) == len(data)
        assert new.startswith(head)
        assert new.endswith(tail)
        if name == "url":
            assert not {*b"+/"}.intersection(new)
        inside = UNPACKED[name](new[len(head) : -len(tail)])
        assert module.decompress(inside) == text.replace(value, filled(value))


def lettered(text):
    """Each letter escaped, but for line breaks, which JSON has a short form for."""
    return b"".join(b"\\n" if byte == 10 else b"\\u%04x" % byte for byte in text)


def named(text):
    """Of what is encoded twice, the detector looks for its own words outside."""
    return b"intercom: " + base64.encodebytes(b"FOO=bar\n" * 9 + text)


ENCODED_TWICE = {
    "hex-upper": lambda text: named(text).hex().upper().encode(),
    "hex": lambda text: named(text).hex().encode(),
    "percent-upper": lambda text: b"".join(b"%%%02X" % byte for byte in named(text)),
    "percent": lambda text: b"".join(b"%%%02x" % byte for byte in named(text)),
    "letters": lambda text: lettered(named(text)),
}


@pytest.mark.parametrize("name", ENCODED_TWICE)
def test_what_is_written_looks_like_what_stood_there(name):
    encode = ENCODED_TWICE[name]
    for rule, value in SAMPLES:
        new = rewritten(EVERY, b'"' + encode(line_of(rule, value)) + b'"')
        expected = b'"' + encode(line_of(rule, filled(value))) + b'"'
        # Digits such as those of `%64` do not tell which letters there would be.
        assert (new.lower() if name == "percent" else new) == expected


@pytest.mark.parametrize("shift", range(3))
def test_what_a_token_is_the_base64_of(shift):
    value = TOKENS.sample()
    plain = base64.b64decode(value)
    data = base64.b64encode(b"x" * shift + plain)
    expected = base64.b64encode(b"x" * shift + filled(plain)) if shift else fill(60)
    assert rewritten(Cleaner([value], DETECTOR), data) == expected


def test_what_would_become_longer_is_dropped():
    noise = random.Random(6).randbytes(60)
    with pytest.raises(UnsafeError, match="longer"):
        compressed.deflated_to(60, noise)
    for size in range(75, 120):
        assert zlib.decompress(compressed.deflated_to(size, noise), -15) == noise
        assert len(compressed.deflated_to(size, noise)) == size


def test_an_archive_within_a_text_is_dropped():
    value = TOKENS.sample()
    data = b"x: " + base64.b64encode(WRAPPINGS["zip"](line_of(TOKENS, value))) + b"\n"
    assert "zip data within it" in reason(Cleaner([value], DETECTOR), data)
