"""Where in a large text a value may stand at all: what is elsewhere costs `re` nothing.

`re` passes some 30 MB a second over the patterns of `contextual`, and an API description that
says Intercom in every paragraph has gigabytes of history.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from intercom_scan.matching import Database
from intercom_scan.rules.text import lazy, merged

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.rules.text import Span

# What a kind is not looked for without.
WORDS = (b"dG9rO", b"oxOjA", b"tok:", b"s_sdk-", b"d_sdk-")

SMALL = 1 << 16  # bytes of text that are not worth compiling a database for

_NOUN = rb"(?:secret|token|key|pat|hash|hmac|jwt|pass|pwd|cred)"
_UUID = rb"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-"
_LONG = rb"[A-Za-z0-9_-]{40}"
_rest_of_run = lazy(rb"[A-Za-z0-9_-]*")
_JWT = rb"eyJ[A-Za-z0-9_-]{8}"
_NAMED = rb"intercom[a-z0-9_.-]{0,60}" + _NOUN
_ASSIGNED = (
    _NOUN + rb"[a-z0-9_]{0,26}\\{0,3}[\"'`\])*]{0,4}\s{0,8}[=:?|,-][>=|?:-]?"
    rb"\s{0,8}@?\\{0,3}[\"'`]?[a-z0-9+/_.~!@#$%^&*:-]{16}"
)
# How far before and behind the end of a hit the whole of what `contextual` looks for may reach.
_UUID_REACH = (26, 24)
_LONG_REACH = (74, 2)
_JWT_REACH = (16, 4800)
_NAME_REACH = (160, 320)


@lru_cache(maxsize=1)
def _words() -> Database:
    return Database([(re.escape(word), False) for word in WORDS], once=True)


def present(data: bytes) -> frozenset[bytes]:
    """Which of WORDS stand in `data`, in one pass."""
    if len(data) <= SMALL:
        return frozenset(word for word in WORDS if word in data)
    return frozenset(WORDS[number] for number, _ in _words().all(data))


@lru_cache(maxsize=1)
def _jwts() -> Database:
    return Database([(_JWT, False)])


@lru_cache(maxsize=1)
def _uuids() -> Database:
    return Database([(_UUID, False)])


@lru_cache(maxsize=1)
def _long() -> Database:
    return Database([(_LONG, False)])


@lru_cache(maxsize=1)
def _names() -> Database:
    return Database([(_NAMED, False), (_ASSIGNED, False)])


def shaped(data: bytes) -> tuple[list[Span], list[Span]]:
    """Parts of a text in which values of known shapes may stand: JWTs, and others."""
    if len(data) <= SMALL:
        return [(0, len(data))], [(0, len(data))]
    others = [*_uuids().around(data, *_UUID_REACH), *_long_runs(data)]
    return _jwts().around(data, *_JWT_REACH), merged(others)


def _long_runs(data: bytes) -> Iterator[Span]:
    """Runs that are long enough, from one to the next: a hit for each byte would take long."""
    before, behind = _LONG_REACH
    view, at = memoryview(data), 0
    while hit := _long().first(view[at:]):
        end = _rest_of_run().match(data, at + hit[1]).end()  # type: ignore[union-attr]
        yield max(0, end - before), min(end + behind, len(data))
        at = end


def unshaped(lower: bytes) -> list[Span]:
    """Parts of a lower-case text in which a value's name may stand before a value."""
    if len(lower) <= SMALL:
        return [(0, len(lower))]
    return _names().around(lower, *_NAME_REACH)
