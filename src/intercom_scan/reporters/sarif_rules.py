"""SARIF's list of rules, made from the rules themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intercom_scan import rules as registry
from intercom_scan.rules.model import Rule, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.finding import Finding

LEVELS = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "note",
    Severity.INFO: "note",
}

# GitHub reads the number: over 9.0 critical, from 7.0 high, 4.0 medium, 0.1 low; 0.0 is none.
SECURITY_SEVERITY = {
    Severity.CRITICAL: "9.5",
    Severity.HIGH: "8.0",
    Severity.MEDIUM: "5.5",
    Severity.LOW: "3.0",
    Severity.INFO: "0.0",
}


_TAGS = ["security", "secret", "external/cwe/cwe-798"]  # hard-coded credentials
_FILE_TAGS = ["security", "configuration", "external/cwe/cwe-538"]  # secrets in a file others get


def descriptors(findings: Iterable[Finding]) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """(SARIF's descriptor of every rule, the index of each rule's id in that list).

    A rule whose findings have another severity than its own (the configuration changed it) has
    the worst of theirs: GitHub shows the rule's severity for each of its results.
    """
    worst: dict[str, Severity] = {}
    rules: dict[str, Rule] = {rule.id: rule for rule in registry.ALL}
    for finding in findings:
        rules.setdefault(finding.rule.id, finding.rule)
        known = worst.get(finding.rule.id, finding.severity)
        worst[finding.rule.id] = max(known, finding.severity)
    made = [_descriptor(rule, worst.get(rule.id, rule.severity)) for rule in rules.values()]
    return made, {rule: index for index, rule in enumerate(rules)}


def _descriptor(rule: Rule, severity: Severity) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.split("-")),
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": f"{rule.title}. It opens: {rule.opens}"},
        "help": {"text": _help(rule, ""), "markdown": _help(rule, "**")},
        "defaultConfiguration": {"level": LEVELS[severity]},
        "properties": {
            "security-severity": SECURITY_SEVERITY[severity],
            "tags": _TAGS if rule.confidential else _FILE_TAGS,
            "precision": "high" if getattr(rule, "contextual", False) else "very-high",
        },
    }


def _help(rule: Rule, strong: str) -> str:
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(rule.rotation, 1))
    known = "If it is no secret" if rule.confidential else "If it may stay"
    comment = f", or the comment `intercom-scan: ignore[{rule.id}] reason` on its line"
    title = f"{strong}{rule.title}{strong}"
    parts = [
        f"{title} in a repository can be used by whoever can read it."
        if rule.confidential
        else f"{title}.",
        f"{strong}What it opens:{strong} {rule.opens}",
        f"{strong}What to do:{strong}\n\n{steps}",
        f"{strong}{known}:{strong} `intercom-scan ignore FINGERPRINT --reason …`"
        f"{comment if rule.confidential else ''}.",
    ]
    if rule.references:
        listed = "\n".join(f"- {reference}" for reference in rule.references)
        parts.append(f"{strong}Sources:{strong}\n\n{listed}")
    return "\n\n".join(parts)
