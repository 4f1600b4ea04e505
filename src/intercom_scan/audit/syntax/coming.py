"""What code comes to, in languages where the last of it is its value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.tree import Node

if TYPE_CHECKING:
    from collections.abc import Callable

BARE = "bare"  # a statement that is a word: a call, but a value where it is asked for
_ENDS = ("nothing", "return", "throw", "break", "loop", "class", "import")


def value(node: Node) -> Node:
    """What code comes to that stands where a value is asked for."""
    if node.kind == "discard":
        return node.parts[0].parts[0] if node.name == BARE else node.parts[0]
    if node.kind == "block":
        parts = tuple(value(part) for part in node.parts)
        return parts[0] if len(parts) == 1 else node._replace(kind="sequence", parts=parts)
    if node.kind == "if":
        condition, *ways = node.parts
        return node._replace(kind="choice", parts=(condition, *map(value, ways)))
    if node.kind == "try":
        body, caught, always = node.parts
        return node._replace(parts=(value(body), value(caught), always))
    if node.kind in ("switch", "case"):
        first, *rest = node.parts
        return node._replace(parts=(first, *map(value, rest)))
    return node


def returning(node: Node) -> Node:
    """Code with a `return` before the last of what it does, wherever it may end."""
    if node.kind in _ENDS or (node.kind == "function" and node.name):
        return node
    if node.kind == "block":
        return node._replace(parts=(*node.parts[:-1], *map(returning, node.parts[-1:])))
    if node.kind in ("if", "switch", "case"):
        first, *ways = node.parts
        return node._replace(parts=(first, *map(returning, ways)))
    if node.kind == "try":
        body, caught, always = node.parts
        return node._replace(parts=(returning(body), returning(caught), always))
    return Node("return", node.line, "", (value(node),))


def within(node: Node, kind: str, change: Callable[[Node], Node]) -> Node:
    """The nodes of a kind in code, changed; not those in functions, nor `break` in a loop."""
    if node.kind == "function" or (node.kind == "loop" and kind == "break"):
        return node
    made = node._replace(parts=tuple(within(part, kind, change) for part in node.parts))
    return change(made) if node.kind == kind else made
