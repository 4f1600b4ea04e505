"""Encodings as real files have them: what is found in them, and what is left alone."""

from __future__ import annotations

import base64
import json
import random
import zlib
from binascii import hexlify

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from intercom_scan.decode import DECODERS, Budget, Layer, Limits, Pattern, unwrap
from intercom_scan.decode.members import inner
from intercom_scan.decode.pattern import literal
from intercom_scan.decode.zip import LOCAL
from tests.decode.looking import EXACT, NOCASE, first, layers, sightings

DICE = random.Random(7)
HEX = DICE.randbytes(24).hex().encode()
TOKEN = EXACT[0] + HEX[:44]
WHOLE_TOKEN = TOKEN[:54] + EXACT[2] + b"="
VALUE = bytes(DICE.choices(b"abcdXYZ019_", k=40))
LINE = b"INTERCOM_" + b"SECRET=" + VALUE


def b64(text):
    return base64.b64encode(text)


def letters(form, text=b"intercom"):
    return b"".join(form % byte for byte in text)


def wrap(text, width, gap):
    return gap.join(text[at : at + width] for at in range(0, len(text), width))


ENV = b"A=1\nDATABASE_URL=postgres://db\n" + LINE + b"\nB=2\n"
JSON = json.dumps({"env": ENV.decode(), "token": TOKEN.decode()})

WHOLE_GROUPS = b64(LINE + b"=")

