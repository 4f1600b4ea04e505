"""`find` as a whole: what holds for every rule and every text."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

import intercom_scan
from intercom_scan.rules import (
    NEEDLE_PATTERNS,
    NEEDLES,
    NEEDLES_EXACT,
    NEEDLES_NOCASE,
    RULES,
    by_id,
    find,
    path_names_intercom,
)

if TYPE_CHECKING:
    from intercom_scan.rules.model import Credential

_rules = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)


@_rules
def test_sample_and_example(rule: Credential):
    for _ in range(20):
        value = rule.sample()
        line = rule.example.format(value.decode()).encode()
        found = list(find(line))
        assert [(match.rule.id, line[match.start : match.end]) for match in found] == [
            (rule.id, value)
        ]
        assert any(needle in line.lower() or needle in line for needle in rule.needles)
    assert len({rule.sample() for _ in range(20)}) == 20


@_rules
def test_declared_in_full(rule: Credential):
    assert by_id(rule.id) is rule
    assert rule.title
    assert rule.opens
    assert rule.rotation
    assert rule.needles


def test_unknown_rule():
    with pytest.raises(KeyError):
        by_id("intercom-nothing")


def test_needles():
    assert set(NEEDLES) == set(NEEDLES_EXACT) | set(NEEDLES_NOCASE)
    assert all(needle == needle.lower() for needle in NEEDLES_NOCASE)
    assert all(len(needle) >= 4 for needle in NEEDLES)
    assert NEEDLE_PATTERNS


@given(st.binary(max_size=2000))
def test_any_bytes(data):
    for match in find(b"intercom " + data):
        assert 0 <= match.start < match.end <= len(data) + 9


_pieces = st.sampled_from(
    [b"intercom", b"secret", b"token", b"=", b": ", b'"', b"\\", b"\n", b"{", b"}", b"(", b" ",
     b"client_secret", b"dG9rOj", b"oxOjA", b"eyJ", b".", b"a" * 40, b"# ", b"[", b"]", b"-",
     b"0f" * 20, b"9c4e-11aa-", b"<key>", b"api.intercom.io", b"value"]
)  # fmt: skip


@given(st.lists(_pieces, max_size=120))
def test_any_pieces_in_order_and_apart(pieces):
    end = 0
    for match in find(b"".join(pieces)):
        assert end <= match.start < match.end
        end = match.end


@given(st.lists(st.sampled_from(RULES), max_size=6))
def test_every_occurrence_is_found(rules):
    wanted, text = [], b""
    for rule in rules:
        value = rule.sample()
        wanted.append((rule.id, value))
        text += b"\n\n" + rule.example.format(value.decode()).encode()
    found = [(match.rule.id, text[match.start : match.end]) for match in find(text)]
    assert found == wanted


@given(st.sampled_from(RULES), st.sampled_from([b"\n", b"\r\n", b"x = 1\n", b"\n# note\n"]))
def test_surroundings_that_do_not_matter(rule, around):
    value = rule.sample()
    line = rule.example.format(value.decode()).encode()
    found = [match.rule.id for match in find(around * 3 + line + b"\n" + around * 3)]
    assert found == [rule.id]


def test_extra_names():
    value = by_id("intercom-client-secret").sample()
    text = b"CRM_SECRET=" + value
    assert list(find(text)) == []
    (match,) = find(text, extra_names=("crm_secret",))
    assert match.secret == value
    assert list(find(b"MY_" + text, extra_names=("crm_secret",))) == []


@pytest.mark.parametrize(
    ("path", "named"),
    [
        (b"config/intercom.yml", True),
        (b"config/initializers/intercom.rb", True),
        (b"intercom/settings.json", True),
        (b"lib/app.jar!com/IntercomClient.class", True),
        (b"src/myIntercomService.ts", True),
        (b"docs/intercompany.md", False),
        (b"config/stripe.yml", False),
        (b"", False),
    ],
)
def test_path_names_intercom(path, named):
    assert path_names_intercom(path) is named


SOURCES = Path(intercom_scan.__file__).parent.parent
_HEAVY = {"click", "detect_secrets", "random", "requests", "secrets", "socket", "uuid", "yaml"}


def test_import_stays_light():
    # Without `site` an editable installation is not found by itself.
    code = "import sys; import intercom_scan.rules; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-S", "-c", code],
        capture_output=True,
        check=True,
        text=True,
        env={"PYTHONPATH": os.pathsep.join((str(SOURCES), *sys.path))},
    )
    modules = set(loaded.stdout.split())
    assert "intercom_scan.rules" in modules
    assert not modules & _HEAVY


@pytest.mark.parametrize(
    "joint",
    ['" + "', '"\n    + "', '" "', '"\n  "', '" \\\n  "', "' . '", "' +\n '"],
    ids=["plus", "plus-below", "blank", "line", "continued", "php", "plus-above"],
)
@pytest.mark.parametrize("kind", ["intercom-client-secret", "intercom-identity-secret"])
@pytest.mark.parametrize("cut", [4, 15, 25, 30])
def test_values_over_adjacent_literals(joint, kind, cut):
    value = by_id(kind).sample()
    name = b"INTERCOM_CLIENT_SECRET" if kind.endswith("client-secret") else b"INTERCOM_SECRET_KEY"
    quote = joint[:1].encode()
    literal = quote + value[:cut] + joint.encode() + value[cut:] + quote
    data = name + b" = (" + literal + b")\n"
    [match] = find(data)
    assert (match.rule.id, match.secret) == (kind, value)
    assert data[match.start : match.end] == literal[1:-1]


def test_lists_are_not_put_together():
    value = by_id("intercom-client-secret").sample().decode()
    found = find(f'intercom_client_secret = ["{value[:20]}", "{value[20:]}"]'.encode())
    assert "intercom-client-secret" not in {match.rule.id for match in found}
