"""What the kinds declare of names and values, as the searches need it: their words, their lengths.

Asked of the kinds themselves when it is first needed, since they import what asks.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from intercom_scan.rules.text import RUN, lazy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.rules.model import Credential

SHORTEST, LONGEST = 16, 72  # bytes of a value that may be found by its shape alone
_PHRASES = 10_000  # that one pattern of names may stand for

_group = lazy(rb"\(\?:([^()]*)\)(\?|)(?![*+{])")
_uuid = lazy(rb"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_phrase = lazy(rb"(?:[a-z]+|\.\+)(?:_(?:[a-z]+|\.\+))*")
WILD = ".+"  # the word that stands for any


def phrases(rule: Credential) -> Iterator[list[str]]:
    """The words of each name that the patterns of a kind's `names` stand for.

    ValueError where a pattern is not made of small letters, `_`, `.+`, `|`, `(?:…)` and `(?:…)?`.
    """
    rest, count = [pattern.encode() for pattern in rule.names], 0
    while rest:
        text = rest.pop()
        count += 1
        if group := _group().search(text):
            chosen = group[1].split(b"|") + ([b""] if group[2] else [])
            rest += [text[: group.start()] + one + text[group.end() :] for one in chosen]
        elif b"|" in text:
            rest += text.split(b"|")
        elif count > _PHRASES or not _phrase().fullmatch(text):
            raise ValueError(
                f"{rule.id}: its names have more in them than words of small letters, `_`, `.+`, "
                f"`|` and `(?:…)?`, which is all that is read in {text.decode()!r}"
            )
        else:
            yield text.decode().split("_")


def _contextual() -> list[Credential]:
    from intercom_scan.rules import RULES  # noqa: PLC0415 they import what asks this

    return [rule for rule in RULES if rule.contextual]


def _names() -> Iterator[list[str]]:
    for rule in _contextual():
        yield from phrases(rule)


@lru_cache(maxsize=1)
def nouns() -> frozenset[str]:
    """The last words of the names of all kinds."""
    return frozenset(phrase[-1] for phrase in _names()) - {WILD}


@lru_cache(maxsize=1)
def qualifiers() -> frozenset[str]:
    """All the words of the names of all kinds."""
    return frozenset(word for phrase in _names() for word in phrase) - {WILD}


@lru_cache(maxsize=1)
def shapes() -> re.Pattern[bytes]:
    """The shapes of all kinds that have one."""
    return re.compile(b"|".join(b"(?:%b)" % rule.shape for rule in _shaped()))


def _shaped() -> list[Credential]:
    from intercom_scan.rules import credential  # noqa: PLC0415 it imports what asks this

    return [rule for rule in _contextual() if rule is not credential.RULE]


@lru_cache(maxsize=1)
def lengths() -> frozenset[int]:
    """How long the values are that are runs of letters, digits, `_` and `-`, and no uuids.

    Told from a sample, repeated and cut: a shape that takes several lengths takes such.
    """
    repeated = [(rule.shape, rule.sample() * LONGEST) for rule in _shaped()]
    return frozenset(
        size
        for shape, text in repeated
        for size in range(SHORTEST, LONGEST)
        if not text[:size].strip(RUN)
        and re.fullmatch(shape, text[:size])
        and not _uuid().fullmatch(text[:size])
    )