# What stands in the file, what has to be seen in some layer, and through which encodings.
FOUND = {
    "kubernetes-secret": (b"data:\n  token: " + b64(TOKEN) + b"\n  other: eA==\n", TOKEN, "base64"),
    "kubernetes-secret-twice": (b"  t: " + b64(b64(TOKEN)) + b"\n", TOKEN, "base64 base64"),
    "kubernetes-env-file": (b"  .env: " + b64(ENV) + b"\n", LINE, "base64"),
    "basic-auth": (b"Authorization: Basic " + b64(TOKEN + b":") + b"\r\n", TOKEN, "base64"),
    "unpadded": (b"t=" + b64(TOKEN + b"x").rstrip(b"=") + b"&u=1", TOKEN, "base64"),
    "data-url": (b"data:text/plain;base64," + b64(ENV) + b")", LINE, "base64"),
    "mime": (wrap(b64(ENV * 3), 76, b"\r\n") + b"\r\n--boundary", LINE, "base64"),
    "yaml-block": (b"x: |\n    " + wrap(b64(ENV * 2), 64, b"\n    ") + b"\ny: 1\n", LINE, "base64"),
    "json-string": (b'{"x": "' + wrap(b64(ENV * 2), 60, b"\\n") + b'"}', LINE, "base64"),
    "notebook": (b'["' + wrap(b64(ENV * 2), 76, b'\\n",\n   "') + b'"]', LINE[:20], "base64"),
    "behind-a-path": (b"/v1/secrets/" + b64(TOKEN) + b"?x", TOKEN, "base64"),
    "powershell": (b"-enc " + b64(LINE.decode().encode("utf-16-le")), LINE, "base64 utf-16le"),
    "powershell-be": (b"-enc " + b64(LINE.decode().encode("utf-16-be")), LINE, "base64 utf-16be"),
    "two-in-a-path": (b"/v/" + WHOLE_GROUPS + b"/x/" + b64(TOKEN) + b"?", TOKEN, "base64"),
    "hex-behind-a-digit": (b"a" + hexlify(LINE), LINE, "hex"),
    "hex-dump": (hexlify(LINE), LINE, "hex"),
    "hex-dump-spaced": (b"00000000  " + hexlify(LINE, b" ") + b"  |INT|", LINE, "hex"),
    "hex-of-a-token": (b"x'" + hexlify(TOKEN) + b"'", TOKEN, "hex"),
    "query": (b"?client_secret=1&intercom_x%3D" + VALUE, b"intercom_x=" + VALUE, "percent"),
    "query-twice": (b"?q=intercom_x%253D" + VALUE, b"intercom_x=" + VALUE, "percent percent"),
    "query-json": (
        b"?q=%22intercom_x%22%3A%22" + VALUE + b"%22", b'"intercom_x":"' + VALUE, "percent",
    ),
    "attribute": (
        b"<div data-x='{&quot;intercom_secret&quot;:&quot;" + VALUE + b"&quot;}'>",
        b'"intercom_secret":"' + VALUE + b'"',
        "html",
    ),
    "attribute-twice": (
        b"intercom_secret&amp;quot;:&amp;quot;" + VALUE, b'intercom_secret":"' + VALUE, "html html",
    ),
    "attribute-numeric": (b"intercom_s&#34;:&#34;" + VALUE, b'intercom_s":"' + VALUE, "html"),
    "attribute-hex": (b"intercom_s&#x22;:&#x22;" + VALUE, b'intercom_s":"' + VALUE, "html"),
    "html-lines": (
        b"intercom:\n&quot;a&quot;\n intercom_s&#61;" + VALUE, b'"a"\n intercom_s=' + VALUE, "html",
    ),
    "json-in-json-in-json": (
        json.dumps(json.dumps(json.dumps({"intercom_secret": VALUE.decode()}))).encode(),
        b'\\"intercom_secret\\": \\"' + VALUE,
        "escape",
    ),
    "lines-in-json": (JSON.encode(), b"\n" + LINE + b"\n", None),
    "go-json": (b'"a":"intercom_s\\u003d' + VALUE + b'"', b"intercom_s=" + VALUE, "escape"),
    "javascript-hex": (b"'intercom_s\\x3d" + VALUE + b"'", b"intercom_s=" + VALUE, "escape"),
    "letters-u": (b"\\u0064\\u0047\\u0039\\u0072" + TOKEN[4:], TOKEN, "escape"),
    "letters-x": (b"\\x64\\x47\\x39\\x72" + TOKEN[4:], TOKEN, "escape"),
    "letters-octal": (b"\\144\\107\\071\\162" + TOKEN[4:], TOKEN, "escape"),
    "letters-html": (b"&#100;&#71;&#57;&#114;" + TOKEN[4:], TOKEN, "html"),
    "letters-percent": (b"%64%47%39%72" + TOKEN[4:], TOKEN, "percent"),
    "mail-soft-break": (TOKEN[:20] + b"=\r\n" + TOKEN[20:], TOKEN, "quoted-printable"),
    "mail-equals": (
        b"intercom_s=3D" + VALUE[:9] + b"=\n" + VALUE[9:],
        b"intercom_s=" + VALUE,
        "quoted-printable",
    ),
    "mail-base64": (wrap(b64(b64(ENV * 2)), 76, b"\r\n"), LINE, "base64 base64"),
    "registry-export": (b"\xff\xfe" + ENV.decode().encode("utf-16-le"), LINE, "utf-16le"),
    "utf-16-at-an-odd-place": (b"abc" + LINE.decode().encode("utf-16-le") + b"abc", LINE, None),
    "utf-16-amid-cyrillic": (("ключ " + LINE.decode()).encode("utf-16-be"), LINE, "utf-16be"),
    "mixed-file": (
        b"plain\n" + LINE.decode().encode("utf-16-le") + b"\n t: " + b64(TOKEN) + b"\n",
        TOKEN,
        "base64",
    ),
    "token-thrice": (b"t: " + b64(b64(b64(TOKEN))) + b"\n", TOKEN, "base64 base64 base64"),
    "zlib": (b"x: '" + b64(zlib.compress(ENV)) + b"'\n", LINE, "base64 zlib"),
    "zlib-best": (b'"' + b64(zlib.compress(ENV * 9, 9)) + b'"', LINE, "base64 zlib"),
    "letter-percent": (TOKEN[:20] + b"%%%02x" % TOKEN[20] + TOKEN[21:], TOKEN, "percent"),
    "letter-u": (TOKEN[:20] + b"\\u%04x" % TOKEN[20] + TOKEN[21:], TOKEN, "escape"),
    "letter-octal": (TOKEN[:20] + b"\\%03o" % ord("a") + TOKEN[21:], TOKEN[:20] + b"a", "escape"),
    "letters-mixed": (
        TOKEN[:8] + b"\\x%02x%%%02X&#%d;" % (TOKEN[8], TOKEN[9], TOKEN[10]) + TOKEN[11:],
        TOKEN,
        None,
    ),
    "letters-at-the-head": (
        b"\\u%04x" % WHOLE_TOKEN[0]
        + WHOLE_TOKEN[1:9]
        + b"%%%02x" % WHOLE_TOKEN[9]
        + WHOLE_TOKEN[10:],
        WHOLE_TOKEN,
        "percent escape",
    ),
    "mainframe-lines": (
        ("x\n" + LINE.decode() + "\ny").encode("cp037").replace(b"\x25", b"\x15"),
        b"\n" + LINE + b"\n",
        "ebcdic",
    ),
    "mainframe": (("x = '" + LINE.decode() + "'").encode("cp500"), LINE, "ebcdic"),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_found(case):
    data, text, through = FOUND[case]
    seen, budget = sightings(text, data)
    ways = {" ".join(each[0]) for each in seen}
    assert ways - {""}
    assert through is None or through in ways
    assert not budget.skips


# Here a raw needle is plain to see and nothing is hidden, or nothing is there at all.
IGNORED = {
    "env": LINE + b"\nOTHER=1\n",
    "token": b"t: " + TOKEN + b"\n",
    "padded-token-at-a-lines-end": b"t=" + TOKEN + b"A" * 10 + b"=\nu=1\n",
    "json": b'{"intercom_secret": "' + VALUE + b'"}',
    "json-in-json": b'"{\\"intercom_secret\\": \\"' + VALUE + b'\\"}"',
    "format": b"intercom %s intercom %d% intercom 100% sure",
    "ampersand": b"intercom & others, intercom&co, intercom&#notanumber",
    "no-entity": b"intercom &colonel intercom &quotation",
    "windows-path": b"C:\\intercom\\keys\\a.txt",
    "url": b"https://api.intercom.io/contacts?per_page=5&x=%20",
    "base64-image": b64(DICE.randbytes(6000)),
    "near-miss-image": b"data:image/png;base64," + b64(DICE.randbytes(99)) + EXACT[0][:5],
    "hex": DICE.randbytes(3000).hex().encode(),
    "random": DICE.randbytes(20_000),
    "gzip-in-base64-behind-letters": b"xH4sIAAAAAAAAA",
    "gzip-by-its-first-letters": b'ARCHIVES = ("H4sIA", "H4sIB", "UEsDB", "/Td6WFoA")',
    "zlib-by-its-first-letters": b'key = "eJwhatever it is", "eNoneOfTheseIsAnArchiveAtAll"',
}


@pytest.mark.parametrize("case", IGNORED)
def test_ignored(case):
    found, budget = layers(IGNORED[case])
    assert [layer.encodings for layer, _ in found] == [()]
    assert not budget.skips


@pytest.mark.parametrize("form", ["%%%02x", "\\u%04x", "&#%d;", "=%02X", "\\%03o"])
def test_every_offset_of_escaped_text_leads_back(form):
    text = bytes(range(0x20, 0x7F)) * 40 + b"intercom " + bytes(range(0x20, 0x7F)) * 40
    sign = form[0].encode()
    code, starts = bytearray(), []
    for at, byte in enumerate(text):
        starts.append(len(code))
        plain = chr(byte).isalnum() and at % 3 and b"intercom" not in text[at - 8 : at + 9]
        code += b"%c" % byte if plain else form.encode() % byte
    assert sign in code
    [layer] = unwrap(Layer(bytes(code)), first, Budget())
    assert layer.data == text
    assert [layer.origin_of(at) for at in range(len(text))] == starts
    assert layer.origin_of(len(text)) == len(code)


PIECES = (
    *(EXACT[0], b"aW50ZXJjb20", b"intercom", b"%3D", b"\\u0069\\u006e\\u0074\\u0065", b"\\n"),
    *(b"&#105;&#110;&#116;&#101;", b"=69=6E=74=65", b"i\0n\0t\0e\0r\0c\0o\0m\0", b"\n", b"\0"),
    *(b"\0i\0n\0t\0e\0r\0c\0o\0m", b"PK\3\4", b"H4sIA", b"UEsDB", b"\x1f\x8b\x08", b"=", b"&quot;"),
    *(b"696e746572636f6d", b"69 6e 74 65 72 63 6f 6d", b'\\\\"', b"\r\n ", b"\xff\xfe", b"\xd8\0"),
    *(b"AAAA", b"_-", b"%", b"\\", b"&"),
)


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join),
    st.integers(1, 4000),
)
def test_anything_is_decoded_without_a_fuss(data, member):
    limits = Limits(depth=4, expansion=1 << 20, member=member)
    for layer, text in layers(data, limits=limits)[0]:
        places = [layer.origin_of(at) for at in range(len(layer.data) + 1)]
        assert places == sorted(places)
        assert all(0 <= place <= len(text.data) for place in places)


