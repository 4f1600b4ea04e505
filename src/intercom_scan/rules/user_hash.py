"""Hard-coded `user_hash` values: an HMAC of one user's id, 64 hex digits (very old ones 40)."""

from __future__ import annotations

from intercom_scan.rules.model import Credential, Severity
from intercom_scan.rules.values import random_digits, random_hex


def check(value: bytes) -> bytes | None:
    return value.lower() if random_digits(value) else None


def sample() -> bytes:
    return random_hex(64).encode()


RULE = Credential(
    id="intercom-user-hash",
    title="Intercom User Hash",
    severity=Severity.MEDIUM,
    names=(
        r"intercom_(?:.+_)?(?:hash|hmac|digest|signature)",
        r"intercom_user_hash(?:_.+)?",
        r"intercom_(?:identity_)?verification_sha256",
    ),
    shape=rb"[0-9A-Fa-f]{64}|[0-9a-f]{40}",
    check=check,
    opens="Impersonating that one user in the Messenger, for as long as the secret lives.",
    rotation=(
        "Rotate the identity verification secret: Workspace settings > Security > Messenger.",
        "Compute the hash on the server for the user who is signed in.",
    ),
    needles=(b"intercom",),
    sample=sample,
    example="Intercom('boot', {{ app_id: 'abcd1234', user_id: '42', user_hash: '{}' }})",
    references=("https://developers.intercom.com/installing-intercom/web/identity-verification",),
)
