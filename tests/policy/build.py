"""Findings and files for the tests of the policy."""

from __future__ import annotations

import hashlib

from intercom_scan.finding import Finding, Place
from intercom_scan.rules.model import Credential, Severity

RULES = ("intercom-access-token", "intercom-api-key", "intercom-credential")


def rule(rule_id: str = RULES[0]) -> Credential:
    return Credential(
        id=rule_id,
        title="Intercom thing",
        severity=Severity.HIGH,
        names=(),
        shape=b".+",
        check=lambda value: value,
        opens="all",
        rotation=("rotate",),
        needles=(b"x",),
        sample=lambda: b"sample",
        example="x={}",
    )


def place(path: str | None = "src/app.py", *, inline: str | None = None, written: bytes = b""):
    sha1 = hashlib.sha1(written).hexdigest() if written else None
    return Place("file", path, 1, 1, 2, inline=inline, written_sha1=sha1)


def finding(secret: bytes, *places: Place, rule_id: str = RULES[0], total: int = 0) -> Finding:
    made = rule(rule_id)
    return Finding(made, secret, made.severity, "high", places, total or len(places))


def fingerprint(number: int) -> str:
    return hashlib.md5(str(number).encode()).hexdigest()
