"""Messenger JWTs: signature, algorithm, and the claims that Intercom reads.

https://developers.intercom.com/installing-intercom/web/authenticating-users-in-the-messenger-with-json-web-tokens-jwts
"""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING, Any

from intercom_scan.rules.identity_secret import RULE as IDENTITY_SECRET
from intercom_scan.rules.messenger_jwt import decoded
from intercom_scan.signatures import keys, search
from intercom_scan.signatures.reasons import Cause, Verdict, because
from intercom_scan.verify import jwt

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST = 64 << 10  # bytes
_OF = "Messenger JWT"
_KNOWN = re.compile(r"none|[A-Z]{2}[0-9]{3}|EdDSA")  # names of algorithms that are told
_IDS = ("sub", "id", "uid", "userId", "userID", "user", "external_id")  # others' names for users
_MILLISECONDS = 100_000_000_000  # in seconds that is the year 5138


def check(
    value: bytes, user_id: str | None, email: str | None, secret: bytes, now: float
) -> Verdict:
    """Of a token, the identity secret, and whom it is to be of if that is known.

    `now` is in seconds since 1970.
    """
    parts = value.strip().split(b".")
    if len(parts) != 3:
        return Verdict(_OF, (because("jwt-parts"),))
    head, claims = decoded(parts[0]), decoded(parts[1])
    if not (isinstance(head, dict) and isinstance(claims, dict)):
        return Verdict(_OF, (because("jwt-json"),))
    signing = _algorithm(head)
    certain = True
    if not signing:
        found = _signature(parts, secret)
        certain = found is not None
        guesses = (*keys.suspicion(secret, IDENTITY_SECRET), because("secret-or-body"))
        signing = guesses if found is None else found
    causes = (*signing, *_user(claims, user_id, email), *_times(claims, now))
    return Verdict(_OF, causes, certain, (jwt.judged(b".".join(parts), now, None).reason,))


def _algorithm(head: dict[str, Any]) -> tuple[Cause, ...]:
    name = head.get("alg")
    if name == "HS256":
        return ()
    told = name if isinstance(name, str) and _KNOWN.fullmatch(name) else "not known"
    return (because("jwt-algorithm", told),)


def _signature(parts: list[bytes], secret: bytes) -> tuple[Cause, ...] | None:
    """What is wrong with it; None where no secret that this one may stand for has made it."""
    text = parts[2]
    digest = keys.unbased(text)
    form: tuple[Cause, ...] = ()
    if re.fullmatch(rb"[0-9A-Fa-f]{64}", text):
        digest, form = binascii.a2b_hex(text), (because("jwt-encoding", "in hex digits"),)
    elif re.search(rb"[=+/]", text):
        form = (because("jwt-encoding", "in base64"),)
    if len(digest) not in search.ALGORITHMS:
        return None
    longer = () if len(digest) == 32 else (because("jwt-algorithm", "another than it says"),)
    changes = search.explained(digest, secret, [((), parts[0] + b"." + parts[1])])
    return None if changes is None else (*longer, *form, *changes)


def _user(claims: dict[str, Any], user_id: str | None, email: str | None) -> Iterator[Cause]:
    known = claims.get("user_id")
    if known is None or known == "":
        others = [name for name in _IDS if name in claims]
        yield because("jwt-user-id", f"; {others[0]} is another claim" if others else "")
    elif user_id is not None and str(known) != user_id:
        yield because("jwt-other-user")
    if email is not None and claims.get("email", email) != email:
        yield because("jwt-other-email")


def _times(claims: dict[str, Any], now: float) -> Iterator[Cause]:
    for name in ("exp", "nbf", "iat"):
        value = claims.get(name, now)
        if isinstance(value, bool) or not isinstance(value, int | float) or not value >= 0:
            yield because("jwt-time", name)
        elif value >= _MILLISECONDS:
            yield because("jwt-milliseconds", name)
        elif name == "exp" and value <= now and name in claims:
            yield because("jwt-expired")
        elif name == "nbf" and value > now:
            yield because("jwt-early")
