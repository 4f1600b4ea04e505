"""Every kind of Intercom credential, and the one function that finds them in bytes."""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING

from intercom_scan.rules import access_token, contextual, credential, declared, joints, suspects
from intercom_scan.rules.audit import AUDIT
from intercom_scan.rules.hygiene import HYGIENE
from intercom_scan.rules.names import path_names_intercom
from intercom_scan.rules.rotation import ROTATION
from intercom_scan.rules.scopes import SCOPES
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from intercom_scan.rules.model import Credential, Match, Rule
    from intercom_scan.rules.suspects import Suspects

__all__ = [
    "ALL",
    "NEEDLES",
    "NEEDLES_EXACT",
    "NEEDLES_NOCASE",
    "NEEDLE_PATTERNS",
    "RULES",
    "by_id",
    "find",
    "path_names_intercom",
]

# A kind is a module of this package with a `RULE`, and a `find` where its shape alone is enough.
# Not by `pkgutil`, whose import of `inspect` would be a tenth of a scan of staged files.
_NAMES = sorted(name[:-3] for name in os.listdir(__path__[0]) if name.endswith(".py"))
_MODULES = [import_module(f"{__name__}.{name}") for name in _NAMES if name != "__init__"]
_KINDS = [module for module in _MODULES if hasattr(module, "RULE")]
_FINDERS: list[Callable[[bytes], Iterator[Match]]] = [
    kind.find for kind in _KINDS if hasattr(kind, "find")
]
# Those that find nothing where none of the suspects' words stands.
_WORDED = [
    kind.find
    for kind in _KINDS
    if hasattr(kind, "find")
    and all(any(word in needle for word in suspects.WORDS) for needle in kind.RULE.needles)
]
RULES: tuple[Credential, ...] = tuple(
    sorted((kind.RULE for kind in _KINDS), key=lambda rule: (-rule.severity, rule.id))
)
# What a finding can be of: credentials, what is wrong with `.env` files, rotation and scopes, and
# failed checks.
ALL: tuple[Rule, ...] = (*RULES, *HYGIENE, *ROTATION, *SCOPES, *AUDIT)
# Where a value's shape fits several kinds, the first whose names fit as well.
_BY_NAME = sorted(
    (rule for rule in RULES if rule.contextual and rule is not credential.RULE),
    key=lambda rule: rule.breadth,
)
declared.check(rule for rule in RULES if rule.contextual)
# Text with none of these holds no credential. Capital letters matter where a needle has any.
NEEDLES: tuple[bytes, ...] = tuple(dict.fromkeys(n for rule in RULES for n in rule.needles))
NEEDLES_EXACT = tuple(needle for needle in NEEDLES if needle != needle.lower())
NEEDLES_NOCASE = tuple(needle for needle in NEEDLES if needle == needle.lower())
# One more, a bytes regular expression: a token that something has already decoded.
NEEDLE_PATTERNS: tuple[bytes, ...] = (access_token.PLAIN_NEEDLE,)


def by_id(rule_id: str) -> Credential:
    """The rule with this id; KeyError where there is none."""
    for rule in RULES:
        if rule.id == rule_id:
            return rule
    raise KeyError(rule_id)


def find(
    data: bytes,
    path: bytes = b"",
    extra_names: Sequence[str] = (),
    places: Suspects | None = None,
) -> Iterator[Match]:
    """Every credential in `data`, repeats too, by start and without overlap.

    `path` is where the repository keeps these bytes (b"" unknown; archive members behind `!`):
    a path that names Intercom gives general names such as `client_secret` their meaning.
    `extra_names` are regular expressions for whole normalised names (words in lower case joined
    by `_`) that count as Intercom's. `places` are the suspected ones, where they are known.
    """
    vain = _WORDED if places and not places.words else []
    known = [match for finder in _FINDERS if finder not in vain for match in finder(data)]
    known += _split(data, path, extra_names)
    known.sort(key=lambda match: match.start)
    end = 0
    for match in _merge(known, contextual.find(data, path, extra_names, _BY_NAME, places)):
        if match.start >= end:
            end = match.end
            yield match


def _split(data: bytes, path: bytes, extra_names: Sequence[str]) -> Iterator[Match]:
    """Values of known shapes that only show once adjacent string literals are put together."""
    if text := joints.joined(data):
        plain, back = text
        for match in contextual.find(plain, path, extra_names, _BY_NAME):
            start, end = back(match.start), back(match.end - 1) + 1
            if match.rule is not credential.RULE and end - start > match.end - match.start:
                yield replace(match, start=start, end=end)


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
