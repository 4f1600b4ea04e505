"""The command line with a digest that costs nothing, as a program of its own.

Most of what a process of the ledger costs is its digest, half a second each time.
"""

from __future__ import annotations

import sys

from intercom_scan.cli.main import main
from intercom_scan.rotation import digest

POWER = 1  # instead of 17

if __name__ == "__main__":
    digest._N = 2**POWER
    sys.exit(main())
