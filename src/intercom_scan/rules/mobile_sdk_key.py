"""Mobile SDK keys: `ios_sdk-` or `android_sdk-` and 40 hex digits. Public by design."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.rules.model import Credential, Match, Severity
from intercom_scan.rules.suspects import present
from intercom_scan.rules.text import lazy
from intercom_scan.rules.values import random_digits, random_hex

if TYPE_CHECKING:
    from collections.abc import Iterator

_key = lazy(rb"(?:ios|android)_sdk-[0-9a-f]{40}(?![0-9A-Za-z])")


def check(value: bytes) -> bytes | None:
    return value if random_digits(value.partition(b"-")[2]) else None


def find(data: bytes) -> Iterator[Match]:
    """Every key in `data`; the prefix is enough to know it by."""
    if not present(data) & {b"s_sdk-", b"d_sdk-"}:
        return
    for hit in _key().finditer(data):
        if secret := check(hit[0]):
            yield Match(RULE, secret, *hit.span())


def sample() -> bytes:
    prefix = "ios_sdk-" if os.urandom(1)[0] % 2 else "android_sdk-"
    return (prefix + random_hex(40)).encode()


RULE = Credential(
    id="intercom-mobile-sdk-key",
    title="Intercom Mobile SDK Key",
    severity=Severity.INFO,
    names=(r"intercom_(?:.+_)?key",),
    shape=rb"(?:ios|android)_sdk-[0-9a-f]{40}",
    check=check,
    opens="What every copy of the mobile app can do: it ships in the binary by design.",
    rotation=("None needed. Enforce identity verification for iOS and Android instead.",),
    needles=(b"ios_sdk-", b"android_sdk-"),
    sample=sample,
    example='Intercom.initialize(this, "{}", "abcd1234")',
    contextual=False,
    references=("https://developers.intercom.com/installing-intercom/android/installation",),
)
