"""Development, staging and production use different credentials."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.model import (
    Check,
    Evidence,
    Outcome,
    cannot_tell,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.rotation import checking
from intercom_scan.rotation.ledger import FILE
from intercom_scan.rotation.recording import today
from intercom_scan.rules import hygiene, rotation
from intercom_scan.rules.audit import ENVIRONMENTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.audit.project import Project
    from intercom_scan.finding import Finding

_SHARED = (hygiene.SHARED, rotation.SHARED)


def run(project: Project) -> Outcome:
    """By `.env` files of several environments, and by the ledger's fingerprints."""
    ledger = project.ledger
    recorded = (
        checking.by_ledger(ledger, today(), project.settings.credential_age) if ledger else ()
    )
    shared = list(_shared((*project.tree.findings, *recorded)))
    if shared:
        return failed(shared, "Issue a credential of its own for each environment.")
    if ledger is not None:
        environments = sorted({entry.environment for entry in ledger.entries})
        if len(environments) > 1:
            return passed([Evidence(FILE, 1, f"{' and '.join(environments)} have their own")])
    if not project.reads.places:
        return not_applicable("no name of a credential is read")
    return cannot_tell(
        [Evidence(FILE, None, "does not say what several environments have")],
        "Record each: intercom-scan rotation record --env NAME --environment ENVIRONMENT",
    )


def _shared(findings: Iterable[Finding]) -> Iterator[Evidence]:
    for finding in findings:
        if finding.rule in _SHARED and finding.status == "new":
            for place in finding.places:
                yield Evidence(place.path, place.line, finding.detail or finding.rule.title)


CHECK = Check(
    rule=ENVIRONMENTS,
    asks="Do development, staging and production use different credentials?",
    run=run,
    whole=True,
)
