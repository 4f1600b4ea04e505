"""Handlers in C#: ASP.NET Core's controllers, minimal APIs and middleware, Azure's functions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed.binding import instance, shared
from intercom_scan.audit.signed.dialects import csharp_calls, csharp_routes
from intercom_scan.audit.signed.dialects.csharp_calls import EMPTY
from intercom_scan.audit.signed.dialects.model import Dialect
from intercom_scan.audit.signed.ending import BrokenError, EndlessError, ThrownError
from intercom_scan.audit.signed.handlers import Route
from intercom_scan.audit.signed.idioms import header_of
from intercom_scan.audit.signed.known import status_in
from intercom_scan.audit.signed.making import attribute, signature
from intercom_scan.audit.signed.values import (
    NONE,
    Body,
    Class,
    Const,
    Function,
    Native,
    Request,
    Response,
    Scope,
    Things,
    Unknown,
    Where,
)
from intercom_scan.audit.syntax import csharp_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value
    from intercom_scan.audit.syntax.tree import Node

_STATUS = re.compile(r"^Status(\d{3})")
_REQUESTS = re.compile(r"^(?:HttpRequest|HttpRequestData|HttpContext|FunctionContext)\??$")
_BUILDERS = re.compile(r"^(?:WebApplication|I?ApplicationBuilder|IEndpointRouteBuilder"
                       r"|RouteGroupBuilder)$")  # fmt: skip
_MOST = 10  # files that set up a program
_STARTS = (b"webapplication", b"iapplicationbuilder", b"iendpointroutebuilder")
_TAKES = frozenset({"HttpPost", "HttpPut", "AcceptVerbs"})
_PLAIN = re.compile(r"^(?:string|bool|int|long|Guid|DateTime\w*|CancellationToken|ILogger\b.*"
                    r"|I[A-Z]\w*(?:<.*>)?)\??$")  # fmt: skip
_FILTERS = ("OnActionExecutionAsync", "OnActionExecuting", "OnAuthorizationAsync",
            "OnAuthorization", "OnResourceExecutionAsync", "OnResourceExecuting", "InvokeAsync",
            "Invoke")  # fmt: skip
_TELLS = re.compile(r"sign|verif|hmac|hook|intercom", re.IGNORECASE)


# --- names, members and calls


def _name(machine: Machine, node: Node, scope: Scope) -> Value:
    """A member of the object, what every controller has, or a type by its name."""
    owner = scope.find("this")
    if isinstance(owner, Things) and node.name in owner.items:
        return _read(machine, owner.items[node.name])
    if node.name in ("Request", "HttpContext"):
        return Request()
    if node.name == "Response":
        return Response()
    return _type(machine, node.name, scope.path) or Unknown(None, None, node.name)


def _type(machine: Machine, name: str, near: str) -> Class | None:
    for path in csharp_types.declaring(machine.modules, name, near):
        found = machine.load(path).names.get(name)
        if isinstance(found, Class):
            return found
    return None


def _parts(machine: Machine, made: Class) -> Iterator[Class]:
    """A partial class is declared in several files."""
    paths = csharp_types.declaring(machine.modules, made.node.name, made.scope.path)
    for path in paths[1:] if len(paths) > 1 else ():
        there = machine.load(path).names.get(made.node.name)
        if isinstance(there, Class) and there.node is not made.node:
            yield there


def _read(machine: Machine, value: object) -> Value:
    """A property is computed when it is read."""
    if isinstance(value, Function) and any(
        mark.name == "property" for mark in value.node.parts[2].parts
    ):
        return machine.call(value, [])
    return value


def _member(machine: Machine, holder: object, node: Node, scope: Scope) -> Value:  # noqa: PLR0911
    name, where = node.name, Where(scope.path, node.line)
    if isinstance(holder, Things):
        return _read(machine, holder.items[name]) if name in holder.items else None
    if isinstance(holder, Request):
        if name in ("HttpContext", "Items", "Properties"):
            return Request()
        if name in ("Path", "PathBase"):
            return Const(machine.kept["address"]) if "address" in machine.kept else None
        if name in ("BodyReader", "Body", "InputStream"):
            return Body("given")
        return attribute(machine, holder, name[:1].lower() + name[1:], where)
    status = _STATUS.match(name)
    if status is not None:
        return Const(int(status[1]))
    if name == "Empty" and isinstance(holder, Unknown):
        return EMPTY if holder.name in ("string", "String") else None
    if name == "Value" and isinstance(holder, Const):
        return holder
    if name in ("Length", "Count"):
        return attribute(machine, holder, "length", where)
    return None


def _call(machine: Machine, call: Call) -> Value:
    found = csharp_routes.call(machine, call)
    if found is None:
        found = csharp_calls.call(machine, call)
    if found is None and machine.active and isinstance(call.on, Request | Body | Const):
        extended = csharp_routes.extension(machine, call)
        given = [call.on, *call.args]
        found = machine.call(extended, given, call.named) if extended is not None else None
    return found


def _fill(machine: Machine, declared: Node, scope: Scope, value: object) -> Value:  # noqa: PLR0911
    """What the framework gives a parameter, by its attributes and its type."""
    if value is not None or declared.kind != "param":
        return None
    marks = {(mark.parts[0] if mark.kind == "call" else mark).name: mark
             for mark in declared.parts[2].parts if mark.kind != "type"}  # fmt: skip
    kind = next((m.name for m in declared.parts[2].parts if m.kind == "type"), "")
    if "FromHeader" in marks:
        said = [part.parts[0].name for part in marks["FromHeader"].parts[1:] if part.parts]
        header = header_of(said[0] if said else declared.parts[0].name)
        return signature(machine, header) if header is not None else Unknown()
    if "FromBody" in marks or "FromForm" in marks:
        return Body("parsed")
    if _REQUESTS.match(kind):
        return Request()
    if kind in ("HttpResponse", "HttpResponse?"):
        return Response()
    if kind in ("Stream", "PipeReader"):
        return Body("given")
    if kind == "RequestDelegate":
        return machine.kept.get("onwards")
    return _service(machine, kind, scope)


def _service(machine: Machine, kind: str, scope: Scope) -> Things | None:
    """An object of the project's that is given to whoever asks for its type."""
    name = kind.rstrip("?")
    if name[:1] == "I" and name[1:2].isupper():
        name = name[1:]
    making: set[str] = machine.kept.setdefault("making", set())
    made = _type(machine, name, scope.path) if name.isidentifier() and name not in making else None
    if made is None or not any(p.kind == "function" for p in made.node.parts[0].parts):
        return None
    making.add(name)
    try:
        return instance(machine, made)
    finally:
        making.discard(name)


