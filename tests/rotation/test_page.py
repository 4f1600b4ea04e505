"""docs/rotation.md says what is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from intercom_scan.rotation import age, digest, ledger
from intercom_scan.rules.rotation import ROTATION

PAGE = (Path(__file__).parents[2] / "docs" / "rotation.md").read_text(encoding="utf-8")


def test_the_ledger_on_the_page_is_one():
    block = re.search(r"<!-- ledger -->\n```yaml\n(.*?)```", PAGE, re.DOTALL)
    assert block
    known = ledger.read(block[1].encode())
    assert len(known.entries) == 2
    assert ledger.written(known).decode() == block[1]


def test_each_key_is_described():
    table = PAGE.partition("| key | what it says |")[2].partition("\n\n")[0]
    rows = [row.split("|")[1] for row in table.splitlines()[2:]]
    keys = ledger._ledger().json["properties"]
    inside = keys["credentials"]["items"]["properties"]
    assert set(re.findall(r"`(\w+)`", " ".join(rows))) == {*keys, *inside} - {"credentials"}


def test_each_rule_is_described():
    text = PAGE.partition("## Check")[2].partition("### Without a ledger")[0]
    assert set(re.findall(r"^- `([a-z-]+)`:", text, re.MULTILINE)) == {r.id for r in ROTATION}


@pytest.mark.usefixtures("dear")
def test_figures():
    assert f"which is `{age.DEFAULT}d`" in PAGE
    power = digest._N.bit_length() - 1
    assert f"N = 2<sup>{power}</sup>, r = {digest._R}, p = {digest._P}, 16 bytes" in PAGE
    assert f"`{digest.KEY}` to at least {digest.SHORTEST_KEY} random bytes" in PAGE
