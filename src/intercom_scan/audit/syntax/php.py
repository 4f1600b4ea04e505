"""How PHP becomes our tree: https://github.com/tree-sitter/tree-sitter-php, its `php_only`.

Variables stand without their `$`, and `__construct` is `constructor`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import (
    each,
    field,
    form,
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
    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader


# --- names and values


def _name(node: SgNode, _: Reader) -> Node:
    """The last part of a name, as imports make it known."""
    return Node("name", line_of(node), node.text().rpartition("\\")[2].lstrip("$"))


def _encapsed(node: SgNode, read: Reader) -> Node:
    return texts(line_of(node), read.all(named(node)))


def _array(node: SgNode, read: Reader) -> Node:
    parts = read.all(named(node))
    keyed = any(part.kind == "pair" for part in parts)
    return Node("object" if keyed else "list", line_of(node), "", parts)


def _element(node: SgNode, read: Reader) -> Node:
    parts = read.all(named(node))
    if len(parts) < 2:
        return parts[0] if parts else NOTHING
    return Node("pair", line_of(node), parts[0].name, parts[1:])


def _index(node: SgNode, read: Reader) -> Node:
    return Node("index", line_of(node), "", read.all(named(node)))


def _member(node: SgNode, read: Reader) -> Node:
    name = node.field("name")
    text = name.text().lstrip("$") if name is not None else ""
    return Node("member", line_of(node), text, (read(node.field("object") or named(node)[0]),))


def _constant(node: SgNode, read: Reader) -> Node:
    """`Foo::BAR`, and `Foo::class`, which means the class."""
    holder, name = named(node)[0], named(node)[-1].text().lstrip("$")
    if name == "class":
        return read(holder)
    return Node("member", line_of(node), name, (read(holder),))


def _binary(node: SgNode, read: Reader) -> Node:
    operator = node.field("operator")
    name = operator.text().lower() if operator is not None else ""
    parts = (read(node.field("left")), read(node.field("right")))
    return Node("binary", line_of(node), _OPERATORS.get(name, name), parts)


_OPERATORS = {".": "+", "<>": "!="}


def _unary(node: SgNode, read: Reader) -> Node:
    sign = next((child.text() for child in node.children() if not child.is_named()), "")
    return Node("unary", line_of(node), sign, (inner(node, read),))


def _increase(node: SgNode, read: Reader) -> Node:
    """`$a .= $b`, as `$a = $a . $b`."""
    left, right = read(node.field("left")), read(node.field("right"))
    operator = node.field("operator")
    name = operator.text().removesuffix("=") if operator is not None else "+"
    line = line_of(node)
    made = Node("binary", line, _OPERATORS.get(name, name), (left, right))
    return Node("assign", line, "", (left, made))


def _conditional(node: SgNode, read: Reader) -> Node:
    condition, then = read(node.field("condition")), node.field("body")
    other = read(node.field("alternative"))
    if then is None:
        return Node("binary", line_of(node), "||", (condition, other))
    return Node("choice", line_of(node), "", (condition, read(then), other))


# --- calls


def _call(node: SgNode, read: Reader) -> Node:
    name, given = node.field("name"), node.field("arguments")
    holder = node.field("object") or node.field("scope")
    line = line_of(name if name is not None else node)
    args = read.all(named(given)) if given is not None else ()
    if holder is not None:
        text = name.text() if name is not None else ""
        callee = Node("member", line, text, (read(holder),))
    else:
        callee = read(node.field("function"))
    if callee.kind == "name" and callee.name.lower() in ("exit", "die"):
        return _left(line, args)
    if callee.kind == "name" and callee.name == "define" and len(args) == 2:
        return Node("assign", line, "", (Node("name", line, args[0].name), args[1]))
    return Node("call", line_of(node), "", (callee, *args))


def _left(line: int, args: tuple[Node, ...]) -> Node:
    return Node("call", line, "", (Node("name", line, "exit"), *args))


def _exit(node: SgNode, read: Reader) -> Node:
    left = _left(line_of(node), read.all(named(node)))
    return Node("discard", left.line, "", (left,))


def _argument(node: SgNode, read: Reader) -> Node:
    name = node.field("name")
    value = read(named(node)[-1]) if named(node) else NOTHING
    return Node("named", line_of(node), name.text(), (value,)) if name is not None else value


def _made(node: SgNode, read: Reader) -> Node:
    """`new X(…)`, a call of it; that of a class that stands there is a call of the class."""
    parts = named(node)
    given = next((part for part in parts if part.kind() == "arguments"), None)
    args = read.all(named(given)) if given is not None else ()
    return Node("call", line_of(node), "", (read(parts[0] if parts else None), *args))


def _included(node: SgNode, read: Reader) -> Node:
    """The one text in what is included, by which the file is found; its names come with it."""
    line = line_of(node)
    said = "".join(part.name for part in inner(node, read).walk() if part.kind == "text")
    parts = (Node("text", line, "*"), Node("text", line, "./" + said.lstrip("/")))
    return Node("import", line, "", parts)


def _used(node: SgNode, _: Reader) -> Node:
    group = next((child for child in named(node) if child.kind() == "namespace_use_group"), None)
    first = named(node)[0].text() + "\\" if group is not None and named(node) else ""
    clauses = named(group if group is not None else node)
    found = [_use(clause, first) for clause in clauses if clause.kind() == "namespace_use_clause"]
    return Node("block", line_of(node), "", tuple(found))


def _use(clause: SgNode, first: str) -> Node:
    words = [child.text() for child in named(clause)]
    line = line_of(clause)
    whole = first + words[0].lstrip("\\")
    there = whole.rpartition("\\")[2]
    alias = words[1] if len(words) > 1 else there
    return Node("import", line, alias, (Node("text", line, there), Node("text", line, whole)))


# --- functions and classes


def _function(node: SgNode, read: Reader) -> Node:
    name = node.field("name")
    text = name.text() if name is not None else ""
    body = read(node.field("body"))
    if node.kind() == "arrow_function":
        body = Node("return", body.line, "", (body,))
    given = node.field("parameters")
    params = [_param(each, read) for each in named(given)] if given is not None else []
    own = "constructor" if text == "__construct" else text
    if own == "constructor":
        body = _promoting(given, body)
    return function(line_of(node), own, params, body, _attributes(node, read))


def _promoting(params: SgNode | None, body: Node) -> Node:
    """https://www.php.net/manual/en/language.oop5.decon.php#language.oop5.decon.constructor.promotion"""
    found = []
    for given in named(params) if params is not None else []:
        name = given.field("name")
        if given.kind() == "property_promotion_parameter" and name is not None:
            line, text = line_of(given), name.text().lstrip("$")
            target = Node("member", line, text, (Node("name", line, "this"),))
            found.append(Node("assign", line, "", (target, Node("name", line, text))))
    return Node("block", body.line, "", (*found, *body.parts))


