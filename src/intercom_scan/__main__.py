"""`python -m intercom_scan`, and what the console script calls."""

from __future__ import annotations

from intercom_scan.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
