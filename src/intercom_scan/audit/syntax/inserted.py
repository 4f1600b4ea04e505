"""What a template inserts into a script: names that stand for it, and the nodes they become."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from intercom_scan.audit.syntax import javascript
from intercom_scan.audit.syntax.lowering import line_of, named, texts
from intercom_scan.audit.syntax.tree import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader, Way

    Parse: TypeAlias = Callable[[bytes, str], Node]

_STANDING = re.compile(r"inserted_([a-z]+)_((?:[0-9a-f]{2})*)_")
_FILTER = re.compile(r"""((?:[^|'"]|'[^']*'|"[^"]*")*)\|(?!\|)""")


def standing_for(expression: str, language: str) -> str:
    """A name that stands for an expression, whatever is in that."""
    plain = expression.strip().rstrip("-~;").strip()
    return f"inserted_{language}_{plain.encode('utf-8', 'replace').hex()}_"


def table(parse: Parse) -> Mapping[str, Way]:
    """JavaScript's, where names that stand for an expression are `inserted`."""
    return {
        **javascript.TABLE,
        "identifier": partial(_name, parse),
        "string_fragment": partial(_fragment, parse),
        "string": _text,
        "template_string": _text,
    }


def _name(parse: Parse, node: SgNode, _: Reader) -> Node:
    text, line = node.text(), line_of(node)
    found = _STANDING.fullmatch(text)
    return _inserted(parse, found, line) if found else Node("name", line, text)


def _fragment(parse: Parse, node: SgNode, _: Reader) -> Node:
    line, text, place = line_of(node), node.text(), 0
    parts: list[Node] = []
    for found in _STANDING.finditer(text):
        if found.start() > place:
            parts.append(Node("text", line, text[place : found.start()]))
        parts.append(_inserted(parse, found, line))
        place = found.end()
    if place < len(text):
        parts.append(Node("text", line, text[place:]))
    return Node("template", line, "", tuple(parts)) if place else Node("text", line, text)


def _text(node: SgNode, read: Reader) -> Node:
    parts = [
        part
        for each in read.all(named(node))
        for part in (each.parts if each.kind == "template" else (each,))
    ]
    only = len(parts) == 1 and parts[0].kind == "inserted"
    return parts[0] if only else texts(line_of(node), tuple(parts))


def _inserted(parse: Parse, found: re.Match[str], line: int) -> Node:
    language, expression = found[1], bytes.fromhex(found[2]).decode("utf-8", "replace")
    code = expression
    if language == "py":  # near enough: names, attributes and calls, before a filter
        plain = _FILTER.match(expression)
        code = (plain[1] if plain else expression).strip().lstrip(".")
    elif language == "php":
        code = f"<?php {expression};"
    tree = parse(code.encode(), language)
    first = tree.parts[0] if tree.parts else tree
    if first.kind == "discard" and first.parts:
        first = first.parts[0]
    return Node("inserted", line, expression, (_placed(first, line),))


def _placed(node: Node, line: int) -> Node:
    """All of it on one line."""
    return node._replace(line=line, parts=tuple(_placed(part, line) for part in node.parts))
