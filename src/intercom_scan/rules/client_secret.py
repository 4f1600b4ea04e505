"""Client secrets: a uuid, so nothing but its name tells it from a contact's id."""

from __future__ import annotations

from intercom_scan.rules.model import Credential, Severity
from intercom_scan.rules.values import random_digits, random_uuid


def check(value: bytes) -> bytes | None:
    return value.lower() if random_digits(value) else None


def sample() -> bytes:
    return random_uuid().encode()


RULE = Credential(
    id="intercom-client-secret",
    title="Intercom Client Secret",
    severity=Severity.HIGH,
    names=(r"intercom_(?:.+_)?(?:secret(?:_key)?|hmac)",),
    shape=rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    check=check,
    opens="The OAuth exchange of the app, and forged webhooks and Canvas Kit requests: both are "
    "signed with it.",
    rotation=(
        "Developer Hub > the app > Basic information: rotate the client secret.",
        "Deploy it wherever OAuth codes are exchanged and wherever webhooks are verified: their "
        "signatures change at the same moment.",
    ),
    needles=(b"intercom",),
    sample=sample,
    example="INTERCOM_CLIENT_SECRET={}",
    references=(
        "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication",
        "https://developers.intercom.com/docs/references/webhooks/webhook-models",
    ),
)