# --- routes


def _routes(machine: Machine, tree: Node, scope: Scope) -> list[Route]:
    found: list[Route] = []
    for path in _setting_up(machine, scope.path):
        _set_up(machine, path)
    for text, used, handler in csharp_routes.mapped(machine):
        if handler.where.path == scope.path:
            found.append(Route(text, handler.where, (*used, handler)))
    before = [step for made in machine.kept.get("apps", []) for step in csharp_routes.used(made)]
    for node in tree.walk():
        if node.kind == "class":
            found += _actions(machine, node, scope, before)
    return found


def _setting_up(machine: Machine, path: str) -> list[str]:
    """The files that set up the program: they may map what a file has, or use what it declares."""
    modules = machine.modules
    if "c# set up" not in modules.kept:
        own = set(modules.code)
        said = (each for each in modules.project.saying(*_STARTS) if each.endswith(".cs"))
        modules.kept["c# set up"] = [each for each in said if each in own][:_MOST]
    near: list[str] = modules.kept["c# set up"]
    return near if path in near else [*near, path]


def _set_up(machine: Machine, path: str) -> None:
    """What a file maps and uses: at its top level, or in methods that are given a builder."""
    scope = machine.load(path)
    for value in list(scope.names.values()):
        if csharp_routes.is_builder(value):
            machine.kept.setdefault("apps", []).append(value)
    for value in list(scope.names.values()):
        for part in value.node.parts[0].parts if isinstance(value, Class) else ():
            kinds = _kinds(part) if part.kind == "function" else []
            if not any(_BUILDERS.match(kind) for kind in kinds):
                continue
            function = Function(part, scope, shared(machine, value))
            if function.where in machine.visited:
                continue
            made = csharp_routes.builder()
            machine.kept.setdefault("apps", []).append(made)
            given = [made if _BUILDERS.match(kind) else Unknown() for kind in kinds]
            try:
                machine.call(function, given)
            except (ThrownError, BrokenError, EndlessError, RecursionError):
                continue  # what was set up by then is known


def _kinds(function: Node) -> list[str]:
    """The types of a function's parameters, "" where none is written."""
    return [
        next((mark.name for mark in param.parts[2].parts if mark.kind == "type"), "")
        for param in function.parts[0].parts
    ]


