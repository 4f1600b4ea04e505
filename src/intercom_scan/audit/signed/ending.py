"""The ways in which a run of code ends."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intercom_scan.audit.signed.values import Where
    from intercom_scan.audit.syntax.tree import Node

# What only libraries throw, for reasons of their own.
_THEIRS = re.compile(
    r"^(?:IO|UncheckedIO|Json\w*|Parse|NoSuchAlgorithm|InvalidKey|GeneralSecurity|Decoder"
    r"|UnsupportedEncoding|Interrupted|Execution|Timeout|URISyntax|Serialization)Exception$"
)


class ThrownError(Exception):
    """What the code throws, by its class's name; `implicit` where it does not say so itself."""

    def __init__(self, where: Where, kind: str = "", *, implicit: bool = False) -> None:
        super().__init__()
        self.where, self.kind, self.implicit = where, kind, implicit

    def handler(self, caught: Node) -> Node:
        """What of a `try`'s handlers is for it; it is thrown on where none is."""
        general: Node | None = None
        while caught.kind == "catch":
            kinds = caught.name.split("|")
            if self.kind in kinds:
                return caught.parts[0]
            if general is None and not all(_THEIRS.match(kind) for kind in kinds):
                general = caught.parts[0]
            caught = caught.parts[1]
        if general is None and caught.kind == "nothing":
            raise self
        return general or caught


class ReturnedError(Exception):
    """Ends a function with a value; an `outer` one the lambdas that it stands in, too."""

    def __init__(self, value: object, *, outer: bool = False) -> None:
        super().__init__()
        self.value, self.outer = value, outer


class BrokenError(Exception):
    """Ends a loop's body, or a case."""


class EndlessError(Exception):
    """A run that is longer than a person would follow."""
