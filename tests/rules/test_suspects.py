"""A large text gives the same answers as a small one."""

from __future__ import annotations

import random

import pytest

from intercom_scan.rules import RULES, contextual, find, suspects

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


def test_values_at_the_very_ends_are_seen(monkeypatch):
    rule = next(rule for rule in RULES if rule.id == "intercom-client-secret")
    data = b"intercom_client_secret=" + rule.sample()
    monkeypatch.setattr(suspects, "SMALL", 0)
    assert [match.rule.id for match in find(data)] == [rule.id]
