"""How Java becomes our tree: https://github.com/tree-sitter/tree-sitter-java."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import (
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
    primary,
    word,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader


def _text(node: SgNode, _: Reader) -> Node:
    return Node("text", line_of(node), "".join(part.text() for part in named(node)))


def _character(node: SgNode, _: Reader) -> Node:
    return Node("text", line_of(node), node.text().strip("'"))


def _number(node: SgNode, _: Reader) -> Node:
    return Node("number", line_of(node), node.text().rstrip("Ll"))


def _type(node: SgNode | None) -> str:
    """A type as the code writes it, without spaces."""
    return "".join(node.text().split()) if node is not None else ""


def _marks(node: SgNode, read: Reader) -> tuple[Node, ...]:
    """The annotations in front of what is declared, and its type."""
    before = next((child for child in node.children() if child.kind() == "modifiers"), None)
    kind = node.field("type")
    marks = read.all(named(before)) if before is not None else ()
    return marks if kind is None else (*marks, Node("type", line_of(kind), _type(kind)))


def _annotation(node: SgNode, read: Reader) -> Node:
    given = node.field("arguments")
    parts = (read(node.field("name")), *read.all(named(given) if given is not None else ()))
    return Node("call", line_of(node), "", parts)


def _named(node: SgNode, read: Reader) -> Node:
    key = node.field("key")
    return Node("named", line_of(node), key.text() if key else "", (read(node.field("value")),))


# --- what is declared


def _class(node: SgNode, read: Reader) -> Node:
    name, body = node.field("name"), node.field("body")
    own = read(body)
    given = node.field("parameters")
    if given is not None:  # a record
        own = own._replace(parts=(primary(line_of(node), _params(given, read)), *own.parts))
    line = line_of(node)
    parts = (
        own,
        Node("decorators", line, "", (*_marks(node, read), *_bases(node))),
    )
    return Node("class", line, name.text() if name else "", parts)


def _bases(node: SgNode) -> Iterator[Node]:
    """What a class extends and implements."""
    for child in named(node):
        if child.kind() in ("superclass", "super_interfaces", "extends_interfaces"):
            for base in named(child):
                kinds = (
                    named(base) if base.kind() in ("type_list", "interface_type_list") else [base]
                )
                for kind in kinds:
                    yield Node("type", line_of(kind), _type(kind))


def _members(node: SgNode, read: Reader) -> Node:
    """A class's body; several fields of one declaration are as if declared one by one."""
    found: list[Node] = []
    for part in read.all(named(node)):
        found += part.parts if part.kind == "block" else [part]
    return Node("block", line_of(node), "", tuple(found))


def _constant(node: SgNode, read: Reader) -> Node:
    """A constant of an enumeration, with what it is made of."""
    name, given = node.field("name"), node.field("arguments")
    value = Node("list", line_of(node), "", read.all(named(given) if given is not None else ()))
    target = Node("name", line_of(node), name.text() if name else "")
    return Node("assign", line_of(node), "", (target, value))


def _function(node: SgNode, read: Reader) -> Node:
    name, given = node.field("name"), node.field("parameters")
    built = node.kind() in ("constructor_declaration", "compact_constructor_declaration")
    text = "constructor" if built else name.text() if name else ""
    params = _params(given, read) if given is not None else ()
    marks = [mark for mark in _marks(node, read) if mark.kind != "type"]
    return function(line_of(node), text, params, read(node.field("body")), marks)


def _params(node: SgNode, read: Reader) -> tuple[Node, ...]:
    return tuple(_param(child, read) for child in named(node) if child.kind() in _PARAMS)


_PARAMS = ("formal_parameter", "spread_parameter", "identifier")


def _param(node: SgNode, read: Reader) -> Node:
    if node.kind() == "identifier":
        return param(read(node))
    if node.kind() == "spread_parameter":
        rest = next((c for c in named(node) if c.kind() == "variable_declarator"), node)
        return param(Node("splat", line_of(node), "", (read(rest.field("name")),)))
    target = read(node.field("name"))
    return param(target, NOTHING, _marks(node, read))


def _lambda(node: SgNode, read: Reader) -> Node:
    body, given = read(node.field("body")), node.field("parameters")
    if body.kind != "block":
        body = Node("return", body.line, "", (body,))
    several = given is not None and given.kind() != "identifier"
    params = _params(given, read) if several and given else tuple(
        param(read(one)) for one in (given,) if one is not None
    )  # fmt: skip
    return function(line_of(node), "", params, body)


