"""What the names of a scope stand for, and which functions of the project a call means."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import dotted, sites
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.syntax.modules import Modules

_OWN = frozenset({"this", "self", "super", "$this"})
_CALLERS = 4  # of a function that are followed; with more, it is a tool of many
_NEAR = (b"intercom", b"hmac", b"jwt", b"user_hash", b"userhash", b"user-hash")


class Bound(NamedTuple):
    """What gives a name its value: a node, and which part of it.

    `kind` is value, param, each (of what is gone through), function, class or import.
    """

    kind: str
    node: Node
    keys: tuple[str, ...] = ()
    position: int = 0


def names(modules: Modules, scope: Node) -> dict[str, list[Bound]]:
    """The names that a module, class or function itself declares or assigns; they are kept.

    Members that are set on a name, such as `settings.user_hash`, have the whole as their name.
    """
    kept = modules.kept.setdefault("names", {})
    if id(scope) not in kept:
        found: dict[str, list[Bound]] = {}
        for name, bound in _declared(scope):
            found.setdefault(name, []).append(bound)
        for name, bound in _reached(scope):
            if name in found and found[name][0].kind == "value":
                found[name].append(bound)
        for name, bounds in found.items():
            if len(bounds) > 1:  # without those that only declare it
                found[name] = [b for b in bounds if b.node.kind != "nothing"] or bounds[:1]
        kept[id(scope)] = (scope, found)  # with the node, whose identity it goes by
    held: dict[str, list[Bound]] = kept[id(scope)][1]
    return held


def _declared(scope: Node) -> Iterator[tuple[str, Bound]]:
    if scope.kind == "function":
        for index, param in enumerate(scope.parts[0].parts):
            if param.kind == "param":
                for name, keys in _targets(param.parts[0]):
                    yield name, Bound("param", param, keys, index)
    waiting = [*reversed(scope.parts[1:2] if scope.kind == "function" else scope.parts)]
    while waiting:
        node = waiting.pop()
        if node.kind == "import":
            yield node.name, Bound("import", node)
        elif node.kind in ("function", "class"):
            yield node.name, Bound(node.kind, node)
            continue
        elif node.kind in ("assign", "loop") and len(node.parts) > 1:
            kind = "value" if node.kind == "assign" else "each"
            for name, keys in _targets(node.parts[0]):
                yield name, Bound(kind, injected(node), keys)
        waiting.extend(reversed(node.parts))


def _reached(scope: Node) -> Iterator[tuple[str, Bound]]:
    """What functions inside of a scope assign: it may be to names of the scope."""
    for node in scope.walk():
        if node.kind == "function" and node is not scope:
            for inner in node.parts[1].walk():
                if inner.kind == "assign" and inner.parts[0].kind == "name":
                    yield inner.parts[0].name, Bound("value", inner.parts[1])


def injected(node: Node) -> Node:
    """The value of an assignment or a parameter; without one, Spring's `@Value("…")` of it."""
    if node.parts[1].kind == "nothing" and len(node.parts) > 2:
        for mark in node.parts[2].parts:
            if mark.kind == "call" and mark.parts[0].name == "Value":
                return mark
    return node.parts[1]


def _targets(target: Node, keys: tuple[str, ...] = ()) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The names in a target, each with the part of the value that it gets."""
    if target.kind in ("name", "member", "index"):
        yield dotted(target), keys
    elif target.kind in ("object", "list", "other", "splat", "block", "param"):
        for index, part in enumerate(target.parts):
            if part.kind == "pair" and part.parts:
                yield from _targets(part.parts[0], (*keys, part.name))
            else:
                inner = (*keys, str(index)) if target.kind == "list" else keys
                yield from _targets(part, inner)


class Place(NamedTuple):
    """A function of the project, and where it is."""

    path: str
    node: Node
    around: tuple[Node, ...]


def function(modules: Modules, callee: Node, site: Site) -> Place | None:
    """Which function of the project a call at `site` means; None for others'."""
    if callee.kind == "name":
        found = _named(modules, callee.name, site)
        mixed_in = site.path.endswith((".rb", ".erb"))
        return found or (_only(modules, callee.name) if mixed_in else None)
    if callee.kind != "member":
        return None
    on = callee.parts[0]
    if on.kind == "name" and on.name in _OWN:
        return _method(site, callee.name)
    if on.kind == "name" and (there := module(modules, on.name, site)) is not None:
        return exported(modules, there, callee.name)
    return _only(modules, callee.name)


def _only(modules: Modules, name: str) -> Place | None:
    """The one method of the project that has a name."""
    defined = _functions(modules).get(name, [])
    if len(defined) == 1 and len(name) > 3 and any(n.kind == "class" for n in defined[0].around):
        return defined[0]
    return None


def _named(modules: Modules, name: str, site: Site) -> Place | None:
    for depth in range(len(site.around), -1, -1):
        scope = site.around[depth - 1] if depth else modules.tree(site.path)
        for bound in names(modules, scope).get(name, ()) if scope is not None else ():
            if bound.kind == "import":
                there, what = _import(modules, bound.node, site.path)
                return exported(modules, there, what) if there is not None else None
            made = unwrapped(bound.node)
            if bound.kind in ("function", "value") and made.kind == "function":
                return Place(site.path, made, site.around[:depth])
    return None


