"""The parts of the documentation that are made from the program.

`python -m tests.pages` writes them.

A part stands between `<!-- NAME -->` and `<!-- end -->`. A test compares, so none can go stale.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from intercom_scan.cli.group import cli
from intercom_scan.rules import RULES
from intercom_scan.rules.hygiene import HYGIENE
from intercom_scan.rules.model import Severity
from intercom_scan.setup.precommit import merge
from intercom_scan.setup.templates import WORKFLOW
from tests.action import tables as action
from tests.ci import tables as ci
from tests.plugins import tables
from tests.reporters import examples

if TYPE_CHECKING:
    from collections.abc import Callable

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


PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "help": ("docs/command-line.md", command_help),
    "rules": ("docs/credentials.md", rule_table),
    "env-rules": ("docs/env.md", env_rule_table),
    "detect-secrets-filters": ("docs/detect-secrets.md", tables.filter_table),
    "detect-secrets-doubles": ("docs/detect-secrets.md", tables.double_table),
    "action-inputs": ("docs/action.md", action.inputs),
    "action-outputs": ("docs/action.md", action.outputs),
    "services": ("docs/ci.md", ci.services),
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
