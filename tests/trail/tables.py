"""Made parts of docs/audit-log.md."""

from __future__ import annotations

from intercom_scan._version import VERSION
from intercom_scan.trail.records import ORIGIN, Entry, sealed

PRINT = "0123456789abcdef" * 2


def example() -> str:
    """The two lines of a scan that found a token, as a block of JSON lines."""
    given = {"version": VERSION, "command": "scan", "options": ["--all-history", "--audit-log"]}
    begin = Entry(
        "2026-03-02T09:15:04.118Z", "scan", "ada", "/srv/checkouts/shop", "begun", given
    )  # fmt: skip
    first, hash_ = sealed(begin, ORIGIN, b"")
    found = {
        "begun": hash_, "exitCode": 1, "seconds": 2.31, "mode": "all-history", "complete": True,
        "objects": 51230, "findings": {"new": 1}, "rules": {"intercom-access-token": 1},
        "fingerprints": [PRINT],
    }  # fmt: skip
    end = Entry(
        "2026-03-02T09:15:06.428Z", "scan", "ada", "/srv/checkouts/shop", "success", found
    )  # fmt: skip
    last, _ = sealed(end, hash_, b"")
    return f"```json\n{first.decode()}\n{last.decode()}\n```\n"
