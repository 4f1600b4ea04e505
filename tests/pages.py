"""The parts of the documentation that are made from the program.

`python -m tests.pages` writes them.

A part stands between `<!-- NAME -->` and `<!-- end -->`. A test compares, so none can go stale.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from intercom_scan.audit.checks import CHECKS
from intercom_scan.cli.group import cli
from intercom_scan.rules import RULES
from intercom_scan.rules.hygiene import HYGIENE
from intercom_scan.rules.model import Severity
from intercom_scan.rules.rotation import ROTATION
from intercom_scan.rules.scopes import SCOPES as SCOPE_RULES
from intercom_scan.scopes.table import SCOPES
from intercom_scan.setup.precommit import merge
from intercom_scan.setup.templates import WORKFLOW
from intercom_scan.signatures.reasons import REASONS
from tests.action import tables as action
from tests.ci import tables as ci
from tests.plugins import tables
from tests.policy import tables as policy
from tests.reporters import examples
from tests.rotation import tables as rotation
from tests.trail import tables as trail

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intercom_scan.rules.model import Rule

ROOT = Path(__file__).parents[1]
END = "<!-- end -->"


def command_help() -> str:
    """`intercom-scan --help`, as a block of code."""
    answer = CliRunner().invoke(
        cli, ["--help"], prog_name="intercom-scan", terminal_width=80, color=False
    )
    return f"```text\n{answer.output}```\n"


def rule_table() -> str:
    """A row a rule, worst first."""
    rows = ["| rule | kind | severity | what it opens |", "|---|---|---|---|"]
    for rule in sorted(RULES, key=lambda rule: (-rule.severity, rule.id)):
        opens = rule.opens.replace("|", r"\|")
        rows.append(f"| `{rule.id}` | {rule.title} | {rule.severity.label} | {opens} |")
    return "\n".join(rows) + "\n"


def env_rule_table() -> str:
    """A row a rule about `.env` files, in the order that they have."""
    rows = ["| rule | what is wrong | severity |", "|---|---|---|"]
    rows += [f"| `{rule.id}` | {rule.title} | {_up_to(rule)} |" for rule in HYGIENE]
    return "\n".join(rows) + "\n"


def _up_to(rule: Rule) -> str:
    return rule.severity.label if rule.severity is Severity.INFO else f"up to {rule.severity.label}"


def signature_reasons() -> str:
    """A row a reason; what only the case at hand knows is left open."""
    rows = ["| reason | what it says |", "|---|---|"]
    rows += [f"| `{name}` | {text.replace('{}', '…')} |" for name, text in REASONS.items()]
    return "\n".join(rows) + "\n"


def problem_table(rules: Iterable[Rule]) -> str:
    """A row a rule that is of no secret, in the order that they have."""
    rows = ["| rule | what is wrong | severity |", "|---|---|---|"]
    rows += [f"| `{rule.id}` | {rule.title} | {rule.severity.label} |" for rule in rules]
    return "\n".join(rows) + "\n"


def scope_table() -> str:
    """A row a scope, in the order of the table: those with a probe have it."""
    ids = {scope.name: scope.id for scope in SCOPES}
    rows = ["| scope | what it opens | probe | includes |", "|---|---|---|---|"]
    for scope in SCOPES:
        probe = f"`GET {scope.probe}`" if scope.probe else "none"
        includes = ", ".join(f"`{ids[name]}`" for name in scope.includes)
        rows.append(f"| `{scope.id}` | {scope.opens} | {probe} | {includes} |")
    return "\n".join(rows) + "\n"


def check_table() -> str:
    """A row a check of the audit, in the order that they have."""
    rows = ["| check | asks | severity |", "|---|---|---|"]
    rows += [f"| `{c.id}` | {c.asks} | {c.rule.severity.label} |" for c in CHECKS.values()]
    return "\n".join(rows) + "\n"


PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "help": ("docs/command-line.md", command_help),
    "rules": ("docs/credentials.md", rule_table),
    "ledger": ("docs/rotation.md", rotation.ledger),
    "rotation-rules": ("docs/rotation.md", partial(problem_table, ROTATION)),
    "scope-rules": ("docs/scopes.md", partial(problem_table, SCOPE_RULES)),
    "scopes": ("docs/scopes.md", scope_table),
    "checks": ("docs/audit.md", check_table),
    "audit-settings": ("docs/configuration.md", policy.audit_settings),
    "env-rules": ("docs/env.md", env_rule_table),
    "detect-secrets-filters": ("docs/detect-secrets.md", tables.filter_table),
    "detect-secrets-doubles": ("docs/detect-secrets.md", tables.double_table),
    "action-inputs": ("docs/action.md", action.inputs),
    "action-outputs": ("docs/action.md", action.outputs),
    "services": ("docs/ci.md", ci.services),
    "audit-log-example": ("docs/audit-log.md", trail.example),
    "signature-reasons": ("docs/signatures.md", signature_reasons),
    "entry": ("docs/getting-started.md", lambda: f"```yaml\n{merge(None).decode()}```\n"),
    **{
        f"{form}-example": ("docs/reports.md", partial(examples.written, form))
        for form in ("github", "gitlab", "junit", "markdown")
    },
    "workflow": ("docs/getting-started.md", lambda: f"```yaml\n{WORKFLOW}```\n"),
}


def renewed(name: str, root: Path = ROOT) -> tuple[Path, str, str]:
    """The page that has a part, its text as it is, and as it should be."""
    file, make = PARTS[name]
    page = root / file
    text = page.read_text(encoding="utf-8")
    head, mark, rest = text.partition(f"<!-- {name} -->\n")
    _old, end, tail = rest.partition(END)
    assert mark, f"{file} has no part {name}"
    assert end, f"{file} does not end its part {name}"
    return page, text, f"{head}{mark}{make()}{end}{tail}"


def main() -> int:
    for name in PARTS:
        page, old, new = renewed(name)
        if new != old:
            page.write_text(new, encoding="utf-8")
            print(f"{page.relative_to(ROOT)}: renewed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
