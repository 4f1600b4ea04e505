"""How names get their values: assignments, parameters, objects of a class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intercom_scan.audit.signed import idioms
from intercom_scan.audit.signed.making import (
    attribute,
    signature,
)
from intercom_scan.audit.signed.values import (
    NONE,
    Body,
    Class,
    Const,
    Function,
    Request,
    Response,
    Scope,
    Things,
    Unknown,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.syntax.tree import Node


STATUS = ("status", "statusCode", "status_code")


def put(machine: Machine, target: Node, value: object, scope: Scope) -> None:
    """Gives a value to a name, an attribute, or all names of a pattern."""
    if target.kind == "name":
        scope.put(target.name, value)
    elif target.kind in ("member", "index"):
        holder = machine.run(target.parts[0], scope)
        if isinstance(holder, Things):
            holder.items[target.name] = value
        elif isinstance(holder, Request | Response) and target.name in STATUS and machine.active:
            known = value.value if isinstance(value, Const) else None
            machine.status = known if isinstance(known, int) else machine.status
    elif target.kind == "object":
        for pair in target.parts:
            if pair.kind == "pair":
                found = attribute(machine, value, pair.name, machine.at(pair, scope))
                if found == NONE and len(pair.parts) > 1:
                    found = machine.run(pair.parts[1], scope)
                put(machine, pair.parts[0], found, scope)
    elif target.kind == "list":
        for i, part in enumerate(target.parts):
            held = value.items.get(str(i), Unknown()) if isinstance(value, Things) else value
            put(machine, part, held, scope)


def instance(machine: Machine, made: Class) -> Things:
    """An object of a class, with its methods and what its body gives it."""
    things = Things()
    scope = Scope(made.scope.path, made.scope)
    for part in made.node.parts[0].parts:
        if part.kind == "function":
            things.items[part.name] = Function(part, made.scope, things)
        elif part.kind == "assign" and part.parts[0].kind == "name":
            scope.names |= {"this": things, "self": things}
            things.items[part.parts[0].name] = machine.run(part.parts[1], scope)
    for name in ("constructor", "__init__"):
        begin = things.items.get(name)
        if isinstance(begin, Function):
            machine.call(begin, [things] if name == "__init__" else [])
    return things


def bind(
    machine: Machine, function: Function, scope: Scope, args: list[Any], named: dict[str, Any]
) -> None:
    """Gives a function's parameters their values, by place, name, default or mark."""
    params = function.node.parts[0].parts
    own = params and function.owner is not None and params[0].parts[0].name in ("self", "cls")
    if own and not (args and args[0] is function.owner):
        args = [function.owner, *args]
    for i, param in enumerate(params):
        target, default, marks = param.parts
        if target.kind == "splat":
            rest = args[i:]
            inner = target.parts[0]
            only = rest[0] if len(rest) == 1 else Things({str(n): v for n, v in enumerate(rest)})
            put(machine, inner, only if rest else Unknown(), scope)
            continue
        value = named.get(target.name, args[i] if i < len(args) else None)
        scope.names |= {name: Unknown() for name in _names(target)}
        marked = _marked(machine, target, default, marks.parts, scope)
        if marked is not None:
            value = marked
        elif value is None or (value == NONE and default.kind != "nothing"):
            value = machine.run(default, scope) if default.kind != "nothing" else Unknown()
        put(machine, target, value, scope)


def _names(target: Node) -> Iterable[str]:
    return (node.name for node in target.walk() if node.kind == "name")


def _marked(  # noqa: PLR0911 a table
    machine: Machine, target: Node, default: Node, marks: Sequence[Node], scope: Scope
) -> Any:  # noqa: ANN401 any value
    """A parameter that a framework fills: by `Header(…)`, `@Headers('…')`, `Depends(…)`."""
    for mark in (*marks, default):
        if mark.kind != "call":
            continue
        name = mark.parts[0].name
        given = [part for part in mark.parts[1:] if part.kind == "text"]
        if name in ("Header", "Headers"):
            alias = next((p.parts[0].name for p in mark.parts[1:] if p.name == "alias"), None)
            key = alias or (given[0].name if given else target.name)
            header = idioms.header_of(key)
            if header is not None:
                return signature(machine, header)
        elif name in ("Depends", "Security") and len(mark.parts) > 1:
            maker = machine.run(mark.parts[1], scope)
            if isinstance(maker, Unknown) and maker.module:
                where = machine.at(mark, scope)
                machine.lost[where, f"{maker.name} is not in the repository"] = None
            return machine.call(maker, [Request()])
        elif name in ("Req", "Request", "Ctx"):
            return Request()
        elif name in ("Res", "Response"):
            return Response()
        elif name in ("RawBody",):
            return Body("given")
        elif name in ("Body",):
            return Body("parsed")
    return None
