"""No `.env` file can slip into commits, images and packages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.audit.model import Check, Evidence, Outcome, cannot_tell, failed, passed
from intercom_scan.rules.audit import ENV
from intercom_scan.rules.hygiene import HYGIENE, SHARED
from intercom_scan.rules.model import Severity

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project


def run(project: Project) -> Outcome:
    """By what `intercom-scan env` finds; values that are shared are another check's."""
    wrong = [
        Evidence(os.fsdecode(finding.secret), None, f"{finding.rule.title}: {finding.detail}")
        for finding in project.tree.findings
        if finding.rule in HYGIENE
        and finding.rule is not SHARED
        and finding.status == "new"
        and finding.severity > Severity.INFO
    ]
    if wrong:
        return failed(wrong, "Mend what a program can: intercom-scan env --fix")
    unread = [skip for skip in project.tree.skipped if skip.incomplete]
    if unread:
        return cannot_tell(Evidence(skip.what, None, skip.reason) for skip in unread)
    return passed([Evidence(None, None, "no .env file is tracked, unignored or shipped")])


CHECK = Check(
    rule=ENV,
    asks="Can no `.env` file get into commits, images, packages and uploads?",
    run=run,
    whole=True,
)
