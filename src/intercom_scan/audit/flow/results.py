"""What calls come to: of the project's functions what they return, of others what is known."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from intercom_scan.audit.flow import idioms
from intercom_scan.audit.flow.calls import Site, called, dotted
from intercom_scan.audit.flow.names import Place, function
from intercom_scan.audit.flow.trail import where
from intercom_scan.audit.flow.values import (
    Either,
    Environment,
    Found,
    Given,
    Keys,
    Session,
    Unknown,
    Value,
    derived,
    either,
)

if TYPE_CHECKING:
    from intercom_scan.audit.flow.trail import Trail
    from intercom_scan.audit.syntax.tree import Node

_TAKES = ("get", "fetch", "getlist", "dig", "Get", "require", "permit", "input", "getAll")
_LOOKED_AT = 10  # values of an object that is an argument


def call(trail: Trail, node: Node, site: Site) -> Value:
    callee, given = node.parts[0], node.parts[1:]
    name = dotted(callee)
    last = callee.name if callee.kind == "member" else name
    plain = [each_ for each_ in given if each_.kind != "named"]
    if idioms.ENVIRONMENT.match(name) and plain and plain[0].kind == "text":
        default = trail.value(plain[1], site) if len(plain) > 1 else None
        return Environment(plain[0].name, default)
    if name in idioms.MADE or last in idioms.MERGED:
        return _merged(trail, given, callee, site)
    place = function(trail.modules, callee, site)
    if place is not None:
        return returned(trail, place, node, site)
    if (name in idioms.SAME or last in idioms.SAME) and not _asks(trail, callee, site):
        on = plain[0] if plain and not _method_of_value(callee, name) else callee
        if on.kind == "function":
            return either(trail.value(each_, site._replace(around=(*site.around, on)))
                          for each_ in returns(on))  # fmt: skip
        return trail.value(on.parts[0] if on is callee and on.parts else on, site)
    return _others(trail, node, name, plain, site)


def _asks(trail: Trail, callee: Node, site: Site) -> bool:
    """Whether a method is a request's, such as `request.json()`."""
    if callee.kind != "member" or callee.name not in idioms.GIVEN:
        return False
    held = trail.value(callee.parts[0], site)
    return isinstance(held, Unknown) and held.node is not None and held.node.kind == "param"


def _merged(trail: Trail, given: tuple[Node, ...], callee: Node, site: Site) -> Value:
    known: dict[str, Found] = {}
    rest = ""
    if callee.kind == "member" and callee.name in ("merge", "merge!"):
        rest = trail.spread(known, trail.value(callee.parts[0], site))
    for part in given:
        if part.kind == "named":
            known[part.name] = Found(part.parts[0], site)
        else:
            inner = part.parts[0] if part.kind in ("other", "splat") and part.parts else part
            rest = trail.spread(known, trail.value(inner, site)) or rest
    return Keys(known, bool(rest), rest)


def returned(trail: Trail, place: Place, node: Node, site: Site) -> Value:
    """What a function of the project returns to the call `node`."""
    by = called(site.path, node, site.around)._replace(called=site.called)
    inner = Site(
        place.path,
        place.node,
        around=(*place.around, place.node),
        called=MappingProxyType({**site.called, id(place.node): by}),
    )
    return either(trail.value(each_, inner) for each_ in returns(place.node))


def _others(trail: Trail, node: Node, name: str, plain: list[Node], site: Site) -> Value:
    """What a call of a package's function comes to."""
    if idioms.SESSION_NAMES.search(name) or idioms.PROVES.search(name.rpartition(".")[2]):
        return Session(where(node, site))
    if name in idioms.GIVEN_NAMES:
        return Given(name, where(node, site))
    callee = node.parts[0]
    lost = Unknown(f"comes from `{name}`" if name else "comes from a call", node, site)
    on: list[Value] = []
    if callee.kind == "member":
        key = plain[0].name if plain and plain[0].kind == "text" else ""
        method = _method(trail, callee, key, node, site)
        if not isinstance(method, Unknown) or method.node is None or method.node.kind == "param":
            return method
        on = [method]
    found = [*on, *(trail.value(part, site) for part in node.parts[1:] if part.kind != "function")]
    found += [
        trail.value(inner.node, inner.site)
        for one in found
        if isinstance(one, Keys)
        for inner in [*one.known.values()][:_LOOKED_AT]
    ]
    return derived(found, lost)


def _method(trail: Trail, callee: Node, key: str, node: Node, site: Site) -> Value:
    """What a method of a request, a session or an object gives; `key` is the text it is given."""
    held = trail.value(callee.parts[0], site)
    if isinstance(held, Keys | Given) and callee.name in _TAKES:
        return trail.pick(held, key, node, site)
    picked = trail.pick(held, callee.name, callee, site)
    if isinstance(picked, Given | Session):
        return trail.pick(picked, key, node, site)
    if callee.name == "get" and key in idioms.SESSION:
        return trail.pick(held, key, node, site)
    if isinstance(picked, Unknown | Either):
        return picked
    return Unknown("comes from a call", node, site)


def returns(function: Node) -> list[Node]:
    """What a function returns; the last expression where it says none."""
    found: list[Node] = []
    waiting = [function.parts[1]]
    while waiting:
        node = waiting.pop()
        if node.kind == "return":
            found += node.parts[:1]
        elif node.kind not in ("function", "class"):
            waiting.extend(node.parts)
    if not found and function.parts[1].parts:
        last = function.parts[1].parts[-1]
        found = [last.parts[0] if last.kind == "discard" and last.parts else last]
    return found


def _method_of_value(callee: Node, name: str) -> bool:
    return callee.kind == "member" and name not in idioms.SAME
