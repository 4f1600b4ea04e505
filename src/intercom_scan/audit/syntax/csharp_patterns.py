"""Patterns of C# as conditions: `a is { Length: > 0 } b` says what `(b = a) != null && …` says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import line_of, named
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader

_JOINS = {"and_pattern": "&&", "or_pattern": "||"}


def matched(node: SgNode, read: Reader) -> Node:
    """`a is …`: the condition."""
    what, pattern = named(node)[:2]
    return _condition(read(what), pattern, read)


def arms(node: SgNode, read: Reader) -> Node:
    """`a switch { … }`, as one choice after the other."""
    what, *cases = named(node)
    subject, made = read(what), NOTHING
    for arm in reversed(cases):
        parts = named(arm)
        condition = _condition(subject, parts[0], read)
        for when in (part for part in parts[1:-1] if part.kind() == "when_clause"):
            held = read(named(when)[0])
            condition = Node("binary", line_of(when), "&&", (condition, held))
        value = read(parts[-1])
        plain = condition.kind == "truth"
        made = value if plain else Node("choice", line_of(arm), "", (condition, value, made))
    return made


def _condition(subject: Node, node: SgNode, read: Reader) -> Node:  # noqa: PLR0911 a table
    kind, line = node.kind(), line_of(node)
    parts = named(node)
    if kind == "negated_pattern":
        held = _condition(subject, parts[0], read)
        if parts[0].kind() != "constant_pattern":
            return Node("unary", line, "!", (held,))
        return _first(held, lambda leaf: Node("unary", line, "!", (leaf,)))
    if kind == "parenthesized_pattern":
        return _condition(subject, parts[0], read)
    if kind in _JOINS:
        both = tuple(_condition(subject, part, read) for part in parts[:2])
        return Node("binary", line, _JOINS[kind], both)
    if kind == "constant_pattern":
        said = read(parts[0])
        return _first(said, lambda leaf: Node("binary", line, "==", (subject, leaf)))
    if kind == "relational_pattern":
        name = node.children()[0].text()
        said = read(parts[-1])
        return _first(said, lambda leaf: Node("binary", line, name, (subject, leaf)))
    if kind in ("discard", "var_pattern"):
        return _named(subject, parts[-1:], read, Node("truth", line, "true"))
    if kind in ("declaration_pattern", "recursive_pattern"):
        return _shaped(subject, node, read)
    return Node("other", line, "", (subject,))


def _first(node: Node, wrap: Callable[[Node], Node]) -> Node:
    """What follows a constant, as in `a is null || b`, is none of the pattern's."""
    if (node.kind == "binary" and node.name in ("&&", "||")) or node.kind == "choice":
        return node._replace(parts=(_first(node.parts[0], wrap), *node.parts[1:]))
    return wrap(node)


def _shaped(subject: Node, node: SgNode, read: Reader) -> Node:
    """`T a`, and `T { B: …, C: … } a`: that it is there, and what its attributes are."""
    line = line_of(node)
    made = Node("binary", line, "!=", (subject, Node("null", line)))
    clauses = [part for part in named(node) if part.kind() == "property_pattern_clause"]
    for clause in clauses:
        for sub in named(clause):
            name, *pattern = named(sub)
            holder = Node("member", line, name.text(), (subject,))
            held = _condition(holder, pattern[0], read) if pattern else NOTHING
            made = Node("binary", line, "&&", (made, held))
    last = named(node)[-1:]
    own = [part for part in last if part.kind() == "identifier" and len(named(node)) > 1]
    return _named(subject, own, read, made)


def _named(subject: Node, own: list[SgNode], read: Reader, condition: Node) -> Node:
    if not own:
        return condition
    assigned = Node("assign", condition.line, "", (read(own[0]), subject))
    return Node("sequence", condition.line, "", (assigned, condition))
