"""Puts a value into the ledger: its first day, or its rotation."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import TYPE_CHECKING

from intercom_scan.api import scan_bytes
from intercom_scan.errors import UsageError
from intercom_scan.rotation import digest, keeping
from intercom_scan.rotation.ledger import FILE, Ledger, Use
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from intercom_scan.rotation.ledger import Entry, Outcome

_PATH = "intercom.env"  # names in a file like that are Intercom's


@dataclass(frozen=True, slots=True)
class Value:
    """A credential's canonical value, and its kind: a rule's id."""

    kind: str
    secret: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Recorded:
    """The entry as it is now, and what came of it.

    `shared` are entries of other environments that have the same value.
    """

    entry: Entry
    outcome: Outcome
    shared: tuple[Entry, ...] = ()


def today() -> date:
    """The day in UTC, which all days of the ledger are in."""
    return datetime.now(timezone.utc).date()


def recognised(name: str, value: bytes) -> Value:
    """The credential that goes by a name. Raises UsageError where it is none that is known."""
    lead = name.encode("utf-8", "surrogateescape") + b"="
    found = scan_bytes(lead + value.strip(), _PATH) if value.strip() else ()
    if not found:
        raise UsageError(f"what {name} holds is no Intercom credential that is known")
    if len({finding.secret for finding in found}) > 1:
        raise UsageError(f"what {name} holds is more than one credential: give each its own name")
    return Value(found[0].rule.id, found[0].secret)


def record(
    root: Path, name: str, environment: str, value: Value, *,
    on: date | None = None, by: str | None = None, key: bytes | None = None,
) -> Recorded:  # fmt: skip
    """Write into the ledger below `root` that an environment has this value under a name.

    It does so since the day `on`, or today. A value that is not the recorded one is a rotation.
    `key` is that of a keyed ledger, see `digest.key_of`. Raises `ledger.RefusedError` for an old
    value and for a claimed rotation to the same one, ConfigError for a ledger that cannot be used,
    UsageError for a wrong day or key, and IntercomScanError where it cannot be written.
    """
    outcome: list[Outcome] = []

    def make(before: Ledger | None) -> Ledger:
        if before is None:
            made = digest.fresh(key)
            before = Ledger(made.salt, made.key_check)
        else:
            made = digest.matching(before.salt, before.key_check, key)
        use = Use(name, environment, value.kind, made.fingerprint(value.secret))
        after, how = before.recorded(use, today(), on=on, by=by)
        outcome.append(how)
        return after

    after = keeping.change(root, make)
    entry = after.entry(name, environment)
    assert entry is not None, FILE
    return Recorded(entry, outcome[0], after.shared(entry))
