"""Base64 that something breaks: what is put together, and what is left apart."""

from __future__ import annotations

import pytest

from intercom_scan.decode.runs import first_behind, lines_around
from tests.decode.looking import layers, sightings
from tests.decode.test_text import ENV, LINE, VALUE, WHOLE_GROUPS, b64, wrap

FOUND = {
    "literals": (b'x = "' + wrap(b64(ENV), 60, b'" +\n  "') + b'";', LINE, "base64"),
    "literals-operator-first": (b"x = '" + wrap(b64(ENV), 57, b"'\n . '") + b"'", LINE, "base64"),
    "literals-below": (b"x = ('" + wrap(b64(ENV), 70, b"'\n  '") + b"')", LINE, "base64"),
    "literals-by-hand": (
        b'"' + b64(ENV)[:31] + b'" + "' + b64(ENV)[31:99] + b'" + "' + b64(ENV)[99:] + b'"',
        LINE,
        "base64",
    ),
    "literals-in-json": (b'"' + wrap(b64(ENV), 60, b'\\" +\\n  \\"') + b'"', LINE, "base64"),
    "notebook-lines": (b'["' + wrap(b64(ENV), 60, b'\\n",\n "') + b'"]', LINE, "base64"),
    "folded-with-blanks": (b"x: " + wrap(b64(ENV), 64, b" ") + b"\ny: 1\n", LINE, "base64"),
    "uneven-lines": (b"x:\n" + wrap(b64(ENV * 2), 70, b"\n") + b"\n", LINE, "base64"),
    "uneven-lines-crlf": (b"x:\r\n" + wrap(b64(ENV * 2), 75, b"\r\n") + b"\r\n", LINE, "base64"),
    "commented": (b"# " + wrap(b64(ENV), 64, b"\n# ") + b"\n", LINE, "base64"),
    "commented-slashes": (b"// " + wrap(b64(ENV), 60, b"\n// ") + b"\n", LINE, "base64"),
    "commented-star": (b" * " + wrap(b64(ENV), 60, b"\n * ") + b"\n", LINE, "base64"),
    "cited": (b"> " + wrap(b64(ENV), 76, b"\r\n> ") + b"\r\n", LINE, "base64"),
    "patch": (b"@@ -1 +1 @@\n+" + wrap(b64(ENV), 64, b"\n+") + b"\n", LINE, "base64"),
    "patch-removing": (b"-" + wrap(b64(ENV), 64, b"\n-") + b"\n", LINE, "base64"),
    "patch-indented": (b"+    " + wrap(b64(ENV), 64, b"\n+    ") + b"\n", LINE, "base64"),
}  # fmt: skip


@pytest.mark.parametrize("case", FOUND)
def test_found(case):
    data, text, through = FOUND[case]
    seen, budget = sightings(text, data)
    assert through in {" ".join(each[0]) for each in seen}
    assert not budget.skips


@pytest.mark.parametrize("case", FOUND)
def test_every_character_has_its_place(case):
    data = FOUND[case][0]
    code = b64(ENV) if case not in ("uneven-lines", "uneven-lines-crlf") else b64(ENV * 2)
    lines = lines_around(data, data.index(code[:20]) + 20)
    assert lines.text(data) == code.rstrip(b"=")
    places = [lines.place_of(at) for at in range(len(lines.text(data)))]
    assert bytes(data[place] for place in places) == lines.text(data)
    assert [lines.offset_of(place) for place in places] == list(range(len(places)))


# What follows base64 in a file is not joined to it, for it would change the secret's end.
APART = {
    "env": WHOLE_GROUPS + b"\nOTHER_KEY=1\n",
    "env-quoted": WHOLE_GROUPS + b'\nOTHERKEY="1"\n',
    "yaml": WHOLE_GROUPS + b"\n  other: 1\n",
    "yaml-four-letters": WHOLE_GROUPS + b"\n  some: 1\n",
    "prose": WHOLE_GROUPS + b"\nand prose behind it\n",
    "word": WHOLE_GROUPS + b"\nend\n",
    "longer": WHOLE_GROUPS + b"\n" + WHOLE_GROUPS + b"AAAA\n",
    "broken-group": b64(LINE + b"=x").rstrip(b"=") + b"\nAAAA\n",
    "string": WHOLE_GROUPS + b'\\n"',
    "list": WHOLE_GROUPS + b'", "' + WHOLE_GROUPS + b'"',
    "arguments": WHOLE_GROUPS + b'" "AAAA"',
    "blank": WHOLE_GROUPS + b" AAAA\n",
    "uneven-word": WHOLE_GROUPS[4:] + b"A\nAAA\n",
    "patch": WHOLE_GROUPS + b"\n+ AAAA = 1\n",
}  # fmt: skip


@pytest.mark.parametrize("case", APART)
def test_a_neighbour_is_not_joined(case):
    assert len(WHOLE_GROUPS) % 4 == 0
    assert b"=" not in WHOLE_GROUPS
    found, _ = layers(b"key: " + APART[case])
    ends = {layer.data[layer.data.find(VALUE) + len(VALUE) :] for layer, _ in found[1:]}
    assert ends & {b"=", b"=x"}


def test_the_line_behind_a_break_begins_behind_a_patchs_mark():
    line = b64(ENV)[:64]
    assert first_behind(b"\n+%b\n+%b\n" % (line, line), 0) == (2, 66)
    assert first_behind(b"\n+%b\n%b\n" % (line[1:], line), 0) == (1, 65)
    assert first_behind(b"\n%b\n" % line, 0) == (1, 65)
    assert first_behind(b"x" + line, 0) is None
