"""`intercom-env`: no `.env` file slips into a commit, an image or a package."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from intercom_scan import edge
from intercom_scan.api import Request, mend_env
from intercom_scan.hooks import _shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intercom_scan.finding import Finding

FIX = "intercom-scan env --fix"


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code is the command's: 0 clean, 1 findings, 2 usage, 3 not complete."""
    return edge.guarded(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    made = _shared.parser("intercom-env", "Check that no .env file slips into a commit.")
    made.add_argument("--fix", action="store_true", help="append what .gitignore files lack")
    made.add_argument("names", nargs="*", metavar="FILE", help="of no effect: all is checked")
    options = _shared.parse(made, argv)
    policy = Request("env", config=options.config, policy_from=options.policy_from)
    mended = options.fix and _mend(policy)
    code = int(_shared.run(options, lambda **policy: Request("env", **policy), _advice))
    return code or int(mended)


def _mend(request: Request) -> bool:
    """Whether anything had to be: what was written is no part of the commit yet."""
    from intercom_scan.escape import terminal  # noqa: PLC0415 most runs mend nothing

    lines = mend_env(request)
    for line in lines:
        print(terminal(line, 1000))
    if lines:
        print("Next: git add the .gitignore files that were changed, and commit again")
    return bool(lines)


def _advice(failing: list[Finding]) -> str:
    """What mends the worst of it, and then what mends the most."""
    worst = max(failing, key=lambda finding: finding.severity)
    fixed = [finding for finding in failing if finding.remedy == FIX]
    fix = f"{FIX}, then git add the .gitignore"
    if any(finding.severity == worst.severity for finding in fixed):
        return fix
    first = worst.remedy or worst.rule.rotation[0].rstrip(".")
    return f"{first}; then {fix}" if fixed else first


if __name__ == "__main__":
    sys.exit(main())
