"""How JavaScript and TypeScript become our tree: https://tree-sitter.github.io, its grammars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import (
    awaited,
    call,
    each,
    field,
    form,
    function,
    increase,
    inner,
    line_of,
    named,
    operation,
    param,
    texts,
    word,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader


def _text(node: SgNode, read: Reader) -> Node:
    return texts(line_of(node), read.all(named(node)))


def _function(node: SgNode, read: Reader, marks: tuple[Node, ...] = ()) -> Node:
    name = node.field("name")
    body = read(node.field("body"))
    if body.kind != "block":
        body = Node("return", body.line, "", (body,))
    one = node.field("parameter")
    given = [one] if one is not None else named(node.field("parameters") or node)
    params = [_param(each, read) for each in given]
    later = any(child.kind() == "async" for child in node.children())
    return function(line_of(node), name.text() if name else "", params, body, marks, later=later)


def _param(node: SgNode, read: Reader) -> Node:
    marks = [read(child) for child in node.children() if child.kind() == "decorator"]
    if node.kind() == "assignment_pattern":
        return param(read(node.field("left")), read(node.field("right")))
    if node.kind() in ("required_parameter", "optional_parameter"):
        plain = [child for child in named(node) if child.kind() not in _TYPES]
        return param(read(plain[0] if plain else None), read(node.field("value")), marks)
    return param(read(node))


_TYPES = ("decorator", "type_annotation", "accessibility_modifier", "override_modifier")


def _members(node: SgNode, read: Reader) -> Node:
    """A class's body, where decorators stand before what they decorate."""
    found: list[Node] = []
    marks: list[Node] = []
    for child in named(node):
        if child.kind() == "decorator":
            marks.append(read(child))
            continue
        if child.kind() == "method_definition":
            found.append(_function(child, read, tuple(marks)))
        else:
            found.append(read(child))
        marks = []
    return Node("block", line_of(node), "", tuple(found))


def _class(node: SgNode, read: Reader, marks: tuple[Node, ...] = ()) -> Node:
    name = node.field("name")
    own = tuple(read(child) for child in node.children() if child.kind() == "decorator")
    decorators = Node("decorators", line_of(node), "", (*marks, *own))
    text = name.text() if name else ""
    return Node("class", line_of(node), text, (read(node.field("body")), decorators))


def _export(node: SgNode, read: Reader) -> Node:
    source = node.field("source")
    if source is not None:
        return Node("block", line_of(node), "", tuple(_exported_on(node, read(source))))
    default = any(child.kind() == "default" for child in node.children())
    what = node.field("declaration") or node.field("value")
    marks = tuple(read(child) for child in node.children() if child.kind() == "decorator")
    declared = (
        _class(what, read, marks)
        if what is not None and what.kind().endswith("class_declaration")
        else read(what)
    )
    return Node("export", line_of(node), "default" if default else "", (declared,))


def _exported_on(node: SgNode, source: Node) -> Iterator[Node]:
    """What another module has, as imports of the same names; of `*` the import has no name."""
    clauses = [child for child in named(node) if child.kind() == "export_clause"]
    if not clauses and any(child.kind() == "*" for child in node.children()):
        yield _imported(node, "*", "", source)
    for clause in clauses:
        for one in named(clause):
            words = [each.text() for each in named(one)]
            if words:
                yield _imported(one, words[0], words[-1], source)


def _import(node: SgNode, read: Reader) -> Node:
    """`name` is the local name; its parts are the name there (`*`, `default`) and the module."""
    source = read(node.field("source"))
    found: list[Node] = []
    for clause in (child for child in named(node) if child.kind() == "import_clause"):
        for child in named(clause):
            if child.kind() == "identifier":
                found.append(_imported(child, "default", child.text(), source))
            elif child.kind() == "namespace_import":
                found.append(_imported(child, "*", named(child)[0].text(), source))
            else:
                for one in named(child):
                    words = [each.text() for each in named(one)]
                    found += [_imported(one, words[0], words[-1], source)] if words else []
    return Node("block", line_of(node), "", tuple(found))


def _imported(node: SgNode, there: str, here: str, source: Node) -> Node:
    line = line_of(node)
    return Node("import", line, here, (Node("text", line, there), source))


def _pair(node: SgNode, read: Reader) -> Node:
    key = node.field("key")
    name = key.text().strip("'\"") if key is not None else ""
    return Node("pair", line_of(node), name, (read(node.field("value")),))


def _shorthand(node: SgNode, _: Reader) -> Node:
    line = line_of(node)
    return Node("pair", line, node.text(), (Node("name", line, node.text()),))


def _with_default(node: SgNode, read: Reader) -> Node:
    left = read(node.field("left"))
    return left._replace(kind="pair", parts=(*left.parts, read(node.field("right"))))


def _try(node: SgNode, read: Reader) -> Node:
    handler, last = node.field("handler"), node.field("finalizer")
    caught = read(handler.field("body")) if handler is not None else NOTHING
    always = inner(last, read) if last is not None else NOTHING
    return Node("try", line_of(node), "", (read(node.field("body")), caught, always))


def _case(node: SgNode, read: Reader) -> Node:
    value = node.field("value")
    rest = [child for child in named(node) if value is None or child.range() != value.range()]
    if value is not None:
        rest = named(node)[1:]
    block = Node("block", line_of(node), "", read.all(rest))
    return Node("case", line_of(node), "", (read(value), block))