def _declaration(node: SgNode, read: Reader) -> Node:
    """Fields and local names, of which one line may declare several."""
    line, marks = line_of(node), _marks(node, read)
    found = tuple(_assigned(child, read, marks) for child in node.field_children("declarator"))
    return found[0] if len(found) == 1 else Node("block", line, "", found)


def _assigned(node: SgNode, read: Reader, marks: tuple[Node, ...]) -> Node:
    line = line_of(node)
    parts = (read(node.field("name")), read(node.field("value")))
    return Node("assign", line, "", (*parts, Node("decorators", line, "", marks)))


def _import(node: SgNode, _: Reader) -> Node:
    """`there` is a class, or what a class has where the import is static; `*` for all."""
    line = line_of(node)
    words = [child.text() for child in named(node)]
    whole = "".join(words[0].split()) if words else ""
    static = any(child.kind() == "static" for child in node.children())
    if len(words) > 1:
        last, module = "*", whole
    else:
        last = whole.rpartition(".")[2]
        module = whole.rpartition(".")[0] if static else whole
    return Node("import", line, last, (Node("text", line, last), Node("text", line, module)))


# --- what is done


def _call(node: SgNode, read: Reader) -> Node:
    on, name, given = node.field("object"), node.field("name"), node.field("arguments")
    line, text = line_of(name or node), name.text() if name else ""
    callee = Node("name", line, text) if on is None else Node("member", line, text, (read(on),))
    arguments = read.all(named(given) if given is not None else ())
    return Node("call", line_of(node), "", (callee, *arguments))


def _new(node: SgNode, read: Reader) -> Node:
    """`new X(…)` is a call of X; what a class without a name has is its last argument."""
    given = node.field("arguments")
    arguments = read.all(named(given) if given is not None else ())
    body = next((child for child in named(node) if child.kind() == "class_body"), None)
    if body is not None:
        own = _members(body, read)
        arguments = (*arguments, own._replace(kind="object"))
    return Node("call", line_of(node), "", (_made(node.field("type")), *arguments))


def _made(node: SgNode | None) -> Node:
    """The class that a type names, without what it is of."""
    words = _type(node).partition("<")[0].split(".")
    line = line_of(node) if node is not None else 0
    made = Node("name", line, words[0])
    for text in words[1:]:
        made = Node("member", line, text, (made,))
    return made


def _delegated(node: SgNode, read: Reader) -> Node:
    """`super(…)` and `this(…)`."""
    given, callee = node.field("arguments"), read(node.field("constructor"))
    arguments = read.all(named(given) if given is not None else ())
    return Node(
        "discard", line_of(node), "", (Node("call", line_of(node), "", (callee, *arguments)),)
    )


def _array(node: SgNode, read: Reader) -> Node:
    values = node.field("value")
    return read(values) if values is not None else Node("list", line_of(node))


def _reference(node: SgNode, read: Reader) -> Node:
    """`this::verified` as what has it, `Event::new` as the class."""
    holder, *rest = named(node)
    if not rest:
        return read(holder)
    return Node("member", line_of(node), rest[-1].text(), (read(holder),))


def _is(node: SgNode, read: Reader) -> Node:
    """`a instanceof B b` also gives `b` its value."""
    left, kind, name = (read(node.field(key)) for key in ("left", "right", "name"))
    line = line_of(node)
    asked = Node("binary", line, "instanceof", (left, kind))
    if name is NOTHING:
        return asked
    return Node("sequence", line, "", (Node("assign", line, "", (name, left)), asked))


def _unary(node: SgNode, read: Reader) -> Node:
    operator = node.field("operator")
    name = operator.text() if operator else ""
    return Node("unary", line_of(node), name, (read(node.field("operand")),))


def _assignment(node: SgNode, read: Reader) -> Node:
    operator = node.field("operator")
    if operator is not None and operator.text() != "=":
        return increase(node, read)
    return Node("assign", line_of(node), "", (read(node.field("left")), read(node.field("right"))))


def _try(node: SgNode, read: Reader) -> Node:
    caught = always = NOTHING
    for child in reversed(named(node)):
        if child.kind() == "catch_clause":
            kinds = _type(child.find(kind="catch_type"))
            caught = Node("catch", line_of(child), kinds, (read(child.field("body")), caught))
        elif child.kind() == "finally_clause":
            always = inner(child, read)
    body, opened = read(node.field("body")), node.field("resources")
    if opened is not None:
        body = body._replace(parts=(*read.all(named(opened)), *body.parts))
    return Node("try", line_of(node), "", (body, caught, always))


def _resource(node: SgNode, read: Reader) -> Node:
    if node.field("name") is None:
        return inner(node, read)
    return form("assign", "name", "value")(node, read)


