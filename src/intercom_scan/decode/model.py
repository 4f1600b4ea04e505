"""The types that sources, decoders and rules hand to each other."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from intercom_scan.finding import Skip
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_SKIPS = 100


@dataclass(frozen=True, slots=True)
class Layer:
    """Bytes to look at: a blob as stored, or what a decoder made of a part of one.

    `path` is the blob's path as git says it (b"" where unknown), archive members behind `!`.
    `encodings` names what was undone, outermost first. `outer` maps an offset in `data` to the
    offset in the outermost bytes that produced it; None is the identity, so such a layer is an
    outermost text itself: a blob, or a member of an archive. `line` is the number of the line
    that `data` begins in; it is not 1 where a long text is handed on in windows.
    """

    data: bytes
    path: bytes = b""
    encodings: tuple[str, ...] = ()
    outer: Callable[[int], int] | None = None
    line: int = 1

    def origin_of(self, offset: int) -> int:
        """The offset in the outermost bytes of this layer's `offset`."""
        return offset if self.outer is None else self.outer(offset)


@dataclass(frozen=True, slots=True)
class Limits:
    """Where decoding stops; each stop is reported. Sizes in bytes, time in seconds."""

    depth: int = 8
    expansion: int = 512 * 1024 * 1024  # all that one blob may unfold into
    member: int = 8 * 1024 * 1024  # the largest single unfolded piece
    seconds: float = 60.0  # for one blob


@dataclass(slots=True)
class Budget:
    """What is left of the limits for one blob, and what they stopped."""

    limits: Limits = field(default_factory=Limits)
    spent: int = 0
    skips: list[Skip] = field(default_factory=list)
    started: float = field(default_factory=time.monotonic)
    over: bool = False  # a limit on the whole is reached: nothing more may be unfolded

    def take(self, size: int, what: str) -> bool:
        """Account for `size` more unfolded bytes; False (and a skip) where a limit is reached."""
        self.spent += size
        if self.spent > self.limits.expansion:
            self.over = True
            return self.stop(what, f"unfolds into more than {self.limits.expansion} bytes")
        return self.in_time(what)

    def in_time(self, what: str) -> bool:
        """Whether there is time left; False (and a skip) where there is none."""
        if time.monotonic() - self.started <= self.limits.seconds:
            return True
        self.over = True
        return self.stop(what, f"took longer than {self.limits.seconds:g} seconds")

    def stop(self, what: str, reason: str, *, incomplete: bool = True) -> bool:
        """Note what was not read; of very many notes on one blob, the last stands for the rest."""
        skip = Skip(what, reason, incomplete)
        if len(self.skips) < MOST_SKIPS:
            if skip not in self.skips:
                self.skips.append(skip)
        else:
            incomplete = incomplete or self.skips[-1].incomplete
            self.skips[-1] = Skip(what, f"{reason}, and more that is not listed", incomplete)
        return False
