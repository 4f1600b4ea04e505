"""A digest out of what somebody copied: a header's value, a line with the header's name, a hash."""

from __future__ import annotations

import binascii
import re

from intercom_scan.signatures.keys import unbased
from intercom_scan.signatures.reasons import Cause, because
from intercom_scan.values import dataclass

_LONGEST = 4096  # characters; what is longer is none


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a signature has to look like: its name, its prefix, the bytes of its digest."""

    name: str
    prefix: str
    size: int


HUB = Scheme("X-Hub-Signature", "sha1=", 20)
BODY = Scheme("X-Body-Signature", "", 32)
USER_HASH = Scheme("user_hash", "", 32)
_HEADERS = {scheme.name.lower(): scheme for scheme in (HUB, BODY)}


@dataclass(frozen=True, slots=True)
class Given:
    """A signature as it was given: what it is to be, its digest, what is wrong with its form."""

    scheme: Scheme
    digest: bytes | None
    causes: tuple[Cause, ...]


def header(text: str) -> Given:
    """Of X-Hub-Signature or X-Body-Signature: the value, or the whole line."""
    name, colon, rest = text[:_LONGEST].partition(":")
    line = colon and re.fullmatch(r"\s*x(?:-[a-z0-9]+)+\s*", name, re.IGNORECASE)
    if line:
        text = rest.strip()  # blanks around a value are part of the line
    scheme = _HEADERS.get(name.strip().lower()) if line else None
    if scheme is not None:
        return read(text, scheme)
    bare = _bare(text)
    prefixed = _prefix(bare)
    size = len(_decoded(bare[len(prefixed) :])[0] or b"")
    return read(text, HUB if prefixed or size == HUB.size else BODY)


def read(text: str, scheme: Scheme) -> Given:
    """Of a scheme that is known."""
    text = text[:_LONGEST]
    bare = _bare(text)
    prefix = _prefix(bare)
    digest, form = _decoded(bare[len(prefix) :])
    causes = [because("signature-blanks")] if bare != text else []
    if digest is None and re.fullmatch("[0-9A-Fa-f]+", bare[len(prefix) :]):
        form = because("signature-length", len(bare) - len(prefix), 2 * scheme.size)
    elif digest is not None and len(digest) != scheme.size:
        causes.append(_other(prefix, len(digest), scheme))
    elif prefix != scheme.prefix:
        causes.append(because("prefix-wrong" if prefix else "prefix-missing"))
    return Given(scheme, digest, (*causes, *([form] if form else [])))


def _other(prefix: str, size: int, scheme: Scheme) -> Cause:
    """Why it has the digest of another algorithm."""
    headers = [other for other in (HUB, BODY) if scheme in (HUB, BODY) and other != scheme]
    if any((prefix, size) == (other.prefix, other.size) for other in headers):
        return because("other-header")
    return because("sha-256" if size == 32 else "sha-1")


def _bare(text: str) -> str:
    return text.strip(" \t\r\n\"'`")


def _prefix(text: str) -> str:
    hit = re.match(r"(?:hmac-?)?sha-?(?:1|256)[=:]", text, re.IGNORECASE)
    return hit[0] if hit else ""


def _decoded(text: str) -> tuple[bytes | None, Cause | None]:
    if re.fullmatch(r"[0-9A-Fa-f]{40}|[0-9A-Fa-f]{64}", text):
        return binascii.a2b_hex(text), (
            because("signature-case") if text != text.lower() else None
        )  # fmt: skip
    raw = unbased(text.encode("utf-8", "surrogateescape"))
    if len(raw) in (20, 32):
        return raw, because("signature-base64")
    return None, because("signature-none")
