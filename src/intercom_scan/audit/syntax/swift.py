"""How Swift becomes our tree: https://github.com/alex-pinkus/tree-sitter-swift."""

from __future__ import annotations

import re
from functools import reduce
from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import (
    attached,
    bound,
    each,
    function,
    inner,
    line_of,
    named,
    param,
    texts,
    word,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader, Way

_NAMED = frozenset({"simple_identifier", "self_expression", "super_expression"})
_TYPES = re.compile(r"_type$|^type_annotation$|^value_binding_pattern$")
# https://docs.swift.org/swift-book/documentation/the-swift-programming-language/expressions: the
# grammar takes an operator's right side too far where `!=` and `nil` meet, or `&&` and `||`.
_LEVELS = {"*": 8, "/": 8, "%": 8, "+": 7, "-": 7, "??": 5, "&&": 3, "||": 2}
_RELATION = 4
_UNNAMED = {"init_declaration": "init", "deinit_declaration": "deinit"}
_VALUES = frozenset({"text", "template", "number", "truth", "null", "object", "list", "function"})
_BINARY = frozenset({
    "additive_expression", "multiplicative_expression", "comparison_expression",
    "equality_expression", "conjunction_expression", "disjunction_expression", "infix_expression",
    "nil_coalescing_expression",
})  # fmt: skip


def _says(node: SgNode) -> bool:
    return (node.is_named() and not node.kind().endswith("comment")) or node.kind() == "nil"


def _said(node: SgNode) -> list[SgNode]:
    """The children that say something; `nil` is one."""
    return [child for child in node.children() if _says(child)]


def _last(node: SgNode, read: Reader) -> Node:
    said = _said(node)
    return read(said[-1] if said else None)


def _first(node: SgNode, read: Reader) -> Node:
    return read(next(iter(_said(node)), None))


def _statements(node: SgNode, read: Reader) -> Node:
    found = (read(child) for child in _said(node))
    return Node("block", line_of(node), "", tuple(map(_discarded, found)))


def _discarded(made: Node) -> Node:
    alone = made.kind in ("call", "member", "name", "unary", "binary", "choice")
    return Node("discard", made.line, "", (made,)) if alone else made


def _body(node: SgNode | None, read: Reader) -> Node:
    """A function's body; a single expression is what it returns."""
    kinds = ("statements", "function_body", "computed_getter", "computed_property")
    while node is not None and node.kind() != "statements":
        node = next((child for child in named(node) if child.kind() in kinds), None)
    if node is None:
        return Node("block", 0)
    made = read(node)
    only = made.parts[0] if len(made.parts) == 1 else NOTHING
    if only.kind == "discard" or only.kind in _VALUES:
        value = only.parts[0] if only.kind == "discard" else only
        made = made._replace(parts=(Node("return", made.line, "", (value,)),))
    return made


def _marks(node: SgNode, read: Reader) -> tuple[Node, ...]:
    groups = (child for child in node.children() if child.kind() == "modifiers")
    return tuple(read(mark) for group in groups for mark in group.children()
                 if mark.kind() == "attribute")  # fmt: skip


def _function(node: SgNode, read: Reader) -> Node:
    names = [child.text() for child in node.children() if child.kind() == "simple_identifier"]
    body = next((child for child in named(node) if child.kind() == "function_body"), None)
    name = names[0] if names else _UNNAMED.get(node.kind(), "")
    marks = _marks(node, read)
    return function(line_of(node), name, _params(node.children(), read), _body(body, read), marks)


def _params(nodes: Iterable[SgNode], read: Reader) -> list[Node]:
    """Each by its own name; `name` is its label where that is another, blank for `_`."""
    found: list[Node] = []
    waiting = False
    for node in nodes:
        if node.kind() == "parameter":
            words = [each.text() for each in named(node) if each.kind() == "simple_identifier"]
            target = Node("name", line_of(node), words[-1] if words else "")
            label = words[0] if len(words) > 1 and words[0] != "_" else ""
            found.append(param(target)._replace(name=label))
        elif waiting and found:
            last = found[-1]
            parts = (last.parts[0], read(node), last.parts[2])
            found[-1] = last._replace(parts=parts)
        waiting = node.kind() == "="
    return found


def _closure(node: SgNode, read: Reader) -> Node:
    own = next((each for each in named(node) if each.kind() == "lambda_function_type"), None)
    params = own.find_all(kind="lambda_parameter") if own is not None else []
    found = [param(Node("name", line_of(each), _word(each))) for each in params]
    return function(line_of(node), "", found, _body(node, read))


def _word(node: SgNode) -> str:
    found = node if node.kind() in _NAMED else node.find(kind="simple_identifier")
    return found.text() if found is not None else ""


def _class(node: SgNode, read: Reader) -> Node:
    names = (c for c in named(node) if c.kind() in ("type_identifier", "user_type"))
    body = next((c for c in named(node) if c.kind().endswith("_body")), None)
    name = next(names, None)
    marks = Node("decorators", line_of(node), "", _marks(node, read))
    text = name.text() if name is not None else ""
    return Node("class", line_of(node), text, (read(body), marks))


def _property(node: SgNode, read: Reader) -> Node:
    """`let a = 1, b = 2`, or what is computed: a function without parameters."""
    found: list[Node] = []
    waiting = False
    for child in node.children():
        kind = child.kind()
        if kind == "pattern":
            found.append(Node("assign", line_of(child), "", (read(child), NOTHING)))
        elif kind == "computed_property" and found:
            name = found[-1].parts[0].name
            made = function(line_of(child), name, [], _body(child, read), _marks(node, read))
            found[-1] = made
        elif waiting and found:
            found[-1] = found[-1]._replace(parts=(found[-1].parts[0], read(child)))
        waiting = kind == "="
    return found[0] if len(found) == 1 else Node("block", line_of(node), "", tuple(found))


def _pattern(node: SgNode, read: Reader) -> Node:
    said = [child for child in named(node) if child.kind() != "value_binding_pattern"]
    return read(said[0]) if len(said) == 1 else Node("list", line_of(node), "", read.all(said))


def _assignment(node: SgNode, read: Reader) -> Node:
    said, line = _said(node), line_of(node)
    left, right = read(said[0]), read(said[-1])
    if not any(child.kind() == "=" for child in node.children()):
        right = Node("binary", line, "+", (left, right))
    return Node("assign", line, "", (left, right))


def _call(node: SgNode, read: Reader) -> Node:
    callee, suffix = node.children()[0], node.children()[-1]
    given: list[Node] = []
    label = ""
    for child in named(suffix):
        if child.kind() == "value_arguments":
            given += [read(each) for each in named(child)]
        elif child.kind() == "simple_identifier":
            label = child.text()
        else:
            made = read(child)
            given.append(Node("named", made.line, label, (made,)) if label else made)
    line = line_of(node)
    if callee.kind() == "bang":
        return Node("unary", line, "!", tuple(given[:1]))
    bracket = next((c.text()[:1] for c in named(suffix) if c.kind() == "value_arguments"), "")
    kind = "index" if bracket == "[" else "call"
    return _attached(callee, read, lambda first: Node(kind, line, "", (first, *given)))


def _attached(callee: SgNode, read: Reader, wrap: Callable[[Node], Node]) -> Node:
    """`!a.b(c)`, of which the grammar says that `!a` has a `b`."""
    first = read(callee)
    return attached(first, wrap) if callee.kind() != "tuple_expression" else wrap(first)


def _constructed(node: SgNode, read: Reader) -> Node:
    kind, suffix = named(node)[0], named(node)[-1]
    given = [read(each) for group in named(suffix) for each in _said(group)]
    line = line_of(node)
    callee = Node("name", line, kind.text().partition("<")[0])
    return Node("call", line, "", (callee, *given))


def _argument(node: SgNode, read: Reader) -> Node:
    label = next((c for c in named(node) if c.kind() == "value_argument_label"), None)
    value = _last(node, read)
    return value if label is None else Node("named", line_of(node), label.text(), (value,))


def _member(node: SgNode, read: Reader) -> Node:
    callee, suffix = node.children()[0], node.children()[-1]
    name, line = suffix.text().lstrip("."), line_of(suffix)
    return _attached(callee, read, lambda first: Node("member", line, name, (first,)))


def _prefixed(node: SgNode, read: Reader) -> Node:
    """`!a`, `-a`, and `.success`, a member of what the context asks for."""
    sign = node.children()[0].text()
    value, line = _last(node, read), line_of(node)
    if sign == ".":
        return Node("member", line, value.name, (NOTHING,))
    return Node("unary", line, sign, (value,))


def _text(node: SgNode, read: Reader) -> Node:
    return texts(line_of(node), read.all(named(node)))


def _raw(node: SgNode, _: Reader) -> Node:
    return Node("text", line_of(node), node.text().strip("#").strip('"'))


def _dictionary(node: SgNode, read: Reader) -> Node:
    said = _said(node)
    pairs = [
        Node("pair", line_of(key), read(key).name, (read(value),))
        for key, value in zip(said[::2], said[1::2], strict=False)
    ]
    return Node("object", line_of(node), "", tuple(pairs))


def _tuple(node: SgNode, read: Reader) -> Node:
    found = read.all(_said(node))
    return found[0] if len(found) == 1 else Node("list", line_of(node), "", found)


def _if(node: SgNode, read: Reader) -> Node:
    """`if` and `guard`: conditions to the first brace, then what is done, or else."""
    children = node.children()
    kinds = [child.kind() for child in children]
    opening = kinds.index("{") if "{" in kinds else len(kinds)
    split = kinds.index("else") if "else" in kinds else len(kinds)
    condition = _conditions(children[1 : min(opening, split)], read)
    then = _block(children[opening:split], read)
    other = _block(children[split + 1 :], read) if split < len(kinds) else NOTHING
    return Node("if", line_of(node), "", (condition, then, other))


def _block(nodes: Iterable[SgNode], read: Reader) -> Node:
    wanted = (node for node in nodes if node.kind() in ("statements", "if_statement"))
    found = next(wanted, None)
    return read(found) if found is not None else Node("block", 0)


def _conditions(nodes: list[SgNode], read: Reader) -> Node:
    """What has to hold; `let a = b` is an assignment that has a value."""
    groups: list[list[SgNode]] = [[]]
    for node in nodes:
        if node.kind() in (",", "value_binding_pattern", "case") and groups[-1]:
            before = groups[-1][0].kind()
            if node.kind() == "," or before not in ("value_binding_pattern", "case"):
                groups.append([])
        if node.kind() != ",":
            groups[-1].append(node)
    found = [_condition(group, read) for group in groups if group]
    if not found:
        return NOTHING
    return reduce(lambda a, b: Node("binary", a.line, "&&", (a, b)), found)


def _condition(group: list[SgNode], read: Reader) -> Node:
    said = [node for node in group if _says(node) and not _TYPES.search(node.kind())]
    line = line_of(group[0])
    if group[0].kind() == "case":
        return Node("binary", line, "case", read.all(said))
    if group[0].kind() == "value_binding_pattern" and said:
        return Node("assign", line, "", (read(said[0]), read(said[-1])))
    return read(said[-1]) if said else NOTHING


def _binary(node: SgNode, read: Reader) -> Node:
    """Operators by how tightly they bind, whatever the grammar made of them."""
    parts = [*_flat(node)]
    operators = [part for part in parts if isinstance(part, str)]
    operands = read.all([part for part in parts if not isinstance(part, str)], len(operators))
    return bound(operands, operators, lambda operator: _LEVELS.get(operator, _RELATION))


def _flat(node: SgNode) -> Iterable[SgNode | str]:
    """Operands and operators from left to right; the grammar may not nest this too deeply."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        if part.kind() in _BINARY:
            waiting += reversed(part.children())
        elif part.kind() == "custom_operator" or (not part.is_named() and part.kind() != "nil"):
            yield part.text()
        elif _says(part):
            yield part


def _all(kind: str) -> Way:
    return lambda node, read: Node(kind, line_of(node), "", read.all(_said(node)))


def _case(node: SgNode, read: Reader) -> Node:
    parts = named(node)
    values = [each for each in parts if each.kind() == "switch_pattern"]
    body = next((each for each in parts if each.kind() == "statements"), None)
    block = read(body) if body is not None else Node("block", line_of(node))
    return Node("case", line_of(node), "", (read(values[0] if values else None), block))


def _loop(node: SgNode, read: Reader) -> Node:
    kinds = [child.kind() for child in node.children()]
    target = next((c for c in named(node) if c.kind() == "pattern"), None)
    rest = [c for c in _said(node) if c.kind() not in ("pattern", "statements", "where_clause")]
    what = _conditions([c for c in rest if not _TYPES.search(c.kind())], read)
    body = _block(node.children(), read)
    return Node("loop", line_of(node), "", (read(target) if "in" in kinds else NOTHING, what, body))


def _do(node: SgNode, read: Reader) -> Node:
    body = _block(node.children(), read)
    caught = [_block(c.children(), read) for c in named(node) if c.kind() == "catch_block"]
    if not caught:
        return body
    return Node("try", line_of(node), "", (body, caught[0], NOTHING))


def _transfer(node: SgNode, read: Reader) -> Node:
    first = node.children()[0].text()
    kind = {"return": "return", "throw": "throw"}.get(first, "break")
    value = [child for child in _said(node) if child.kind() != "throw_keyword"]
    return Node(kind, line_of(node), "", read.all(value[:1]))


def _import(node: SgNode, _: Reader) -> Node:
    name = next((c.text() for c in named(node) if c.kind() == "identifier"), "")
    line = line_of(node)
    parts = (Node("text", line, "*"), Node("text", line, name))
    return Node("import", line, name.rpartition(".")[2], parts)


TABLE = {
    **dict.fromkeys(("source_file", "statements"), _statements),
    **dict.fromkeys(("class_body", "enum_class_body", "protocol_body"), each("block")),
    **dict.fromkeys(("class_declaration", "protocol_declaration"), _class),
    **dict.fromkeys(("function_declaration", "init_declaration", "deinit_declaration",
                     "protocol_function_declaration"), _function),
    **dict.fromkeys(_NAMED | {"user_type", "identifier"}, word("name")),
    **dict.fromkeys(("line_string_literal", "multi_line_string_literal"), _text),
    **dict.fromkeys(("line_str_text", "multi_line_str_text", "str_escaped_char"), word("text")),
    **dict.fromkeys(("integer_literal", "real_literal", "hex_literal"), word("number")),
    **dict.fromkeys(("interpolated_expression", "directly_assignable_expression",
                     "as_expression", "postfix_expression", "attribute", "switch_pattern"), _first),
    **dict.fromkeys(("try_expression", "await_expression"), _last),
    **dict.fromkeys(_BINARY, _binary),
    **dict.fromkeys(("if_statement", "guard_statement"), _if),
    **dict.fromkeys(("for_statement", "while_statement", "repeat_while_statement"), _loop),
    **dict.fromkeys(("directive", "type_annotation", "protocol_property_declaration"),
                    lambda *_: NOTHING),
    "nil": word("null"),
    "boolean_literal": word("truth"),
    "raw_string_literal": _raw,
    "property_declaration": _property,
    "pattern": _pattern,
    "lambda_literal": _closure,
    "call_expression": _call,
    "constructor_expression": _constructed,
    "value_argument": _argument,
    "navigation_expression": _member,
    "prefix_expression": _prefixed,
    "assignment": _assignment,
    "dictionary_literal": _dictionary,
    "array_literal": each("list"),
    "tuple_expression": _tuple,
    "ternary_expression": _all("choice"),
    "switch_statement": _all("switch"),
    "switch_entry": _case,
    "do_statement": _do,
    "control_transfer_statement": _transfer,
    "import_declaration": _import,
    "selector_expression": inner,
}  # fmt: skip
