"""What tests ask of a cleaner, and what they compare with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.detector import Detector
from intercom_scan.purge.secrets import fill, spellings
from intercom_scan.rules import RULES

if TYPE_CHECKING:
    from intercom_scan.purge.rewriting import Cleaner
    from intercom_scan.rules.model import Credential

DETECTOR = Detector()
SAMPLES = [(rule, rule.sample()) for rule in RULES]


def canonical(rule: Credential, value: bytes) -> bytes:
    """A value as findings have it."""
    secret = rule.check(value)
    assert secret is not None
    return secret


def line_of(rule: Credential, value: bytes) -> bytes:
    """A value as real files have it."""
    return rule.example.format(value.decode()).encode() + b"\n"


def filled(value: bytes) -> bytes:
    """What stands for a value afterwards."""
    return fill(len(value))


def rewritten(cleaner: Cleaner, data: bytes, path: bytes = b"") -> bytes:
    """What becomes of a content that can be rewritten."""
    cleaned = cleaner.clean(data, path)
    assert cleaned.dropped is None
    assert cleaned.data is not None
    return cleaned.data


def reason(cleaner: Cleaner, data: bytes, path: bytes = b"") -> str:
    """Why a content cannot be rewritten."""
    cleaned = cleaner.clean(data, path)
    assert cleaned.data is None
    assert cleaned.changed
    assert cleaned.dropped
    return cleaned.dropped


def proved(cleaner: Cleaner, data: bytes, *secrets: bytes, path: bytes = b"") -> bytes:
    """The content that comes out, after another look at it."""
    new = rewritten(cleaner, data, path)
    for secret in secrets:
        assert not any(form in new for form in spellings(secret))
    assert not cleaner.holds(new)
    hits = DETECTOR.look_at_pieces(iter([new]), len(new)).hits
    assert not {hit.secret for hit in hits}.intersection(secrets)
    again = cleaner.clean(new)
    assert again.data is new
    assert not again.changed
    return new