@pytest.mark.parametrize(
    "encode",
    [
        b64,
        hexlify,
        lambda text: text.decode().encode("utf-16-le"),
        lambda text: letters(b"%%%02x", text),
    ],
    ids=["base64", "hex", "utf-16", "percent"],
)
def test_a_region_longer_than_a_piece_comes_in_overlapping_pieces(encode):
    limits = Limits(member=20_000)
    # A secret across every end of a piece: they are 20,000 bytes of text, 6,667 groups of base64,
    # 10,000 units of UTF-16, 6,666 bytes in percent escapes.
    for end in (20_000, 3 * (limits.member // 3), 10_000, 6_666):
        text = b"x" * (end - 20) + b" " + LINE + b" " + b"y" * 50_000
        seen, budget = sightings(LINE, b"k: " + encode(text), limits=limits)
        assert seen
        assert all(len(layer.data) <= limits.member for *_, layer, _ in seen)
        assert not budget.skips


@pytest.mark.parametrize("order", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("shift", range(4))
def test_characters_beyond_two_bytes_are_kept(order, shift):
    text = "\ufeff" + "x" * shift + "\U0001f600" * 3000 + LINE.decode()
    [layer] = unwrap(Layer(text.encode(order)), first, Budget())
    assert layer.data == text[1:].encode()
    assert layer.origin_of(layer.data.find(LINE)) == 2 + 2 * shift + 4 * 3000


def test_a_part_of_a_text_unfolds_where_that_part_begins():
    part = Layer(b"", b"p", ("base64",), lambda offset: 5 + offset, line=7)
    found = inner(part, ("gzip",), b"m", b"data")
    assert (found.path, found.encodings, found.line) == (b"p!m", ("base64", "gzip"), 7)
    assert found.origin_of(3) == 5


@pytest.mark.parametrize(
    "unit",
    [
        b64(LINE * 10) + b" ",
        letters(b"%%%02x", LINE),
        hexlify(LINE) + b"\n",
        letters(b"%c\0", LINE),
    ],
    ids=["base64", "percent", "hex", "utf-16"],
)
def test_reaching_a_limit_is_said_and_ends_the_work(unit):
    data = unit * 1000
    calls = []

    def counting(text, at):
        calls.append(at)
        return first(text, at)

    budget = Budget(Limits(expansion=50_000, member=5000))
    made = sum(len(layer.data) for layer in unwrap(Layer(data, b"p"), counting, budget))
    assert 0 < made <= 55_000
    assert [(skip.what, skip.incomplete) for skip in budget.skips] == [("p", True)]
    assert len(calls) < 1000


def test_reaching_the_time_limit_is_said():
    budget = Budget(Limits(seconds=-1.0))
    assert not list(unwrap(Layer(b64(LINE)), first, budget))
    assert ["took longer" in skip.reason for skip in budget.skips] == [True]


FLOODS = {
    "needle": b"intercom",
    "needle-percent": b"intercom%",
    "needle-escaped": b"intercom%3D",
    "needle-escaped-lines": b"intercom%3D\n",
    "needle-entity": b"intercom&quot;",
    "token": EXACT[0],
    "base64": b64(b"intercom"),
    "base64-lines": b64(b"intercom" * 8)[:64] + b"\n",
    "base64-two-lengths": b64(b"intercom" * 8)[:64] + b"\n" + b64(b"intercom" * 6)[:48] + b"\n",
    "base64-short-lines": b64(b"intercom" * 3)[:16] + b"\n",
    "base64-breaks": b64(b"aaintercom")[:8] + b"\n",
    "archive-in-base64": b" H4sIAAAA",
    "zlib-in-base64": b' "eJwAAAAAAAAAAAAAAAAAAAAAAA',
    "base64-literals": b64(b"intercom") + b'" + "',
    "base64-literals-below": b64(b"aaintercom") + b'"\n  "',
    "base64-blanks": b64(b"intercom" * 8)[:64] + b" ",
    "base64-comments": b"# " + b64(b"intercom" * 8)[:64] + b"\n",
    "base64-patch": b"+" + b64(b"intercom" * 8)[:64] + b"\n",
    "base64-patch-short": b"+" + b64(b"aaintercom")[:8] + b"\n",
    "token-escaped": b"%41" + EXACT[2],
    "percent": letters(b"%%%02x"),
    "escape": letters(b"\\u%04x"),
    "entity": letters(b"&#%d;"),
    "soft-breaks": b"intercom=3D=\n",
    "utf-16": letters(b"%c\0"),
    "utf-16-broken": letters(b"%c\0") + b"xx",
    "utf-32": letters(b"%c\0\0\0"),
    "ebcdic-broken": "intercom".encode("cp037") + b"\0",
    "hex": hexlify(b"intercom"),
    "hex-lines": hexlify(b"intercom") + b"\n",
    "zip-headers": b"PK\3\4",
    "zip-empty": b"PK\3\4\x14" + bytes(21) + b"\1\0\0\0a",
    "zip-deflated-nothing": b"PK\3\4\x14\0\0\0\x08" + bytes(17) + b"\1\0\0\0a\0\0\0\xff\xff",
    "brackets": b"[",
}


class Measured(bytes):
    """Bytes that count how many of them are cut out."""

    cut = 0

    def __getitem__(self, key):
        out = super().__getitem__(key)
        Measured.cut += len(out) if isinstance(out, bytes) else 1
        return out


def work(unit, size):
    data = Measured((unit * (size // len(unit) + 1))[:size])
    Measured.cut = calls = made = 0

    def counting(text, at):
        nonlocal calls
        calls += 1
        return first(text, at)

    for layer in unwrap(Layer(data), counting, Budget()):
        made += len(layer.data)
    return calls, made, Measured.cut


@pytest.mark.parametrize("case", FLOODS)
def test_work_is_linear_in_the_data(case):
    size = 120_000
    once, thrice = work(FLOODS[case], size), work(FLOODS[case], 3 * size)
    for few, many in zip(once, thrice, strict=True):
        assert many <= 3.5 * few + 70_000
    assert thrice[1] <= 4 * 3 * size


def test_patterns_are_literal_enough_for_the_matcher():
    for decoder in DECODERS:
        for pattern in decoder.patterns(EXACT, NOCASE):
            assert isinstance(pattern, Pattern)
            assert b"\n" not in pattern.regex
            assert b"\0" not in pattern.regex
            if not pattern.implied:  # a literal, and after it a class of bytes at most
                assert not set(pattern.regex) & set(b"*+?.|("), pattern
                assert pattern.regex.find(b"[") in (-1, len(literal(LOCAL))), pattern
