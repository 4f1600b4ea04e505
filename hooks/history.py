"""`intercom-history`: everything that the repository still holds, also what no ref reaches."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from intercom_scan import edge
from intercom_scan.api import Request
from intercom_scan.hooks import _shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intercom_scan.finding import Finding


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code is the command's: 0 clean, 1 findings, 2 usage, 3 not complete."""
    return edge.guarded(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    made = _shared.parser("intercom-history", "Look for Intercom credentials in all history.")
    options = _shared.parse(made, argv)
    return int(_shared.run(options, lambda **policy: Request("all-history", **policy), _advice))


def _advice(_findings: list[Finding]) -> str:
    return "intercom-scan --all-history says where it is and how it is rotated"


if __name__ == "__main__":
    sys.exit(main())
