"""From env files to findings: what holds for one, for two, and for where they go."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.env import remedy, sharing, shipping
from intercom_scan.env.contents import Contents
from intercom_scan.env.model import FIX, Outcome, finding
from intercom_scan.rules import hygiene as rules
from intercom_scan.rules.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.detector import Detector
    from intercom_scan.env.contents import Content
    from intercom_scan.env.view import EnvFile, View
    from intercom_scan.finding import Finding
    from intercom_scan.git import Repository


def judged(repository: Repository, whole: View, detector: Detector, *, inline: bool) -> Outcome:
    """What is wrong with the files of a view; `inline` says whether comments allow a value."""
    with Contents(repository, detector, inline=inline) as contents:
        found = [
            *(f for file in whole.files for f in _of_file(file, contents, whole.origin)),
            *sharing.findings(whole, contents),
            *(shipping.findings(repository, whole, contents) if whole.has_tree else ()),
        ]
        return Outcome(found, contents.skips, len(whole.files), contents.bytes)


def _of_file(file: EnvFile, contents: Contents, origin: str) -> Iterator[Finding]:
    if file.kind == "template" or file.state == "ignored":
        return
    content = contents.of(file)
    if file.kind == "perhaps" and not content.hits:
        return
    if file.state == "unignored":
        severity = _severity(content, Severity.MEDIUM, Severity.LOW)
        detail = f"not tracked and not ignored; {content.described}"
        yield finding(rules.UNIGNORED, file.path, severity, detail, FIX)
    elif file.state == "tracked":
        severity = _severity(content, Severity.HIGH, Severity.MEDIUM)
        yield finding(
            rules.TRACKED, file.path, severity, f"tracked; {content.described}",
            remedy.untrack(file.path), origin=origin, object_=file.object,
        )  # fmt: skip
    else:
        yield finding(
            rules.TRACKED, file.path, Severity.INFO, "still at HEAD, out of the index already",
            "git commit", origin="index",
        )  # fmt: skip


def _severity(content: Content, credential: Severity, value: Severity) -> Severity:
    """Names alone are no leak: such a file is reported, and fails nothing by default."""
    if content.hits:
        return credential
    return value if content.has_values else Severity.INFO
