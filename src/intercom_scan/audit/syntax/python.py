"""How Python becomes our tree: https://github.com/tree-sitter/tree-sitter-python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import (
    awaited,
    call,
    each,
    form,
    function,
    increase,
    inner,
    line_of,
    named,
    operation,
    param,
    word,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader


def _text(node: SgNode, read: Reader) -> Node:
    parts = [read(child) for child in named(node) if child.kind() not in _MARKS]
    if all(part.kind == "text" for part in parts):
        return Node("text", line_of(node), "".join(part.name for part in parts))
    return Node("template", line_of(node), "", tuple(parts))


_MARKS = ("string_start", "string_end")


def _function(node: SgNode, read: Reader, marks: tuple[Node, ...] = ()) -> Node:
    name, given = node.field("name"), node.field("parameters")
    params = [_param(child, read) for child in named(given)] if given is not None else []
    body = read(node.field("body"))
    if node.kind() == "lambda":
        body = Node("return", body.line, "", (body,))
    later = any(child.kind() == "async" for child in node.children())
    return function(line_of(node), name.text() if name else "", params, body, marks, later=later)


def _param(node: SgNode, read: Reader) -> Node:
    kind = node.kind()
    if kind in ("default_parameter", "typed_default_parameter"):
        return param(read(node.field("name")), read(node.field("value")), _marks(node, read))
    if kind == "typed_parameter":
        return param(read(named(node)[0]), NOTHING, _marks(node, read))
    if kind in ("list_splat_pattern", "dictionary_splat_pattern"):
        return param(Node("splat", line_of(node), "", (inner(node, read),)))
    return param(read(node))


def _marks(node: SgNode, read: Reader) -> list[Node]:
    """What `Annotated[…]` says of a parameter."""
    kind = node.field("type")
    return [read(found) for found in kind.find_all(kind="call")] if kind is not None else []


def _class(node: SgNode, read: Reader, marks: tuple[Node, ...] = ()) -> Node:
    name = node.field("name")
    decorators = Node("decorators", line_of(node), "", marks)
    parts = (read(node.field("body")), decorators)
    return Node("class", line_of(node), name.text() if name else "", parts)


def _decorated(node: SgNode, read: Reader) -> Node:
    marks = tuple(read(child) for child in node.children() if child.kind() == "decorator")
    what = node.field("definition")
    if what is None:
        return NOTHING
    made = _class if what.kind() == "class_definition" else _function
    return made(what, read, marks)


def _comparison(node: SgNode, read: Reader) -> Node:
    """`a < b < c` is read by its first two."""
    operands = read.all(named(node)[:2])
    words = [child.text() for child in node.children() if not child.is_named()]
    return Node("binary", line_of(node), " ".join(words[:2]), operands)


def _statement(node: SgNode, read: Reader) -> Node:
    only = inner(node, read)
    return only if only.kind == "assign" else Node("discard", only.line, "", (only,))


def _choice(node: SgNode, read: Reader) -> Node:
    then, condition, other = (*read.all(named(node)), NOTHING, NOTHING, NOTHING)[:3]
    return Node("choice", line_of(node), "", (condition, then, other))


def _if(node: SgNode, read: Reader) -> Node:
    other = NOTHING
    for branch in reversed(node.field_children("alternative")):
        if branch.kind() == "else_clause":
            other = read(branch.field("body"))
        else:
            parts = (read(branch.field("condition")), read(branch.field("consequence")), other)
            other = Node("if", line_of(branch), "", parts)
    parts = (read(node.field("condition")), read(node.field("consequence")), other)
    return Node("if", line_of(node), "", parts)


def _try(node: SgNode, read: Reader) -> Node:
    caught = always = NOTHING
    for clause in named(node):
        block = next((read(child) for child in named(clause) if child.kind() == "block"), NOTHING)
        if clause.kind() == "except_clause" and caught is NOTHING:
            caught = block
        elif clause.kind() == "finally_clause":
            always = block
    return Node("try", line_of(node), "", (read(node.field("body")), caught, always))


def _with(node: SgNode, read: Reader) -> Node:
    return Node("block", line_of(node), "", read.all(named(node)))


def _as(node: SgNode, read: Reader) -> Node:
    value, target = (*read.all(named(node)), NOTHING)[:2]
    return Node("assign", line_of(node), "", (target, value))


def _loop(node: SgNode, read: Reader) -> Node:
    left, right = read(node.field("left")), read(node.field("right"))
    return Node("loop", line_of(node), "", (left, right, read(node.field("body"))))


def _while(node: SgNode, read: Reader) -> Node:
    parts = (NOTHING, read(node.field("condition")), read(node.field("body")))
    return Node("loop", line_of(node), "", parts)


def _from(node: SgNode, _: Reader) -> Node:
    module = node.field("module_name")
    source = Node("text", line_of(node), module.text() if module is not None else "")
    return _imports(node, source)


def _import(node: SgNode, _: Reader) -> Node:
    return _imports(node, None)


def _imports(node: SgNode, source: Node | None) -> Node:
    found = []
    line = line_of(node)
    for child in node.field_children("name"):
        aliased = child.kind() == "aliased_import"
        there, here = (child.field("name"), child.field("alias")) if aliased else (child, child)
        if there is None or here is None:
            continue
        name = here.text() if aliased or source else here.text().partition(".")[0]
        what = Node("text", line, there.text() if source else "*")
        found.append(Node("import", line, name, (what, source or Node("text", line, there.text()))))
    return Node("block", line, "", tuple(found))


def _pair(node: SgNode, read: Reader) -> Node:
    key = node.field("key")
    name = key.text().strip("'\"") if key is not None else ""
    return Node("pair", line_of(node), name, (read(node.field("value")),))


def _not(node: SgNode, read: Reader) -> Node:
    return Node("unary", line_of(node), "!", (read(node.field("argument")),))


TABLE = {
    **dict.fromkeys(("module", "block", "with_item", "with_clause"), each("block")),
    **dict.fromkeys(("parenthesized_expression", "decorator", "interpolation",
                     "as_pattern_target", "yield", "type"), inner),
    **dict.fromkeys(("string", "concatenated_string"), _text),
    **dict.fromkeys(("string_content", "escape_sequence"), word("text")),
    **dict.fromkeys(("function_definition", "lambda"), _function),
    **dict.fromkeys(("integer", "float"), word("number")),
    **dict.fromkeys(("true", "false"), word("truth")),
    **dict.fromkeys(("list", "tuple", "pattern_list", "expression_list", "set"), each("list")),
    **dict.fromkeys(("binary_operator", "boolean_operator"), operation),
    "await": awaited,
    "none": word("null"),
    "identifier": word("name"),
    "class_definition": _class,
    "decorated_definition": _decorated,
    "expression_statement": _statement,
    "assignment": form("assign", "left", "right"),
    "named_expression": form("assign", "name", "value"),
    "augmented_assignment": increase,
    "call": call("function", "arguments"),
    "keyword_argument": form("named", "value", name="name"),
    "attribute": form("member", "object", name="attribute"),
    "subscript": form("index", "value", "subscript"),
    "slice": each("slice"),
    "comparison_operator": _comparison,
    "not_operator": _not,
    "conditional_expression": _choice,
    "dictionary": each("object"),
    "pair": _pair,
    "if_statement": _if,
    "return_statement": each("return"),
    "raise_statement": each("throw"),
    "break_statement": word("break"),
    "continue_statement": word("break"),
    "try_statement": _try,
    "with_statement": _with,
    "as_pattern": _as,
    "for_statement": _loop,
    "while_statement": _while,
    "import_from_statement": _from,
    "import_statement": _import,
}  # fmt: skip
