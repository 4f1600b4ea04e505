"""What may have become of a secret on its way into a variable, and whether it is one at all."""

from __future__ import annotations

import binascii
import re
from typing import TYPE_CHECKING

from intercom_scan.rules import RULES, credential
from intercom_scan.signatures.reasons import because

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.rules.model import Credential
    from intercom_scan.signatures.reasons import Cause, Variant

_BLANKS = b" \t\r\n"


def variants(secret: bytes) -> list[Variant]:
    """The secret as it is, and each other key that it may stand for, once."""
    made: dict[bytes, tuple[Cause, ...]] = {secret: ()}
    for reason, key in _changed(secret):
        if key:
            made.setdefault(key, (because(reason),))
    return [(causes, key) for key, causes in made.items()]


def _changed(secret: bytes) -> Iterator[tuple[str, bytes]]:
    bare = secret.strip(_BLANKS)
    bare = bare[:-2] if bare.endswith(b"\\n") else bare
    yield "secret-blanks", bare
    yield "secret-quotes", bare.strip(b"\"'`" + _BLANKS)
    if hit := re.match(rb"(?:export\s+)?[A-Za-z_]\w*\s?[=:]\s?", bare):
        yield "secret-assignment", bare[hit.end() :].strip(b"\"'" + _BLANKS)
    yield "secret-newline", secret + b"\n"
    yield "secret-case", bare.lower()
    yield "secret-base64", unbased(bare).strip(_BLANKS)
    yield "secret-encoded", binascii.b2a_base64(bare, newline=False)
    digits = bare.replace(b"-", b"")
    if re.fullmatch(rb"(?:[0-9A-Fa-f]{2})+", digits):
        yield "secret-hex", binascii.a2b_hex(digits)


def unbased(text: bytes) -> bytes:
    """What base64 says, in either alphabet and over several lines; empty where it is none."""
    packed = b"".join(text.split())
    if not re.fullmatch(rb"[A-Za-z0-9+/_-]+={0,2}", packed):
        return b""
    plain = packed.rstrip(b"=").replace(b"-", b"+").replace(b"_", b"/")
    try:
        return binascii.a2b_base64(plain + b"=" * (-len(plain) % 4))
    except binascii.Error:
        return b""


def suspicion(secret: bytes, wanted: Credential) -> tuple[Cause, ...]:
    """What its shape says against a secret that is to be of the kind `wanted`."""
    bare = secret.strip(_BLANKS)
    known = [rule for rule in RULES if rule is not credential.RULE]  # which has no shape
    kinds = [rule for rule in known if re.fullmatch(rule.shape, bare) and rule.check(bare)]
    if wanted in kinds:
        return ()
    if kinds:
        return (because("secret-kind", kinds[0].title, wanted.title),)
    return (because("secret-unlikely", wanted.title),)
