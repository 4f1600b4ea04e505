"""Made parts of docs/ci.md."""

from __future__ import annotations

from intercom_scan.ci.services import SERVICES


def services() -> str:
    """A row a service: how it is named and known."""
    rows = ["| service | `--service` | known by |", "|---|---|---|"]
    for service in SERVICES.values():
        known = f"`{service.sign}`" if service.sign else "none of these"
        rows.append(f"| {service.title} | `{service.name}` | {known} |")
    return "\n".join(rows) + "\n"
