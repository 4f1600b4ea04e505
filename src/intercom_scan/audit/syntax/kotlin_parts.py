"""Kotlin: what its nodes are asked, and where an expression stands as a statement.

The grammar has no fields, so parts are told apart by their kinds and places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import (
    line_of,
    named,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader


_TYPES = ("user_type", "nullable_type", "function_type", "parenthesized_type")


def first(node: SgNode, *kinds: str) -> SgNode | None:
    """The first child of one of these kinds."""
    return next((child for child in node.children() if child.kind() in kinds), None)


def under(node: SgNode | None) -> list[SgNode]:
    return named(node) if node is not None else []


def text_in(node: SgNode, *kinds: str) -> str:
    found = first(node, *(kinds or ("simple_identifier", "type_identifier")))
    return found.text() if found is not None else ""


def typed(node: SgNode) -> tuple[Node, ...]:
    """The type that is written in a declaration, without spaces."""
    text = "".join(text_in(node, *_TYPES, "receiver_type").split())
    return (Node("type", line_of(node), text),) if text else ()


def says(node: SgNode, *words: str) -> bool:
    """Whether one of the children is such a word or sign."""
    return any(child.kind() in words for child in node.children())


def last(node: SgNode, read: Reader) -> Node:
    found = named(node)
    return read(found[-1]) if found else NOTHING


def one(nodes: list[SgNode], read: Reader) -> Node:
    return read(nodes[0]) if nodes else NOTHING


def settled(nodes: Iterable[Node]) -> tuple[Node, ...]:
    return tuple(settle(node) for node in nodes)


def settle(node: Node) -> Node:
    """An expression that stands as a statement: what its branches end with are statements too."""
    if node.kind == "call":
        return Node("discard", node.line, "", (node,))
    if node.kind in ("sequence", "try"):
        return node._replace(parts=settled(node.parts))
    if node.kind in ("if", "switch", "case"):
        return node._replace(parts=(node.parts[0], *settled(node.parts[1:])))
    if node.kind == "binary" and node.name == "??":
        return node._replace(parts=(settle(node.parts[0]), node.parts[1]))
    return node


def valued(node: SgNode | None, read: Reader) -> Node:
    """A block whose last expression is its value."""
    parts = read.all(under(node))
    line = line_of(node) if node is not None else 0
    if not parts:
        return Node("block", line)
    return Node("sequence", line, "", (*settled(parts[:-1]), parts[-1]))


def returned(node: Node) -> Node:
    value = node.parts[0] if node.kind == "discard" else node
    return Node("return", value.line, "", (value,))
