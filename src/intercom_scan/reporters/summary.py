"""Counts, order and verdict of a scan: what all formats agree on."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Literal

from intercom_scan.errors import ExitCode
from intercom_scan.rules.model import Severity
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from intercom_scan.finding import Finding, ScanResult, Skip

Verdict = Literal["clean", "findings", "incomplete"]

HISTORY_MODES = frozenset({"range", "history", "all-history", "push"})
# Modes that look for no secrets, and what they call what they find.
PROBLEM_MODES = {
    "env": ".env problem", "rotation": "problem", "scopes": "problem", "audit": "problem"
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts of findings. `by_severity` and `by_rule` count new ones; `by_status` counts all.

    `secrets` are findings of credentials, `env_problems` all others; the new ones among them are
    `new_secrets` and `new_env_problems`.
    """

    verdict: Verdict
    exit_code: ExitCode
    secrets: int
    env_problems: int
    new_secrets: int
    new_env_problems: int
    places: int  # of the new findings
    by_severity: dict[str, int]  # worst first, every severity
    by_status: dict[str, int]  # new, ignored, baseline
    by_rule: dict[str, int]  # by id, only those found

    @property
    def new(self) -> int:
        return self.by_status["new"]


def exit_code(result: ScanResult, fail_on: Severity) -> ExitCode:
    """INCOMPLETE before FINDINGS before CLEAN; a finding counts when new and at least `fail_on`."""
    if not result.complete:
        return ExitCode.INCOMPLETE
    if any(f.status == "new" and f.severity >= fail_on for f in result.findings):
        return ExitCode.FINDINGS
    return ExitCode.CLEAN


def summarise(result: ScanResult, fail_on: Severity) -> Summary:
    """The counts of `result` and what they amount to."""
    new = [finding for finding in result.findings if finding.status == "new"]
    severities = Counter(finding.severity for finding in new)
    statuses = Counter(finding.status for finding in result.findings)
    rules = Counter(finding.rule.id for finding in new)
    secrets = sum(finding.rule.confidential for finding in result.findings)
    fresh = sum(finding.rule.confidential for finding in new)
    verdict: Verdict = "findings" if new else "clean"
    return Summary(
        verdict=verdict if result.complete else "incomplete",
        exit_code=exit_code(result, fail_on),
        secrets=secrets,
        env_problems=len(result.findings) - secrets,
        new_secrets=fresh,
        new_env_problems=len(new) - fresh,
        places=sum(finding.places_total for finding in new),
        by_severity={level.label: severities[level] for level in sorted(Severity, reverse=True)},
        by_status={"new": len(new), **{s: statuses[s] for s in ("ignored", "baseline")}},
        by_rule={rule: rules[rule] for rule in sorted(rules)},
    )


def ordered(findings: tuple[Finding, ...]) -> list[Finding]:
    """New ones first, then what is known to be live, then worst first.

    Then secrets before the rest, then by rule and place: the same for the same findings.
    """
    status = {"new": 0, "baseline": 1, "ignored": 2}

    def key(finding: Finding) -> tuple[int, bool, int, bool, str, str, int, int, bytes]:
        place = finding.places[0]
        kind = not finding.rule.confidential, finding.rule.id
        where = (*kind, place.path or "", place.line, place.column)
        # The secret itself breaks ties: a fingerprint may take a slow hash.
        dormant = finding.verification is None or not finding.verification.live
        return status[finding.status], dormant, -finding.severity, *where, finding.secret

    return sorted(findings, key=key)


def grouped(skips: tuple[Skip, ...]) -> list[tuple[str, bool, list[str]]]:
    """(reason, incomplete, things not read), those that leave the scan incomplete first."""
    groups: dict[tuple[bool, str], list[str]] = {}
    for skip in skips:
        groups.setdefault((not skip.incomplete, skip.reason), []).append(skip.what)
    return [(reason, not fine, sorted(groups[fine, reason])) for fine, reason in sorted(groups)]


def plural(count: int, noun: str) -> str:
    """`1 secret`, `1,234 secrets`, `2 branches`."""
    if count == 1:
        return f"1 {noun}"
    return f"{count:,} {noun}{'es' if noun.endswith(('ch', 's')) else 's'}"


def size(count: int) -> str:
    """Bytes in decimal units: `512 bytes`, `12.3 MB`."""
    if count < 1000:
        return plural(count, "byte")
    value = float(count)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.95:
            return f"{value:.1f} {unit}"
    return f"{value / 1000:,.1f} TB"


def duration(seconds: float) -> str:
    """`0.42 s`, `12.3 s`, `3 min 20 s`."""
    if seconds < 9.995:
        return f"{seconds:.2f} s"
    if seconds < 99.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s"


def coverage(result: ScanResult) -> str:
    """What was read, in how much time: `1,234 commits, 5,678 objects, 12.3 MB read in 0.42 s`."""
    history = result.mode in HISTORY_MODES
    parts = [plural(result.commits, "commit")] if history or result.commits else []
    parts.append(plural(result.objects, "object" if history else "file"))
    parts.append(f"{size(result.bytes)} read in {duration(result.seconds)}")
    return ", ".join(parts)


def _counted(result: ScanResult, summary: Summary) -> str:
    """`2 secrets and 3 .env problems`; what there is none of is left out, but not both."""
    problems = plural(summary.new_env_problems, PROBLEM_MODES.get(result.mode, ".env problem"))
    if not summary.new_secrets and (summary.new_env_problems or result.mode in PROBLEM_MODES):
        return problems
    secrets = plural(summary.new_secrets, "secret")
    return f"{secrets} and {problems}" if summary.new_env_problems else secrets


def verdict_line(result: ScanResult, summary: Summary, fail_on: Severity) -> str:
    """The last line of a report for people. Says clean only where everything was read."""
    known = [f"{n:,} {s}" for s, n in summary.by_status.items() if n and s != "new"]
    levels = [f"{n:,} {level}" for level, n in summary.by_severity.items() if n]
    found = _counted(result, summary)
    if levels:
        found += f" ({', '.join(levels)})"
    if known:
        found += f" and {' and '.join(known)}"
    if not result.complete:
        unread = plural(sum(skip.incomplete for skip in result.skipped), "thing")
        return f"INCOMPLETE: {unread} not read; {found} in the rest: {coverage(result)}"
    if summary.new:
        below = "" if summary.exit_code else f", none at or above {fail_on.label}"
        return f"{found}{below}: {coverage(result)}"
    besides = f" ({', '.join(known)})" if known else ""
    return f"clean{besides}: {coverage(result)}"