def _for(node: SgNode, read: Reader) -> Node:
    line = line_of(node)
    begin = read.all(node.field_children("init"))
    after = read.all(node.field_children("update"))
    body = Node("block", line, "", (read(node.field("body")), *after))
    loop = Node("loop", line, "", (NOTHING, read(node.field("condition")), body))
    return Node("block", line, "", (*begin, loop)) if begin else loop


def _while(node: SgNode, read: Reader) -> Node:
    parts = (NOTHING, read(node.field("condition")), read(node.field("body")))
    return Node("loop", line_of(node), "", parts)


def _switch(node: SgNode, read: Reader) -> Node:
    """Labels that share what follows become a case each."""
    body, waiting = node.field("body"), list[Node]()
    found: list[Node] = []
    for group in named(body) if body is not None else ():
        labels = [child for child in named(group) if child.kind() == "switch_label"]
        values = chain.from_iterable(read.all(named(label)) or (NOTHING,) for label in labels)
        waiting += values
        does = read.all(child for child in named(group) if child.kind() != "switch_label")
        if does:
            found += (_case(group, value, does) for value in waiting)
            waiting = []
    return Node("switch", line_of(node), "", (read(node.field("condition")), *found))


def _case(node: SgNode, value: Node, does: tuple[Node, ...]) -> Node:
    """A rule's block is the value of the whole, `yield` or a single expression."""
    only = does[0] if node.kind() == "switch_rule" else None
    if only is not None and only.kind == "block" and only.parts:
        does = only.parts
    line = line_of(node)
    kind = "block" if only is None else "sequence"
    return Node("case", line, "", (value, Node(kind, line, "", does)))


def _nothing(*_: object) -> Node:
    return NOTHING


TABLE = {
    **dict.fromkeys(("program", "block", "constructor_body", "synchronized_statement",
                     "static_initializer"), each("block")),
    **dict.fromkeys(("parenthesized_expression", "yield_statement"), inner),
    **dict.fromkeys(("class_declaration", "interface_declaration", "record_declaration",
                     "enum_declaration"), _class),
    **dict.fromkeys(("class_body", "interface_body", "enum_body", "enum_body_declarations"),
                    _members),
    **dict.fromkeys(("method_declaration", "constructor_declaration",
                     "compact_constructor_declaration"), _function),
    **dict.fromkeys(("field_declaration", "local_variable_declaration", "constant_declaration"),
                    _declaration),
    **dict.fromkeys(("identifier", "this", "super", "type_identifier"), word("name")),
    **dict.fromkeys(("true", "false"), word("truth")),
    **dict.fromkeys(("decimal_integer_literal", "hex_integer_literal",
                     "decimal_floating_point_literal"), _number),
    **dict.fromkeys(("break_statement", "continue_statement"), word("break")),
    **dict.fromkeys(("try_statement", "try_with_resources_statement"), _try),
    **dict.fromkeys(("while_statement", "do_statement"), _while),
    **dict.fromkeys(("array_initializer", "element_value_array_initializer"), each("list")),
    **dict.fromkeys(("package_declaration", "annotation_type_declaration", "modifiers",
                     "type_arguments"), _nothing),
    "string_literal": _text,
    "character_literal": _character,
    "null_literal": word("null"),
    "marker_annotation": inner,
    "annotation": _annotation,
    "element_value_pair": _named,
    "enum_constant": _constant,
    "import_declaration": _import,
    "lambda_expression": _lambda,
    "method_invocation": _call,
    "object_creation_expression": _new,
    "explicit_constructor_invocation": _delegated,
    "array_creation_expression": _array,
    "method_reference": _reference,
    "class_literal": inner,
    "scoped_identifier": form("member", "scope", name="name"),
    "scoped_type_identifier": lambda node, _: _made(node),
    "field_access": form("member", "object", name="field"),
    "array_access": form("index", "array", "index"),
    "cast_expression": field("value"),
    "instanceof_expression": _is,
    "binary_expression": operation,
    "unary_expression": _unary,
    "assignment_expression": _assignment,
    "ternary_expression": form("choice", "condition", "consequence", "alternative"),
    "expression_statement": each("discard"),
    "if_statement": form("if", "condition", "consequence", "alternative"),
    "return_statement": each("return"),
    "throw_statement": each("throw"),
    "resource": _resource,
    "enhanced_for_statement": form("loop", "name", "value", "body"),
    "for_statement": _for,
    "labeled_statement": lambda node, read: read(named(node)[-1]),
    "switch_expression": _switch,
    "switch_statement": _switch,
}  # fmt: skip
