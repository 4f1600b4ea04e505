"""The json format: one object, described by `report-schema.json` and docs/reports.md.

Written as it is made, a line for each finding and each skip, so that its memory does not grow
with their number. All characters are ASCII; strings out of a repository go through
`escape.json_text`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from intercom_scan._version import VERSION
from intercom_scan.escape import json_text
from intercom_scan.masking import Mask
from intercom_scan.reporters import checks, permissions
from intercom_scan.reporters.summary import ordered, summarise

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import TextIO

    from intercom_scan.finding import Commit, Finding, Place, ScanResult, Verification
    from intercom_scan.reporters.model import Options

SCHEMA_VERSION = 1

_dump = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode


def render(result: ScanResult, out: TextIO, options: Options) -> None:
    """Write the whole report as one JSON object."""
    mask = Mask(() if options.show_secrets else result.findings)

    def clean(text: str) -> str:
        return json_text(mask(text))

    scan = {
        "mode": result.mode,
        "commits": result.commits,
        "objects": result.objects,
        "bytes": result.bytes,
        "seconds": round(result.seconds, 3),
        "complete": result.complete,
    }
    tool = {"name": "intercom-scan", "version": VERSION}
    out.write(f'{{"schema_version": {SCHEMA_VERSION},\n "tool": {_dump(tool)},\n')
    out.write(f' "scan": {_dump(scan)[:-1]}, "skipped": ')
    _array(
        out,
        (
            {"what": clean(s.what), "reason": clean(s.reason), "incomplete": s.incomplete}
            for s in sorted(result.skipped, key=lambda s: (not s.incomplete, s.reason, s.what))
        ),
    )
    out.write('},\n "findings": ')
    _array(out, (_finding(f, clean, options.show_secrets) for f in ordered(result.findings)))
    if result.permissions:
        out.write(',\n "permissions": ')
        _array(out, (permissions.as_json(each, clean) for each in result.permissions))
    if result.checks:
        out.write(',\n "checks": ')
        _array(out, (checks.as_json(each, clean) for each in result.checks))
    out.write(f',\n "summary": {_dump(_summary(result, options, clean))}}}\n')


def _array(out: TextIO, items: Iterable[dict[str, Any]]) -> None:
    separator = "["
    for item in items:
        out.write(f"{separator}\n  {_dump(item)}")
        separator = ","
    out.write("[]" if separator == "[" else "\n ]")


def _summary(result: ScanResult, options: Options, clean: Callable[[str], str]) -> dict[str, Any]:
    summary = summarise(result, options.fail_on)
    return {
        "verdict": summary.verdict,
        "exit_code": int(summary.exit_code),
        "fail_on": options.fail_on.label,
        "secrets": summary.secrets,
        "env_problems": summary.env_problems,
        "places": summary.places,
        "by_severity": summary.by_severity,
        "by_status": summary.by_status,
        "by_rule": summary.by_rule,
        "notes": [clean(note) for note in result.notes],
    }


def _finding(finding: Finding, clean: Callable[[str], str], show: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "rule": finding.rule.id,
        "title": finding.rule.title,
        "severity": finding.severity.label,
        "confidence": finding.confidence,
        "status": finding.status,
        "reason": None if finding.reason is None else clean(finding.reason),
        "fingerprint": finding.fingerprint,
        "redacted": finding.redacted if finding.rule.confidential else clean(finding.redacted),
        "detail": None if finding.detail is None else clean(finding.detail),
        "remedy": None if finding.remedy is None else clean(finding.remedy),
    }
    shown["verification"] = _verification(finding.verification, clean)
    if show and finding.rule.confidential:
        shown["secret"] = json_text(finding.secret.decode("utf-8", "surrogateescape"))
    return {
        **shown,
        **_place(finding.places[0], clean),
        **_exposure(finding, clean),
        "places_total": finding.places_total,
        "places": [_place(place, clean) for place in finding.places],
    }


def _verification(
    known: Verification | None, clean: Callable[[str], str]
) -> dict[str, str | None] | None:
    if known is None:
        return None
    told = {n: getattr(known, n) for n in ("reason", "workspace", "name", "region", "admin")}
    return {
        "state": known.state,
        **{name: None if text is None else clean(text) for name, text in told.items()},
    }


def _place(place: Place, clean: Callable[[str], str]) -> dict[str, Any]:
    return {
        "origin": place.origin,
        "path": None if place.path is None else clean(place.path),
        "line": place.line,
        "column": place.column,
        "end_column": place.end_column,
        "encoding": list(place.encoding),
        "object": place.object,
        **_commit("commit", "author", "date", place.commit, clean),
        "inline": None if place.inline is None else clean(place.inline),
    }


def _commit(
    id_: str, author: str, date: str, commit: Commit | None, clean: Callable[[str], str]
) -> dict[str, str | None]:
    if commit is None:
        return {id_: None, author: None, date: None}
    return {id_: commit.id, author: clean(commit.author), date: clean(commit.date)}


def _exposure(finding: Finding, clean: Callable[[str], str]) -> dict[str, Any]:
    """The life of the secret; all null, and no refs, where no history was read."""
    life = finding.exposure
    first, last, left = (life.first, life.last, life.left) if life else (None, None, None)
    return {
        **_commit("first_commit", "first_author", "first_date", first, clean),
        **_commit("last_commit", "last_author", "last_date", last, clean),
        **_commit("left_commit", "left_author", "left_date", left, clean),
        "in_head": life.in_head if life else None,
        "refs": [clean(ref) for ref in life.refs] if life else [],
        "exposed_days": life.days if life else None,
    }
