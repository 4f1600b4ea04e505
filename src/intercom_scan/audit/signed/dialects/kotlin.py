"""Kotlin as the machine has to know it, and Ktor: https://ktor.io/docs/server-routing.html."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from intercom_scan.audit.signed import calls
from intercom_scan.audit.signed.dialects import endpoints, jvm, objects, spring
from intercom_scan.audit.signed.dialects.model import Dialect
from intercom_scan.audit.signed.ending import BrokenError, EndlessError, ThrownError
from intercom_scan.audit.signed.handlers import Route
from intercom_scan.audit.signed.known import Call
from intercom_scan.audit.signed.making import joined
from intercom_scan.audit.signed.values import (
    NONE,
    Const,
    Function,
    Native,
    Request,
    Scope,
    Things,
    Unknown,
    Where,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value
    from intercom_scan.audit.syntax.tree import Node

_ROUTE = "\0route"
_PLACES = frozenset({"routing", "route", "embeddedServer", "install", "authenticate"})
_VERBS = frozenset({"post", "put"})
_SAME = frozenset({"also", "apply", "onEach", "takeIf", "takeUnless"})
_LENDS = frozenset({"let", "also", "use", "takeIf", "takeUnless"})
_RECEIVES = frozenset({"apply", "run", "with"})
_DEMANDS = frozenset({"require", "check"})
_ELSE = frozenset({"getOrElse", "getOrDefault", "getOrNull", "getOrThrow", "orEmpty", "ifEmpty",
                   "ifBlank"})  # fmt: skip
_BUILT = {"\0mac", "\0held"}
FAILED = Const("\0failed")


# --- names and calls


def _name(machine: Machine, node: Node, scope: Scope) -> Value:
    """`call` in a route is the request and its answer; what a receiver has needs no `this`."""
    found = objects.name(machine, node, scope)
    if found is not None and not _bare(found):
        return found
    if node.name == "call":
        return Request()
    for this in objects.around(scope):
        if isinstance(this, Request) and node.name in ("request", "response"):
            return this
        if isinstance(this, Request) or (isinstance(this, Things) and _BUILT & this.items.keys()):
            where = machine.at(node, scope)
            return Native(partial(_asked, machine, node.name, this, where))
    return found


def _asked(machine: Machine, name: str, this: object, where: Where, args: list[Value]) -> Value:
    return calls.result(machine, Call(name, this, args, {}, where), None)


def _member(machine: Machine, holder: object, node: Node, scope: Scope) -> Value:
    """What Java gets by `getHeaders()` is a property here; a class may have functions added."""
    added = _added(machine, node.name, scope)
    if added is not None:
        return Native(lambda args: machine.call(added, [holder, *args]))
    getter = f"get{node.name[:1].upper()}{node.name[1:]}"
    if isinstance(holder, Request):
        return jvm.called(machine, Call(getter, holder, [], {}, machine.at(node, scope)))
    own = holder.items.get(getter) if isinstance(holder, Things) else None
    return machine.call(own, []) if isinstance(own, Function) else None


def _added(machine: Machine, word: str, scope: Scope) -> Function | None:
    """A function that the project adds to another's class: its first parameter is `this`."""
    own = (this.items.get(word) for this in objects.around(scope) if isinstance(this, Things))
    found = next((each for each in own if each is not None), None)
    found = objects.named(machine, word, scope) if found is None else found
    params = found.node.parts[0].parts if isinstance(found, Function) else ()
    return found if params and params[0].parts[0].name == "this" else None


def _bare(value: object) -> bool:
    return isinstance(value, Unknown) and value.module is None


def _called(machine: Machine, call: Call) -> Value:
    for each in (_scoped, _routed, _demanded, _caught, _made, jvm.called):
        found = each(machine, call)
        if found is not None:
            return found
    return None


def _function(call: Call) -> Function | None:
    last = call.args[-1] if call.args else None
    return last if isinstance(last, Function) else None


def _scoped(machine: Machine, call: Call) -> Value:
    """https://kotlinlang.org/docs/scope-functions.html; with `?.` they do nothing for null."""
    function = _function(call)
    if function is None or call.name not in _LENDS | _RECEIVES:
        return None
    holder = call.args[0] if call.name == "with" else call.on
    if holder == NONE:
        return NONE
    if call.name in _RECEIVES and holder is not None:
        scope = Scope(function.scope.path, function.scope)
        scope.names["this"] = holder
        function = Function(function.node, scope, holder)
    value = machine.call(function, [holder])
    if call.name.startswith("take"):
        return holder if machine.truth(value) == (call.name == "takeIf") else NONE
    return holder if call.name in _SAME else value