def unwrapped(node: Node) -> Node:
    """The function in `useCallback(f, [])`, `cache(f)` and the like; else the node."""
    if node.kind == "call" and len(node.parts) > 1 and node.parts[1].kind == "function":
        return node.parts[1] if dotted(node.parts[0]).endswith(_WRAPPERS) else node
    return node


_WRAPPERS = ("useCallback", "cache", "memo", "asyncHandler", "forwardRef", "catchAsync")


def _method(site: Site, name: str) -> Place | None:
    for depth in range(len(site.around), 0, -1):
        scope = site.around[depth - 1]
        for part in scope.parts[0].walk() if scope.kind == "class" else ():
            if part.kind == "function" and part.name == name:
                return Place(site.path, part, site.around[:depth])
    return None


def module(modules: Modules, name: str, site: Site) -> str | None:
    """The project's file that an imported name stands for as a whole."""
    tree = modules.tree(site.path)
    for bound in names(modules, tree).get(name, ()) if tree is not None else ():
        if bound.kind == "import":
            there, what = _import(modules, bound.node, site.path)
            if what in ("*", "default"):
                return there
            if site.path.endswith(".py"):  # of a package, a name may be a module of its own
                return modules.resolve(f"{bound.node.parts[1].name}.{what}", site.path)
    return None


def _import(modules: Modules, node: Node, path: str) -> tuple[str | None, str]:
    what, source = node.parts
    return modules.resolve(source.name, path), what.name


def package(modules: Modules, name: str, site: Site) -> tuple[str, str]:
    """The module that a name is imported from, and its name there; both "" if it is not."""
    tree = modules.tree(site.path)
    for bound in names(modules, tree).get(name, ()) if tree is not None else ():
        if bound.kind == "import" and len(bound.node.parts) > 1:
            return bound.node.parts[1].name, bound.node.parts[0].name
    return "", ""


def exported(modules: Modules, path: str, name: str) -> Place | None:
    """The function that a file has under a name, `default` included."""
    tree = modules.tree(path)
    if tree is None:
        return None
    for part in tree.parts:
        if name == "default" and part.kind == "export" and part.name == "default":
            made = unwrapped(part.parts[0])
            if made.kind == "function":
                return Place(path, made, ())
            name = made.name
    for bound in names(modules, tree).get(name, ()):
        made = unwrapped(bound.node)
        if made.kind == "function":
            return Place(path, made, ())
        if bound.kind == "import":
            there, what = _import(modules, bound.node, path)
            return exported(modules, there, what) if there not in (None, path) else None
    for bound in names(modules, tree).get(f"exports.{name}", ()):
        if bound.node.kind == "function":
            return Place(path, bound.node, ())
    return None


def _near(modules: Modules) -> tuple[str, ...]:
    """The code that may have to do with Intercom, where names are looked for."""
    kept = modules.kept
    if "near" not in kept:
        wanted = {*modules.project.saying(*_NEAR), *modules.project.ours}
        kept["near"] = tuple(path for path in modules.code if path in wanted)
    found: tuple[str, ...] = kept["near"]
    return found


def _functions(modules: Modules) -> dict[str, list[Place]]:
    kept = modules.kept
    if "functions" not in kept:
        found: dict[str, list[Place]] = {}
        for path in _near(modules):
            for name, place in _all_functions(path, modules.tree(path)):
                found.setdefault(name, []).append(place)
        kept["functions"] = found
    held: dict[str, list[Place]] = kept["functions"]
    return held


def _all_functions(path: str, tree: Node | None) -> Iterator[tuple[str, Place]]:
    waiting: list[tuple[Node, tuple[Node, ...], str]] = [(tree or NOTHING, (), "")]
    while waiting:
        node, around, name = waiting.pop()
        if node.kind == "function" and (node.name or name):
            yield node.name or name, Place(path, node, around)
        given = node.parts[0].name if node.kind == "assign" else ""
        inner = (*around, node) if node.kind in ("function", "class") else around
        waiting.extend((part, inner, given) for part in node.parts)


def callers(modules: Modules, place: Place) -> list[Site]:
    """The calls that mean a function of the project, among files near Intercom's."""
    kept = modules.kept.setdefault("calls", {})
    if not kept:
        for path in _near(modules):
            for site in sites(modules, path):
                if site.node.kind == "call":
                    there = package(modules, site.name, site)[1] if "." not in site.name else ""
                    for name in {site.last, there} - {""}:
                        kept.setdefault(name, []).append(site)
        kept.setdefault("", [])
    found: list[Site] = []
    for name in [*known_as(modules, place), "default"]:
        for site in kept.get(name, ()):
            meant = function(modules, site.node.parts[0], site)
            if meant is not None and meant.node is place.node:
                found.append(site)
    return found[:_CALLERS]


def known_as(modules: Modules, place: Place) -> list[str]:
    """The names that a function is called by: its own, or that of what it is assigned to."""
    kept = modules.kept.setdefault("known as", {})
    if not kept:
        for name, places in _functions(modules).items():
            for each in places:
                kept.setdefault(id(each.node), []).append(name)
        kept.setdefault(0, [])
    found: list[str] = kept.get(id(place.node), [])
    return found
