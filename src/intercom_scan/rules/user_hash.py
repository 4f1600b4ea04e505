"""Hard-coded `user_hash` values: an HMAC of one user's id, 64 hex digits (very old ones 40)."""

from __future__ import annotations

import re
from itertools import islice

from intercom_scan.rules.model import Credential, Severity
from intercom_scan.rules.text import lazy
from intercom_scan.rules.values import random_digits, random_hex, random_text_like

_BEFORE, _BEHIND = 800, 200  # bytes around a hash in which its key and identifier may stand
_MOST_KEYS, _MOST_WORDS = 4, 32
_key = lazy(
    rb"(?:secret|key)[a-z_]{0,20}[\"']?\s{0,4}[:=(,>]{1,2}\s{0,4}b?[\"']([^\"'\s]{1,64})[\"']", re.I
)
_word = lazy(rb"[\"']([^\"'\r\n]{1,64})[\"']|\b([0-9]{1,12})\b")


def check(value: bytes) -> bytes | None:
    return value.lower() if random_digits(value) else None


def disproved(data: bytes, start: int, end: int) -> bool:
    """Is it the hash of something that stands beside it, under a key that does and is no secret?"""
    import hmac  # noqa: PLC0415 a scan without a user hash need not load OpenSSL

    around = data[max(0, start - _BEFORE) : start] + b" " + data[end : end + _BEHIND]
    keys = {hit[1] for hit in islice(_key().finditer(around), _MOST_KEYS)}
    words = {hit[1] or hit[2] for hit in islice(_word().finditer(around), _MOST_WORDS)}
    value, kind = data[start:end].lower().decode(), "sha256" if end - start == 64 else "sha1"
    return any(
        hmac.digest(key, word, kind).hex() == value
        for key in keys
        if not random_text_like(key)
        for word in words
    )


def sample() -> bytes:
    return random_hex(64).encode()


RULE = Credential(
    id="intercom-user-hash",
    title="Intercom User Hash",
    severity=Severity.MEDIUM,
    names=(
        r"intercom_(?:.+_)?(?:hash|hmac|signature)",
        r"intercom_user_hash_.+",
    ),
    shape=rb"[0-9A-Fa-f]{64}|[0-9a-f]{40}",
    check=check,
    opens="Impersonating that one user in the Messenger, for as long as the secret lives.",
    rotation=(
        "Rotate the identity verification secret: Workspace settings > Security > Messenger.",
        "Compute the hash on the server for the user who is signed in.",
    ),
    needles=(b"intercom",),
    disproved=disproved,
    sample=sample,
    example="Intercom('boot', {{ app_id: 'abcd1234', user_id: '42', user_hash: '{}' }})",
    references=("https://developers.intercom.com/installing-intercom/web/identity-verification",),
)
