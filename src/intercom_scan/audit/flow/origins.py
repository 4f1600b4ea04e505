"""What names, parameters and members stand for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.flow import idioms
from intercom_scan.audit.flow.calls import Site, dotted
from intercom_scan.audit.flow.names import Bound, Place, callers, injected, names, package
from intercom_scan.audit.flow.results import returned
from intercom_scan.audit.flow.trail import where
from intercom_scan.audit.flow.values import (
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
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from intercom_scan.audit.flow.trail import Trail


def name(trail: Trail, node: Node, site: Site) -> Value:
    for depth in range(len(site.around), -1, -1):
        scope = site.around[depth - 1] if depth else trail.modules.tree(site.path)
        held = names(trail.modules, scope) if scope is not None else {}
        if node.name in held:
            inner = site._replace(around=site.around[:depth])
            found = either(_bound(trail, bound, inner) for bound in held[node.name])
            return _with_members(found, node.name, held, inner)
    return _free(trail, node, node.name, site)


def _bound(trail: Trail, bound: Bound, site: Site) -> Value:
    if bound.kind == "param":
        return trail.pick_all(_param(trail, bound, site), bound.keys)
    if bound.kind == "import":
        return _imported(trail, bound.node, site)
    if bound.kind in ("function", "class"):
        return _defined(trail, bound, site)
    if bound.node.kind == "nothing":
        return Unknown("is given a value elsewhere", bound.node, site)
    value = trail.value(bound.node, site)
    if bound.kind == "each":
        return derived([value], trail.lost(bound.node, site))
    return trail.pick_all(value, bound.keys)


def _defined(trail: Trail, bound: Bound, site: Site) -> Value:
    """A function or class itself; in Ruby a name alone calls what it names."""
    node = bound.node
    if bound.kind == "function" and site.path.endswith((".rb", ".erb")):
        alone = Node("call", node.line, "", (Node("name", node.line, node.name),))
        return returned(trail, Place(site.path, node, site.around), alone, site)
    return Unknown("is a " + bound.kind, node, site)


def _with_members(value: Value, name: str, held: dict[str, list[Bound]], site: Site) -> Value:
    """An object with what is set on it later."""
    if not isinstance(value, Keys):
        return value
    prefix = f"{name}."
    later = {
        key[len(prefix) :]: Found(bounds[-1].node, site)
        for key, bounds in held.items()
        if key.startswith(prefix) and bounds[-1].kind == "value"
    }
    return Keys({**value.known, **later}, value.open, value.trail) if later else value


def _imported(trail: Trail, node: Node, site: Site) -> Value:
    what, source = node.parts
    there = trail.modules.resolve(source.name, site.path)
    tree = trail.modules.tree(there) if there is not None else None
    if tree is None or there is None:
        return _free(trail, node, node.name, site)
    name = what.name
    for part in tree.parts:
        if part.kind == "export" and part.name == "default" and name == "default":
            return trail.value(part.parts[0], Site(there, part))
    held = names(trail.modules, tree).get(name, [])
    if not held:
        return Unknown(f"is not declared in {there}", node, site)
    return either(_bound(trail, bound, Site(there, bound.node)) for bound in held)


def _free(trail: Trail, node: Node, name: str, site: Site) -> Value:
    module, there = package(trail.modules, name, site)
    if name in idioms.GIVEN_NAMES:
        return Given(name, where(node, site))
    if there == "request" and module.partition(".")[0] in idioms.REQUESTS:
        return Unknown("is a request", Node("param", node.line), site)
    if idioms.SESSION_NAMES.search(there or name):
        return Session(where(node, site))
    if name in ("request", "Request") and not module:  # Rails, Laravel, ASP.NET
        return Unknown("is a request", Node("param", node.line), site)
    return Unknown(f"comes from {module}" if module else f"`{name}` is not known", node, site)


def _param(trail: Trail, bound: Bound, site: Site) -> Value:
    inner = site.around[-1]
    outside = site.around[:-1]
    name = bound.node.parts[0].name
    by = site.called.get(id(inner))
    if by is not None:
        return _argument(trail, bound, name, by)
    marked = _marked(bound.node, inner, site)
    if marked is not None:
        return marked
    found = [
        _argument(trail, bound, name, each_)
        for each_ in callers(trail.modules, Place(site.path, inner, outside))
    ]
    if found:
        return either(found)
    default = injected(bound.node)
    if default.kind == "call":
        return trail.value(default, site)
    return Unknown(f"`{name or '…'}` is a parameter", bound.node, site)


def _argument(trail: Trail, bound: Bound, name: str, by: Site) -> Value:
    node = by.named.get(name)
    if node is None and bound.position < len(by.args):
        node = by.args[bound.position]
    if node is None:
        default = bound.node.parts[1] if len(bound.node.parts) > 1 else NOTHING
        return trail.value(default, by)
    return trail.value(node, by)


def _marked(param: Node, inner: Node, site: Site) -> Value | None:
    """What decorators say: of the parameter, or of the function as one that has an address."""
    own = param.parts[2].parts if len(param.parts) > 2 else ()
    marks = [_mark(mark) for mark in own if mark.kind != "type"]
    types = [mark.name for mark in own if mark.kind == "type"]
    if any(idioms.TYPED_SESSION.search(kind) for kind in types) or any(
        idioms.MARKED_SESSION.search(mark) for mark in marks
    ):
        return Session(where(param, site))
    if idioms.MARKED_GIVEN.intersection(marks):
        return Given(param.parts[0].name, where(param, site))
    outer = {_mark(mark) for mark in (inner.parts[2].parts if len(inner.parts) > 2 else ())}
    default = param.parts[1] if len(param.parts) > 1 else NOTHING
    plain = site.path.endswith(".cs") and idioms.PLAIN_TYPES.intersection(types)
    if outer & idioms.ROUTES and plain:
        return Given(param.parts[0].name, where(param, site))
    if outer & idioms.ROUTES and site.path.endswith(".py"):
        called = dotted(default.parts[0]) if default.kind == "call" else ""
        if idioms.MARKED_SESSION.search(called):
            return Session(where(param, site))
        if param.parts[0].name not in ("self", "request"):
            return Given(param.parts[0].name, where(param, site))
    return None


def member(trail: Trail, node: Node, site: Site) -> Value:
    key = node.name
    if node.kind == "index":
        key = node.parts[1].name if node.parts[1].kind == "text" else ""
    whole = dotted(node)
    on = node.parts[0]
    if key and idioms.ENVIRONMENT.match(dotted(on)):
        return Environment(key)
    if whole.partition(".")[0] in ("this", "self"):
        return _field(trail, node, whole, site)
    held = _set_on(trail, whole, site)
    if held is not None:
        return held
    if not key and node.kind == "index":
        return derived([trail.value(part, site) for part in node.parts], trail.lost(node, site))
    return trail.pick(trail.value(on, site), key, node, site)


def _set_on(trail: Trail, whole: str, site: Site) -> Value | None:
    """What is assigned to a member by its whole name, in a scope around."""
    for depth in range(len(site.around), -1, -1):
        scope = site.around[depth - 1] if depth else trail.modules.tree(site.path)
        bounds = names(trail.modules, scope).get(whole) if scope is not None else None
        if bounds:
            inner = site._replace(around=site.around[:depth])
            return either(_bound(trail, bound, inner) for bound in bounds)
    return None


def _field(trail: Trail, node: Node, whole: str, site: Site) -> Value:
    for depth in range(len(site.around), 0, -1):
        scope = site.around[depth - 1]
        if scope.kind != "class":
            continue
        inner = site._replace(around=site.around[:depth])
        for bound in names(trail.modules, scope).get(node.name, ()):
            if bound.kind == "value":
                return _bound(trail, bound, inner)
        for part in scope.parts[0].parts:
            held = names(trail.modules, part) if part.kind == "function" else {}
            for bound in held.get(whole, ()):
                return _bound(trail, bound, inner._replace(around=(*inner.around, part)))
    return trail.pick(_free(trail, node, node.name, site), node.name, node, site)


def _mark(mark: Node) -> str:
    return (dotted(mark.parts[0]) if mark.kind == "call" else dotted(mark)).rpartition(".")[2]
