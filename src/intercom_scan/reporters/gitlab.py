"""The gitlab format: GitLab's secret detection report, `gl-secret-detection-report.json`.

https://gitlab.com/gitlab-org/security-products/security-report-schemas. It has no place for known
findings, which are left out. GitLab shows some of its texts as Markdown, so words out of a
repository are code spans there. Never carries a secret, whatever the options say.
"""

from __future__ import annotations

import json
import time
import uuid
from itertools import islice
from typing import TYPE_CHECKING, Any

from intercom_scan._version import VERSION
from intercom_scan.escape import json_text, markdown, terminal
from intercom_scan.masking import Mask
from intercom_scan.reporters.summary import coverage, ordered, plural
from intercom_scan.reporters.wording import address, lived, named, reached, relative, verified
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

    from intercom_scan.finding import Finding, Place, ScanResult
    from intercom_scan.reporters.model import Options

SCHEMA_VERSION = "15.2.4"
_SCHEMA = (
    "https://gitlab.com/gitlab-org/security-products/security-report-schemas/-/raw/"
    f"v{SCHEMA_VERSION}/dist/secret-detection-report-format.json"
)

# What an earlier scan found and this one did not look for is not to be taken for gone.
_PARTIAL = frozenset(
    {"range", "staged", "push", "message", "stdin", "env", "rotation", "scopes", "audit"}
)
_NO_COMMIT = "0000000"  # as GitLab's own analyzer has it
_MESSAGES = 1000
_COMMAND = 6000  # characters; a solution may have 7000 by the schema

_dump = json.JSONEncoder(ensure_ascii=True, allow_nan=False).encode


def render(result: ScanResult, out: TextIO, options: Options) -> None:
    """Write one report; the times are those of the clock now, and of the scan before it."""
    mask = Mask(result.findings)
    out.write(f'{{"version": {_dump(SCHEMA_VERSION)}, "schema": {_dump(_SCHEMA)},\n')
    out.write(f' "scan": {_dump(_scan(result, mask))},\n "vulnerabilities": [')
    writer = _Vulnerabilities(options, mask)
    new = (finding for finding in ordered(result.findings) if finding.status == "new")
    for number, finding in enumerate(new):
        out.write(f"{',' if number else ''}\n  {_dump(writer.vulnerability(finding))}")
    out.write("\n ]}\n")


def _scan(result: ScanResult, mask: Mask) -> dict[str, Any]:
    end = time.time()
    program = {
        "id": "intercom-scan",
        "name": "intercom-scan",
        "version": VERSION,
        "vendor": {"name": "intercom-scan"},
    }
    scan: dict[str, Any] = {
        "type": "secret_detection",
        "status": "success" if result.complete else "failure",
        "start_time": _clock(end - result.seconds),
        "end_time": _clock(end),
        "analyzer": program,
        "scanner": program,
        "messages": list(islice(_messages(result, mask), _MESSAGES)),
    }
    if result.mode in _PARTIAL:
        scan["partial_scan"] = {"mode": "differential"}
    return scan


def _clock(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))


def _messages(result: ScanResult, mask: Mask) -> Iterator[dict[str, str]]:
    """What was read, then all that was not, what is missing first."""
    yield {"level": "info", "value": coverage(result)}
    for skip in sorted(result.skipped, key=lambda s: (not s.incomplete, s.reason, s.what)):
        value = f"Not read: {terminal(mask(skip.what))}: {terminal(mask(skip.reason))}"
        yield {"level": "fatal" if skip.incomplete else "info", "value": value}
    for note in result.notes:
        yield {"level": "warn", "value": terminal(mask(note), 1000) or "-"}


@dataclass(frozen=True, slots=True)
class _Vulnerabilities:
    """Makes vulnerabilities: holds what they all share."""

    options: Options
    mask: Mask

    def vulnerability(self, finding: Finding) -> dict[str, Any]:
        rule = finding.rule
        return {
            "id": str(uuid.uuid5(uuid.NAMESPACE_OID, finding.fingerprint)),
            "name": rule.title,
            "description": self.description(finding),
            "severity": finding.severity.label.capitalize(),
            "solution": self.solution(finding),
            "identifiers": [
                _identifier("intercom_scan_rule", rule.title, rule.id),
                _identifier("intercom_scan_fingerprint", "Fingerprint", finding.fingerprint),
            ],
            "links": [{"url": url} for url in rule.references],
            "location": self.location(finding.places[0]),
        }

    def description(self, finding: Finding) -> str:
        """Markdown."""
        rule, life = finding.rule, finding.exposure
        what = finding.redacted if rule.confidential else finding.detail or finding.redacted
        parts = [f"{named(finding)}: {self.code(what, 1000)}."]
        if finding.verification is not None:
            parts.append(f"Verified: {self.code(verified(finding.verification), 1000)}.")
        if finding.places_total > 1:
            parts.append(f"Also at {plural(finding.places_total - 1, 'other place')}.")
        if life is not None:
            parts.append(f"Exposed: {self.code(lived(life, self.mask))}; {reached(life)}.")
        return "\n\n".join([*parts, f"It opens: {rule.opens}"])

    def solution(self, finding: Finding) -> str:
        """Markdown: the command that mends it, or all steps of the rotation."""
        command = self.code(finding.remedy or "", 4000)
        steps = [f"{number}. {step}" for number, step in enumerate(finding.rule.rotation, 1)]
        if finding.remedy and len(command) <= _COMMAND:
            steps = [command]
        may_stay = f"If it may stay: `intercom-scan ignore {finding.fingerprint} --reason WHY`"
        return "\n".join([*steps, "", may_stay])

    def code(self, text: str, limit: int = 240) -> str:
        return markdown(self.mask(text), limit)

    def location(self, place: Place) -> dict[str, Any]:
        line = max(place.line, 1)
        commit: dict[str, str] = {"sha": self.options.revision or _NO_COMMIT}
        if place.commit is not None:
            author, date = self.mask(place.commit.author), self.mask(place.commit.date)
            commit = {
                "sha": place.commit.id,
                "author": terminal(author),
                "date": terminal(date),
            }
        file = self.mask(relative(address(place), self.options.root))
        return {"file": json_text(file), "start_line": line, "end_line": line, "commit": commit}


def _identifier(type_: str, name: str, value: str) -> dict[str, str]:
    return {"type": type_, "name": name, "value": value}
