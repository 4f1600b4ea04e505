"""The types every rule module is written in."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Literal

from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable

Confidence = Literal["high", "medium"]


class Severity(IntEnum):
    """How bad a leak of a kind is; ordered."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        return self.name.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What a finding is of, declared once; hooks, plugins, reports and documentation read it."""

    id: str
    title: str
    severity: Severity
    opens: str  # what it lets somebody do
    rotation: tuple[str, ...]  # steps to its end, in order
    references: tuple[str, ...] = ()  # where the facts come from
    confidential: bool = False  # what was found is a secret, and shown to nobody
    guessable: bool = False  # what was found may have little entropy


@dataclass(frozen=True, slots=True, kw_only=True)
class Credential(Rule):
    """A kind of credential.

    `names` are regular expressions (case-insensitive, matched against a whole normalised name:
    words in lower case joined by `_`) of the names that the value goes by. `shape` is a bytes
    regular expression for the whole value. `check` takes a value of that shape and returns its
    canonical form, or None where the structure says that it is not this kind.
    """

    names: tuple[str, ...]
    shape: bytes
    check: Callable[[bytes], bytes | None]
    needles: tuple[bytes, ...]  # literal text, one of which any hit has in it or near it
    sample: Callable[[], bytes]  # a fresh fake value, for the self-test and for tests
    example: str  # a line that holds the value at `{}`, as real files have it
    contextual: bool = True  # needs an Intercom name or section nearby
    # Whether what stands around a value `data[start:end]` shows that it is a made-up one.
    disproved: Callable[[bytes, int, int], bool] | None = None
    breadth: int = 0  # where a value fits several kinds, it is of the one with the least
    confidential: bool = True


@dataclass(frozen=True, slots=True)
class Match:
    """A rule's hit in one layer: `data[start:end]` is the value, `secret` its canonical form."""

    rule: Credential
    secret: bytes = field(repr=False)
    start: int
    end: int
    confidence: Confidence = "high"
