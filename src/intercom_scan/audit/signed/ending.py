"""The ways in which a run of code ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intercom_scan.audit.signed.values import Where


class ThrownError(Exception):
    """What the code throws; `implicit` where it does not say so itself."""

    def __init__(self, where: Where, *, implicit: bool = False) -> None:
        super().__init__()
        self.where, self.implicit = where, implicit


class ReturnedError(Exception):
    """Ends a function with a value."""

    def __init__(self, value: object) -> None:
        super().__init__()
        self.value = value


class BrokenError(Exception):
    """Ends a loop's body, or a case."""


class EndlessError(Exception):
    """A run that is longer than a person would follow."""
