"""A large text gives the same answers as a small one."""

from __future__ import annotations

import random
import string
import uuid

import pytest

from intercom_scan.rules import RULES, contextual, find, suspects

LETTERS = string.ascii_letters + string.digits
FILLER = [
    b"the quick brown fox",
    b"intercom: yes",
    b"id: 5f3c",
    b"https://example.com/a/b?c=d",
    b"",
]


def text(seed, lines=4000):
    generator = random.Random(seed)
    parts = []
    for _ in range(lines):
        if generator.random() < 0.05:
            rule = generator.choice(RULES)
            line = rule.example.format(rule.sample().decode()).encode()
            cut = generator.choice([b"", b"", b"// ", b"    ", b'"x": "', b"export "])
            parts.append(cut + line)
        else:
            parts.append(generator.choice(FILLER) * generator.randrange(1, 4))
    return b"\n".join(parts)


@pytest.fixture(autouse=True)
def _nothing_remembered():
    """What an earlier search of the same text found would answer for the one that is tested."""
    contextual._candidates_in.cache_clear()
    yield
    contextual._candidates_in.cache_clear()


@pytest.mark.parametrize("seed", range(8))
def test_large_texts_are_searched_as_small_ones_are(monkeypatch, seed):
    data = text(seed)
    assert len(data) > suspects.SMALL
    monkeypatch.setattr(suspects, "SMALL", len(data))
    plain = list(find(data))
    monkeypatch.setattr(suspects, "SMALL", 0)
    contextual._candidates_in.cache_clear()
    assert list(find(data)) == plain
    assert len(plain) > 100


def candidates(monkeypatch, data, small):
    monkeypatch.setattr(suspects, "SMALL", small)
    contextual._candidates_in.cache_clear()
    return contextual._candidates_in(data)


BARE = {
    "uuid": lambda dice: str(uuid.UUID(int=dice.getrandbits(128), version=4)),
    "40": lambda dice: "".join(dice.choices(LETTERS, k=40)),
    "43": lambda dice: "".join(dice.choices(LETTERS, k=43)),
    "64 hex": lambda dice: f"{dice.getrandbits(256):064x}",
    "jwt": lambda dice: ".".join(
        ("eyJ" + "".join(dice.choices(LETTERS, k=20)), "".join(dice.choices(LETTERS, k=3996)),
         "".join(dice.choices(LETTERS, k=43)))
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BARE)
def test_values_of_known_shapes_are_candidates_without_any_name(monkeypatch, kind):
    dice = random.Random(kind)
    made = [BARE[kind](dice) for _ in range(20)]
    data = " ".join(dice.choice("(\"'") + value + ' " .' * dice.randrange(40) for value in made)
    plain = candidates(monkeypatch, data.encode(), len(data))
    assert {data[slice(*span)] for span in plain} >= set(made)
    assert candidates(monkeypatch, data.encode(), 0) == plain


@pytest.mark.parametrize(
    "line",
    [
        "intercom_{long}_token{gap}'{value}'",
        "intercom.token = [{gap}'{value}', '{value}', '{value}']",
        "{noun}_{tail} \t  => \t   '{value}'",
        "{noun}_{tail}=`{value}`",
        "api_{noun}: {value}==",
    ],
)
def test_values_behind_a_name_are_candidates_however_far(monkeypatch, line):
    dice = random.Random(line)
    lines = [
        line.format(
            noun=dice.choice(["secret", "password", "key", "hmac"]),
            long="x" * dice.randrange(1, 40),
            tail="y" * dice.randrange(20),
            gap=" (" * dice.randrange(129),
            value="".join(dice.choices(LETTERS, k=dice.randrange(17, 90))),
        )
        + "\n" * 600
        for _ in range(30)
    ]
    data = "".join(lines).encode()
    plain = candidates(monkeypatch, data, len(data))
    assert len(plain) >= 20
    assert candidates(monkeypatch, data, 0) == plain


def test_values_at_the_very_ends_are_seen(monkeypatch):
    rule = next(rule for rule in RULES if rule.id == "intercom-client-secret")
    data = b"intercom_client_secret=" + rule.sample()
    monkeypatch.setattr(suspects, "SMALL", 0)
    assert [match.rule.id for match in find(data)] == [rule.id]