def _actions(machine: Machine, node: Node, scope: Scope, before: list[Value]) -> Iterator[Route]:
    """The methods of a controller, and functions that a trigger starts."""
    marks = node.parts[1].parts
    own_name = node.name.removesuffix("Controller")
    prefix = " ".join(_texts(marks)).replace("[controller]", own_name)
    made: Things | None = None
    for part in node.parts[0].parts:
        own = part.parts[2].parts if part.kind == "function" else ()
        names = {(mark.parts[0] if mark.kind == "call" else mark).name for mark in own}
        triggered = any(
            mark.kind == "call" and mark.parts[0].name == "HttpTrigger"
            for param in (part.parts[0].parts if own else ())
            for mark in param.parts[2].parts
        )
        if not (names & _TAKES or triggered):
            continue
        made = instance(machine, Class(node, scope)) if made is None else made
        text = f"{prefix}/{'/'.join(_texts(own))} {node.name}"
        filters = [step for mark in (*marks, *own) for step in _filter(machine, mark, scope)]
        handler = Function(part, scope, made)
        yield Route(text, handler.where, (*before, *filters, handler))


def _texts(marks: Value) -> list[str]:
    return [part.name for mark in marks if mark.kind == "call"
            for part in mark.parts[1:] if part.kind == "text"]  # fmt: skip


def _filter(machine: Machine, mark: Node, scope: Scope) -> Iterator[Value]:
    """A class of the project that an attribute is, or names by `typeof`."""
    if mark.kind == "type":
        return
    name = (mark.parts[0] if mark.kind == "call" else mark).name
    if name in ("ServiceFilter", "TypeFilter", "MiddlewareFilter"):
        given = [part for part in (*mark.parts[1:],) if part.kind == "name"]
        given += [part for part in mark.parts[0].parts if part.kind == "name"]
        name = given[0].name if given else ""
    made = _type(machine, f"{name}Attribute", scope.path) or _type(machine, name, scope.path)
    if made is not None:
        yield made
    elif _TELLS.search(name):
        yield Unknown(None, "an attribute", name)


# --- what runs before a handler


def _through(machine: Machine, route: Route) -> Value:
    """Each step decides whether the next one runs; https://learn.microsoft.com/aspnet/core"""
    machine.kept["address"] = route.text
    steps = [step for step in route.steps if isinstance(step, Function | Class)]

    def run(place: int) -> Value:
        onwards = Native(lambda _: run(place + 1))
        machine.kept["onwards"] = onwards
        step = steps[place]
        if place == len(steps) - 1:
            value = machine.call(step, _inferred(step) if isinstance(step, Function) else [])
            machine.reply(status_in(value))
            return value
        return _before(machine, step, onwards)

    return run(0)


def _inferred(handler: Function) -> list[Value]:
    """The arguments of an action, where its attributes do not say them: an object is the body."""
    found: list[Value] = []
    for param, kind in zip(handler.node.parts[0].parts, _kinds(handler.node), strict=True):
        marked = any(mark.kind != "type" for mark in param.parts[2].parts)
        known = marked or _REQUESTS.match(kind) or kind in ("Stream", "PipeReader", "HttpResponse")
        if not kind and not found:
            found.append(Request())
        else:
            found.append(None if known or not kind or _PLAIN.match(kind) else Body("parsed"))
    return found


def _before(machine: Machine, step: Value, onwards: Native) -> Value:
    """A middleware or a filter: it goes on by itself, or sets a result and does not."""
    if isinstance(step, Function):
        return machine.call(step, [_context(), onwards])
    made = instance(machine, step)
    name = next((each for each in _FILTERS if isinstance(made.items.get(each), Function)), None)
    if name is None:
        return onwards.run([])
    context = _context()
    function = made.items[name]
    value = machine.call(function, [context, onwards])
    result = context.items.get("Result", NONE)
    if name.endswith(("ExecutionAsync", "Invoke", "InvokeAsync")):
        return value if result == NONE else result
    return onwards.run([]) if result == NONE else result


def _context() -> Things:
    request = Request()
    return Things({"HttpContext": request, "Request": request, "Response": Response(),
                   "Result": NONE})  # fmt: skip


DIALECT = Dialect(
    routes=_routes,
    name=_name,
    member=_member,
    call=_call,
    fill=_fill,
    parts=_parts,
    through=_through,
    bare=True,
)
