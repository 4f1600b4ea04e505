"""Routes as code: what a framework does around a handler, as a function that a run goes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.signed.handlers import Route
from intercom_scan.audit.signed.values import Const, Function, Response, Where
from intercom_scan.audit.syntax.lowering import function, param
from intercom_scan.audit.syntax.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Scope, Things, Value

# Names that no code can say: what answers with a handler's value, and what is in no file.
ANSWERED = "(answer)"
_UNSEEN = "(unseen)"


def of_kind(machine: Machine, tree: Node, path: str, kind: str) -> list[Node]:
    """A file's nodes of a kind, which each run asks for again."""
    known: dict[tuple[str, str], list[Node]] = machine.modules.kept.setdefault("kinds", {})
    if (path, kind) not in known:
        known[path, kind] = [node for node in tree.walk() if node.kind == kind]
    return known[path, kind]


def call(callee: Node, *args: Node) -> Node:
    return Node("call", callee.line, "", (callee, *args))


def done(node: Node) -> Node:
    """A statement that is a call."""
    return Node("discard", node.line, "", (node,))


def method(line: int, name: str, *args: Node, on: str = "this") -> Node:
    """A call of a method of the object that the route belongs to."""
    return call(Node("member", line, name, (Node("name", line, on),)), *args)


def onwards(value: Node) -> Node:
    """A function that is given to what runs before a handler, and goes on to it."""
    line = value.line
    body = Node("block", line, "", (Node("return", line, "", (value,)),))
    return function(line, "", [param(Node("name", line, "(passed)"))], body)


def unseen(name: str, line: int) -> Node:
    """Stands for what runs there and is not in the repository."""
    return done(call(Node("name", line, _UNSEEN), Node("text", line, name)))


def answer(value: Node) -> Node:
    """A statement that answers with what a handler gives back."""
    return done(call(Node("name", value.line, ANSWERED), value))


def route(
    address: str,
    steps: Iterable[Node],
    scope: Scope,
    owner: Things | None,
    *,
    line: int,
    name: str = "",
    params: Sequence[str] = (),
) -> Route:
    """A route that runs these statements; the handler in it stands in the line."""
    given = [param(Node("name", line, each)) for each in params]
    whole = function(line, name or ANSWERED, given, Node("block", line, "", tuple(steps)))
    return Route(address, Where(scope.path, line), (Function(whole, scope, owner),))


def told(machine: Machine, call: Call, status: int | None) -> Value:
    """What a call of these names comes to; `status` is that of the value that is given to it."""
    if call.name == ANSWERED:
        if status is not None:
            machine.reply(status)
        return Response(status)
    if call.name == _UNSEEN and isinstance(call.args[0], Const):
        machine.lost[call.where, f"{call.args[0].value} is not in the repository"] = None
        return Response()
    return None
