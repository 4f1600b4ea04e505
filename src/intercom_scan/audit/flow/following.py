"""What a name stands for: its assignment, a parameter's argument, another module's value."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from intercom_scan.audit.flow.calls import Site, called, dotted
from intercom_scan.audit.flow.names import function, names
from intercom_scan.audit.flow.results import returns
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intercom_scan.audit.flow.names import Bound, Place
    from intercom_scan.audit.syntax.modules import Modules

    There: TypeAlias = tuple[Node, Site]
    Follow: TypeAlias = "Callable[[Node], tuple[Node, Follow] | None]"

_OWN = ("this.", "self.", "cls.", "static.", "$this.", "@")
_STEPS = 300  # of one question
_EMPTY = frozenset({"null", "nothing"})


def follow(modules: Modules, node: Node, site: Site) -> There | None:
    """The expression that a name, member or call of the project's own stands for, and where it is.

    None where it is given by somebody unknown, or by several assignments.
    """
    if node.kind == "call" and node.parts:
        return _returned(modules, node, site)
    if node.kind not in ("name", "member", "index"):
        return None
    name = dotted(node)
    for wanted in dict.fromkeys((name, *_bare(name))) if name else ():
        found = _held(modules, wanted, site) or _field(modules, wanted, site)
        if found is not None:
            return found
    if node.kind == "name" or not node.parts:
        return None
    on = _object(modules, node.parts[0], site)
    key = node.name if node.kind == "member" else node.parts[1].name
    if on is None:
        return None
    pair = next((each for each in on[0].parts if each.name == key and each.kind == "pair"), None)
    return (pair.parts[0], on[1]) if pair is not None and pair.parts else None


def _object(modules: Modules, node: Node, site: Site) -> There | None:
    for _ in range(4):
        if node.kind == "object":
            return node, site
        there = follow(modules, node, site)
        if there is None:
            return None
        node, site = there
    return None


def _bare(name: str) -> list[str]:
    return [name.removeprefix(own) for own in _OWN if name.startswith(own)]


def _held(modules: Modules, name: str, site: Site) -> There | None:
    for depth in range(len(site.around), -1, -1):
        scope = site.around[depth - 1] if depth else modules.tree(site.path)
        known = names(modules, scope).get(name, []) if scope is not None else []
        said = [b for b in known if b.node.kind not in _EMPTY and b.kind != "class"]
        if len(said) > 1 and said[0].kind != "value":
            said = [each for each in said if each.kind == "value"]  # given, then changed
        if len(said) == 1:
            return _bound(modules, said[0], site, depth)
        if said:
            return None
    return None


def _field(modules: Modules, name: str, site: Site) -> There | None:
    """What another method of the class gives to a field, as constructors do."""
    for depth in range(len(site.around), 0, -1):
        scope = site.around[depth - 1]
        for part in scope.parts[0].parts if scope.kind == "class" and name.startswith(_OWN) else ():
            known = names(modules, part).get(name, []) if part.kind == "function" else []
            said = [each for each in known if each.node.kind not in _EMPTY]
            if len(said) == 1:
                inner = site._replace(around=(*site.around[:depth], part))
                return _bound(modules, said[0], inner, depth + 1)
    return None


def _bound(modules: Modules, bound: Bound, site: Site, depth: int) -> There | None:
    around = site.around[:depth]
    if bound.kind == "value":
        node = bound.node
        required = _required(node)
        if required:
            return _of_module(modules, required, ".".join(bound.keys) or "*", site)
        for key in bound.keys:
            node = Node("member", node.line, key, (node,))
        # What is changed where it stands has what it was before: `key = key.strip()`.
        here = site._replace(around=around) if bound.node is not site.node else None
        return (node, here) if here is not None else None
    if bound.kind == "param":
        return _given(bound, site, around)
    if bound.kind == "import" and len(bound.node.parts) > 1:
        what, source = bound.node.parts
        return _of_module(modules, source.name, what.name, site)
    return None


def _required(node: Node) -> str:
    """The module of `require('module')`."""
    of = node.parts[1] if node.kind == "call" and len(node.parts) == 2 else NOTHING
    return of.name if of.kind == "text" and dotted(node.parts[0]) == "require" else ""


def required(modules: Modules, name: str, site: Site) -> Iterator[str]:
    """The modules that a name is given by `require`, in the scopes around `site`."""
    for scope in (*site.around, modules.tree(site.path)):
        for bound in names(modules, scope).get(name, ()) if scope is not None else ():
            if module := _required(bound.node):
                yield module


def _of_module(modules: Modules, module: str, name: str, site: Site) -> There | None:
    """What a module of the project has under a name; all that it exports for `*`."""
    path = modules.resolve(module, site.path)
    tree = modules.tree(path) if path is not None and path != site.path else None
    if path is None or tree is None:
        return None
    there = Site(path, tree)
    exported = _held(modules, "module.exports", there)
    if name in ("default", "*"):
        made = next((p for p in tree.parts if p.kind == "export" and p.name == "default"), None)
        return (made.parts[0], there) if made is not None else exported
    if exported is not None and exported[0].kind == "object":
        pairs = [each for each in exported[0].parts if each.name == name and each.parts]
        return (pairs[0].parts[0], there) if pairs else None
    return _held(modules, f"exports.{name}", there) or _held(modules, name, there)


def _given(bound: Bound, site: Site, around: tuple[Node, ...]) -> There | None:
    """The argument of the call by which the function was entered, or the parameter's default."""
    call = site.called.get(id(around[-1])) if around else None
    default = bound.node.parts[1] if len(bound.node.parts) > 1 else NOTHING
    if call is None:
        return None
    name = bound.node.parts[0].name
    if name in call.named:
        node = call.named[name]
    elif bound.position < len(call.args):
        node = call.args[bound.position]
    elif default.kind != "nothing":
        return default, site._replace(around=around[:-1])
    else:
        return None
    for key in bound.keys:
        node = Node("member", node.line, key, (node,))
    return node, call


def _returned(modules: Modules, node: Node, site: Site) -> There | None:
    place = function(modules, node.parts[0], site)
    if place is None:
        return None
    said = [each for each in returns(place.node) if each.kind not in _EMPTY]
    return (said[0], entered(place, node, site)) if len(said) == 1 else None


def entered(place: Place, call: Node, site: Site) -> Site:
    """The place inside of a function, as `call` at `site` enters it."""
    by = called(site.path, call, site.around)._replace(called=site.called)
    return Site(
        place.path,
        place.node,
        around=(*place.around, place.node),
        called={**site.called, id(place.node): by},
    )


def following(modules: Modules, site: Site, steps: Iterator[int] | None = None) -> Follow:
    """`follow` for those who know nodes and nothing of places; it ends after so many steps."""
    left = iter(range(_STEPS)) if steps is None else steps

    def there(node: Node) -> tuple[Node, Follow] | None:
        found = follow(modules, node, site) if next(left, None) is not None else None
        return None if found is None else (found[0], following(modules, found[1], left))

    return there
