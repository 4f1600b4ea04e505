"""How C# becomes our tree: https://github.com/tree-sitter/tree-sitter-c-sharp."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.csharp_declared import (
    attribute,
    child_of,
    class_of,
    function_of,
    property_of,
)
from intercom_scan.audit.syntax.csharp_patterns import arms, matched
from intercom_scan.audit.syntax.lowering import (
    awaited,
    each,
    field,
    form,
    increase,
    inner,
    line_of,
    named,
    operation,
    texts,
    word,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader

_MAPS = ("Dictionary", "SortedDictionary", "ConcurrentDictionary", "Hashtable")


def _block(node: SgNode, read: Reader) -> Node:
    return Node("block", line_of(node), "", read.all(named(node)))


def _namespace(node: SgNode, read: Reader) -> Node:
    body = node.field("body")
    return read(body) if body is not None else NOTHING


def _using(node: SgNode, _: Reader) -> Node:
    """`using A.B;`, and `using C = A.B;`, which has a name for it."""
    line, words = line_of(node), [part.text() for part in named(node)]
    alias, module = (words[0] if len(words) > 1 else "", words[-1] if words else "")
    return Node("import", line, alias, (Node("text", line, "*"), Node("text", line, module)))


def _text(node: SgNode, read: Reader) -> Node:
    kept = [child for child in named(node) if child.kind() not in _MARKS]
    return texts(line_of(node), read.all(kept))


_MARKS = ("string_literal_encoding", "raw_string_start", "raw_string_end", "interpolation_start",
          "interpolation_quote", "interpolation_brace")  # fmt: skip


def _verbatim(node: SgNode, _: Reader) -> Node:
    return Node("text", line_of(node), node.text()[2:-1].replace('""', '"'))


def _interpolation(node: SgNode, read: Reader) -> Node:
    return read(next((child for child in named(node) if child.kind() not in _MARKS), None))


# --- statements


def _declaration(node: SgNode, read: Reader) -> Node:
    kind = node.field("type")
    made = []
    for child in named(node):
        if child.kind() != "variable_declarator":
            continue
        parts = named(child)
        value = read(parts[-1]) if len(parts) > 1 else NOTHING
        if value.kind == "call" and value.parts[0] == NOTHING:  # `T a = new(…)`
            value = value._replace(parts=(_named_type(kind, read), *value.parts[1:]))
        typed = kind is not None and kind.kind() != "implicit_type"
        mark = (Node("type", line_of(child), kind.text()),) if typed and kind is not None else ()
        marks = (Node("decorators", line_of(child), "", mark),) if mark else ()
        made.append(Node("assign", line_of(child), "", (read(parts[0]), value, *marks)))
    return made[0] if len(made) == 1 else Node("block", line_of(node), "", tuple(made))


def _named_type(node: SgNode | None, read: Reader) -> Node:
    if node is not None and node.kind() == "nullable_type":
        return inner(node, read)
    return read(node)


def _statement(node: SgNode, read: Reader) -> Node:
    """A value given to `_` is given to nobody."""
    only = inner(node, read)
    if only.kind == "assign" and only.parts[0] == Node("name", only.line, "_"):
        only = only.parts[1]
    if only.kind in ("assign", "throw"):
        return only
    return Node("discard", only.line, "", (only,))


def _assignment(node: SgNode, read: Reader) -> Node:
    operator = node.field("operator")
    text = operator.text() if operator is not None else "="
    left, right = read(node.field("left")), read(node.field("right"))
    if text == "??=":
        right = Node("binary", line_of(node), "??", (left, right))
    elif text != "=":
        return increase(node, read)
    return Node("assign", line_of(node), "", (left, right))


def _try(node: SgNode, read: Reader) -> Node:
    caught = always = NOTHING
    for clause in named(node)[1:]:
        block = next((read(child) for child in named(clause) if child.kind() == "block"), NOTHING)
        if clause.kind() == "finally_clause":
            always = block
        elif caught is NOTHING:
            caught = block
    return Node("try", line_of(node), "", (read(node.field("body")), caught, always))


def _switch(node: SgNode, read: Reader) -> Node:
    """A section without statements goes on into the next."""
    body, line = node.field("body"), line_of(node)
    cases: list[Node] = []
    block = Node("block", line)
    for section in reversed(named(body) if body is not None else []):
        values = [c for c in named(section) if c.kind().endswith(("_pattern", "when_clause"))]
        code = [child for child in named(section) if child not in values]
        block = Node("block", line_of(section), "", read.all(code)) if code else block
        value = inner(values[0], read) if values else NOTHING
        cases.append(Node("case", line_of(section), "", (value, block)))
    return Node("switch", line, "", (read(node.field("value")), *reversed(cases)))


def _loop(node: SgNode, read: Reader) -> Node:
    parts = read(node.field("left")), read(node.field("right")), read(node.field("body"))
    return Node("loop", line_of(node), "", parts)


def _while(node: SgNode, read: Reader) -> Node:
    parts = (NOTHING, read(node.field("condition")), read(node.field("body")))
    made = Node("loop", line_of(node), "", parts)
    first = node.field("initializer")
    return made if first is None else Node("block", made.line, "", (read(first), made))


# --- expressions


def _call(node: SgNode, read: Reader) -> Node:
    given = node.field("arguments")
    called = read(node.field("function"))
    if called == Node("name", called.line, "nameof") and given is not None:
        return Node("text", called.line, given.text().strip("()").rpartition(".")[2])
    args = read.all(named(given) if given else ())
    return Node("call", line_of(node), "", (called, *args, *_generic(node, read)))


def _generic(node: SgNode, read: Reader) -> tuple[Node, ...]:
    """The type `T` in `f<T>()`, as the argument `of`, where it is no plain value's."""
    called = node.field("function")
    name = called.field("name") if called is not None else None
    if called is None or (name or called).kind() != "generic_name":
        return ()
    kinds = child_of(name or called, "type_argument_list")
    plain = [kind for kind in (named(kinds) if kinds else []) if kind.kind() == "identifier"]
    return tuple(Node("named", line_of(kind), "of", (read(kind),)) for kind in plain[:1])