def _param(node: SgNode, read: Reader) -> Node:
    target = read(node.field("name"))
    if node.kind() == "variadic_parameter":
        target = Node("splat", target.line, "", (target,))
    kind = node.field("type")
    marks = _attributes(node, read)
    if kind is not None:
        marks = (*marks, Node("type", line_of(kind), kind.text()))
    return param(target, read(node.field("default_value")), marks)


def _attributes(node: SgNode, read: Reader) -> tuple[Node, ...]:
    groups = [child for child in named(node) if child.kind() == "attribute_list"]
    return tuple(read(mark) for group in groups for one in named(group) for mark in named(one))


def _attribute(node: SgNode, read: Reader) -> Node:
    """`#[Route('/x')]`; the arguments of one are those of a call."""
    parts = named(node)
    callee = read(parts[0])
    args = read.all(named(parts[1])) if len(parts) > 1 else ()
    return Node("call", line_of(node), "", (callee, *args)) if args else callee


def _class(node: SgNode, read: Reader) -> Node:
    name = node.field("name")
    body = next((child for child in named(node) if child.kind().endswith("declaration_list")), None)
    above = [
        Node("type", line_of(part), part.text().lstrip("\\"))
        for child in named(node)
        if child.kind() in ("base_clause", "class_interface_clause")
        for part in named(child)
    ]
    line = line_of(node)
    marks = Node("decorators", line, "", (*_attributes(node, read), *above))
    text = name.text() if name is not None else ""
    return Node("class", line, text, (_members(body, read), marks))


def _members(body: SgNode | None, read: Reader) -> Node:
    found: list[Node] = []
    for child in named(body) if body is not None else []:
        made = read(child)
        found += made.parts if made.kind == "block" else [made]
    return Node("block", line_of(body) if body is not None else 0, "", tuple(found))


def _properties(node: SgNode, read: Reader) -> Node:
    elements = [child for child in named(node) if child.kind().endswith("_element")]
    return Node("block", line_of(node), "", read.all(elements))


def _property(node: SgNode, read: Reader) -> Node:
    parts = named(node)
    return Node(
        "assign", line_of(node), "", (read(parts[0]), read(parts[1] if parts[1:] else None))
    )


def _traits(node: SgNode, _: Reader) -> Node:
    """`use Signed;` in a class: whose methods it has too."""
    line = line_of(node)
    names = tuple(Node("name", line, child.text()) for child in named(node))
    return Node("call", line, "", (Node("name", line, "use"), *names))


# --- ways


def _statement(node: SgNode, read: Reader) -> Node:
    only = inner(node, read)
    return Node("discard", only.line, "", (only,)) if only.kind == "call" else only


def _if(node: SgNode, read: Reader) -> Node:
    other = NOTHING
    for branch in reversed(node.field_children("alternative")):
        if branch.kind() == "else_clause":
            other = read(branch.field("body"))
        else:
            parts = (read(branch.field("condition")), read(branch.field("body")), other)
            other = Node("if", line_of(branch), "", parts)
    parts = (read(node.field("condition")), read(node.field("body")), other)
    return Node("if", line_of(node), "", parts)


