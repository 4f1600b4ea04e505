"""What an expression of the code means, as far as the code says it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.signed.values import Where
    from intercom_scan.audit.syntax.tree import Node


@dataclass(frozen=True, slots=True)
class Text:
    """A text that stands in the code."""

    text: str


@dataclass(frozen=True, slots=True)
class Number:
    """A number that stands in the code."""

    number: float


@dataclass(frozen=True, slots=True)
class Absent:
    """Null, undefined, or nothing at all."""


@dataclass(frozen=True, slots=True)
class Found:
    """An expression and where it stands; `meaning(modules, found.node, found.site)` goes on."""

    node: Node
    site: Site


@dataclass(frozen=True, slots=True)
class Keys:
    """An object, a dictionary or a hash: what is known of it; `open` if there may be more.

    `trail` says where the rest comes from.
    """

    known: Mapping[str, Found]
    open: bool = False
    trail: str = ""


@dataclass(frozen=True, slots=True)
class Environment:
    """What a name of the environment or of a configuration has; and what there is without it."""

    name: str
    default: Value | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """What the sender of a request chooses: its body, query, parameters, headers."""

    name: str
    where: Where


@dataclass(frozen=True, slots=True)
class Session:
    """What the program knows of who is logged in, by its session or by a proof."""

    where: Where


@dataclass(frozen=True, slots=True)
class Either:
    """One of several, by what the program comes by; or made of all of them."""

    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class Unknown:
    """Where the trail ends: in words, and with the node and its place, if there is one."""

    trail: str
    node: Node | None = None
    site: Site | None = None


Value: TypeAlias = (
    "Text | Number | Absent | Keys | Environment | Given | Session | Either | Unknown"
)


def each(value: Value) -> Iterator[Value]:
    """The values that it can be, none of them an Either."""
    if isinstance(value, Either):
        for inner in value.values:
            yield from each(inner)
    else:
        yield value


def either(values: Iterable[Value]) -> Value:
    """One of these; the same if they are the same. Of none, an Either of nothing."""
    found: list[Value] = []
    for value in values:
        for one in each(value):
            if not any(one is other or _same(one, other) for other in found):
                found.append(one)
    return found[0] if len(found) == 1 else Either(tuple(found))


def _same(one: Value, other: Value) -> bool:
    plain = (Text, Number, Absent, Given, Session)
    return isinstance(one, plain) and isinstance(other, plain) and one == other


def derived(values: Iterable[Value], trail: Unknown) -> Value:
    """What is made of these: the caller's where any of it is, else the session's, else unknown."""
    parts = [one for value in values for one in each(value)]
    for kind in (Given, Session):
        for part in parts:
            if isinstance(part, kind):
                return part
    return trail