def _argument(node: SgNode, read: Reader) -> Node:
    """`a`, `name: a`, and `out a`, which the call may write to."""
    name, line = node.field("name"), line_of(node)
    value = read(node.children()[-1])
    first = node.children()[0].kind()
    if first in ("out", "ref"):
        return Node("out", line, "", (value,))
    return Node("named", line, name.text(), (value,)) if name is not None else value


def _new(node: SgNode, read: Reader) -> Node:
    """`new T(…)` is a call of it; what a map or a list has inside is an object or a list."""
    given, more = child_of(node, "argument_list"), child_of(node, "initializer_expression")
    line = line_of(node)
    called = read(node.field("type"))
    inside = read(more).parts if more is not None else ()
    if called.name in _MAPS or any(part.kind == "index" for part in map(_target, inside)):
        return Node("object", line, "", tuple(_pair(part) for part in inside))
    if inside and not all(part.kind == "assign" for part in inside):
        return Node("list", line, "", inside)
    fields = tuple(
        Node("named", part.line, part.parts[0].name, (part.parts[1],)) for part in inside
    )
    args = read.all(named(given)) if given is not None else ()
    return Node("call", line, "", (called, *args, *fields))


def _target(node: Node) -> Node:
    return node.parts[0] if node.kind == "assign" else node


def _pair(node: Node) -> Node:
    """`["k"] = v` and `{ "k", v }`, which reads as a list."""
    key, value = (*node.parts, NOTHING, NOTHING)[:2]
    if key.kind == "index":
        key = key.parts[1]
    return Node("pair", node.line, key.name, (value,))


def _anonymous(node: SgNode, read: Reader) -> Node:
    """`new { a = b, c, d.E }`: what has no name has that of its value."""
    pairs: list[Node] = []
    children = [child for child in node.children() if child.kind() not in ("new", "{", "}", ",")]
    for i, child in enumerate(children):
        after = children[i + 1].kind() if i + 1 < len(children) else ""
        if child.kind() == "=" or after == "=" or not child.is_named():
            continue
        value = read(child)
        own = children[i - 2].text() if i > 1 and children[i - 1].kind() == "=" else value.name
        pairs.append(Node("pair", line_of(child), own, (value,)))
    return Node("object", line_of(node), "", tuple(pairs))


def _conditional(node: SgNode, read: Reader) -> Node:
    """`a?.b` as `a.b`, and `a?["k"]` as `a["k"]`."""
    holder, bound = (*named(node), None)[:2]
    if bound is None:
        return read(holder)
    if bound.kind() == "member_binding_expression":
        name = read(bound.field("name")).name
        return Node("member", line_of(node), name, (read(holder),))
    return Node("index", line_of(node), "", (read(holder), *read(bound).parts[1:]))


