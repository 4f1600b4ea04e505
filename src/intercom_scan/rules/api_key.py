"""API keys as they were until April 2018: 40 hex digits beside an app id."""

from __future__ import annotations

from intercom_scan.rules.model import Credential, Severity
from intercom_scan.rules.values import random_digits, random_hex


def check(value: bytes) -> bytes | None:
    return value if random_digits(value) else None


def sample() -> bytes:
    return random_hex(40).encode()


RULE = Credential(
    id="intercom-api-key",
    title="Intercom API Key (legacy)",
    severity=Severity.LOW,
    names=(
        r"intercom_(?:.+_)?key",
        r"intercom_(?:.+_)?(?:token|pat|password|passwd|pwd|pass|credential)",
    ),
    shape=rb"[0-9a-f]{40}",
    check=check,
    opens="Nothing today: Intercom disabled these keys in April 2018. Worth removing all the same.",
    rotation=("Remove it; if the workspace still lists it, delete it there.",),
    needles=(b"intercom", b"app_api_key"),
    breadth=2,  # 40 hex digits are an identity secret as well, which matters more
    sample=sample,
    example="Intercom.app_api_key = '{}'",
    references=("https://github.com/intercom/intercom-ruby",),
)
