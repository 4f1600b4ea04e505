"""What a Messenger JWT says of itself; nobody is asked.

https://developers.intercom.com/installing-intercom/web/authenticating-users-in-the-messenger-with-json-web-tokens-jwts
"""

from __future__ import annotations

import binascii
import re
from datetime import datetime, timezone
from typing import Any

from intercom_scan.finding import Verification
from intercom_scan.rules.messenger_jwt import decoded

_CLAIMS = 12  # named of a token
_LAST = 253_402_300_800  # the year 10000, in seconds since 1970


def judged(value: bytes, now: float, secret: bytes | None) -> Verification:
    """Dead once it has expired, and otherwise not known: its secret may have been changed.

    `now` is in seconds since 1970, `secret` a Messenger secret that may have signed it. Of claims
    only the names are told, since their values are a person's.
    """
    head, payload, signature = value.split(b".")
    fields, claims = decoded(head), decoded(payload)
    fields = fields if isinstance(fields, dict) else {}
    claims = claims if isinstance(claims, dict) else {}
    end, start = _seconds(claims.get("exp")), _seconds(claims.get("iat"))
    algorithm = fields.get("alg")
    parts = [algorithm if algorithm == "HS256" else "an unknown algorithm", _named(claims)]
    parts.append(_ending(claims, end, now))
    if end is not None and start is not None:
        parts.append(f"lifetime {(end - start) / 3600:,.1f} hours")
    if secret is not None:
        signed = _signed(head + b"." + payload, signature, secret)
        parts.append(f"{'signed' if signed else 'not signed'} with the secret that was given")
    expired = end is not None and end <= now
    return Verification("dead" if expired else "unknown", ", ".join(parts))


def _named(claims: dict[str, Any]) -> str:
    names = sorted(name for name in claims if re.fullmatch(r"[A-Za-z0-9_]{1,40}", name))
    more = len(claims) - len(names[:_CLAIMS])
    return f"claims {' '.join(names[:_CLAIMS])}{f' and {more} more' if more else ''}"


def _seconds(value: object) -> float | None:
    """A time that has a date; NaN has none either."""
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and 0 <= value < _LAST else None  # type: ignore[operator, arg-type]


def _ending(claims: dict[str, Any], end: float | None, now: float) -> str:
    if end is None:
        return "an exp that is no date" if "exp" in claims else "never expires"
    shown = datetime.fromtimestamp(end, tz=timezone.utc).strftime("%Y-%m-%d %H:%M UTC")
    return f"{'expired' if end <= now else 'expires'} {shown}"


def _signed(text: bytes, signature: bytes, secret: bytes) -> bool:
    import hmac  # noqa: PLC0415 OpenSSL, where there is a secret to check with

    made = binascii.b2a_base64(hmac.digest(secret, text, "sha256"), newline=False)
    plain = made.rstrip(b"=").replace(b"+", b"-").replace(b"/", b"_")
    return hmac.compare_digest(plain, signature)