def _element(node: SgNode, read: Reader) -> Node:
    """`["k"] = v` within braces."""
    return Node("index", line_of(node), "", (NOTHING, inner(node, read)))


def _unary(node: SgNode, read: Reader) -> Node:
    parts = node.children()
    return Node("unary", line_of(node), parts[0].text(), (read(parts[-1]),))


TABLE = {
    **dict.fromkeys(("compilation_unit", "declaration_list", "block", "using_statement",
                     "lock_statement", "fixed_statement", "unsafe_statement", "preproc_if",
                     "preproc_else", "preproc_elif", "checked_statement"), _block),
    **dict.fromkeys(("local_declaration_statement", "field_declaration"),
                    lambda node, read: read(child_of(node, "variable_declaration"))),
    **dict.fromkeys(("global_statement", "parenthesized_expression",
                     "checked_expression", "postfix_unary_expression", "arrow_expression_clause",
                     "bracketed_argument_list", "collection_element", "expression_element",
                     "constant_pattern", "typeof_expression", "with_expression", "as_expression",
                     "generic_name", "labeled_statement"), inner),
    **dict.fromkeys(("method_declaration", "local_function_statement", "lambda_expression",
                     "anonymous_method_expression", "constructor_declaration"), function_of),
    **dict.fromkeys(("class_declaration", "record_declaration", "struct_declaration",
                     "interface_declaration"), class_of),
    **dict.fromkeys(("string_literal", "interpolated_string_expression", "raw_string_literal",
                     "character_literal"), _text),
    **dict.fromkeys(("string_literal_content", "string_content", "escape_sequence",
                     "raw_string_content", "character_literal_content"), word("text")),
    **dict.fromkeys(("identifier", "this", "base", "predefined_type", "implicit_parameter",
                     "discard"), word("name")),
    **dict.fromkeys(("integer_literal", "real_literal"), word("number")),
    **dict.fromkeys(("null_literal", "default_expression"), word("null")),
    **dict.fromkeys(("list", "initializer_expression", "collection_expression", "tuple_expression",
                     "tuple_pattern", "parenthesized_variable_designation"), each("list")),
    **dict.fromkeys(("array_creation_expression", "implicit_array_creation_expression"),
                    lambda node, read: read(named(node)[-1] if named(node) else None)),
    **dict.fromkeys(("object_creation_expression", "implicit_object_creation_expression"), _new),
    **dict.fromkeys(("return_statement", "yield_statement"), each("return")),
    **dict.fromkeys(("throw_statement", "throw_expression"), each("throw")),
    **dict.fromkeys(("break_statement", "continue_statement"), word("break")),
    **dict.fromkeys(("while_statement", "do_statement", "for_statement"), _while),
    **dict.fromkeys(("enum_declaration", "delegate_declaration", "destructor_declaration",
                     "operator_declaration", "array_type", "implicit_type"), lambda *_: NOTHING),
    **dict.fromkeys(("file_scoped_namespace_declaration", "namespace_declaration"), _namespace),
    "await_expression": awaited,
    "boolean_literal": word("truth"),
    "verbatim_string_literal": _verbatim,
    "interpolation": _interpolation,
    "using_directive": _using,
    "attribute": attribute,
    "attribute_argument": _argument,
    "property_declaration": property_of,
    "variable_declaration": _declaration,
    "expression_statement": _statement,
    "assignment_expression": _assignment,
    "declaration_expression": lambda node, read: read(named(node)[-1]),
    "invocation_expression": _call,
    "argument": _argument,
    "anonymous_object_creation_expression": _anonymous,
    "member_access_expression": lambda node, read: Node(
        "member", line_of(node), read(node.field("name")).name, (read(node.field("expression")),)),
    "qualified_name": lambda node, read: Node(
        "member", line_of(node), read(named(node)[-1]).name, (read(named(node)[0]),)),
    "alias_qualified_name": lambda node, read: read(named(node)[-1]),
    "conditional_access_expression": _conditional,
    "element_access_expression": form("index", "expression", "subscript"),
    "element_binding_expression": _element,
    "range_expression": each("slice"),
    "binary_expression": operation,
    "prefix_unary_expression": _unary,
    "cast_expression": field("value"),
    "conditional_expression": form("choice", "condition", "consequence", "alternative"),
    "is_pattern_expression": matched,
    "switch_expression": arms,
    "switch_statement": _switch,
    "if_statement": form("if", "condition", "consequence", "alternative"),
    "try_statement": _try,
    "foreach_statement": _loop,
}  # fmt: skip
