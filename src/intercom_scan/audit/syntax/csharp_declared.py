"""Functions, classes and what they have inside, in C#; for the table of `csharp.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import function, line_of, named, param, primary
from intercom_scan.audit.syntax.tree import Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader


def function_of(node: SgNode, read: Reader) -> Node:
    name = node.field("name")
    code = (
        node.field("body") or child_of(node, "arrow_expression_clause") or child_of(node, "block")
    )
    body = _body(code, read)
    given = node.field("parameters")
    plain = given is None or given.kind() == "implicit_parameter"
    params = [param(read(given))] if plain and given is not None else _params(given, read)
    text = name.text() if name is not None else ""
    if node.kind() == "constructor_declaration":
        text = "constructor"
        head = child_of(node, "constructor_initializer")
        begun = (_initialised(head, read),) if head is not None else ()
        body = body._replace(parts=(*begun, *body.parts))
    return function(line_of(node), text, params, body, _attributes(node, read))


def child_of(node: SgNode, kind: str) -> SgNode | None:
    """Its first child of a kind."""
    return next((child for child in named(node) if child.kind() == kind), None)


def _body(node: SgNode | None, read: Reader) -> Node:
    """A function's body; an expression is what it returns."""
    body = read(node)
    if node is None or body.kind == "block":
        return body if node is not None else Node("block", 0)
    kept = body if body.kind in ("assign", "throw") else Node("return", body.line, "", (body,))
    return Node("block", body.line, "", (kept,))


def _initialised(node: SgNode, read: Reader) -> Node:
    """`: this(…)` or `: base(…)` of a constructor."""
    line = line_of(node)
    called = Node("name", line, "base" if node.text().lstrip(": ").startswith("base") else "this")
    call = Node("call", line, "", (called, *read.all(named(named(node)[0]))))
    return Node("discard", line, "", (call,))


def _params(node: SgNode | None, read: Reader) -> list[Node]:
    found: list[Node] = []
    for given in named(node) if node is not None else ():
        if given.kind() == "identifier":  # of `params T[] a`, whose parts stand by themselves
            found.append(param(Node("splat", line_of(given), "", (read(given),))))
        elif given.kind() == "parameter":
            name, kind = given.field("name"), given.field("type")
            after = named(given)[-1]
            default = after if name is not None and after.range() != name.range() else None
            marks = [*_attributes(given, read), *_types([kind] if kind is not None else [])]
            found.append(param(read(name), read(default), marks))
    return found


def _types(nodes: Iterable[SgNode]) -> list[Node]:
    return [Node("type", line_of(node), node.text()) for node in nodes]


def _attributes(node: SgNode, read: Reader) -> list[Node]:
    lists = [child for child in named(node) if child.kind() == "attribute_list"]
    return [read(mark) for marks in lists for mark in named(marks) if mark.kind() == "attribute"]


def attribute(node: SgNode, read: Reader) -> Node:
    given, called = child_of(node, "attribute_argument_list"), read(node.field("name"))
    if given is None:
        return called
    return Node("call", line_of(node), "", (called, *read.all(named(given))))


def class_of(node: SgNode, read: Reader) -> Node:
    """A class; the parameters of a primary constructor are its fields."""
    line, name, body = line_of(node), node.field("name"), node.field("body")
    members = read.all(named(body)) if body is not None else ()
    head, base = child_of(node, "parameter_list"), child_of(node, "base_list")
    if head is not None:
        members = (primary(line, _params(head, read)), *members)
    marks = [*_attributes(node, read), *_types(named(base) if base is not None else ())]
    decorators = Node("decorators", line, "", tuple(marks))
    parts = (Node("block", line, "", _flat(members)), decorators)
    return Node("class", line, name.text() if name is not None else "", parts)


def _flat(members: Iterable[Node]) -> tuple[Node, ...]:
    """Fields stand in declarations of several."""
    return tuple(
        part
        for member in members
        for part in (member.parts if member.kind == "block" else (member,))
    )


def property_of(node: SgNode, read: Reader) -> Node:
    """What is computed when it is read is a function with the mark `property`, else a field."""
    line, name, kind = line_of(node), node.field("name"), node.field("type")
    accessors = node.field("accessors")
    getters = [
        child for child in (named(accessors) if accessors is not None else ())
        if child.text().lstrip("[]").startswith("get")
    ]  # fmt: skip
    code = child_of(node, "arrow_expression_clause")
    for getter in getters:
        code = getter.field("body") or child_of(getter, "arrow_expression_clause")
    if code is not None:
        mark = Node("name", line, "property")
        return function(line, name.text() if name else "", (), _body(code, read), (mark,))
    marks = Node("decorators", line, "", tuple(_types([kind] if kind is not None else [])))
    return Node("assign", line, "", (read(name), read(node.field("value")), marks))
