"""Which secret and which message make a digest."""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING

from intercom_scan.signatures import keys
from intercom_scan.signatures.reasons import because

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.signatures.reasons import Cause, Variant

ALGORITHMS = {20: "sha1", 32: "sha256", 48: "sha384", 64: "sha512"}  # by bytes of their digests
_MOST = 1 << 30  # bytes that are hashed before the search is given up


def explained(
    digest: bytes, secret: bytes, messages: Iterable[Variant]
) -> tuple[Cause, ...] | None:
    """What has to be changed in message and secret for an HMAC with this digest.

    Nothing where it is right as it is; None where no change makes it right. The first of
    `messages` is the message itself.
    """
    algorithm = ALGORITHMS[len(digest)]
    tried = keys.variants(secret)
    left = _MOST
    for changes, message in messages:
        for others, key in tried:
            if hmac.compare_digest(hmac.digest(key, message, algorithm), digest):
                return (*changes, *others)
        if not changes and (odd := _oddly(digest, secret, message, algorithm)):
            return (odd,)
        left -= len(message) * len(tried)
        if left < 0:
            break
    return None


def _oddly(digest: bytes, secret: bytes, message: bytes, algorithm: str) -> Cause | None:
    """Made from the right parts in a wrong way."""
    if hmac.compare_digest(hmac.digest(message, secret, algorithm), digest):
        return because("exchanged")
    for text in (message, secret + message, message + secret):
        plain = hashlib.new(algorithm, text, usedforsecurity=False).digest()
        if hmac.compare_digest(plain, digest):
            return because("no-hmac")
    return None
