"""The sarif format: SARIF 2.1.0 for code scanning services, editors and other viewers.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, held to what GitHub reads of it:
https://docs.github.com/en/code-security/reference/code-scanning/sarif-support-for-code-scanning.
Why one result a secret, which URI stands where there is no file, and what becomes of columns is
in docs/reports.md. Never carries a secret, whatever the options say.
"""

from __future__ import annotations

import json
import re
from itertools import islice
from typing import TYPE_CHECKING, Any

from intercom_scan._version import VERSION
from intercom_scan.escape import json_text, sarif_text, terminal, uri
from intercom_scan.masking import Mask
from intercom_scan.reporters.sarif_rules import LEVELS, SECURITY_SEVERITY, descriptors
from intercom_scan.reporters.summary import ordered, plural, summarise
from intercom_scan.reporters.wording import address, described, is_checked_out, relative, verified

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from intercom_scan.finding import Finding, Place, ScanResult
    from intercom_scan.reporters.model import Options

SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)

_RELATED = 99  # GitHub keeps 100 locations of a result
_LINKED = 5  # of those, linked from the message
_NOTIFICATIONS = 1000

_dump = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode


def render(result: ScanResult, out: TextIO, options: Options) -> None:
    """Write one SARIF log with one run."""
    rules, index = descriptors(result.findings)
    driver = {"name": "intercom-scan", "version": VERSION, "rules": rules}
    if re.fullmatch(r"\d+\.\d+\.\d+", VERSION):
        driver["semanticVersion"] = VERSION
    writer = _Results(options.root, Mask(result.findings), index)
    run: dict[str, Any] = {
        # The specification wants a unit and has none for bytes; the same for ASCII text.
        "columnKind": "unicodeCodePoints",
        "properties": {"columnUnit": "bytes", "mode": result.mode, **_coverage(result)},
        "invocations": [_invocation(result, options, writer.mask)],
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The scanned directory."}}},
        **_provenance(options),
    }
    out.write(f'{{"$schema": {_dump(SCHEMA)}, "version": "2.1.0", "runs": [\n')
    out.write(f' {{"tool": {_dump({"driver": driver})},\n  {_dump(run)[1:-1]},\n  "results": ')
    wanted = (f for f in ordered(result.findings) if f.status == "new" or options.suppressed)
    separator = "["
    for finding in wanted:
        out.write(f"{separator}\n   {_dump(writer.result(finding))}")
        separator = ","
    out.write(("[]" if separator == "[" else "\n  ]") + "}\n]}\n")


def _coverage(result: ScanResult) -> dict[str, int | bool]:
    return {
        "commits": result.commits,
        "objects": result.objects,
        "bytes": result.bytes,
        "complete": result.complete,
    }


def _invocation(result: ScanResult, options: Options, mask: Mask) -> dict[str, Any]:
    code = summarise(result, options.fail_on).exit_code
    notifications = list(islice(_notifications(result, mask), _NOTIFICATIONS))
    hidden = len(result.skipped) + len(result.notes) - len(notifications)
    if hidden > 0:
        notifications.append(_notification("warning", f"{plural(hidden, 'notification')} left out"))
    return {
        "executionSuccessful": result.complete,
        "exitCode": int(code),
        "exitCodeDescription": code.name.lower(),
        "toolExecutionNotifications": notifications,
    }


def _notifications(result: ScanResult, mask: Mask) -> Iterator[dict[str, Any]]:
    for skip in sorted(result.skipped, key=lambda s: (not s.incomplete, s.reason, s.what)):
        text = f"Not read: {sarif_text(mask(skip.what))}: {sarif_text(mask(skip.reason))}"
        yield _notification("error" if skip.incomplete else "note", text)
    for note in result.notes:
        yield _notification("note", sarif_text(mask(note), 1000))


def _notification(level: str, text: str) -> dict[str, Any]:
    return {"level": level, "message": {"text": text or "-"}}


def _provenance(options: Options) -> dict[str, Any]:
    """Where the scanned revision lives, if that is known and a URL without credentials."""
    known = re.fullmatch(
        r"(https?://)(?:[^/?#]*@)?([A-Za-z0-9._~:/%+-]+)", options.repository or ""
    )
    if known is None:
        return {}
    details = {
        "repositoryUri": known[1] + known[2],
        "revisionId": options.revision and json_text(options.revision),
        "branch": options.branch and json_text(options.branch),
        "mappedTo": {"uriBaseId": "%SRCROOT%"},
    }
    return {"versionControlProvenance": [{key: v for key, v in details.items() if v}]}


