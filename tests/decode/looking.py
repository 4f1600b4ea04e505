"""A small stand-in for the prefilter and the scan: what the decoders' contract asks of a caller."""

from __future__ import annotations

import contextlib
import re
from functools import cache

import hyperscan

from intercom_scan.decode import DECODERS, Budget, Layer, Limits, unwrap

EXACT = (b"dG9r" + b"Oj", b"dG9r" + b"Om")
NOCASE = (b"intercom", b"ios_sdk-", b"android_sdk-", b"app_api_key")
PATTERNS = [
    (pattern, decoder) for decoder in DECODERS for pattern in decoder.patterns(EXACT, NOCASE)
]


@cache
def database():
    made = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    made.compile(
        expressions=[pattern.regex for pattern, _ in PATTERNS],
        ids=list(range(len(PATTERNS))),
        elements=len(PATTERNS),
        flags=[
            hyperscan.HS_FLAG_DOTALL | (hyperscan.HS_FLAG_CASELESS if pattern.caseless else 0)
            for pattern, _ in PATTERNS
        ],
    )
    return made, hyperscan.Scratch(made)


def first(data, at):
    """The first hit that ends behind `at`; hyperscan does not tell where it starts."""
    found = []

    def stop(number, _start, end, _flags, _context):
        found.append((number, end))
        return True

    if at >= len(data):
        return None
    made, scratch = database()
    with contextlib.suppress(hyperscan.ScanTerminated):
        made.scan(memoryview(data)[at:], match_event_handler=stop, scratch=scratch)
    return (PATTERNS[found[0][0]][1], at, at + found[0][1]) if found else None


@cache
def compiled():
    return [
        (re.compile(pattern.regex, re.DOTALL | re.IGNORECASE * pattern.caseless), decoder)
        for pattern, decoder in PATTERNS
    ]


def first_by_re(data, at):
    """The same by Python's `re`, to show that the patterns mean the same to both."""
    hits = ((hit.end(), hit.start(), decoder) for pattern, decoder in compiled()
            if (hit := pattern.search(data, at)))  # fmt: skip
    best = min(hits, default=None, key=lambda hit: hit[0])
    return (best[2], best[1], best[0]) if best else None


def layers(data, path=b"f", limits=None, first=first, budget=None):
    """Every layer of `data` with the outermost text it stands in, the blob itself first."""
    budget = budget or Budget(limits or Limits())
    blob = Layer(data, path)
    level, found = [(blob, blob)], []
    for _ in range(budget.limits.depth + 1):
        found += level
        level = [
            (inner, text if inner.outer else inner)
            for layer, text in level
            for inner in unwrap(layer, first, budget)
        ]
        if budget.over:
            return found + level, budget
    return found, budget


def sightings(needle, data, **kwargs):
    """Where `needle` is seen: encodings, path, and the place in the outermost text."""
    found, budget = layers(data, **kwargs)
    seen = []
    for layer, text in found:
        at = layer.data.find(needle)
        while at >= 0:
            seen.append((layer.encodings, layer.path, layer.origin_of(at), text, layer, at))
            at = layer.data.find(needle, at + 1)
    return seen, budget
