"""How Kotlin becomes our tree: https://github.com/fwcd/tree-sitter-kotlin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.kotlin_declared import (
    annotation,
    class_of,
    declared,
    entry,
    function_of,
    initial,
    kind,
    made_of,
    members,
    nameless,
    property_of,
    single,
)
from intercom_scan.audit.syntax.kotlin_parts import (
    first,
    last,
    one,
    returned,
    says,
    settle,
    settled,
    text_in,
    under,
    valued,
)
from intercom_scan.audit.syntax.lowering import (
    each,
    function,
    inner,
    line_of,
    named,
    param,
    word,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterable

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader


# --- texts


def _text(node: SgNode, read: Reader) -> Node:
    parts = read.all(
        child for child in named(node) if not child.kind().endswith(("_start", "_end"))
    )
    if all(part.kind == "text" for part in parts):
        return Node("text", line_of(node), "".join(part.name for part in parts))
    return Node("template", line_of(node), "", parts)


def _content(node: SgNode, _: Reader) -> Node:
    return Node("text", line_of(node), node.text().replace("\\$", "$"))


def _number(node: SgNode, _: Reader) -> Node:
    return Node("number", line_of(node), node.text().rstrip("LuU"))


# --- what is done, one after another


def _statements(node: SgNode, read: Reader) -> Node:
    return Node("block", line_of(node), "", settled(read.all(named(node))))


def _branch(node: SgNode, read: Reader) -> Node:
    only = next(iter(named(node)), None)
    if only is not None and only.kind() == "statements":
        return valued(only, read)
    return read(only) if only is not None else Node("block", line_of(node))


def _body(node: SgNode | None, read: Reader) -> Node:
    """A function's: statements, or one expression."""
    if node is None:
        return NOTHING
    only = next(iter(named(node)), None)
    if not says(node, "="):
        return read(only) if only is not None else Node("block", line_of(node))
    return returned(settle(read(only)))


def _jump(node: SgNode, read: Reader) -> Node:
    """A `return` without a label leaves the lambdas that it is in."""
    word = node.children()[0].text()
    given = [child for child in named(node) if child.kind() != "label"]
    parts = read.all(given[:1])
    if word.startswith("throw"):
        return Node("throw", line_of(node), "", parts)
    if word.startswith("return"):
        return Node("return", line_of(node), "" if "@" in word else "outer", parts)
    return Node("break", line_of(node))


def _if(node: SgNode, read: Reader) -> Node:
    found = [child for child in node.children() if child.is_named() or child.kind() == "else"]
    other = [child.kind() for child in found].index("else") if says(node, "else") else len(found)
    then, otherwise = found[1:other], found[other + 1 :]
    parts = (read(found[0]), one(then, read), one(otherwise, read))
    return Node("if", line_of(node), "", parts)


def _when(node: SgNode, read: Reader) -> Node:
    """By a value, or the first condition that holds."""
    subject = first(node, "when_subject")
    entries = [child for child in named(node) if child.kind() == "when_entry"]
    if subject is None:
        other = NOTHING
        for entry in reversed(entries):
            for condition in reversed(_conditions(entry, read)):
                then = last(entry, read)
                parts = (condition, then, other)
                other = then if condition is NOTHING else Node("if", line_of(entry), "", parts)
        return other
    asked = _subject(subject, read)
    cases = [
        Node("case", line_of(entry), "", (value, last(entry, read)))
        for entry in entries
        for value in _conditions(entry, read)
    ]
    return Node("switch", line_of(node), "", (asked, *cases))


def _conditions(node: SgNode, read: Reader) -> list[Node]:
    found = [inner(child, read) for child in named(node) if child.kind() == "when_condition"]
    return found or [NOTHING]


def _subject(node: SgNode, read: Reader) -> Node:
    declared, value = first(node, "variable_declaration"), last(node, read)
    if declared is None:
        return value
    return Node("assign", line_of(node), "", (read(declared), value))


def _try(node: SgNode, read: Reader) -> Node:
    body = caught = always = NOTHING
    for child in reversed(named(node)):
        if child.kind() == "statements":
            body = valued(child, read)
        elif child.kind() == "catch_block":
            block = valued(first(child, "statements"), read)
            caught = Node("catch", line_of(child), text_in(child, "user_type"), (block, caught))
        elif child.kind() == "finally_block":
            always = valued(first(child, "statements"), read)
    return Node("try", line_of(node), "", (body, caught, always))


