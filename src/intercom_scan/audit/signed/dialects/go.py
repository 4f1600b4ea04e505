"""Handlers in Go: net/http, chi, gorilla, Gin, Echo and Fiber.

A handler is what a router is given, or what has the parameters of one, where no file in sight
registers it. What a framework runs before it is found by running the code that registers routes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.signed.binding import instance
from intercom_scan.audit.signed.dialects import go_calls, go_routes
from intercom_scan.audit.signed.dialects.go_calls import EMPTY, HELD, STATUS
from intercom_scan.audit.signed.dialects.model import Dialect
from intercom_scan.audit.signed.ending import BrokenError, EndlessError, ThrownError
from intercom_scan.audit.signed.handlers import Route
from intercom_scan.audit.signed.idioms import SECRET
from intercom_scan.audit.signed.making import attribute, configured
from intercom_scan.audit.signed.values import (
    Class,
    Const,
    Function,
    Request,
    Response,
    Scope,
    Things,
    Unknown,
    Where,
)
from intercom_scan.audit.syntax import go_packages
from intercom_scan.audit.syntax.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value

_NEAR = 30  # files of a package that are looked at for calls of a function
_REQUEST = ("http.Request", "gin.Context", "echo.Context", "fiber.Ctx")
_ROUTERS = ("ServeMux", "mux.Router", "chi.Router", "chi.Mux", "gin.Engine", "gin.RouterGroup",
            "gin.IRouter", "gin.IRoutes", "echo.Echo", "echo.Group", "fiber.App",
            "fiber.Router")  # fmt: skip


# --- names, members and calls


def _name(machine: Machine, node: Node, scope: Scope) -> Value:
    """What another file of the package declares."""
    path = go_packages.declaring(machine.modules, node.name, scope.path)
    if path is None or path == scope.path:
        return None
    return machine.load(path).names.get(node.name)


def _names(machine: Machine, path: str) -> dict[str, Value]:
    """All that a package declares."""
    found: dict[str, Value] = {}
    for each in go_packages.package(machine.modules, path):
        names = machine.load(each).names
        found |= {name: value for name, value in names.items() if name[:1].isupper()}
    return found


def _parts(machine: Machine, made: Class) -> Iterator[Class]:
    """Methods stand in any file of the package."""
    for path in go_packages.having(machine.modules, made.node.name, made.scope.path):
        there = machine.load(path).names.get(made.node.name)
        if isinstance(there, Class) and there.node is not made.node:
            yield there


def _member(machine: Machine, holder: object, node: Node, scope: Scope) -> Value:
    if isinstance(holder, Request):
        name = node.name[:1].lower() + node.name[1:]
        if name in ("response", "writer"):
            return Response()
        return attribute(machine, holder, name, Where(scope.path, node.line))
    if isinstance(holder, Things) and HELD in holder.items and node.name not in holder.items:
        return attribute(machine, holder.items[HELD], node.name, Where(scope.path, node.line))
    if isinstance(holder, Unknown) and holder.module is not None:
        if node.name.startswith("Method"):
            return Const(node.name.removeprefix("Method").upper())
        if node.name in STATUS:
            return Const(STATUS[node.name])
    return None


def _call(machine: Machine, call: Call) -> Value:
    if call.name == "ServeHTTP" and isinstance(call.on, Function):
        return machine.call(call.on, call.args)
    if call.name == "Next" and isinstance(call.on, Request):
        onwards = machine.kept.get("onwards")
        return onwards() if onwards is not None else Unknown()
    found = go_routes.call(machine, call)
    found = go_calls.call(machine, call) if found is None else found
    outside = isinstance(call.on, Things) or (isinstance(call.on, Unknown) and call.on.module)
    if found is None and outside and not machine.active:  # it may make what verifies
        return Unknown(None, getattr(call.on, "module", ""), call.name)
    return found


# --- routes


def _routes(machine: Machine, tree: Node, scope: Scope) -> list[Route]:
    routes: dict[Where, Route] = {}
    for path in go_routes.registering(machine, scope.path, _set_up):
        _set_up(machine, path)
    for each in go_routes.registered(machine):
        handler = each.steps[-1]
        if handler.where.path == scope.path:
            routes.setdefault(handler.where, each)
    used = {
        inner.where
        for each in go_routes.registered(machine)
        for step in each.steps
        if isinstance(step, Function)
        for inner in _closed(step)
    }
    for name, function in _alone(machine, tree, scope):
        if function.where not in used:
            routes.setdefault(function.where, Route(name, function.where, (function,)))
    return list(routes.values())


def _closed(function: Function) -> Iterator[Function]:
    """A function, and those that it was made with, as what wraps a handler is."""
    yield function
    scope: Scope | None = function.scope
    while scope is not None and scope.parent is not None:
        yield from (value for value in scope.names.values() if isinstance(value, Function))
        scope = scope.parent


def _set_up(machine: Machine, path: str) -> None:
    """Runs what registers routes in a file, those first that no other of these calls."""
    scope, tree = machine.load(path), machine.modules.tree(path)
    found = [each for _, each in _functions(machine, tree, scope)
             if go_routes.registers(each.node)]  # fmt: skip
    for function in sorted(found, key=lambda each: len(each.node.parts[0].parts)):
        if function.where not in machine.visited:
            _tried(machine, function)


def _tried(machine: Machine, function: Function) -> Value:
    """What a function returns that the program calls when it starts."""
    try:
        return machine.call(function, _given(machine, function))
    except ThrownError as thrown:
        ends: set[Where] = machine.modules.kept.setdefault("go ends", set())
        if machine.case != "unset":
            ends.add(thrown.where)  # as `log.Fatal(http.ListenAndServe(…))` does in any case
        elif thrown.where not in ends:
            raise
    except (BrokenError, EndlessError, RecursionError):
        pass  # what it had registered by then is known
    return None


def _functions(machine: Machine, tree: Node | None, scope: Scope) -> Iterator[tuple[str, Function]]:
    """The functions and methods of a file, each with its type, on an object nobody has made."""
    for node in tree.parts if tree is not None else ():
        made = scope.names.get(node.name)
        if node.kind == "function" and isinstance(made, Function):
            yield "", made
        elif node.kind == "class" and isinstance(made, Class):
            things = _unmade(machine, made)
            for part in node.parts[0].parts:
                if part.kind == "function":
                    yield node.name, Function(part, scope, things)


def _unmade(machine: Machine, made: Class) -> Things:
    """An object of a class that is made where nobody has looked."""
    things = instance(machine, made)
    where = Where(made.scope.path, made.node.line)
    for name, value in things.items.items():
        if not isinstance(value, Function):
            secret = SECRET.search(name)
            things.items[name] = configured(machine, name, where, EMPTY) if secret else Unknown()
    return things


def _alone(machine: Machine, tree: Node, scope: Scope) -> Iterator[tuple[str, Function]]:
    """What has the parameters of a handler and no results, or makes something that has."""
    called = _called(machine, scope.path)
    for name, function in _functions(machine, tree, scope):
        node = function.node
        if node.name in called:
            continue
        if _handles(node) and not _decides(node):
            yield name, function
        elif not _wraps(node) and any(
            part.kind == "function" and _handles(part) for part in node.parts[1].walk()
        ) and not go_routes.registers(node):  # fmt: skip
            made = _tried(machine, function)
            if isinstance(made, Function) and _handles(made.node) and not _decides(made.node):
                yield node.name, made


def _called(machine: Machine, path: str) -> frozenset[str]:
    """The names that a package calls: what is called is no handler but a part of one."""
    kept: dict[str, frozenset[str]] = machine.modules.kept.setdefault("go called", {})
    if path not in kept:
        near = [path, *go_packages.package(machine.modules, path)[:_NEAR]]
        trees = (machine.modules.tree(each) for each in near)
        kept[path] = frozenset(
            node.parts[0].name
            for tree in trees
            for node in (tree.walk() if tree is not None else ())
            if node.kind == "call"
        )
    return kept[path]


def _types(node: Node) -> list[str]:
    return [mark.name for param in node.parts[0].parts for mark in param.parts[2].parts]


def _handles(node: Node) -> bool:
    types = _types(node)
    if len(types) == 2 and types[0].endswith("http.ResponseWriter"):
        return types[1].endswith("http.Request")
    return len(types) == 1 and types[0].lstrip("*").startswith(_REQUEST[1:])


def _wraps(node: Node) -> bool:
    """Whether a function is made for what comes after it."""
    return any(kind.endswith(("http.Handler", "HandlerFunc")) for kind in _types(node))


def _decides(node: Node) -> bool:
    """Whether it says something to who calls it, or lets others go on: then it is no handler."""
    plain = any(kind.endswith("http.Request") or "gin." in kind for kind in _types(node))
    return any(
        (plain and part.kind == "return" and part.parts)
        or (part.kind == "call" and part.parts[0].name == "Next")
        for part in node.parts[1].walk()
    )


def _given(machine: Machine, function: Function) -> list[Value]:
    """What the parameters of a function have, by their types and names."""
    found: list[Value] = []
    for param in function.node.parts[0].parts:
        kind = param.parts[2].parts[0].name if param.parts[2].parts else ""
        name = param.parts[0].name
        if any(each in kind for each in _REQUEST):
            found.append(Request())
        elif kind.endswith("ResponseWriter"):
            found.append(Response())
        elif any(each in kind for each in _ROUTERS):
            found.append(go_routes.router())
        elif SECRET.search(name):
            found.append(configured(machine, name, function.where, EMPTY))
        else:
            made = _declared(machine, kind, function.scope)
            found.append(_unmade(machine, made) if made is not None else Unknown())
    return found


def _declared(machine: Machine, kind: str, scope: Scope) -> Class | None:
    """The struct of the project that a type is."""
    package, _, name = kind.lstrip("*").rpartition(".")
    holder = machine.run(Node("name", 0, package or name), scope) if name.isidentifier() else None
    if package:
        holder = holder.items.get(name) if isinstance(holder, Things) else None
    return holder if isinstance(holder, Class) else None


# --- what runs before a handler


def _through(machine: Machine, route: Route) -> Value:
    """Gin and Fiber go through a list of handlers; all others wrap one into the other."""
    steps = [step for step in route.steps if isinstance(step, Function)]
    types = _types(steps[-1].node)
    if types and types[0].lstrip("*").startswith(("gin.", "fiber.")):
        return _chained(machine, steps, going_on="gin." in types[0])
    handler: Value = steps[-1]
    for step in reversed(steps[:-1]):
        made = machine.call(step, [handler])
        handler = made if isinstance(made, Function | Things) else handler
    if isinstance(handler, Things):
        handler = handler.items.get("ServeHTTP")
    return machine.call(handler, _given(machine, handler)) if handler is not None else None


def _chained(machine: Machine, steps: list[Function], *, going_on: bool) -> Value:
    """https://pkg.go.dev/github.com/gin-gonic/gin#Context.Next, and Fiber, which has to be told."""
    place = 0

    def onwards() -> Value:
        nonlocal place
        value: Value = None
        while place < len(steps) and not machine.kept.get("aborted"):
            step = steps[place]
            place += 1
            value = machine.call(step, _given(machine, step))
            if not going_on:
                break
        return value

    machine.kept["onwards"] = onwards
    return onwards()


DIALECT = Dialect(
    routes=_routes,
    name=_name,
    member=_member,
    call=_call,
    names=_names,
    parts=_parts,
    through=_through,
    apart=True,
)
