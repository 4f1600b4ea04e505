"""Trees as one line of text, to compare them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.parse import parse

if TYPE_CHECKING:
    from intercom_scan.audit.syntax.tree import Node

_WORDS = frozenset({"name", "number", "truth", "null"})


def written(node: Node) -> str:
    """`call` and `member` as code writes them, a text in quotes, all else as `(kind:name parts)`.

    `nothing`, and decorators where there are none, are `_`.
    """
    parts = [written(part) for part in node.parts]
    if node.kind == "nothing" or (node.kind == "decorators" and not parts):
        return "_"
    if node.kind in _WORDS:
        return node.name
    if node.kind == "text":
        return f"'{node.name}'"
    if node.kind == "member":
        return f"{parts[0]}.{node.name}"
    if node.kind == "call":
        return f"{parts[0]}({', '.join(parts[1:])})"
    if node.kind in ("named", "pair"):
        return f"{node.name}: {', '.join(parts)}"
    head = f"{node.kind}:{node.name}" if node.name else node.kind
    return f"({' '.join([head, *parts])})"


def lines(code: str, ending: str) -> list[str]:
    """Each statement of some code, written."""
    return [written(part) for part in parse(code.encode(), ending).parts]
