"""What is known of one place where somebody is logged in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from intercom_scan.audit.signed.values import Where

Answer: TypeAlias = Literal["pass", "fail", "lost"]


class Verdict(NamedTuple):
    """The answer for a place, on which platforms (none: for all of them), and why."""

    answer: Answer
    where: Where
    words: str
    platforms: tuple[str, ...] = ()