def _demanded(machine: Machine, call: Call) -> Value:
    if call.on is None and call.name == "error" and call.args:
        raise ThrownError(call.where)
    if call.name in _DEMANDS and call.args and not isinstance(call.args[0], Function):
        if not machine.truth(call.args[0]):
            raise ThrownError(call.where)
        return NONE
    return None


def _caught(machine: Machine, call: Call) -> Value:
    """https://kotlinlang.org/api/core/kotlin-stdlib/kotlin/run-catching.html"""
    function = _function(call)
    if call.name == "runCatching" and function is not None:
        try:
            return machine.call(function, [call.on])
        except ThrownError:
            return FAILED
    if call.name in ("isSuccess", "isFailure"):
        return Const((call.on == FAILED) == (call.name == "isFailure"))
    return _otherwise(machine, call) if call.name in _ELSE else None


def _otherwise(machine: Machine, call: Call) -> Value:
    """What stands in for what failed, or is empty."""
    function, empties = _function(call), call.name in ("orEmpty", "ifEmpty", "ifBlank")
    if call.on != FAILED and not (empties and jvm.empty(call.on)):
        return call.on
    if call.name == "getOrThrow":
        raise ThrownError(call.where)
    if function is not None:
        return machine.call(function, [])
    return call.args[0] if call.args else Const("") if empties else NONE


def _made(machine: Machine, call: Call) -> Value:
    """A text that a lambda builds: `buildString { append(…) }`, `joinToString("") { … }`."""
    function = _function(call)
    if call.name == "buildString" and function is not None:
        built = Things({"\0held": None})
        scope = Scope(function.scope.path, function.scope)
        machine.call(Function(function.node, scope, built), [built])
        return built.items["\0held"]
    if call.name == "joinToString" and function is not None:
        return joined([call.on, machine.call(function, [call.on])])
    if call.name == "fold" and function is not None:
        return joined([call.on, machine.call(function, [call.args[0], call.on])])
    return None


# --- Ktor


def _routed(machine: Machine, call: Call) -> Value:
    """What stands in `route("/a") { … }` has that in front of its own address."""
    function = _function(call)
    if function is None or machine.active:
        return None
    texts = [str(arg.value) for arg in call.args if isinstance(arg, Const)]
    if call.name not in _PLACES:
        return NONE if call.name in _VERBS else None  # which is registered
    scope = Scope(function.scope.path, function.scope)
    before = function.scope.find(_ROUTE)
    prefix = f"{before.value}/" if isinstance(before, Const) else ""
    own = texts[0] if call.name == "route" and texts else ""
    scope.names[_ROUTE] = Const(prefix + own)
    return machine.call(Function(function.node, scope, function.owner), [])


def _routes(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    yield from endpoints.routes(machine, tree, scope)
    for part in tree.parts:
        if part.kind == "function" and _declares(part):
            made = scope.find(part.name)
            machine.registered = [
                each for each in machine.registered if each.where.path != scope.path
            ]
            with suppress(ThrownError, BrokenError, EndlessError, RecursionError):
                machine.call(made if isinstance(made, Function) else Function(part, scope), [])
            yield from _registered(machine, scope.path)


def _declares(node: Node) -> bool:
    return any(
        each.kind == "call" and each.parts[0].name in _VERBS and len(each.parts) > 1
        and each.parts[-1].kind == "function"
        for each in node.walk()
    )  # fmt: skip


def _registered(machine: Machine, path: str) -> Iterator[Route]:
    for each in machine.registered:
        function = _function(each)
        if each.where.path != path or each.name not in _VERBS or function is None:
            continue
        scope = Scope(path, function.scope)
        before = function.scope.find(_ROUTE)
        scope.names[_ROUTE] = before if isinstance(before, Const) else Const("")
        own = "".join(str(arg.value) for arg in each.args if isinstance(arg, Const))
        address = f"/{scope.names[_ROUTE].value}/{own}".replace("//", "/").replace("//", "/")
        made = Function(function.node, scope, function.owner)
        yield Route(address, Where(path, function.node.line), (made,))


DIALECT = Dialect(
    routes=_routes,
    name=_name,
    call=_called,
    member=_member,
    fill=spring.fill,
    load=objects.load,
    through=endpoints.through,
    bare=True,
)
