"""A scan's findings back from its json report, if that has the secrets."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from intercom_scan.errors import UsageError
from intercom_scan.finding import (
    ORIGINS,
    Commit,
    Exposure,
    Finding,
    Place,
    ScanResult,
    Skip,
    Status,
    fingerprint,
)
from intercom_scan.rules import ALL
from intercom_scan.rules.model import Confidence, Severity

if TYPE_CHECKING:
    from collections.abc import Mapping

    Tree = Mapping[str, Any]

LARGEST = 256 << 20  # bytes of a report
_RULES = {rule.id: rule for rule in ALL}
_STATUSES: dict[str, Status] = {"new": "new", "ignored": "ignored", "baseline": "baseline"}
_CONFIDENCES: dict[str, Confidence] = {"high": "high", "medium": "medium"}


def report(data: bytes) -> ScanResult:
    """The scan that a json report is of. Raises UsageError for what is none, or has no secrets."""
    try:
        return _scan(json.loads(data))
    except (AttributeError, KeyError, TypeError, ValueError, RecursionError):
        raise UsageError("not a json report of this program") from None


def _scan(tree: Tree) -> ScanResult:
    if tree["schema_version"] != 1:
        raise ValueError
    scan = tree["scan"]
    return ScanResult(
        mode=_text(scan["mode"]),
        findings=tuple(map(_finding, tree["findings"])),
        skipped=tuple(
            Skip(_text(s["what"]), _text(s["reason"]), bool(s["incomplete"]))
            for s in scan["skipped"]
        ),
        commits=int(scan["commits"]),
        objects=int(scan["objects"]),
        bytes=int(scan["bytes"]),
        seconds=float(scan["seconds"]),
        notes=tuple(map(_text, tree["summary"]["notes"])),
    )


def _finding(tree: Tree) -> Finding:
    rule = _RULES[tree["rule"]]
    if rule.confidential and "secret" not in tree:
        raise UsageError(
            "its values are redacted: make it with --show-secrets, or verify as you scan: "
            "intercom-scan --verify"
        )
    secret = _bytes(tree["secret"] if rule.confidential else tree["redacted"])
    if rule.confidential and fingerprint(rule, secret) != tree["fingerprint"]:
        raise ValueError
    return Finding(
        rule=rule,
        secret=secret,
        severity=Severity[tree["severity"].upper()],
        confidence=_CONFIDENCES[tree["confidence"]],
        places=tuple(map(_place, tree["places"])) or (_place(tree),),
        places_total=int(tree["places_total"]),
        exposure=_exposure(tree),
        status=_STATUSES[tree["status"]],
        reason=_optional(tree["reason"]),
        remedy=_optional(tree["remedy"]),
        detail=_optional(tree["detail"]),
    )


def _place(tree: Tree) -> Place:
    if tree["origin"] not in ORIGINS:
        raise ValueError
    return Place(
        origin=tree["origin"],
        path=_optional(tree["path"]),
        line=int(tree["line"]),
        column=int(tree["column"]),
        end_column=int(tree["end_column"]),
        encoding=tuple(map(_text, tree["encoding"])),
        object=_id(tree["object"]),
        commit=_commit(tree, ""),
        inline=_optional(tree["inline"]),
    )


def _commit(tree: Tree, which: str) -> Commit | None:
    """`which` is "" for a place's, and "first_" or "last_" for those of a secret's life."""
    id_ = _id(tree[f"{which}commit"])
    if id_ is None:
        return None
    return Commit(id_, _text(tree[f"{which}author"]), _text(tree[f"{which}date"]))


def _exposure(tree: Tree) -> Exposure | None:
    if tree["in_head"] is None:
        return None
    days = tree["exposed_days"]
    return Exposure(
        first=_commit(tree, "first_"),
        last=_commit(tree, "last_"),
        in_head=bool(tree["in_head"]),
        refs=tuple(map(_text, tree["refs"])),
        days=None if days is None else int(days),
    )


def _id(value: object) -> str | None:
    if value is None:
        return None
    if not re.fullmatch(r"[0-9a-f]{4,64}", _text(value)):
        raise ValueError
    return _text(value)


def _optional(value: object) -> str | None:
    return None if value is None else _text(value)


def _bytes(value: object) -> bytes:
    return _text(value).encode("utf-8", "surrogateescape")


def _text(value: object) -> str:
    """A string as it was before `escape.json_text`."""
    if not isinstance(value, str):
        raise TypeError
    return re.sub(r"\\(?:(\\)|x([0-9a-f]{2})|u([0-9a-f]{4}))", _character, value)


def _character(hit: re.Match[str]) -> str:
    if hit[1]:
        return "\\"
    # A byte that is not UTF-8 is a surrogate in Python: PEP 383.
    return chr(0xDC00 + int(hit[2], 16)) if hit[2] else chr(int(hit[3], 16))
