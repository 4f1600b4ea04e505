"""Parts of docs/rotation.md that are made from the program."""

from __future__ import annotations

from datetime import date

from intercom_scan.rotation.ledger import Entry, Ledger, written

NAME = "INTERCOM_ACCESS_TOKEN"
KIND = "intercom-access-token"


def ledger() -> str:
    """A ledger as the program writes it, as a block of code."""
    production = Entry(
        NAME, "production", KIND, date(2026, 1, 2), "0e" * 16, date(2026, 4, 1), "Jane Doe",
        ("1f" * 16,), ("# rotated with the team in Dublin",),
    )  # fmt: skip
    staging = Entry(NAME, "staging", KIND, date(2026, 3, 4), "2d" * 16)
    text = written(Ledger("3c" * 16, None, (production, staging))).decode()
    return f"```yaml\n{text}```\n"
