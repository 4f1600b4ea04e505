"""The `user_hash` by which the Messenger knows who somebody is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from intercom_scan.rules.identity_secret import RULE as IDENTITY_SECRET
from intercom_scan.signatures import digests, keys, search
from intercom_scan.signatures.reasons import Cause, Verdict, because

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.signatures.reasons import Variant

# What languages write for somebody who is not there.
_NOBODY = ("", "null", "undefined", "None", "nil", "NaN", "false", "[object Object]")


def check(value: str, user_id: str | None, email: str | None, secret: bytes) -> Verdict:
    """Of a hash, at least one of the two that it may be of, and the identity secret."""
    given = digests.read(value, digests.USER_HASH)
    of = f"user_hash of the {'e-mail' if user_id is None else 'user_id'}"
    if given.digest is None:
        return Verdict(of, given.causes)
    changes = search.explained(given.digest, secret, _messages(user_id, email))
    if changes is not None:
        return Verdict(of, (*given.causes, *changes))
    guesses = (*keys.suspicion(secret, IDENTITY_SECRET), because("secret-or-body"))
    return Verdict(of, (*given.causes, *guesses), certain=False)


def _messages(user_id: str | None, email: str | None) -> Iterator[Variant]:
    fields = [field for field in (user_id, email) if field is not None]
    for number, field in enumerate(fields):
        other = (because("other-field"),) if number else ()
        for causes, text in _forms(field):
            yield (*other, *causes), text.encode("utf-8", "surrogateescape")
    for word in _NOBODY:
        yield (because("value-none", word or "nothing"),), word.encode()


def _forms(field: str) -> Iterator[tuple[tuple[Cause, ...], str]]:
    import unicodedata  # noqa: PLC0415 where somebody asks why

    yield (), field
    bare = field.strip()
    for reason, text in (
        ("value-blanks", bare),
        ("value-case", field.lower()),
        ("value-case", bare.lower()),
        ("value-newline", f"{field}\n"),
        ("value-newline", f"{field}\r\n"),
        ("value-quoted", f'"{field}"'),
        ("value-escaped", unquote(field)),
        *(("value-number", text) for text in _numbers(bare)),
        *(("value-normal", unicodedata.normalize(form, field)) for form in ("NFC", "NFD")),
    ):
        if text != field:
            yield (because(reason),), text


def _numbers(text: str) -> list[str]:
    hit = re.fullmatch(r"0*([0-9]{1,30})(?:\.0+)?", text)
    return [hit[1], f"{hit[1]}.0"] if hit else []
