"""The way from one expression to where its value comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from intercom_scan.audit.flow import idioms
from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.flow.values import (
    Absent,
    Either,
    Environment,
    Found,
    Given,
    Keys,
    Number,
    Session,
    Text,
    Unknown,
    Value,
    each,
    either,
)
from intercom_scan.audit.signed.values import Where
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.syntax.modules import Modules

    Way: TypeAlias = "Callable[[Trail, Node, Site], Value]"

_DEEPEST = 24  # steps from one expression to the next
_MOST = 1_500  # steps for one question


class Trail:
    """A question that is being answered: what an expression comes to."""

    def __init__(self, modules: Modules, ways: Mapping[str, Way]) -> None:
        """`ways` says by the kind of a node how it is followed; "" those of all other kinds."""
        self.modules = modules
        self.ways = ways
        self.steps = 0
        self.open: list[int] = []  # what is being worked out, by identity

    def value(self, node: Node, site: Site) -> Value:
        self.steps += 1
        if id(node) in self.open:  # what is made of itself is what else it is made of
            return Either(())
        if len(self.open) > _DEEPEST or self.steps > _MOST:
            return Unknown("is worked out of too much", node, site)
        self.open.append(id(node))
        found = self.ways.get(node.kind, self.ways[""])(self, node, site)
        self.open.pop()
        return found

    def lost(self, node: Node, site: Site) -> Unknown:
        return Unknown("is worked out in a way that is not followed", node, site)

    def pick_all(self, value: Value, keys: tuple[str, ...]) -> Value:
        for key in keys:
            value = self.pick(value, key, NOTHING, None)
        return value

    def pick(self, value: Value, key: str, node: Node, site: Site | None) -> Value:
        return either(self._of(one, key, node, site) for one in each(value))

    def _of(self, value: Value, key: str, node: Node, site: Site | None) -> Value:
        """The part of a value that has this name."""
        if isinstance(value, Keys):
            held = value.known.get(key)
            if held is not None:
                return self.value(held.node, held.site)
            return Unknown(value.trail or "comes from elsewhere") if value.open else Absent()
        if isinstance(value, Given):
            if value.name.lower().startswith("header") and idioms.CREDENTIALS.search(key):
                return Unknown(f"`{key}` says who sends it")
            return Given(f"{value.name}.{key}" if key else value.name, value.where)
        if isinstance(value, Unknown):
            return self._of_unknown(value, key, node, site)
        return value

    def _of_unknown(self, value: Unknown, key: str, node: Node, site: Site | None) -> Value:
        of = value.node
        if of is not None and key and idioms.ENVIRONMENT.match(dotted(of)):
            return Environment(key)
        if of is not None and of.kind == "param" and value.site is not None:
            place = where(node if node.line else of, site or value.site)
            if key in idioms.SESSION:
                return Session(place)
            if key in idioms.GIVEN or (key == "data" and place.path.endswith(".py")):
                return Given(key, place)
            if key in idioms.BETWEEN:
                return value
        return Unknown(value.trail, node if node.line else of, site or value.site)

    def spread(self, known: dict[str, Found], value: Value) -> str:
        """Adds another object's keys; where the rest comes from, if there may be more."""
        trail = ""
        for one in each(value):
            if isinstance(one, Keys):
                known.update(one.known)
                trail = one.trail or trail
            elif not isinstance(one, Absent | Text | Number):
                trail = one.trail if isinstance(one, Unknown) else "comes from elsewhere"
        return trail


def where(node: Node, site: Site) -> Where:
    """The place of a node, or that of what it stands in."""
    return Where(site.path, node.line or site.node.line)
