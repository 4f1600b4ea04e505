"""What the audit log tells of a scan: counts and fingerprints."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from intercom_scan.finding import ScanResult


def of_scan(result: ScanResult) -> dict[str, Any]:
    """Whether all was read, how much, findings by status, new ones by rule and by fingerprint.

    Where secrets were verified also `verified`, the state of each by its fingerprint.
    """
    new = [finding for finding in result.findings if finding.status == "new"]
    states = {f.fingerprint: f.verification.state for f in result.findings if f.verification}
    told: dict[str, Any] = {
        "mode": result.mode,
        "complete": result.complete,
        "objects": result.objects,
        "findings": dict(Counter(finding.status for finding in result.findings)),
        "rules": dict(Counter(finding.rule.id for finding in new)),
        "fingerprints": [finding.fingerprint for finding in new],
    }
    return {**told, "verified": states} if states else told
