"""A secret-looking value under an Intercom credential's name that has no known shape."""

from __future__ import annotations

from intercom_scan.rules.model import Credential, Severity
from intercom_scan.rules.text import lazy
from intercom_scan.rules.values import random_text, random_text_like

# JWTs and tokens that their own rules refused, paths, URLs, and identifiers: words between single
# separators.
_code = lazy(
    rb"(?:[a-z][a-z0-9+.-]*://|[./~@$%#&*!]|eyJ[\w-]+\.|dG9r).*|"
    rb"[A-Za-z_$][A-Za-z_]*[0-9]{0,3}(?:[./:_-]{1,2}[A-Za-z_]+[0-9]{0,3})*"
)
# FINGERPRINT [RULE] [until=DATE] # REASON, as policy/ignore_file.py writes it: many a rule's id is
# also the name of a credential, and would be that of the fingerprint in the next line.
_ignored = lazy(rb"[0-9a-f]{32}(?: [a-z][a-z-]{1,40})?(?: until=[0-9-]{10})? # ")


def check(value: bytes) -> bytes | None:
    if _code().fullmatch(value):
        return None
    return value if random_text_like(value) else None


def disproved(data: bytes, start: int, _end: int) -> bool:
    """Is it the fingerprint of a finding, in a line of the file of ignores?"""
    alone = start == 0 or data[start - 1 : start] == b"\n"
    return alone and _ignored().match(data, start) is not None


def sample() -> bytes:
    alphabet = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789"
    while True:
        value = random_text(alphabet, 28).encode()
        if check(value):
            return value


RULE = Credential(
    id="intercom-credential",
    title="Intercom Credential",
    severity=Severity.MEDIUM,
    names=(
        r"intercom_(?:.+_)?(?:secret|key|token|pat|hash|hmac|jwt|signature|credential)",
        r"intercom_(?:.+_)?(?:password|passwd|pwd|pass)",
    ),
    shape=rb"[A-Za-z0-9+/=_.~!@#$%^&*:-]{16,256}",
    check=check,
    opens="Unknown: its name says an Intercom credential, its shape says none in particular.",
    rotation=("Find out from its name where it was issued, and replace it there.",),
    needles=(b"intercom",),
    disproved=disproved,
    sample=sample,
    example='INTERCOM_TOKEN="{}"',
    guessable=True,
    references=(),
)
