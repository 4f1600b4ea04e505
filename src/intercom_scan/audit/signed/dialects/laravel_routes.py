"""What Laravel's route files and its kernel declare: https://laravel.com/docs/routing."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.syntax.modules import Modules

_VERBS = frozenset({"post", "any", "match", "put", "patch", "webhooks"})
_ALIASES = frozenset({"routeMiddleware", "middlewareAliases"})
_GROUPS = frozenset({"group", "prefix", "middleware", "controller", "name", "domain", "namespace",
                     "withoutMiddleware"})  # fmt: skip


class Declared(NamedTuple):
    """A route: its address, the names of what runs before it, and the closure that it has."""

    address: str
    before: tuple[str, ...]
    handler: Node


class Known(NamedTuple):
    """Routes by class and method, closures by file, and the classes that names stand for."""

    actions: dict[str, dict[str, Declared]]
    closures: dict[str, list[Declared]]
    aliases: dict[str, str]


def of(modules: Modules) -> Known:
    """All that the project declares."""
    if "laravel" not in modules.kept:
        known = Known({}, {}, {})
        everywhere: list[str] = []
        for path in modules.project.saying(b"Route::", b"iddleware"):
            tree = modules.tree(path) if path in modules.code and path.endswith(".php") else None
            if tree is None:
                continue
            everywhere += _named(tree, known)
            for class_, method, declared in _routes(tree, Declared("", (), NOTHING), ""):
                if class_:
                    known.actions.setdefault(class_, {})[method] = declared
                elif declared.handler.kind == "function":
                    known.closures.setdefault(path, []).append(declared)
        modules.kept["laravel"] = _everywhere(known, tuple(dict.fromkeys(everywhere)))
    found: Known = modules.kept["laravel"]
    return found


def _everywhere(known: Known, names: tuple[str, ...]) -> Known:
    """With what runs before each route."""
    for actions in known.actions.values():
        for method, declared in actions.items():
            actions[method] = declared._replace(before=(*names, *declared.before))
    for path, closures in known.closures.items():
        known.closures[path] = [each._replace(before=(*names, *each.before)) for each in closures]
    return known


def _named(tree: Node, known: Known) -> Iterator[str]:
    """The names of the kernel, or of `bootstrap/app.php`; what runs everywhere is given back."""
    for node in tree.walk():
        if node.kind == "assign" and node.parts[0].name in _ALIASES:
            known.aliases.update(_pairs(node.parts[1]))
        elif node.kind == "assign" and node.parts[0].name == "middleware":
            yield from (part.name for part in node.parts[1].parts if part.kind == "name")
        elif node.kind == "assign" and node.parts[0].name == "middlewareGroups":
            for pair in node.parts[1].parts:
                if pair.name == "api" and pair.parts:
                    yield from (part.name for part in pair.parts[0].parts if part.kind == "name")
        elif node.kind == "call" and node.parts[0].kind == "member":
            called = node.parts[0].name
            if called in ("alias", "aliasMiddleware", "routeMiddleware"):
                known.aliases.update(_aliased(node))
            elif called in ("append", "prepend", "appendToGroup", "prependToGroup"):
                yield from (n.name for arg in node.parts[1:] for n in arg.walk()
                            if n.kind == "name" and n.name[:1].isupper())  # fmt: skip


def _aliased(call: Node) -> Iterator[tuple[str, str]]:
    given = call.parts[1:]
    if len(given) == 2 and given[0].kind == "text":
        yield given[0].name, given[1].name
    for arg in given:
        yield from _pairs(arg)


def _pairs(given: Node) -> Iterator[tuple[str, str]]:
    for pair in given.parts if given.kind == "object" else ():
        if pair.kind == "pair" and pair.parts[0].kind == "name":
            yield pair.name, pair.parts[0].name


def _routes(body: Node, around: Declared, class_: str) -> Iterator[tuple[str, str, Declared]]:
    for part in body.parts:
        if part.kind == "block":
            yield from _routes(part, around, class_)
        calls = _chain(part.parts[0]) if part.kind in ("discard", "return") and part.parts else []
        if not calls or not _of_route(calls[0]):
            continue
        own, controller = _around(calls, around, class_)
        verb = next((call for call in calls if call.parts[0].name in _VERBS), None)
        if verb is not None:
            yield _route(verb, own, controller)
        for call in calls:
            if call.parts[0].name == "group" and call.parts[-1].kind == "function":
                yield from _routes(call.parts[-1].parts[1], own, controller)


def _of_route(call: Node) -> bool:
    """Whether a chain begins with `Route::`, or a router that a group is given."""
    holder = call.parts[0].parts[0]
    return holder.kind == "name" and holder.name in ("Route", "router", "app")


def _chain(node: Node) -> list[Node]:
    """The calls of `a()->b()->c()`, in order."""
    found: list[Node] = []
    while node.kind == "call" and node.parts[0].kind == "member":
        found.append(node)
        node = node.parts[0].parts[0]
    return found[::-1]


def _around(calls: list[Node], around: Declared, class_: str) -> tuple[Declared, str]:
    before, address = list(around.before), around.address
    for call in calls:
        name = call.parts[0].name
        words = [n.name for arg in call.parts[1:] for n in arg.walk()
                 if n.kind in ("text", "name") and n.name] if name in _GROUPS else []  # fmt: skip
        if name == "middleware":
            before += words
        elif name == "withoutMiddleware":
            before = [each for each in before if each not in words]
        elif name == "prefix":
            address = f"{address}/{' '.join(words)}"
        elif name == "controller" and words:
            class_ = words[0]
        elif name == "group" and len(call.parts) > 2 and call.parts[1].kind == "object":
            options = {pair.name: pair.parts[0] for pair in call.parts[1].parts if pair.parts}
            before += [n.name for n in options.get("middleware", NOTHING).walk() if n.name]
            address = f"{address}/{options.get('prefix', NOTHING).name}"
    return Declared(address, tuple(before), NOTHING), class_


def _route(verb: Node, own: Declared, controller: str) -> tuple[str, str, Declared]:
    texts = [part.name for part in verb.parts[1:] if part.kind == "text"]
    handler = verb.parts[-1]
    declared = own._replace(address=f"{own.address}/{texts[0] if texts else ''}", handler=handler)
    if handler.kind == "function":
        return "", "", declared
    if handler.kind == "object":  # Lumen's: https://lumen.laravel.com/docs/routing
        options = {pair.name: pair.parts[0] for pair in handler.parts if pair.parts}
        more = tuple(n.name for n in options.get("middleware", NOTHING).walk() if n.name)
        declared = declared._replace(before=(*declared.before, *more))
        handler = options.get("uses", handler.parts[-1] if handler.parts else NOTHING)
        texts = [*texts, handler.name]
    if handler.kind == "list" and len(handler.parts) == 2:
        return handler.parts[0].name, handler.parts[1].name, declared
    if handler.kind == "text" and len(texts) > 1:
        class_, _, method = handler.name.rpartition("\\")[2].partition("@")
        return (class_, method, declared) if method else (controller, class_, declared)
    return handler.name, "__invoke", declared
