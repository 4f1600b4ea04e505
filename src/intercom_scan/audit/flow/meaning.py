"""Follows an expression to where its value comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.flow.origins import member, name
from intercom_scan.audit.flow.results import call
from intercom_scan.audit.flow.trail import Trail
from intercom_scan.audit.flow.values import (
    Absent,
    Environment,
    Found,
    Keys,
    Number,
    Text,
    Unknown,
    Value,
    derived,
    each,
    either,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.flow.trail import Way
    from intercom_scan.audit.syntax.modules import Modules


_WRAPPERS = frozenset({"block", "sequence", "named", "pair", "discard"})


def meaning(modules: Modules, node: Node, site: Site) -> Value:
    """What `node`, which stands at `site`, comes to.

    Names are followed to their assignments, calls of the project's functions to what they return,
    parameters to what callers give. A value that is worked out of others is the caller's if any of
    them is, else the session's if any is.
    """
    found = Trail(modules, _WAYS).value(node, site)
    return found if any(each(found)) else Unknown("is made of itself", node, site)


def _parts(trail: Trail, node: Node, site: Site) -> Value:
    found = [trail.value(part, site) for part in node.parts[:20]]
    if node.kind in _WRAPPERS and len(found) == 1:
        return found[0]
    return derived(found, trail.lost(node, site))


def _inserted(trail: Trail, node: Node, site: Site) -> Value:
    """What a template puts in: the script's names are not the server's, so they say nothing."""
    found = [trail.value(part, site) for part in node.parts[:1]]
    known = [one for value in found for one in each(value) if not isinstance(one, Absent)]
    return either(known) if known else Unknown("is put in by the template", node, site)


def _text(_: Trail, node: Node, __: Site) -> Value:
    return Text(node.name)


def _number(trail: Trail, node: Node, site: Site) -> Value:
    try:
        return Number(float(node.name.replace("_", "")))
    except ValueError:
        return trail.lost(node, site)


def _nothing(*_: object) -> Value:
    return Absent()


def _template(trail: Trail, node: Node, site: Site) -> Value:
    found = [trail.value(part, site) for part in node.parts]
    if all(isinstance(part, Text) for part in found):
        return Text("".join(part.text for part in found if isinstance(part, Text)))
    return derived(found, trail.lost(node, site))


def _choice(trail: Trail, node: Node, site: Site) -> Value:
    return either(trail.value(part, site) for part in node.parts[1:])


def _assign(trail: Trail, node: Node, site: Site) -> Value:
    return trail.value(node.parts[1], site)


def _binary(trail: Trail, node: Node, site: Site) -> Value:
    left, right = node.parts
    if node.name in ("&&", "and"):
        return trail.value(right, site)
    if node.name in ("||", "??", "or", "?:"):
        first, other = trail.value(left, site), trail.value(right, site)
        if isinstance(first, Environment) and first.default is None:
            return Environment(first.name, other)
        return either((first, other))
    if node.name in ("+", ".", "<>"):
        return _template(trail, node, site)
    return trail.lost(node, site)


def _object(trail: Trail, node: Node, site: Site) -> Value:
    known: dict[str, Found] = {}
    rest = ""
    for part in node.parts:
        if part.kind == "pair":
            known[part.name] = Found(part.parts[0] if part.parts else NOTHING, site)
        elif part.kind == "function":
            known[part.name] = Found(part, site)
        else:
            inner = part.parts[0] if part.kind in ("other", "splat") and part.parts else part
            rest = trail.spread(known, trail.value(inner, site)) or rest
    return Keys(known, bool(rest), rest)


_WAYS: Mapping[str, Way] = {
    "name": name,
    "text": _text,
    "number": _number,
    "null": _nothing,
    "nothing": _nothing,
    "template": _template,
    "choice": _choice,
    "assign": _assign,
    "binary": _binary,
    "object": _object,
    "member": member,
    "index": member,
    "call": call,
    "inserted": _inserted,
    "": _parts,
}
