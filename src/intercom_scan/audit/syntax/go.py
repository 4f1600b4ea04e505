"""How Go becomes our tree: https://github.com/tree-sitter/tree-sitter-go.

A struct is a class, and a method stands in the class of its receiver, whose name is one more name
of `this`; where the type is declared in another file of the package, the class is in both.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import (
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
    from collections.abc import Iterable

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader

_NUMBER = re.compile(r"u?int\d*|byte|rune|float\d+|uintptr")
_NIL = re.compile(r"error$|[*\[]|map\b|func\b|chan\b|interface\b|any$")
_NAMED = re.compile(r"(?:\w+\.)?\w+")
_RECEIVER = re.compile(r"[A-Za-z_]\w*")


def _file(node: SgNode, read: Reader) -> Node:
    """The classes first, each with the methods that the file has of it."""
    parts: list[Node] = []
    classes: dict[str, Node] = {}
    for part in _flat(read.all(named(node))):
        if part.kind == "class":
            known = classes.get(part.name, part)
            body = known.parts[0]
            if known is not part:
                body = body._replace(parts=(*body.parts, *part.parts[0].parts))
            marks = max(known.parts[1], part.parts[1], key=lambda marks: len(marks.parts))
            classes[part.name] = known._replace(parts=(body, marks))
        else:
            parts.append(part)
    return Node("block", line_of(node), "", (*classes.values(), *parts))


def _flat(parts: Iterable[Node]) -> Iterable[Node]:
    for part in parts:
        if part.kind == "block":
            yield from _flat(part.parts)
        else:
            yield part


def _block(node: SgNode, read: Reader) -> Node:
    return Node("block", line_of(node), "", tuple(_flat(read.all(named(node)))))


def _text(node: SgNode, read: Reader) -> Node:
    return Node("text", line_of(node), "".join(part.name for part in read.all(named(node))))


def _several(node: SgNode, read: Reader) -> Node:
    """A list of expressions, or the one that it has."""
    parts = read.all(named(node))
    return parts[0] if len(parts) == 1 else Node("list", line_of(node), "", parts)


def _type(node: SgNode | None) -> str:
    return node.text() if node is not None else ""


def _zero(kind: str, line: int) -> Node:
    """What a variable of a type has that nothing was assigned to."""
    if kind == "string":
        return Node("text", line)
    if kind == "bool":
        return Node("truth", line, "false")
    if _NUMBER.fullmatch(kind):
        return Node("number", line, "0")
    if _NIL.match(kind) or not _NAMED.fullmatch(kind):
        return Node("null", line)
    package, _, name = kind.rpartition(".")
    made = Node("name", line, name)
    if package:
        made = Node("member", line, name, (Node("name", line, package),))
    return Node("call", line, "", (made,))  # `var e Event` is `e := Event{}`


def _declared(node: SgNode, read: Reader) -> Node:
    line = line_of(node)
    names = [read(name) for name in node.field_children("name") if name.kind() != ","]
    target = names[0] if len(names) == 1 else Node("list", line, "", tuple(names))
    given = node.field("value")
    if given is not None:
        return Node("assign", line, "", (target, read(given)))
    kind = _type(node.field("type"))
    made = tuple(_typed(name, _zero(kind, line), kind) for name in names)
    return made[0] if len(made) == 1 else Node("block", line, "", made)


def _typed(target: Node, value: Node, kind: str) -> Node:
    marks = Node("decorators", target.line, "", (Node("type", target.line, kind),))
    return Node("assign", target.line, "", (target, value, marks))


def _assigned(node: SgNode, read: Reader) -> Node:
    operator = node.field("operator")
    if operator is not None and operator.text() != "=":
        return increase(node, read)
    parts = read(node.field("left")), read(node.field("right"))
    return Node("assign", line_of(node), "", parts)


def _import(node: SgNode, read: Reader) -> Node:
    module = read(node.field("path"))
    alias = node.field("name")
    line = line_of(node)
    own = re.sub(r"/v\d+$", "", module.name).rpartition("/")[2]
    plain = re.sub(r"^go-|[.-]go$|\.v\d+$", "", own)  # as packages of such addresses are called
    name = alias.text() if alias is not None else plain
    return Node("import", line, name, (Node("text", line, "*"), module))


def _function(node: SgNode, read: Reader) -> Node:
    line, name = line_of(node), node.field("name")
    body = read(node.field("body"))
    results = [
        each.parts
        for given in (node.field("result"),) if given is not None
        for each in _params(given, read) if given.kind() == "parameter_list"
    ]  # fmt: skip
    if results and all(target.name for target, *_ in results):
        body = _with_results(body, [(target, marks) for target, _, marks in results])
    receiver = node.field("receiver")
    own = _params(receiver, read) if receiver is not None else []
    if own and own[0].parts[0].name:
        here = Node("assign", line, "", (own[0].parts[0], Node("name", line, "this")))
        body = body._replace(parts=(here, *body.parts))
    params = _params(node.field("parameters"), read)
    made = function(line, name.text() if name else "", params, body)
    kind = _RECEIVER.search(own[0].parts[2].parts[0].name) if own else None
    if kind is None:
        return made
    block = Node("block", line, "", (made,))
    return Node("class", line, kind[0], (block, Node("decorators", line)))


def _with_results(body: Node, results: list[tuple[Node, Node]]) -> Node:
    """Results that have names are variables, and what a plain `return` returns."""
    names = tuple(target for target, _ in results)
    zeros = (
        Node("assign", target.line, "", (target, _zero(marks.parts[0].name, target.line)))
        for target, marks in results
    )
    value = names[0] if len(names) == 1 else Node("list", body.line, "", names)

    def told(node: Node) -> Node:
        if node.kind == "return" and not node.parts:
            return node._replace(parts=(value,))
        if node.kind == "function":
            return node
        return node._replace(parts=tuple(told(part) for part in node.parts))

    return body._replace(parts=(*zeros, *(told(part) for part in body.parts)))


def _params(node: SgNode | None, read: Reader) -> list[Node]:
    found: list[Node] = []
    for given in named(node) if node is not None else ():
        kind = Node("type", line_of(given), _type(given.field("type")))
        names = [read(name) for name in given.field_children("name") if name.is_named()]
        for name in names or [Node("name", line_of(given))]:
            many = given.kind() == "variadic_parameter_declaration"
            target = Node("splat", name.line, "", (name,)) if many else name
            found.append(param(target, NOTHING, (kind,)))
    return found


def _struct(node: SgNode, read: Reader) -> Node:
    """A declared type: what it embeds is what it extends."""
    line, name, kind = line_of(node), node.field("name"), node.field("type")
    fields: list[Node] = []
    embedded: list[Node] = []
    struct = kind is not None and kind.kind() == "struct_type"
    for declared in named(named(kind)[0]) if struct and kind is not None else ():
        text = _type(declared.field("type"))
        names = declared.field_children("name")
        fields += [_typed(read(one), _zero(text, line_of(one)), text) for one in names
                   if one.is_named()]  # fmt: skip
        embedded += [] if names else [Node("type", line_of(declared), text)]
    parts = (
        Node("block", line, "", tuple(fields)),
        Node("decorators", line, "", tuple(embedded)),
    )
    return Node("class", line, name.text() if name else "", parts)


def _composite(node: SgNode, read: Reader) -> Node:
    """`T{…}` is a call of `T`; a map is an object, as its keys show, and a slice a list."""
    kind, line = node.field("type"), line_of(node)
    body = read(node.field("body"))
    name = kind.kind() if kind is not None else ""
    keyed = any(child.kind() == "interpreted_string_literal" for child in _keys(node.field("body")))
    if keyed or name in ("map_type", "slice_type", "array_type", "implicit_length_array_type"):
        return Node("object" if keyed or name == "map_type" else "list", line, "", body.parts)
    given = (each._replace(kind="named") if each.kind == "pair" else each for each in body.parts)
    return Node("call", line, "", (read(kind), *given))


def _keys(node: SgNode | None) -> Iterable[SgNode]:
    for child in named(node) if node is not None else ():
        if child.kind() == "keyed_element":
            yield from named(named(child)[0])


def _keyed(node: SgNode, read: Reader) -> Node:
    key, value = (*read.all(named(node)), NOTHING, NOTHING)[:2]
    return Node("pair", line_of(node), key.name, (value,))


def _literal(node: SgNode, read: Reader) -> Node:
    """What stands for a value whose type is said further out."""
    if node.kind() == "literal_value" and any(c.kind() == "keyed_element" for c in named(node)):
        return Node("object", line_of(node), "", read.all(named(node)))
    return Node("list", line_of(node), "", read.all(named(node)))


def _conversion(node: SgNode, read: Reader) -> Node:
    """Bytes and texts are the same to us; what has type parameters may be a function."""
    kind, value = node.field("type"), read(node.field("operand"))
    if kind is None or kind.kind() != "generic_type":
        return value
    return Node("call", line_of(node), "", (read(kind.field("type")), value))


def _call(node: SgNode, read: Reader) -> Node:
    made = call("function", "arguments")(node, read)
    plain = made.parts[0].kind == "name" and made.parts[0].name == "string"
    return made.parts[1] if plain and len(made.parts) > 1 else made


def _slice(node: SgNode, read: Reader) -> Node:
    line = line_of(node)
    key = Node("slice", line, "", (read(node.field("start")), read(node.field("end"))))
    return Node("index", line, "", (read(node.field("operand")), key))


def _send(node: SgNode, read: Reader) -> Node:
    """`jobs <- event`, as a call: `jobs.send(event)`."""
    line = line_of(node)
    callee = Node("member", line, "send", (read(node.field("channel")),))
    return Node("discard", line, "", (Node("call", line, "", (callee, read(node.field("value")))),))


def _unary(node: SgNode, read: Reader) -> Node:
    operator, value = node.field("operator"), read(node.field("operand"))
    name = operator.text() if operator is not None else ""
    if name == "*" or (name == "&" and value.kind == "call"):
        return value
    if name == "&":
        return Node("out", line_of(node), "", (value,))
    return Node("unary", line_of(node), name, (value,))


def _begun(node: SgNode, read: Reader, made: Node) -> Node:
    """A statement after what it begins with, as in `if err := f(); err != nil`."""
    first = node.field("initializer")
    return made if first is None else Node("block", made.line, "", (read(first), made))


def _if(node: SgNode, read: Reader) -> Node:
    made = form("if", "condition", "consequence", "alternative")(node, read)
    return _begun(node, read, made)


def _for(node: SgNode, read: Reader) -> Node:
    line, body = line_of(node), read(node.field("body"))
    head = next((c for c in named(node) if c.kind() in ("range_clause", "for_clause")), None)
    if head is not None and head.kind() == "range_clause":
        target, over = read(head.field("left")), read(head.field("right"))
        if target.kind == "list":  # the first is the place
            target = target.parts[-1]
        return Node("loop", line, "", (target, over, body))
    plain = [child for child in named(node) if child.kind() != "block"]
    condition = head.field("condition") if head is not None else next(iter(plain), None)
    made = Node("loop", line, "", (NOTHING, read(condition), body))
    return made if head is None else _begun(head, read, made)


def _switch(node: SgNode, read: Reader) -> Node:
    line, value = line_of(node), node.field("value")
    cases = [
        case for child in named(node) if child.kind().endswith("_case")
        for case in _cases(child, read)
    ]  # fmt: skip
    if value is None and node.kind() == "expression_switch_statement":
        made = next((case.parts[1] for case in cases if case.parts[0] is NOTHING), NOTHING)
        for case in reversed(cases):
            if case.parts[0] is not NOTHING:
                made = Node("if", case.line, "", (*case.parts, made))
        return _begun(node, read, made)
    return _begun(node, read, Node("switch", line, "", (read(value), *cases)))


def _cases(node: SgNode, read: Reader) -> list[Node]:
    """A case for each of its values, the default last."""
    line = line_of(node)
    body = [child for child in named(node) if child.kind() == "statement_list"]
    block = Node("block", line, "", tuple(_flat(read.all(body))))
    if node.kind() == "default_case":
        return [Node("case", line, "", (NOTHING, block))]
    given = [child for child in named(node) if child.kind() != "statement_list"]
    listed = given and given[0].kind() == "expression_list"
    values = read.all(named(given[0]) if listed else given)
    return [Node("case", line, "", (value, block)) for value in values]


TABLE = {
    **dict.fromkeys(("block", "statement_list"), _block),
    **dict.fromkeys(("import_declaration", "import_spec_list", "const_declaration",
                     "var_declaration", "var_spec_list", "type_declaration"), each("block")),
    **dict.fromkeys(("interpreted_string_literal", "raw_string_literal"), _text),
    **dict.fromkeys(("interpreted_string_literal_content", "raw_string_literal_content",
                     "escape_sequence", "rune_literal"), word("text")),
    **dict.fromkeys(("identifier", "field_identifier", "type_identifier", "package_identifier",
                     "blank_identifier", "dot"), word("name")),
    **dict.fromkeys(("function_declaration", "method_declaration", "func_literal"), _function),
    **dict.fromkeys(("expression_switch_statement", "type_switch_statement", "select_statement"),
                    _switch),
    **dict.fromkeys(("parenthesized_expression", "literal_element", "variadic_argument",
                     "pointer_type"), inner),
    **dict.fromkeys(("const_spec", "var_spec"), _declared),
    **dict.fromkeys(("int_literal", "float_literal"), word("number")),
    **dict.fromkeys(("true", "false"), word("truth")),
    **dict.fromkeys(("expression_statement", "go_statement", "defer_statement"), each("discard")),
    **dict.fromkeys(("break_statement", "continue_statement"), word("break")),
    "source_file": _file,
    "package_clause": lambda *_: NOTHING,
    "import_spec": _import,
    "nil": word("null"),
    "expression_list": _several,
    "type_spec": _struct,
    "type_alias": lambda *_: NOTHING,
    "send_statement": _send,
    "short_var_declaration": form("assign", "left", "right"),
    "assignment_statement": _assigned,
    "composite_literal": _composite,
    "literal_value": _literal,
    "keyed_element": _keyed,
    "qualified_type": form("member", "package", name="name"),
    "generic_type": lambda node, read: read(node.field("type")),
    "call_expression": _call,
    "type_conversion_expression": _conversion,
    "type_assertion_expression": lambda node, read: read(node.field("operand")),
    "selector_expression": form("member", "operand", name="field"),
    "index_expression": form("index", "operand", "index"),
    "slice_expression": _slice,
    "binary_expression": operation,
    "unary_expression": _unary,
    "if_statement": _if,
    "for_statement": _for,
    "return_statement": each("return"),
    "labeled_statement": inner,
}  # fmt: skip
