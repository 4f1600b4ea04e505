"""Is a value random enough to be a secret, or somebody's stand-in for one?"""

from __future__ import annotations

import math
import os
import re
from collections import Counter
from functools import lru_cache
from itertools import pairwise

from intercom_scan.rules.text import lazy

# The uuids of RFC 4122, RFC 9562 and of encyclopedias and tutorials.
_KNOWN = frozenset(
    (
        "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
        "550e8400-e29b-41d4-a716-446655440000",
        "123e4567-e89b-12d3-a456-426614174000",
        "123e4567-e89b-12d3-a456-426655440000",
        "a1b2c3d4-e5f6-7890-abcd-ef1234567890",
    )
)


@lru_cache(maxsize=1)
def _hashes_of_nothing() -> frozenset[str]:
    import hashlib  # noqa: PLC0415 a scan without a candidate need not load OpenSSL

    kinds = ("sha1", "sha256")
    return frozenset(hashlib.new(kind, b"", usedforsecurity=False).hexdigest() for kind in kinds)


_stand_in = lazy(
    rb"example|placeholder|change[-_]?me|replace|your[-_]|dummy|sample|redacted|insert[-_]|"
    rb"x{4}|\*{3}|\.{3}|deadbeef|[-_]here\b|<|>|\{\{|\$\{|\$\(|lorem|foobar|todo|"
    rb"(?:not|my)[-_]?(?:a[-_]?)?(?:real|secret)|fake|super[-_]?secret",
    re.IGNORECASE,
)


def random_hex(digits: int) -> str:
    return os.urandom((digits + 1) // 2).hex()[:digits]


def random_uuid() -> str:
    """A version 4 uuid; the module that makes them costs milliseconds at import."""
    digits = random_hex(32)
    digits = f"{digits[:12]}4{digits[13:16]}{'89ab'[int(digits[16], 16) % 4]}{digits[17:]}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def random_text(alphabet: str, length: int) -> str:
    """`length` characters of `alphabet`; slightly biased, which does no harm in a fake."""
    return "".join(alphabet[byte % len(alphabet)] for byte in os.urandom(length))


def entropy(value: bytes) -> float:
    """Shannon entropy in bits per byte."""
    size = len(value)
    return -sum(n / size * math.log2(n / size) for n in Counter(value).values())


def mostly_sequential(digits: bytes) -> bool:
    """Counting or repeating (`0123…`, `aabb…`, `a1b2c3…`), as people do who invent a value."""
    if len(digits) < 4 or any(
        digits[period:] == digits[:-period] for period in range(1, len(digits) // 2 + 1)
    ):
        return True
    if _counting(digits):
        return True
    return _counting(digits[::2]) and _counting(digits[1::2])


def _counting(digits: bytes) -> bool:
    steps = Counter(b - a for a, b in pairwise(digits))
    return steps[0] + steps[1] + steps[-1] > 0.6 * (len(digits) - 1)


def _of_nothing(text: str) -> bool:
    """The hash of nothing, or its beginning."""
    return any(known.startswith(text) for known in _hashes_of_nothing())


def random_digits(value: bytes) -> bool:
    """Hex digits (dashes and underscores between them) that nobody typed by hand."""
    digits = value.lower().replace(b"-", b"").replace(b"_", b"")
    text = value.lower().decode("latin-1")
    if text in _KNOWN or len(set(digits)) < 8 or _of_nothing(text):
        return False
    return not digits.isdigit() and not digits.isalpha() and not mostly_sequential(digits)


_CLASS = bytes(
    ord("0") if chr(c).isdigit() else ord("a") if chr(c).islower() else ord("A")
    if chr(c).isupper() else ord("-")
    for c in range(128)
) + b"-" * 128  # fmt: skip


def class_changes(value: bytes) -> int:
    """How often digits, small and capital letters take turns: random text does all the time."""
    kinds = value.translate(_CLASS).replace(b"-", b"")
    return sum(a != b for a, b in pairwise(kinds))


def stand_in(value: bytes) -> bool:
    """Says of itself that it is not a real value."""
    return _stand_in().search(value) is not None


_word = lazy(rb"[A-Z]?[a-z]{3,}")


def wordy(value: bytes) -> bool:
    """Mostly made of words: `IntercomSecretKeyV1`, `settings.intercom.token`."""
    letters = sum(len(word) for word in _word().findall(value))
    return letters > (0.6 if value != value.lower() else 0.9) * len(value)


def random_text_like(value: bytes) -> bool:
    """Hex digits nobody typed, or letters and digits that are neither words nor an identifier."""
    if not value.strip(b"0123456789abcdefABCDEF-"):
        return random_digits(value)
    if stand_in(value) or mostly_sequential(value) or wordy(value):
        return False
    if not any(48 <= c <= 57 for c in value) or not value.strip(b"0123456789.,:-/ "):
        return False
    return class_changes(value) >= len(value) // 6 and entropy(value) >= 3.2
