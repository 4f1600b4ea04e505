"""Identity verification and Messenger secrets: 40 or 43 characters with no prefix."""

from __future__ import annotations

from intercom_scan.rules.model import Credential, Severity
from intercom_scan.rules.values import random_text, random_text_like

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def check(value: bytes) -> bytes | None:
    return value if random_text_like(value) else None


def sample() -> bytes:
    while True:
        value = random_text(_ALPHABET, 40).encode()
        if check(value) and value[:1] not in b"-_" and value[-1:] not in b"-_":
            return value


RULE = Credential(
    id="intercom-identity-secret",
    title="Intercom Identity Verification Secret",
    severity=Severity.HIGH,
    names=(
        r"intercom_(?:.+_)?secret(?:_key)?",
        r"intercom_(?:.+_)?(?:identity|verification|verify|secure(?:_mode)?|hmac|hash|jwt|signing)(?:_.+)?_key",
        r"intercom_(?:.+_)?hmac",
        r"intercom_.+_(?:hash|signature)",
    ),
    shape=rb"[A-Za-z0-9_-]{40}(?:[A-Za-z0-9_-]{3})?",
    check=check,
    opens="Impersonating any user in the Messenger: it signs their user_hash or JWT.",
    rotation=(
        "Workspace settings > Security > Messenger: add a new secret (several can coexist).",
        "Deploy it on the servers that sign; it must never be in front-end or mobile code.",
        "Delete the old one: hashes and JWTs signed with it fail at the next request.",
    ),
    needles=(b"intercom",),
    breadth=1,  # 40 characters of many kinds; a hash or a JWT is known more closely
    sample=sample,
    example='config.api_secret = "{}"  # config/initializers/intercom.rb',
    references=(
        "https://developers.intercom.com/installing-intercom/web/identity-verification",
        "https://github.com/intercom/intercom-rails",
    ),
)
