"""The prefilter's answers and a small stand-in for the scan: what the decoders ask of a caller."""

from __future__ import annotations

import re
from functools import cache

from intercom_scan.decode import DECODERS, Budget, Layer, Limits, unwrap
from intercom_scan.prefilter import Prefilter
from intercom_scan.rules import NEEDLES_EXACT, NEEDLES_NOCASE

EXACT, NOCASE = NEEDLES_EXACT, NEEDLES_NOCASE
PATTERNS = [
    (pattern, decoder) for decoder in DECODERS for pattern in decoder.patterns(EXACT, NOCASE)
]
first = Prefilter().first_encoded


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