def _for(node: SgNode, read: Reader) -> Node:
    found = [child for child in named(node) if child.kind() != "annotation"]
    target, over, *rest = found
    body = settle(one(rest, read))
    return Node("loop", line_of(node), "", (read(target), read(over), body))


def _while(node: SgNode, read: Reader) -> Node:
    found = named(node)
    body = next((child for child in found if child.kind() == "control_structure_body"), None)
    condition = next((child for child in found if child.kind() != "control_structure_body"), None)
    parts = (NOTHING, read(condition), settle(read(body)))
    return Node("loop", line_of(node), "", parts)


def _lambda(node: SgNode, read: Reader) -> Node:
    """Its last expression is what it returns; its only parameter may be left out."""
    line = line_of(node)
    given = first(node, "lambda_parameters")
    params = [param(read(child)) for child in under(given)]
    if given is None:
        params = [param(Node("name", line, "it"))]
    parts = settled(read.all(under(first(node, "statements"))))
    if parts and parts[-1].kind not in ("return", "throw", "assign", "loop"):
        parts = (*parts[:-1], returned(parts[-1]))
    return function(line, "", params, Node("block", line, "", parts))


def _import(node: SgNode, _: Reader) -> Node:
    line = line_of(node)
    whole = "".join(text_in(node, "identifier").split())
    last, alias = whole.rpartition(".")[2], first(node, "import_alias")
    if says(node, "wildcard_import"):
        last = "*"
    here = text_in(alias) if alias is not None else last
    return Node("import", line, here, (Node("text", line, last), Node("text", line, whole)))


# --- expressions


def _call(node: SgNode, read: Reader) -> Node:
    """What is called, its arguments, and a lambda behind them as the last."""
    callee, *rest = named(node)
    given = rest[-1] if rest else None
    if callee.kind() == "object_literal" and given is not None:
        return _object_of(node, given, read)
    arguments: list[Node] = []
    for child in under(given):
        if child.kind() == "type_arguments":
            kind = Node("text", line_of(child), "".join(child.text().split())[1:-1])
            arguments.append(Node("named", line_of(child), "type", (kind,)))
        elif child.kind() == "value_arguments":
            arguments += read.all(named(child))
        elif child.kind() == "annotated_lambda":
            arguments.append(last(child, read))
    return Node("call", line_of(node), "", (read(callee), *arguments))


def _object_of(node: SgNode, suffix: SgNode, read: Reader) -> Node:
    """`object : X { … }`, whose body the grammar may take for a lambda."""
    found = suffix.find(kind="lambda_literal")
    body = first(found, "statements") if found is not None else None
    parts = settled(read.all(under(body)))
    return Node("object", line_of(node), "", parts)


def _infix(node: SgNode, read: Reader) -> Node:
    """`a to b` pairs; other such calls are of what stands first."""
    left, name, right = (*named(node), None, None)[:3]
    if left is None or name is None or right is None:
        return last(node, read)
    if left.kind() == "object_literal":  # a declared object that the grammar takes for a call
        body = first(right, "statements")
        return made_of(node, name.text(), settled(read.all(under(body))))
    line, holder, given = line_of(node), read(left), read(right)
    if name.text() == "to":
        return Node("pair", line, holder.name if holder.kind == "text" else "", (given, holder))
    if name.text() in _OPERATORS:
        return Node("binary", line, _OPERATORS[name.text()], (holder, given))
    callee = Node("member", line, name.text(), (holder,))
    return Node("call", line, "", (callee, given))


def _argument(node: SgNode, read: Reader) -> Node:
    found = named(node)
    if says(node, "=") and len(found) > 1:
        return Node("named", line_of(node), found[0].text(), (read(found[-1]),))
    return last(node, read)


def _member(node: SgNode, read: Reader) -> Node:
    holder, *suffixes = named(node)
    return _behind(read(holder), suffixes, read)


