"""The parts of docs/configuration.md that are made from the program."""

from __future__ import annotations

from intercom_scan.policy.kinds import DAY
from intercom_scan.policy.model import AuditSettings
from intercom_scan.policy.schema import json_schema

_DEFAULT = AuditSettings()
_DEFAULTS = {
    "max-jwt-lifetime": f"{_DEFAULT.jwt_lifetime // DAY}d",
    "max-credential-age": f"{_DEFAULT.credential_age}d",
}


def audit_settings() -> str:
    """A row a key of `audit`, with what holds without it."""
    rows = ["| key | default | what |", "|---|---|---|"]
    keys = json_schema()["properties"]["audit"]["properties"]
    for key, said in keys.items():
        default = _DEFAULTS.get(key, "none")
        rows.append(f"| `audit.{key}` | {default} | {said['description']} |")
    return "\n".join(rows) + "\n"
