"""How old a value may be, and how old it is by the history of the repository."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from intercom_scan.errors import UsageError
from intercom_scan.policy.model import AuditSettings

if TYPE_CHECKING:
    from intercom_scan.finding import Commit, Finding

DEFAULT = AuditSettings().credential_age  # days
_DAYS = {"d": 1, "w": 7}
_LONGEST = 36_500  # days


def days_of(text: str) -> int:
    """The days that `90d` or `12w` are. Raises UsageError for anything else."""
    found = re.fullmatch(r"([0-9]{1,5})([dw])", text)
    days = int(found[1]) * _DAYS[found[2]] if found else 0
    if not 1 <= days <= _LONGEST:
        raise UsageError(f"--max-age: {text!r} is no age: write days or weeks, as in 90d or 12w")
    return days


def brought_by(finding: Finding) -> Commit | None:
    """The commit that brought a secret, None where none has it."""
    life = finding.exposure
    return life.first if life is not None else finding.places[0].commit


def first_seen(finding: Finding) -> date | None:
    """The day of the commit that brought a secret, None where there is none or it tells no day."""
    commit = brought_by(finding)
    try:
        return date.fromisoformat(commit.date[:10]) if commit is not None else None
    except ValueError:  # a commit may say anything
        return None
