"""Scans to report on; every secret is made when it is asked for."""

from __future__ import annotations

import base64
import io
import secrets
import uuid
from dataclasses import replace

from intercom_scan.finding import Commit, Exposure, Finding, Place, ScanResult, Skip
from intercom_scan.reporters import FORMATS, Options
from intercom_scan.rules.hygiene import GITIGNORE
from intercom_scan.rules.model import Credential, Severity


def token() -> bytes:
    inner = f"tok:{uuid.uuid4()}:1:0".replace("-", "_")
    return base64.b64encode(inner.encode())


def password(length: int = 24) -> bytes:
    return "".join(secrets.choice("ghijklmnopqrstuvwxyzGHIJKLMN") for _ in range(length)).encode()


def rule(
    id_: str = "intercom-access-token",
    title: str = "Intercom access token",
    severity: Severity = Severity.CRITICAL,
    **more: object,
) -> Credential:
    fields = {
        "names": ("intercom_access_token",),
        "shape": rb"[A-Za-z0-9+/]{59}=",
        "check": lambda value: value,
        "opens": "The whole workspace: read and write what its scopes allow.",
        "rotation": (
            "Developer Hub, the app, Test & Publish, Your Workspaces: Regenerate token.",
            "Deploy the new one at once.",
        ),
        "needles": (b"intercom",),
        "sample": token,
        "example": "INTERCOM_ACCESS_TOKEN={}",
    }
    return Credential(id=id_, title=title, severity=severity, **{**fields, **more})  # type: ignore[arg-type]


TOKEN = rule()
SECRET = rule("intercom-identity-secret", "Intercom identity secret", Severity.HIGH)
HASH = rule("intercom-user-hash", "Intercom user hash", Severity.MEDIUM)
KEY = rule("intercom-api-key", "Intercom legacy API key", Severity.LOW)
MOBILE = rule("intercom-mobile-sdk-key", "Intercom mobile SDK key", Severity.INFO)

FIRST = Commit("ab" * 20, "Ann Example <ann@example.com>", "2024-03-01T10:00:00Z")
LAST = Commit("cd" * 20, "Bo Example <bo@example.com>", "2024-06-09T10:00:00Z")


def place(path: str | None = "config/app.yml", line: int = 12, **more: object) -> Place:
    fields: dict[str, object] = {"origin": "file", "column": 8, "end_column": 68}
    return Place(path=path, line=line, **{**fields, **more})  # type: ignore[arg-type]


def finding(
    kind: Credential = TOKEN, *places: Place, secret: bytes | None = None, **more: object
) -> Finding:
    shown = places or (place(),)
    fields: dict[str, object] = {
        "severity": kind.severity,
        "confidence": "high",
        "places_total": len(shown),
    }
    value = token() if secret is None else secret
    return Finding(kind, value, places=shown, **{**fields, **more})  # type: ignore[arg-type]


def problem(path: str = ".gitignore", **more: object) -> Finding:
    """Something that is wrong with a file, and no secret."""
    at = Place("file", path, 1, 1, 1)
    fields: dict[str, object] = {"detail": ".env is not ignored", "remedy": "mend it"}
    return Finding(
        GITIGNORE, path.encode("utf-8", "surrogateescape"), GITIGNORE.severity, "high", (at,), 1,
        **{**fields, **more},  # type: ignore[arg-type]
    )  # fmt: skip


def in_history(kind: Credential = TOKEN, *, head: bool = False, **more: object) -> Finding:
    at = place(origin="blob", commit=FIRST, object="ef" * 20)
    life = Exposure(FIRST, LAST, head, ("refs/heads/main", "refs/tags/v1.0"), 100)
    return replace(finding(kind, at, **more), exposure=life)  # type: ignore[arg-type]


def scan(*findings: Finding, skipped: tuple[Skip, ...] = (), **more: object) -> ScanResult:
    fields: dict[str, object] = {
        "mode": "all-history",
        "commits": 1234,
        "objects": 5678,
        "bytes": 12_345_678,
        "seconds": 0.4249,
    }
    return ScanResult(findings=findings, skipped=skipped, **{**fields, **more})  # type: ignore[arg-type]


def rendered(form: str, result: ScanResult, **options: object) -> str:
    out = io.StringIO()
    FORMATS[form](result, out, Options(**options))  # type: ignore[arg-type]
    return out.getvalue()
