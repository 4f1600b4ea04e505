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
from intercom_scan.rules.model import Confidence, Credential, Severity
from intercom_scan.verify.checking import HIDDEN, SILENT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intercom_scan.rules.model import Rule

    Tree = Mapping[str, Any]

LARGEST = 256 << 20  # bytes of a report
_VERSION = 1  # of the reports that can be read
_MOST = 1 << 53  # a number that every reader of JSON knows exactly
_RULES = {rule.id: rule for rule in ALL}
_STATUSES: dict[str, Status] = {"new": "new", "ignored": "ignored", "baseline": "baseline"}
_CONFIDENCES: dict[str, Confidence] = {"high": "high", "medium": "medium"}


def report(data: bytes) -> ScanResult:
    """The scan that a json report is of. Raises UsageError for what is none, or has no secrets."""
    try:
        return _scan(json.loads(data))
    except (AttributeError, LookupError, TypeError, ValueError, RecursionError):
        raise UsageError("not a json report of this program") from None


def _scan(tree: Tree) -> ScanResult:
    if tree["schema_version"] != _VERSION:
        raise UsageError(
            "a json report of another version of this program: make it again with this one"
        )
    scan = tree["scan"]
    skips = map(_skip, scan["skipped"])
    notes = map(_text, tree["summary"]["notes"])
    return ScanResult(
        mode=_word(scan["mode"]),
        findings=tuple(map(_finding, tree["findings"])),
        # What an earlier verification has added goes, as it is asked again.
        skipped=tuple(skip for skip in skips if not skip.reason.startswith(SILENT)),
        commits=_count(scan["commits"]),
        objects=_count(scan["objects"]),
        bytes=_count(scan["bytes"]),
        seconds=_seconds(scan["seconds"]),
        notes=tuple(note for note in notes if HIDDEN not in note),
    )


def _skip(tree: Tree) -> Skip:
    return Skip(_text(tree["what"]), _text(tree["reason"]), _flag(tree["incomplete"]))


def _finding(tree: Tree) -> Finding:
    rule = _RULES[tree["rule"]]
    if rule.confidential and "secret" not in tree:
        raise UsageError(
            "its values are redacted: make it with --show-secrets, or verify as you scan: "
            "intercom-scan --verify"
        )
    secret = _bytes(tree["secret"] if rule.confidential else tree["redacted"])
    if isinstance(rule, Credential) and rule.check(secret) != secret:
        raise ValueError  # it is sent to Intercom: nothing but a token may be
    if rule.confidential and fingerprint(rule, secret) != tree["fingerprint"]:
        raise ValueError
    return Finding(
        rule=rule,
        secret=secret,
        severity=_severity(tree, rule),
        confidence=_CONFIDENCES[tree["confidence"]],
        places=tuple(map(_place, tree["places"])) or (_place(tree),),
        places_total=_count(tree["places_total"], 1),
        exposure=_exposure(tree),
        status=_STATUSES[tree["status"]],
        reason=_optional(tree["reason"]),
        remedy=_optional(tree["remedy"]),
        detail=_optional(tree["detail"]),
    )


def _severity(tree: Tree, rule: Rule) -> Severity:
    """As it was found: a verification may have raised it, or lowered it."""
    known = tree.get("verification")
    if known is not None and known["state"] in ("live", "live-unscoped", "dead"):
        return rule.severity
    return Severity[tree["severity"].upper()]


def _place(tree: Tree) -> Place:
    if tree["origin"] not in ORIGINS:
        raise ValueError
    return Place(
        origin=tree["origin"],
        path=_optional(tree["path"]),
        line=_count(tree["line"], 1),
        column=_count(tree["column"], 1),
        end_column=_count(tree["end_column"], 1),
        encoding=tuple(map(_word, tree["encoding"])),
        object=_id(tree["object"]),
        commit=_commit(tree, ""),
        inline=_optional(tree["inline"]),
    )


def _commit(tree: Tree, which: str) -> Commit | None:
    """`which` is "" for a place's; "first_", "last_" and "left_" are of a secret's life."""
    id_ = _id(tree[f"{which}commit"])
    if id_ is None:
        return None
    return Commit(id_, _text(tree[f"{which}author"]), _word(tree[f"{which}date"]))


def _exposure(tree: Tree) -> Exposure | None:
    if tree["in_head"] is None:
        return None
    days = tree["exposed_days"]
    return Exposure(
        first=_commit(tree, "first_"),
        last=_commit(tree, "last_"),
        in_head=_flag(tree["in_head"]),
        refs=tuple(map(_text, tree["refs"])),
        days=None if days is None else _count(days),
        left=_commit(tree, "left_"),
    )


def _id(value: object) -> str | None:
    if value is None:
        return None
    if not re.fullmatch(r"[0-9a-f]{4,64}", _text(value)):
        raise ValueError
    return _text(value)


def _word(value: object) -> str:
    """A string of this program's own, which no report escapes."""
    if not re.fullmatch(r"[A-Za-z0-9 .:_-]{0,40}", _text(value)):
        raise ValueError
    return _text(value)


def _count(value: object, least: int = 0) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value < _MOST:
        raise ValueError
    return value


def _seconds(value: object) -> float:
    if not isinstance(value, int | float) or not 0 <= value < _MOST:
        raise ValueError
    return float(value)


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise TypeError
    return value


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
