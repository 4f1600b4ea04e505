"""The parts of the documentation that are made from the program.

`python -m tests.pages` writes them.

A part stands between `<!-- NAME -->` and `<!-- end -->`. A test compares, so none can go stale.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner

from intercom_scan.cli.group import cli
from intercom_scan.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Callable

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


PARTS: dict[str, tuple[str, Callable[[], str]]] = {
    "help": ("docs/command-line.md", command_help),
    "rules": ("docs/credentials.md", rule_table),
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