def _behind(made: Node, suffixes: Iterable[SgNode], read: Reader) -> Node:
    """What stands behind dots and in brackets."""
    for suffix in suffixes:
        line = line_of(suffix)
        if suffix.kind() == "indexing_suffix":
            made = Node("index", line, "", (made, *read.all(named(suffix))))
        else:
            made = Node("member", line, text_in(suffix), (made,))
    return made


def _assignment(node: SgNode, read: Reader) -> Node:
    left, right = (*named(node), None)[:2]
    target, value, line = read(left), read(right), line_of(node)
    if not says(node, "="):
        operator = next(c.text() for c in node.children() if not c.is_named()).removesuffix("=")
        value = Node("binary", line, operator, (target, value))
    return Node("assign", line, "", (target, value))


def _binary(node: SgNode, read: Reader) -> Node:
    left, right = (*read.all(named(node)), NOTHING, NOTHING)[:2]
    words = "".join(child.text() for child in node.children() if not child.is_named())
    return Node("binary", line_of(node), _OPERATORS.get(words, words), (left, right))


_OPERATORS = {"?:": "??", "!in": "not in", "is": "instanceof", "xor": "^", "or": "|", "and": "&"}


def _prefix(node: SgNode, read: Reader) -> Node:
    if node.children()[0].kind() == "annotation":
        return last(node, read)
    return Node("unary", line_of(node), node.children()[0].text(), (last(node, read),))


def _as(node: SgNode, read: Reader) -> Node:
    return read(named(node)[0])


def _reference(node: SgNode, read: Reader) -> Node:
    """`::verified`, `this::verified`, `Event::class`."""
    found = named(node)
    if says(node, "class"):
        return one(found, read)
    if len(found) < 2:
        return Node("name", line_of(node), found[0].text() if found else "")
    return Node("member", line_of(node), found[-1].text(), (read(found[0]),))


def _this(node: SgNode, _: Reader) -> Node:
    return Node("name", line_of(node), node.children()[0].text().rstrip("@"))


def _nothing(*_: object) -> Node:
    return NOTHING


TABLE = {
    **dict.fromkeys(("source_file", "import_list"), _statements),
    **dict.fromkeys(("parenthesized_expression", "interpolated_expression", "annotated_lambda",
                     "spread_expression", "postfix_expression", "long_literal"), inner),
    **dict.fromkeys(("function_declaration", "anonymous_function", "secondary_constructor"),
                    function_of),
    **dict.fromkeys(("class_body", "enum_class_body"), members),
    **dict.fromkeys(("simple_identifier", "type_identifier", "interpolated_identifier"),
                    word("name")),
    **dict.fromkeys(("integer_literal", "hex_literal", "real_literal", "unsigned_literal"),
                    _number),
    **dict.fromkeys(("additive_expression", "multiplicative_expression", "comparison_expression",
                     "equality_expression", "conjunction_expression", "disjunction_expression",
                     "elvis_expression", "range_expression", "check_expression"), _binary),
    **dict.fromkeys(("this_expression", "super_expression"), _this),
    **dict.fromkeys(("while_statement", "do_while_statement"), _while),
    **dict.fromkeys(("package_header", "type_alias", "type_arguments", "label"), _nothing),
    "statements": _statements,
    "string_literal": _text,
    "string_content": _content,
    "character_literal": lambda node, _: Node("text", line_of(node), node.text().strip("'")),
    "boolean_literal": word("truth"),
    "null_literal": word("null"),
    "annotation": annotation,
    "user_type": kind,
    "class_declaration": class_of,
    "object_declaration": single,
    "object_literal": nameless,
    "enum_entry": entry,
    "anonymous_initializer": initial,
    "function_body": _body,
    "lambda_literal": _lambda,
    "property_declaration": property_of,
    "variable_declaration": declared,
    "multi_variable_declaration": each("list"),
    "import_header": _import,
    "call_expression": _call,
    "infix_expression": _infix,
    "value_argument": _argument,
    "navigation_expression": _member,
    "indexing_expression": _member,
    "directly_assignable_expression": _member,
    "assignment": _assignment,
    "prefix_expression": _prefix,
    "as_expression": _as,
    "callable_reference": _reference,
    "collection_literal": each("list"),
    "control_structure_body": _branch,
    "jump_expression": _jump,
    "if_expression": _if,
    "when_expression": _when,
    "try_expression": _try,
    "for_statement": _for,
}  # fmt: skip
