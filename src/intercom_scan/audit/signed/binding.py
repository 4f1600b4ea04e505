"""How names get their values: assignments, parameters, objects of a class."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed import dialects, idioms
from intercom_scan.audit.signed.making import (
    attribute,
    signature,
    trail_of,
)
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
)
from intercom_scan.audit.syntax.lowering import FIELDS
from intercom_scan.audit.syntax.tree import NOTHING, OF_CLASS, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value

_ABOVE = 5  # classes that one extends, each the other
_BEGINS = ("constructor", "__init__")
STATUS = ("status", "statusCode", "status_code", "StatusCode")


def put(machine: Machine, target: Node, value: object, scope: Scope) -> None:
    """Gives a value to a name, an attribute, or all names of a pattern."""
    if target.kind == "name":
        _put_name(target.name, value, scope)
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
        own = dialects.of(scope.path)
        for i, part in enumerate(target.parts):
            held = value if i == 0 or own is None or not own.apart else Unknown(trail_of(value))
            if isinstance(value, Things):
                held = value.at(i)
            put(machine, part, held, scope)


def _put_name(name: str, value: object, scope: Scope) -> None:
    own = dialects.of(scope.path)
    this = scope.find("this") if own is not None and own.bare else None
    if isinstance(this, Things) and name in this.items and scope.find(name) is None:
        this.items[name] = value
    else:
        scope.put(name, value)


def instance(
    machine: Machine, made: Class, args: Sequence[Value] = (), named: dict[str, Value] | None = None
) -> Things:
    """An object of a class, with what its body and those of the classes above it give it."""
    things = Things()
    first = next(iter(made.node.parts[0].parts), NOTHING)
    if first.kind == "function" and first.parts[1].name == FIELDS:
        machine.call(Function(first, made.scope, things), args, named)
    for each in lineage(machine, made):
        _fill(machine, each, things)
    begun = (things.items.get(name) for name in _BEGINS)
    begin = next((each for each in begun if isinstance(each, Function)), None)
    taken: set[str] = set()
    if begin is None:
        fields = [name for name, value in things.items.items() if not isinstance(value, Function)]
        things.items |= dict(zip(fields, args, strict=False))
    else:
        own = [things] if begin.node.name == "__init__" else []
        machine.call(begin, [*own, *args], named)
        taken = {param.parts[0].name for param in begin.node.parts[0].parts}
    things.items |= {name: each for name, each in (named or {}).items() if name not in taken}
    return things


def shared(machine: Machine, made: Class) -> Things:
    """What a class has without an object: functions and constants."""
    if made.shared is None:
        made.shared = Things()
        for each in lineage(machine, made):
            _fill(machine, each, made.shared)
            own = [part for part in each.node.parts[0].parts if _of_class(part)]
            made.shared.items |= {p.name: Function(p, each.scope, made.shared) for p in own}
        made.shared.items["new"] = made
    things: Things = made.shared
    return things


def _of_class(part: Node) -> bool:
    """Whether a function belongs to the class where an object may have another of its name."""
    marks = part.parts[2].parts if part.kind == "function" else ()
    return any(mark.kind == "type" and mark.name == OF_CLASS for mark in marks)


def lineage(machine: Machine, made: Class, depth: int = 0) -> Iterator[Class]:
    """A class and what it extends, that first."""
    for mark in made.node.parts[1].parts:
        base = machine.run(_named(mark), made.scope) if mark.kind == "type" else None
        if isinstance(base, Class) and depth < _ABOVE:
            yield from lineage(machine, base, depth + 1)
    own = dialects.of(made.scope.path)
    yield from own.parts(machine, made) if own is not None else ()
    yield made


def _fill(machine: Machine, made: Class, things: Things) -> None:
    scope = Scope(made.scope.path, made.scope)
    for part in made.node.parts[0].parts:
        if part.kind == "function":
            if _of_class(part) and part.name in things.items:
                continue
            function = Function(part, made.scope, things)
            things.items[part.name] = _overloaded(machine, things, function)
        elif part.kind == "assign" and part.parts[0].kind == "name":
            scope.names |= {"this": things, "self": things}
            filled = _filled(machine, part, scope, None) if part.parts[1:2] == (NOTHING,) else None
            value = machine.run(part.parts[1], scope) if filled is None else filled
            things.items[part.parts[0].name] = value


def _overloaded(machine: Machine, things: Things, function: Function) -> Function | Native:
    """A function of a class, or several of one name, of which the number of arguments chooses."""
    own, before = dialects.of(function.scope.path), things.items.get(function.node.name)
    if own is None or not own.bare or not isinstance(before, Function | Native):
        return function
    others = before.among if isinstance(before, Native) else (before,)
    sizes = {len(each.node.parts[0].parts): each for each in (*others, function)}
    longest = sizes[max(sizes)]
    if len(sizes) == 1 or function.node.name in _BEGINS:
        return longest
    return Native(
        lambda args: machine.call(sizes.get(len(args), longest), args), tuple(sizes.values())
    )


def _filled(machine: Machine, declared: Node, scope: Scope, value: object) -> Value:
    """What a framework gives a parameter or a field, as the language's frameworks do."""
    dialect = dialects.of(scope.path)
    return dialect.fill(machine, declared, scope, value) if dialect is not None else None


def _named(written: Node) -> Node:
    """What a type's name says: `A::B` and `a.b.C<D>` by their parts."""
    first, *rest = re.split(r"::|[.\\]", written.name.partition("<")[0])
    found = Node("name", written.line, first)
    for name in rest:
        found = Node("member", written.line, name, (found,))
    return found


def bind(
    machine: Machine, function: Function, scope: Scope, args: list[Value], named: dict[str, Value]
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
        marked = _filled(machine, param, scope, value)
        if marked is None:
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
) -> Value:
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