class _Results:
    """Makes results: holds what they all share."""

    def __init__(self, root: str | None, mask: Mask, index: dict[str, int]) -> None:
        self.root = root
        self.mask = mask
        self.index = index

    def result(self, finding: Finding) -> dict[str, Any]:
        first, others = finding.places[0], finding.places[1 : 1 + _RELATED]
        result = {
            "ruleId": finding.rule.id,
            "ruleIndex": self.index[finding.rule.id],
            "level": LEVELS[finding.severity],
            "message": {"text": self.message(finding)},
            "locations": [self.location(first)],
            "occurrenceCount": max(finding.places_total, 1),
            "partialFingerprints": _fingerprints(finding),
            "properties": self.properties(finding),
        }
        if others:
            result["relatedLocations"] = [
                {"id": number, **self.location(place)} for number, place in enumerate(others, 1)
            ]
        if finding.status != "new":
            result["suppressions"] = [self.suppression(finding)]
        return result

    def message(self, finding: Finding) -> str:
        """Plain words, and of the repository's own a file's name at most."""
        parts = [self.what(finding)]
        if finding.verification is not None:
            shown = sarif_text(self.mask(verified(finding.verification)), 1000)
            parts.append(f"Verified: {shown}.")
        life = finding.exposure
        if life is not None:
            days = f", exposed for {plural(life.days, 'day')}" if life.days is not None else ""
            where = "Still in HEAD" if life.in_head else "Not in HEAD, but in history"
            reach = plural(len(life.refs), "ref") if life.refs else "no ref"
            parts.append(f"{where}{days}, reachable from {reach}.")
        others = finding.places_total - 1
        if others > 0:
            linked = range(1, min(others, len(finding.places) - 1, _LINKED) + 1)
            links = ", ".join(f"[place {number}]({number})" for number in linked)
            parts.append(f"Also at {plural(others, 'other place')}{f': {links}' if links else ''}.")
        if finding.rule.opens:
            parts.append(f"It opens: {sarif_text(finding.rule.opens, 1000)}")
        if finding.remedy:
            parts.append(f"Next: {sarif_text(self.mask(finding.remedy), 4000)}")
        elif finding.rule.rotation:
            parts.append(f"Next: {sarif_text(finding.rule.rotation[0], 1000)}")
        return "\n".join(parts)

    def what(self, finding: Finding) -> str:
        if finding.rule.confidential:
            shown = described(finding.places[0])
            return f"{finding.rule.title} {finding.redacted}, {shown}."
        shown = sarif_text(self.mask(finding.redacted))
        detail = sarif_text(self.mask(finding.detail or ""), 1000)
        return f"{finding.rule.title}: {shown}{f': {detail}' if detail else ''}."

    def location(self, place: Place) -> dict[str, Any]:
        """Line and columns are all given, since GitHub wants all, and endColumn lies after."""
        column = max(place.column, 1)
        line = max(place.line, 1)
        region = {
            "startLine": line,
            "startColumn": column,
            "endLine": line,
            "endColumn": max(place.end_column, column + 1),
        }
        physical = {"artifactLocation": self.artifact(place), "region": region}
        location: dict[str, Any] = {"physicalLocation": physical}
        location["message"] = {"text": described(place)}
        if place.path is None:
            name = place.commit.id if place.commit else place.object or place.origin
            location["logicalLocations"] = [
                {"name": json_text(name), "kind": "resource"},
            ]
        return location

    def artifact(self, place: Place) -> dict[str, str]:
        reference = uri(self.mask(relative(address(place), self.root)))
        if reference.startswith("file:"):
            return {"uri": reference}
        return {"uri": reference, "uriBaseId": "%SRCROOT%"}

    def properties(self, finding: Finding) -> dict[str, Any]:
        place, life = finding.places[0], finding.exposure
        bag: dict[str, Any] = {
            "fingerprint": finding.fingerprint,
            "severity": finding.severity.label,
            "security-severity": SECURITY_SEVERITY[finding.severity],
            "confidence": finding.confidence,
            "status": finding.status,
            "origin": place.origin,
            "encoding": list(place.encoding),
        }
        if finding.verification:
            bag["verification"] = finding.verification.state
        if place.commit:
            bag["commit"] = place.commit.id
            bag["author"] = json_text(self.mask(place.commit.author))
            bag["date"] = json_text(self.mask(place.commit.date))
        if life:
            bag["inHead"] = life.in_head
            bag["exposedDays"] = life.days
            bag["refs"] = [json_text(self.mask(ref)) for ref in life.refs[:_RELATED]]
        return bag

    def suppression(self, finding: Finding) -> dict[str, str]:
        """`inSource` for a comment beside the secret, `external` for a file of ignores."""
        inline = finding.status == "ignored" and any(p.inline is not None for p in finding.places)
        default = "in the baseline" if finding.status == "baseline" else "ignored"
        reason = terminal(self.mask(finding.reason or default), 1000)
        kind = "inSource" if inline else "external"
        return {"kind": kind, "status": "accepted", "justification": reason}


def _fingerprints(finding: Finding) -> dict[str, str]:
    """GitHub tracks by `primaryLocationLineHash` alone and fills it in from the checked-out file.

    It cannot where history alone has the file, and would open the same alert anew.
    https://github.com/github/codeql-action/blob/main/src/fingerprints.ts
    """
    prints = {"intercomScan/v1": finding.fingerprint}
    if not is_checked_out(finding.places[0]):
        prints["primaryLocationLineHash"] = f"{finding.fingerprint[:16]}:1"
    return prints
