"""How Dart becomes our tree: https://github.com/UserNobody14/tree-sitter-dart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.dart_declared import (
    WORDS,
    annotation,
    cascaded,
    child_of,
    class_of,
    closure,
    declared,
    function_of,
    given_to,
    imported,
    initialiser,
    parts_of,
)
from intercom_scan.audit.syntax.lowering import (
    attached,
    each,
    inner,
    line_of,
    named,
    texts,
    word,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Callable

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader, Way

_BINARY = ("additive_expression", "multiplicative_expression", "equality_expression",
           "relational_expression", "logical_and_expression", "logical_or_expression",
           "if_null_expression", "bitwise_and_expression", "bitwise_or_expression",
           "bitwise_xor_expression", "shift_expression")  # fmt: skip


def _first(node: SgNode, read: Reader) -> Node:
    return read(next(iter(parts_of(node)), None))


def _statement(node: SgNode, read: Reader) -> Node:
    made = cascaded(parts_of(node), read)
    return made if made.kind in ("assign", "throw") else Node("discard", made.line, "", (made,))


def _argument(node: SgNode, read: Reader) -> Node:
    label = child_of(node, "label")
    name = label.text().rstrip(": ") if label is not None else ""
    return Node("named", line_of(node), name, (cascaded(parts_of(node)[1:], read),))


def _call(node: SgNode, read: Reader) -> Node:
    callee, given, line = parts_of(node)[0], given_to(node, read), line_of(node)
    return _attached(callee, read, lambda first: Node("call", line, "", (first, *given)))


def _made(node: SgNode, read: Reader) -> Node:
    """`new A.b(…)` and `const A.b(…)`."""
    words = "".join(
        each.text() for each in node.children()
        if each.kind() in ("type", "identifier", ".") and not each.text().startswith("<")
    )  # fmt: skip
    line = line_of(node)
    first, *rest = words.partition("<")[0].split(".")
    made = Node("name", line, first)
    for name in rest:
        made = Node("member", line, name, (made,))
    return Node("call", line, "", (made, *given_to(node, read)))


def _member(node: SgNode, read: Reader) -> Node:
    said, line = parts_of(node), line_of(node)
    name = said[-1].text()
    return _attached(said[0], read, lambda first: Node("member", line, name, (first,)))


def _index(node: SgNode, read: Reader) -> Node:
    said, line = parts_of(node), line_of(node)
    key = read(said[-1])
    return _attached(said[0], read, lambda first: Node("index", line, "", (first, key)))


def _attached(callee: SgNode, read: Reader, wrap: Callable[[Node], Node]) -> Node:
    """`() => a.b(c)`, of which the grammar says that the function has a `b`."""
    first = read(callee)
    return wrap(first) if callee.kind() == "parenthesized_expression" else attached(first, wrap)


def _assignable(node: SgNode, read: Reader) -> Node:
    said = parts_of(node)
    if len(said) < 2:
        return _first(node, read)
    marks = {child.kind() for child in node.children()}
    if "[" in marks:
        return Node("index", line_of(node), "", (read(said[0]), read(said[-1])))
    return Node("member", line_of(node), said[-1].text(), (read(said[0]),))


def _assignment(node: SgNode, read: Reader) -> Node:
    said, line = parts_of(node), line_of(node)
    left, right = read(said[0]), cascaded(said[1:], read)
    operator = _operator(node)
    if operator != "=":
        right = Node("binary", line, operator[:-1], (left, right))
    return Node("assign", line, "", (left, right))


def _operator(node: SgNode) -> str:
    words = (child for child in node.children() if (not child.is_named() and
             child.kind() not in WORDS) or child.kind().endswith("_operator"))  # fmt: skip
    return next((child.text() for child in words), "")


def _binary(node: SgNode, read: Reader) -> Node:
    said = [each for each in parts_of(node) if not each.kind().endswith("_operator")]
    return Node("binary", line_of(node), _operator(node), read.all(said[:2]))


def _unary(node: SgNode, read: Reader) -> Node:
    said = parts_of(node)
    value = read(said[-1] if said else None)
    sign = said[0].text() if len(said) > 1 else ""
    return Node("unary", line_of(node), sign, (value,)) if sign else value


def _text(node: SgNode, read: Reader) -> Node:
    """All pieces of all texts that stand side by side."""
    line = line_of(node)
    parts = [
        part
        for one in named(node)
        for part in (_raw(one) if one.kind().startswith("raw") else read.all(named(one)))
    ]
    return texts(line, tuple(parts))


def _raw(node: SgNode) -> tuple[Node, ...]:
    return (Node("text", line_of(node), node.text()[1:].strip("'\"")),)


def _inserted(node: SgNode, read: Reader) -> Node:
    said = parts_of(node)
    if said and said[0].kind() == "identifier_dollar_escaped":
        return Node("name", line_of(node), said[0].text())
    return read(said[0] if said else None)


def _map(node: SgNode, read: Reader) -> Node:
    found = read.all(parts_of(node))
    pairs = not found or any(part.kind == "pair" for part in found)
    return Node("object" if pairs else "list", line_of(node), "", found)


def _pair(node: SgNode, read: Reader) -> Node:
    key, value = parts_of(node)[0], parts_of(node)[-1]
    return Node("pair", line_of(node), read(key).name, (read(value),))


def _if(node: SgNode, read: Reader) -> Node:
    said = parts_of(node)
    branches = said[-2:] if child_of(node, "else") is not None else [said[-1]]
    then, other = (*read.all(branches), NOTHING)[:2]
    return Node("if", line_of(node), "", (read(said[0]), then, other))


def _loop(node: SgNode, read: Reader) -> Node:
    said = parts_of(node)
    if child_of(node, "in") is None:
        conditions = read.all(said[:-1])
        what = Node("sequence", line_of(node), "", conditions)
        return Node("loop", line_of(node), "", (NOTHING, what, read(said[-1])))
    return Node("loop", line_of(node), "", read.all(said[:3]))


def _do(node: SgNode, read: Reader) -> Node:
    body, condition = (*read.all(parts_of(node)), NOTHING, NOTHING)[:2]
    return Node("loop", line_of(node), "", (NOTHING, condition, body))


def _try(node: SgNode, read: Reader) -> Node:
    blocks = [each for each in named(node) if each.kind() == "block"]
    last = child_of(node, "finally_clause")
    body, caught = (*read.all(blocks[:2]), NOTHING, NOTHING)[:2]
    always = inner(last, read) if last is not None else NOTHING
    return Node("try", line_of(node), "", (body, caught, always))


def _switch(node: SgNode, read: Reader) -> Node:
    said = parts_of(node)
    cases = read.all(named(said[-1])) if len(said) > 1 else ()
    return Node("switch", line_of(node), "", (read(said[0]), *cases))


def _case(node: SgNode, read: Reader) -> Node:
    parts = named(node)
    values = parts[:1] if node.kind() == "switch_statement_case" else []
    block = Node("block", line_of(node), "", read.all(parts[len(values) :]))
    return Node("case", line_of(node), "", (read(values[0] if values else None), block))


def _simple(kind: str) -> Way:
    return lambda node, read: Node(kind, line_of(node), "", read.all(parts_of(node)[:1]))


TABLE = {
    **dict.fromkeys(("source_file", "block", "class_body", "enum_body", "extension_body"),
                    each("block")),
    **dict.fromkeys(("class_declaration", "mixin_declaration", "extension_declaration",
                     "enum_declaration"), class_of),
    **dict.fromkeys(("class_member", "await_expression", "parenthesized_expression",
                     "null_assertion_expression", "type_cast_expression", "spread_element",
                     "instantiation_expression", "configurable_uri", "uri"), _first),
    **dict.fromkeys(("function_declaration", "method_declaration", "local_function_declaration"),
                    function_of),
    **dict.fromkeys(("declaration", "top_level_variable_declaration", "local_variable_declaration"),
                    declared),
    **dict.fromkeys(("identifier", "this", "super", "type_identifier"), word("name")),
    **dict.fromkeys(("template_chars_single_single", "template_chars_double_single",
                     "template_chars_single", "template_chars_double", "escape_sequence"),
                    word("text")),
    **dict.fromkeys(("decimal_integer_literal", "hex_integer_literal",
                     "decimal_floating_point_literal"), word("number")),
    **dict.fromkeys(("true", "false"), word("truth")),
    **dict.fromkeys(("member_expression", "null_aware_member_expression"), _member),
    **dict.fromkeys(("index_expression", "null_aware_index_expression"), _index),
    **dict.fromkeys(("new_expression", "const_object_expression"), _made),
    **dict.fromkeys(_BINARY, _binary),
    **dict.fromkeys(("break_statement", "continue_statement"), word("break")),
    **dict.fromkeys(("for_statement", "while_statement"), _loop),
    **dict.fromkeys(("throw_expression", "rethrow_statement"), _simple("throw")),
    **dict.fromkeys(("switch_statement_case", "switch_statement_default"), _case),
    **dict.fromkeys(("part_directive", "type", "type_arguments"), lambda *_: NOTHING),
    "import_or_export": imported,
    "annotation": annotation,
    "initializer_list_entry": initialiser,
    "function_expression": closure,
    "expression_statement": _statement,
    "call_expression": _call,
    "named_argument": _argument,
    "assignable_expression": _assignable,
    "assignment_expression": _assignment,
    "unary_expression": _unary,
    "postfix_expression": _first,
    "conditional_expression": each("choice"),
    "string_literal": _text,
    "template_substitution": _inserted,
    "null_literal": word("null"),
    "set_or_map_literal": _map,
    "list_literal": each("list"),
    "pair": _pair,
    "if_statement": _if,
    "do_statement": _do,
    "try_statement": _try,
    "switch_statement": _switch,
    "return_statement": _simple("return"),
    "constant_pattern": _assignable,
    "record_pattern": each("list"),
}  # fmt: skip
