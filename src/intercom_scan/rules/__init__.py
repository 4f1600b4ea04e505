"""Every kind of Intercom credential, and the one function that finds them in bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.rules import (
    access_token,
    api_key,
    client_secret,
    contextual,
    credential,
    identity_secret,
    messenger_jwt,
    mobile_sdk_key,
    user_hash,
)
from intercom_scan.rules.names import path_names_intercom

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intercom_scan.rules.model import Match, Rule

__all__ = [
    "NEEDLES",
    "NEEDLES_EXACT",
    "NEEDLES_NOCASE",
    "NEEDLE_PATTERNS",
    "RULES",
    "by_id",
    "find",
    "path_names_intercom",
]

RULES: tuple[Rule, ...] = (
    access_token.RULE,
    client_secret.RULE,
    identity_secret.RULE,
    api_key.RULE,
    user_hash.RULE,
    messenger_jwt.RULE,
    mobile_sdk_key.RULE,
    credential.RULE,
)
# Text with none of these holds no credential. Capital letters matter where a needle has any.
NEEDLES: tuple[bytes, ...] = tuple(dict.fromkeys(n for rule in RULES for n in rule.needles))
NEEDLES_EXACT = tuple(needle for needle in NEEDLES if needle != needle.lower())
NEEDLES_NOCASE = tuple(needle for needle in NEEDLES if needle == needle.lower())
# One more, a bytes regular expression: a token that something has already decoded.
NEEDLE_PATTERNS: tuple[bytes, ...] = (access_token.PLAIN_NEEDLE,)


def by_id(rule_id: str) -> Rule:
    """The rule with this id; KeyError where there is none."""
    for rule in RULES:
        if rule.id == rule_id:
            return rule
    raise KeyError(rule_id)


def find(data: bytes, path: bytes = b"", extra_names: Sequence[str] = ()) -> Iterator[Match]:
    """Every credential in `data`, repeats too, by start and without overlap.

    `path` is where the repository keeps these bytes (b"" unknown; archive members behind `!`):
    a path that names Intercom gives general names such as `client_secret` their meaning.
    `extra_names` are regular expressions for whole normalised names (words in lower case joined
    by `_`) that count as Intercom's.
    """
    known = [*access_token.find(data), *mobile_sdk_key.find(data)]
    known.sort(key=lambda match: match.start)
    end = 0
    for match in _merge(known, contextual.find(data, path, extra_names)):
        if match.start >= end:
            end = match.end
            yield match


def _merge(known: list[Match], others: Iterator[Match]) -> Iterator[Match]:
    """Both in order of their start; a known shape goes before what overlaps it."""
    spans = iter(known)
    first = next(spans, None)
    for other in others:
        while first and first.start < other.end:
            yield first
            first = next(spans, None)
        yield other
    while first:
        yield first
        first = next(spans, None)
