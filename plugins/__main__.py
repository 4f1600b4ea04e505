"""`python -m intercom_scan.plugins`: detect-secrets' commands, our detectors among its own."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from detect_secrets.main import main as detect_secrets

from intercom_scan.plugins.known import make_known

if TYPE_CHECKING:
    from collections.abc import Sequence


def main(argv: Sequence[str] | None = None) -> int:
    """Like `detect-secrets`, with the same arguments and exit codes."""
    make_known()
    return int(detect_secrets(list(sys.argv[1:] if argv is None else argv) or ["--help"]))


if __name__ == "__main__":
    raise SystemExit(main())