def _switch(node: SgNode, read: Reader) -> Node:
    body = node.field("body")
    cases = [case for child in named(body) for case in _cases(child, read)] if body else []
    return Node("switch", line_of(node), "", (read(node.field("condition")), *cases))


def _cases(node: SgNode, read: Reader) -> list[Node]:
    """A `case`, or the arm of a `match`, which may have several values."""
    parts = named(node)
    asked: list[SgNode | None] = [None]
    if node.kind() == "match_conditional_expression":
        asked = [*named(parts[0])]
    elif node.kind() == "case_statement":
        asked = [parts[0]]
    rest = parts if asked == [None] else parts[1:]
    if node.kind().startswith("match"):
        body = inner(node, read) if asked == [None] else read(parts[-1])
    else:
        body = Node("block", line_of(node), "", read.all(rest))
    return [Node("case", line_of(node), "", (read(value), body)) for value in asked]


def _try(node: SgNode, read: Reader) -> Node:
    caught = always = NOTHING
    for clause in named(node):
        if clause.kind() == "catch_clause" and caught is NOTHING:
            caught = read(clause.field("body"))
        elif clause.kind() == "finally_clause":
            always = read(clause.field("body"))
    return Node("try", line_of(node), "", (read(node.field("body")), caught, always))


def _foreach(node: SgNode, read: Reader) -> Node:
    over, each_ = named(node)[:2]
    target = read(named(each_)[-1] if each_.kind() == "pair" else each_)
    return Node("loop", line_of(node), "", (target, read(over), read(node.field("body"))))


def _while(node: SgNode, read: Reader) -> Node:
    parts = (NOTHING, read(node.field("condition")), read(node.field("body")))
    return Node("loop", line_of(node), "", parts)


def _list(node: SgNode, read: Reader) -> Node:
    """`[$a, $b] = …`, and `['x' => $a] = …`."""
    parts = read.all(named(node))
    if not any(child.text() == "=>" for child in node.children()):
        return Node("list", line_of(node), "", parts)
    line = line_of(node)
    pairs = zip(parts[::2], parts[1::2], strict=False)
    return Node("object", line, "", tuple(Node("pair", line, k.name, (v,)) for k, v in pairs))


TABLE = {
    **dict.fromkeys(("program", "compound_statement", "colon_block", "const_declaration",
                     "namespace_definition", "declaration_list"), each("block")),
    **dict.fromkeys(("parenthesized_expression", "error_suppression_expression", "yield_expression",
                     "variadic_unpacking", "clone_expression", "by_ref", "reference_modifier"),
                    inner),
    **dict.fromkeys(("variable_name", "name", "qualified_name", "named_type", "relative_scope"),
                    _name),
    **dict.fromkeys(("string", "encapsed_string", "heredoc_body", "nowdoc_body"), _encapsed),
    **dict.fromkeys(("string_content", "escape_sequence", "nowdoc_string"), word("text")),
    **dict.fromkeys(("heredoc", "nowdoc"), field("value")),
    **dict.fromkeys(("integer", "float"), word("number")),
    **dict.fromkeys(("function_call_expression", "member_call_expression", "scoped_call_expression",
                     "nullsafe_member_call_expression"), _call),
    **dict.fromkeys(("member_access_expression", "nullsafe_member_access_expression"), _member),
    **dict.fromkeys(("class_constant_access_expression", "scoped_property_access_expression"),
                    _constant),
    **dict.fromkeys(("function_definition", "method_declaration", "anonymous_function",
                     "arrow_function"), _function),
    **dict.fromkeys(("class_declaration", "trait_declaration", "interface_declaration",
                     "enum_declaration", "anonymous_class"), _class),
    **dict.fromkeys(("property_element", "const_element", "static_variable_declaration"),
                    _property),
    **dict.fromkeys(("switch_statement", "match_expression"), _switch),
    **dict.fromkeys(("while_statement", "do_statement", "for_statement"), _while),
    **dict.fromkeys(("include_expression", "include_once_expression", "require_expression",
                     "require_once_expression"), _included),
    **dict.fromkeys(("primitive_type", "union_type", "optional_type", "interface_clause"),
                    lambda *_: NOTHING),
    "null": word("null"),
    "boolean": word("truth"),
    "array_creation_expression": _array,
    "array_element_initializer": _element,
    "list_literal": _list,
    "subscript_expression": _index,
    "binary_expression": _binary,
    "unary_op_expression": _unary,
    "assignment_expression": form("assign", "left", "right"),
    "reference_assignment_expression": form("assign", "left", "right"),
    "augmented_assignment_expression": _increase,
    "conditional_expression": _conditional,
    "cast_expression": field("value"),
    "argument": _argument,
    "object_creation_expression": _made,
    "attribute": _attribute,
    "exit_statement": _exit,
    "namespace_use_declaration": _used,
    "property_declaration": _properties,
    "use_declaration": _traits,
    "expression_statement": _statement,
    "throw_expression": each("throw"),
    "return_statement": each("return"),
    "break_statement": word("break"),
    "continue_statement": word("break"),
    "if_statement": _if,
    "try_statement": _try,
    "foreach_statement": _foreach,
}  # fmt: skip
