"""Which findings are new, which are ignored and which a baseline knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from intercom_scan.finding import Finding, Place
    from intercom_scan.policy.model import Ignore, Policy


def apply(
    findings: Iterable[Finding], policy: Policy, today: date, *, whole: bool = True
) -> tuple[list[Finding], list[str]]:
    """The findings with severity, status and reason set, and remarks, one line each.

    None is left out: an ignored one is reported as such. A finding is ignored by its fingerprint
    until the end of the given day, or where each of its places has an allow comment or lies in an
    excluded path; it is `baseline` where each place that has neither is in the baseline. Where a
    limit cut the list of places, the places do not speak for it.

    `whole` says that everything was scanned which the ignores are about, so that one without a
    finding is remarked on as unused.
    """
    active, notes = _by_fingerprint(policy.ignores, today)
    sorted_findings = [_judged(finding, policy, active) for finding in findings]
    seen = {finding.fingerprint for finding in sorted_findings} if policy.ignores else set()
    if whole:
        notes += [
            f"{ignore.source}: no finding has the fingerprint {ignore.fingerprint} any more; "
            "remove the ignore"
            for ignore in policy.ignores
            if ignore.fingerprint not in seen
        ]
    if not policy.inline_allowed:
        notes += _refused(sorted_findings)
    return sorted_findings, notes


def _by_fingerprint(ignores: Iterable[Ignore], today: date) -> tuple[dict[str, Ignore], list[str]]:
    active: dict[str, Ignore] = {}
    notes = []
    for ignore in ignores:
        if ignore.until is not None and ignore.until < today:
            notes.append(
                f"{ignore.source}: the ignore of {ignore.fingerprint} expired on {ignore.until}; "
                "rotate the credential, then remove the ignore"
            )
        elif ignore.fingerprint in active:
            notes.append(
                f"{ignore.source}: {ignore.fingerprint} is ignored twice, first in "
                f"{active[ignore.fingerprint].source}; keep one"
            )
        else:
            active[ignore.fingerprint] = ignore
    return active, notes


def _judged(finding: Finding, policy: Policy, active: dict[str, Ignore]) -> Finding:
    severity = policy.severities.get(finding.rule.id, finding.severity)
    finding = replace(finding, severity=severity, status="new", reason=None)
    ignore = active.get(finding.fingerprint) if active else None
    if ignore is not None:
        return replace(finding, status="ignored", reason=f"{ignore.reason} ({ignore.source})")
    if not finding.places or finding.places_total > len(finding.places):
        return finding
    reasons = [let_be(place, policy, finding.rule.id) for place in finding.places]
    left = [p for p, why in zip(finding.places, reasons, strict=True) if why is None]
    if not left:
        said = dict.fromkeys(reason for reason in reasons if reason)
        return replace(finding, status="ignored", reason="; ".join(said))
    if policy.baseline and _all_known(left, finding.secret, policy):
        return replace(finding, status="baseline", reason=f"known in {policy.baseline_file}")
    return finding


def _all_known(places: Iterable[Place], secret: bytes, policy: Policy) -> bool:
    from intercom_scan.policy.baseline import holds  # noqa: PLC0415

    return all(holds(policy.baseline, place, secret) for place in places)


def let_be(place: Place, policy: Policy, rule: str) -> str | None:
    """Why a finding of a rule may stay in a place: a comment or an excluded path; None if not."""
    if policy.inline_allowed and place.inline is not None:
        return place.inline
    if place.path is not None:
        for exclusion in policy.exclusions:
            if exclusion.covers(place.path, rule):
                return f"{exclusion.reason} ({exclusion.source})"
    return None


def _refused(findings: Iterable[Finding]) -> list[str]:
    count = sum(place.inline is not None for finding in findings for place in finding.places)
    return [f"{count} inline allow comments were not heeded, as asked"] if count else []
