"""`intercom-commit-msg FILE`: a commit's message, as git will record it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from intercom_scan import edge
from intercom_scan.api import Request
from intercom_scan.errors import UsageError
from intercom_scan.hooks import _shared

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intercom_scan.finding import Finding


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code is the command's: 0 clean, 1 findings, 2 usage, 3 not complete."""
    return edge.guarded(lambda: _run(argv))


def _run(argv: Sequence[str] | None) -> int:
    made = _shared.parser("intercom-commit-msg", "Look for Intercom credentials in a message.")
    made.add_argument("file", metavar="FILE", help="the file that git made for the message")
    options = _shared.parse(made, argv)
    try:
        file = open(options.file, "rb")  # noqa: SIM115 pathlib takes its time to import
    except OSError as error:
        raise UsageError(f"{options.file}: {error.strerror}") from error
    with file:

        def request(**policy: Any) -> Request:  # noqa: ANN401
            return Request("message", stream=file, **policy)

        return int(_shared.run(options, request, _advice, notes=True))


def _advice(_findings: list[Finding]) -> str:
    return "write the message without it and commit again"


if __name__ == "__main__":
    sys.exit(main())