def _switch(node: SgNode, read: Reader) -> Node:
    body = node.field("body")
    cases = read.all(named(body)) if body is not None else ()
    return Node("switch", line_of(node), "", (read(node.field("value")), *cases))


def _unary(node: SgNode, read: Reader) -> Node:
    operator = node.field("operator")
    name = operator.text() if operator else ""
    return Node("unary", line_of(node), name, (read(node.field("argument")),))


def _loop(node: SgNode, read: Reader) -> Node:
    left, right = read(node.field("left")), read(node.field("right"))
    return Node("loop", line_of(node), "", (left, right, read(node.field("body"))))


def _while(node: SgNode, read: Reader) -> Node:
    parts = (NOTHING, read(node.field("condition")), read(node.field("body")))
    return Node("loop", line_of(node), "", parts)


def _element(node: SgNode, read: Reader) -> Node:
    """`<A b={c}>d</A>` as `A({b: c}, d)`, and a fragment as the list of what is in it."""
    opening = node if node.kind() == "jsx_self_closing_element" else node.children()[0]
    name = opening.field("name")
    inside = [each for each in named(node) if each.kind() in _CHILDREN] if opening != node else []
    children = tuple(part for part in read.all(inside) if part != NOTHING)
    line = line_of(node)
    if name is None:
        return Node("list", line, "", children)
    props = [_prop(each, read) for each in opening.field_children("attribute")]
    return Node("call", line, "", (read(name), Node("object", line, "", tuple(props)), *children))


_CHILDREN = ("jsx_element", "jsx_self_closing_element", "jsx_expression", "jsx_text")


def _prop(node: SgNode, read: Reader) -> Node:
    if node.kind() != "jsx_attribute":
        return inner(node, read)
    said, line = named(node), line_of(node)
    value = read(said[1]) if len(said) > 1 else Node("truth", line, "true")
    return Node("pair", line, said[0].text(), (value,))


def _jsx_text(node: SgNode, _: Reader) -> Node:
    text = node.text().strip()
    return Node("text", line_of(node), text) if text else NOTHING


TABLE = {
    **dict.fromkeys(("program", "statement_block", "lexical_declaration", "variable_declaration"),
                    each("block")),
    **dict.fromkeys(("parenthesized_expression", "as_expression", "decorator",
                     "non_null_expression", "satisfies_expression", "else_clause",
                     "template_substitution", "yield_expression"), inner),
    **dict.fromkeys(("function_declaration", "function_expression", "arrow_function",
                     "generator_function", "generator_function_declaration", "method_definition"),
                    _function),
    **dict.fromkeys(("class_declaration", "class", "abstract_class_declaration"), _class),
    **dict.fromkeys(("string", "template_string"), _text),
    **dict.fromkeys(("string_fragment", "escape_sequence", "regex"), word("text")),
    **dict.fromkeys(("identifier", "this", "property_identifier", "private_property_identifier",
                     "meta_property"),
                    word("name")),
    **dict.fromkeys(("null", "undefined"), word("null")),
    **dict.fromkeys(("true", "false"), word("truth")),
    **dict.fromkeys(("shorthand_property_identifier", "shorthand_property_identifier_pattern"),
                    _shorthand),
    **dict.fromkeys(("pair", "pair_pattern"), _pair),
    **dict.fromkeys(("object", "object_pattern"), each("object")),
    **dict.fromkeys(("array", "array_pattern"), each("list")),
    **dict.fromkeys(("while_statement", "do_statement", "for_statement"), _while),
    **dict.fromkeys(("type_annotation", "interface_declaration", "type_alias_declaration",
                     "ambient_declaration", "type_arguments"), lambda *_: NOTHING),
    "await_expression": awaited,
    "number": word("number"),
    "expression_statement": each("discard"),
    "variable_declarator": form("assign", "name", "value"),
    "assignment_expression": form("assign", "left", "right"),
    "augmented_assignment_expression": increase,
    "object_assignment_pattern": _with_default,
    "field_definition": form("assign", "property", "value"),
    "public_field_definition": form("assign", "name", "value"),
    "class_body": _members,
    "call_expression": call("function", "arguments"),
    "new_expression": call("constructor", "arguments"),
    "member_expression": form("member", "object", name="property"),
    "subscript_expression": form("index", "object", "index"),
    "binary_expression": operation,
    "unary_expression": _unary,
    "ternary_expression": form("choice", "condition", "consequence", "alternative"),
    "if_statement": form("if", "condition", "consequence", "alternative"),
    "return_statement": each("return"),
    "throw_statement": each("throw"),
    "break_statement": word("break"),
    "continue_statement": word("break"),
    "try_statement": _try,
    "for_in_statement": _loop,
    "switch_statement": _switch,
    "switch_case": _case,
    "switch_default": _case,
    "export_statement": _export,
    "import_statement": _import,
    **dict.fromkeys(("jsx_element", "jsx_self_closing_element"), _element),
    **dict.fromkeys(("jsx_expression", "jsx_namespace_name"), inner),
    "jsx_text": _jsx_text,
    "sequence_expression": each("sequence"),
    "labeled_statement": field("body"),
}  # fmt: skip
