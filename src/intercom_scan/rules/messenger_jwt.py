"""Hard-coded Messenger JWTs: HS256 with the claim `user_id`."""

from __future__ import annotations

import binascii
import os

from intercom_scan.rules.model import Credential, Severity
from intercom_scan.rules.values import random_hex


def check(value: bytes) -> bytes | None:
    header, payload, _ = value.split(b".")
    fields, claims = decoded(header), decoded(payload)
    if not isinstance(fields, dict) or fields.get("alg") != "HS256":
        return None
    return value if isinstance(claims, dict) and "user_id" in claims else None


def decoded(part: bytes) -> object:
    """The JSON in a part of a JWT; None where there is none."""
    text = part.replace(b"-", b"+").replace(b"_", b"/")
    try:
        import json  # noqa: PLC0415 few scans meet a JWT

        return json.loads(binascii.a2b_base64(text + b"=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        return None


def _encoded(raw: bytes) -> bytes:
    encoded = binascii.b2a_base64(raw, newline=False).rstrip(b"=")
    return encoded.replace(b"+", b"-").replace(b"/", b"_")


def sample() -> bytes:
    header = _encoded(b'{"alg":"HS256","typ":"JWT"}')
    claims = _encoded(b'{"user_id":"%b","exp":2000000000}' % random_hex(12).encode())
    signed = header + b"." + claims
    return signed + b"." + _encoded(os.urandom(32))


RULE = Credential(
    id="intercom-messenger-jwt",
    title="Intercom Messenger JWT",
    severity=Severity.MEDIUM,
    names=(r"intercom_(?:.+_)?(?:jwt|token|hash|signature)",),
    shape=rb"eyJ[A-Za-z0-9_-]{8,512}\.[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{43}",
    check=check,
    opens="Impersonating that one user in the Messenger until the token's `exp`.",
    rotation=(
        "Rotate the Messenger secret: Workspace settings > Security > Messenger.",
        "Sign JWTs on the server, with a lifetime near the session's.",
    ),
    needles=(b"intercom",),
    sample=sample,
    example='window.intercomSettings = {{ app_id: "abcd1234", intercom_user_jwt: "{}" }}',
    references=(
        "https://developers.intercom.com/installing-intercom/web/authenticating-users-in-the-messenger-with-json-web-tokens-jwts",
    ),
)
