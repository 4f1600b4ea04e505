"""No credential literal stands in code or history."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.model import Check, Evidence, Outcome, cannot_tell, failed, passed
from intercom_scan.finding import ORIGINS
from intercom_scan.rules.audit import TOKENS
from intercom_scan.rules.model import Severity

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project
    from intercom_scan.finding import Finding


def run(project: Project) -> Outcome:
    """By a scan of the files and one of all that the repository holds."""
    scans = (project.history, project.tree)
    secrets = {
        finding.fingerprint: finding  # as the tree has it, where that has it as well
        for scan in scans
        for finding in scan.findings
        # What is public by design, such as the key of a mobile SDK, is only informational.
        if finding.rule.confidential
        and finding.status == "new"
        and finding.severity > Severity.INFO
    }
    if secrets:
        mend = "Rotate them, read them from the environment, and see `intercom-scan purge`."
        return failed(map(_evidence, secrets.values()), mend)
    unread = [skip for scan in scans for skip in scan.skipped if skip.incomplete]
    if unread:
        told = dict.fromkeys(f"{skip.what}: {skip.reason}" for skip in unread)
        return cannot_tell(Evidence(None, None, each) for each in told)
    read = f"{scans[1].objects:,} files and {scans[0].commits:,} commits have none"
    return passed([Evidence(None, None, read)])


def _evidence(finding: Finding) -> Evidence:
    place = finding.places[0]
    commit = f" of commit {place.commit.id[:12]}" if place.commit else ""
    words = f"{finding.rule.title} {finding.fingerprint[:8]} {ORIGINS[place.origin].words}{commit}"
    return Evidence(place.path, None if place.path is None else place.line, words)


CHECK = Check(
    rule=TOKENS,
    asks="Is no credential literal in code or history? Values come from the environment or a"
    " secret manager.",
    run=run,
    whole=True,
)
