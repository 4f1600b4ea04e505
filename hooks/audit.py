"""`intercom-audit`: the audit's checks of code, for what is staged or for the files named."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from intercom_scan import edge
from intercom_scan.api import Request
from intercom_scan.audit import changed
from intercom_scan.errors import UsageError
from intercom_scan.finding import ScanResult
from intercom_scan.git import open_repository
from intercom_scan.hooks import _shared
from intercom_scan.rules.audit import AUDIT

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intercom_scan.audit.changed import Changed
    from intercom_scan.finding import Finding


CHECKS = [rule.id.removeprefix("audit-") for rule in AUDIT]


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code is the command's: 0 clean, 1 findings, 2 usage, 3 not complete."""
    return edge.guarded(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    made = _shared.parser("intercom-audit", "Audit the integration in what is staged.")
    made.add_argument("--only", choices=CHECKS, action="append", default=[], help="these alone")
    made.add_argument("--skip", choices=CHECKS, action="append", default=[], help="all but these")
    made.add_argument("names", nargs="*", metavar="FILE", help="audit these, staged or not")
    options = _shared.parse(made, argv)
    names = tuple(options.names)
    work = ("audit", partial(_audit, only=options.only, skip=options.skip))
    return int(
        _shared.run(options, lambda **policy: Request(names=names, **policy), _advice, work=work)
    )


def _audit(request: Request, only: Sequence[str], skip: Sequence[str]) -> ScanResult:
    files = _changed(request)
    if not files.contents and not files.skips:
        return ScanResult("audit", (), (), 0, len(files.paths), 0, 0)
    from intercom_scan.audit.auditing import audit  # noqa: PLC0415 many commits concern no check

    return audit(request, only, skip, files)


def _changed(request: Request) -> Changed:
    repository = open_repository(Path())
    if repository is None or repository.top is None:
        raise UsageError(f"{Path().resolve()} is in no repository that has files")
    if request.names:
        return changed.named(repository, request.names, Path())
    return changed.staged(repository)


def _advice(failing: list[Finding]) -> str:
    """How to see what a check wants, of the worst."""
    worst = max(failing, key=lambda finding: finding.severity)
    return f"intercom-scan explain {worst.rule.id.removeprefix('audit-')} shows safe code"


if __name__ == "__main__":
    sys.exit(main())
