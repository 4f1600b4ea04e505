"""The signatures of webhooks and of Canvas Kit's requests."""

from __future__ import annotations

from intercom_scan.rules.client_secret import RULE as CLIENT_SECRET
from intercom_scan.signatures import bodies, digests, keys, search
from intercom_scan.signatures.reasons import Verdict, because

LARGEST = 16 << 20  # bytes of a body


def check(header: str, body: bytes, secret: bytes) -> Verdict:
    """Of a header (its value or its line), the raw body, and the app's client secret."""
    given = digests.header(header)
    if given.digest is None:
        return Verdict(given.scheme.name, given.causes)
    changes = search.explained(given.digest, secret, bodies.variants(body))
    if changes is not None:
        return Verdict(given.scheme.name, (*given.causes, *changes))
    guesses = (
        *keys.suspicion(secret, CLIENT_SECRET),
        *bodies.suspicions(body),
        because("secret-or-body"),
    )
    return Verdict(given.scheme.name, (*given.causes, *guesses), certain=False)
