"""How Ruby becomes our tree: https://github.com/tree-sitter/tree-sitter-ruby.

What is read is a `name` or a `member`; what is given something, stands alone, or ends in `?` or `!`
is a call. What a method or a block ends with is returned. `X.new(…)` is a call of `X`, `initialize`
is `constructor`, and an instance variable is a member of `self`, with its `@`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.coming import value
from intercom_scan.audit.syntax.lowering import (
    each,
    function,
    inner,
    line_of,
    named,
    operation,
    param,
    texts,
    word,
)
from intercom_scan.audit.syntax.ruby_code import (
    YIELDED,
    arrow,
    block,
    closure,
    declared,
    method,
    singleton,
    statement,
    statements,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader


# --- calls


def _call(node: SgNode, read: Reader) -> Node:
    receiver, method = node.field("receiver"), node.field("method")
    name = method.text() if method is not None else "call"
    line = line_of(method if method is not None else node)
    target = read(receiver) if receiver is not None else None
    if target is None:
        callee = Node("name", line, name)
    elif name == "new" and target.kind in ("name", "member") and target.name[:1].isupper():
        callee = target
    else:
        callee = Node("member", line, name, (target,))
    given, block = node.field("arguments"), node.field("block")
    args = _arguments(given, read) if given is not None else ()
    if name in ("lambda", "proc") and block is not None and receiver is None:
        return closure(block, read, "")
    if block is not None:
        args = (*args, closure(block, read))
    if name in ("raise", "fail") and receiver is None:
        return Node("throw", line_of(node), "", args)
    if name in ("require", "require_relative", "load") and receiver is None and len(args) == 1:
        return _required(args[0], name)
    plain = callee.kind == "member" and given is None and block is None and callee is not target
    if plain and name[-1] not in "?!":
        return callee
    return Node("call", line_of(node), "", (callee, *args))


def _required(what: Node, how: str) -> Node:
    """Ruby has one space of names, so that everything of a file is brought in."""
    near = "./" if how == "require_relative" else ""
    module = what._replace(name=near + what.name.removeprefix("./"))
    return Node("import", what.line, "", (Node("text", what.line, "*"), module))


def _arguments(node: SgNode, read: Reader) -> tuple[Node, ...]:
    found: list[Node] = []
    pairs: list[Node] = []
    for child in named(node):
        made = read(child)
        if made.kind == "pair" and _is_name(child):
            found.append(made._replace(kind="named"))
        elif made.kind == "pair":
            pairs.append(made)
        else:
            found.append(made)
    if pairs:
        found.append(Node("object", pairs[0].line, "", tuple(pairs)))
    return tuple(found)


def _is_name(pair: SgNode) -> bool:
    key = pair.field("key")
    return key is not None and key.kind() in ("hash_key_symbol", "simple_symbol")


def _handed(node: SgNode, read: Reader) -> Node:
    """`&block`, or `&:name`, which is a block that calls it."""
    given = inner(node, read)
    if given.kind != "text":
        return given
    line = line_of(node)
    it = Node("name", line, "it")
    back = Node("return", line, "", (Node("member", line, given.name, (it,)),))
    return function(line, "", (param(it),), Node("block", line, "", (back,)))


def _yield(node: SgNode, read: Reader) -> Node:
    given = next(iter(named(node)), None)
    args = _arguments(given, read) if given is not None else ()
    return Node("call", line_of(node), "", (YIELDED, *args))


def _super(node: SgNode, _: Reader) -> Node:
    return Node("name", line_of(node), "super")


# --- values


def _parenthesized(node: SgNode, read: Reader) -> Node:
    return value(statements(named(node), read))


def _text(node: SgNode, read: Reader) -> Node:
    return texts(line_of(node), read.all(named(node)))


def _symbol(node: SgNode, _: Reader) -> Node:
    return Node("text", line_of(node), node.text().strip(":").strip("'\""))


def _pair(node: SgNode, read: Reader) -> Node:
    key, value = node.field("key"), node.field("value")
    made = read(key)
    line = line_of(node)
    return Node("pair", line, made.name, (read(value) if value else Node("name", line, made.name),))


def _variable(node: SgNode, _: Reader) -> Node:
    line = line_of(node)
    return Node("member", line, node.text(), (Node("name", line, "self"),))


def _scoped(node: SgNode, read: Reader) -> Node:
    name, scope = node.field("name"), node.field("scope")
    text, line = name.text() if name is not None else "", line_of(node)
    return Node("member", line, text, (read(scope),)) if scope else Node("name", line, text)


def _index(node: SgNode, read: Reader) -> Node:
    return Node("index", line_of(node), "", read.all(named(node)))


def _assignment(node: SgNode, read: Reader) -> Node:
    left, right = read(node.field("left")), read(node.field("right"))
    return Node("assign", line_of(node), "", (left, value(right)))


def _operator_assignment(node: SgNode, read: Reader) -> Node:
    """`a ||= b` as `a = a || b`."""
    left, right = read(node.field("left")), value(read(node.field("right")))
    operator = node.field("operator")
    name = operator.text().removesuffix("=") if operator is not None else "+"
    line = line_of(node)
    return Node("assign", line, "", (left, Node("binary", line, name, (left, right))))


def _return(node: SgNode, read: Reader) -> Node:
    given = next(iter(named(node)), None)
    said = tuple(value(read(child)) for child in named(given)) if given is not None else ()
    line = line_of(node)
    return Node("return", line, "", said if len(said) < 2 else (Node("list", line, "", said),))


def _unary(node: SgNode, read: Reader) -> Node:
    operator = node.field("operator")
    name = operator.text() if operator is not None else ""
    return Node("unary", line_of(node), name, (read(node.field("operand")),))


# --- ways


def _if(node: SgNode, read: Reader) -> Node:
    condition, then = value(read(node.field("condition"))), node.field("consequence")
    other = node.field("alternative")
    ways = (_block_of(then, read), _block_of(other, read))
    if node.kind() == "unless":
        ways = (ways[1], ways[0])
    return Node("if", line_of(node), "", (condition, *ways))


def _block_of(node: SgNode | None, read: Reader) -> Node:
    return read(node) if node is not None else NOTHING


def _modified(node: SgNode, read: Reader) -> Node:
    condition, body = node.field("condition"), node.field("body")
    did = statement(body, read) if body is not None else NOTHING
    ways = (NOTHING, did) if node.kind() == "unless_modifier" else (did, NOTHING)
    return Node("if", line_of(node), "", (value(read(condition)), *ways))


def _both(node: SgNode, read: Reader) -> Node:
    """`head :ok and return` is a way and no value."""
    made = operation(node, read)
    left, right = made.parts
    if made.name in ("=~", "!~"):
        asked = Node("call", made.line, "", (Node("member", made.line, "match?", (left,)), right))
        return asked if made.name == "=~" else Node("unary", made.line, "!", (asked,))
    if made.name == "<<":
        return Node("call", made.line, "", (Node("member", made.line, "push", (left,)), right))
    if made.name not in ("and", "or") or right.kind not in ("return", "throw", "break"):
        return made
    left_call = Node("discard", left.line, "", (left,)) if left.kind == "call" else left
    if left_call.kind == "discard" and made.name == "and":
        return Node("block", made.line, "", (left_call, right))
    ways = (right, NOTHING) if made.name == "and" else (NOTHING, right)
    return Node("if", made.line, "", (left, *ways))


def _conditional(node: SgNode, read: Reader) -> Node:
    fields = ("condition", "consequence", "alternative")
    return Node("choice", line_of(node), "", tuple(value(read(node.field(f))) for f in fields))


def _case(node: SgNode, read: Reader) -> Node:
    about = node.field("value")
    cases: list[tuple[Node, Node]] = []
    for child in named(node):
        if child.kind() in ("when", "in_clause"):
            body = _block_of(child.field("body"), read)
            asked = child.field_children("pattern")
            cases += [(read(each), body) for each in asked if each.is_named()]
        elif child.kind() == "else":
            cases.append((NOTHING, read(child)))
    line = line_of(node)
    if about is None:
        return _chain(cases)
    made = tuple(Node("case", body.line, "", (asked, body)) for asked, body in cases)
    return Node("switch", line, "", (value(read(about)), *made))


def _chain(cases: list[tuple[Node, Node]]) -> Node:
    found = NOTHING
    for asked, body in reversed(cases):
        if asked.kind == "nothing":
            found = body
        else:
            found = Node("if", asked.line, "", (asked, body, found))
    return found


def _rescued(node: SgNode, read: Reader) -> Node:
    body, handler = node.field("body"), node.field("handler")
    did = statement(body, read) if body is not None else NOTHING
    parts = (did, Node("block", line_of(node), "", (read(handler),)), NOTHING)
    return Node("try", line_of(node), "", parts)


def _loop(node: SgNode, read: Reader) -> Node:
    target = read(node.field("pattern")) if node.kind() == "for" else NOTHING
    over = read(node.field("value" if node.kind() == "for" else "condition"))
    body = node.field("body")
    did = statement(body, read) if body is not None else NOTHING
    return Node("loop", line_of(node), "", (target, over, did))


def _destructured(node: SgNode, read: Reader) -> Node:
    """`{topic:, data: {item:}}`, as an object that names are taken out of."""
    parts = [part for part in read.all(named(node)) if part.kind == "pair"]
    return Node("object", line_of(node), "", tuple(parts))


def _taken(node: SgNode, read: Reader) -> Node:
    value, pattern = node.field("value"), node.field("pattern")
    return Node("assign", line_of(node), "", (read(pattern), read(value)))


TABLE = {
    **dict.fromkeys(("program", "body_statement", "block_body", "then", "do", "begin", "else",
                     "begin_block", "ensure"), block),
    **dict.fromkeys(("method", "singleton_method"), method),
    **dict.fromkeys(("class", "module"), declared),
    **dict.fromkeys(("if", "unless", "elsif"), _if),
    **dict.fromkeys(("if_modifier", "unless_modifier"), _modified),
    **dict.fromkeys(("while", "until", "while_modifier", "until_modifier", "for"), _loop),
    **dict.fromkeys(("case", "case_match"), _case),
    **dict.fromkeys(("do_block", "block"), closure),
    **dict.fromkeys(("string", "regex", "chained_string", "delimited_symbol", "heredoc_body",
                     "bare_string", "bare_symbol"), _text),
    **dict.fromkeys(("string_content", "escape_sequence", "heredoc_content"), word("text")),
    **dict.fromkeys(("simple_symbol", "hash_key_symbol"), _symbol),
    **dict.fromkeys(("instance_variable", "class_variable"), _variable),
    **dict.fromkeys(("identifier", "constant", "self", "global_variable"), word("name")),
    **dict.fromkeys(("true", "false"), word("truth")),
    **dict.fromkeys(("integer", "float"), word("number")),
    **dict.fromkeys(("array", "string_array", "symbol_array", "left_assignment_list",
                     "right_assignment_list"), each("list")),
    **dict.fromkeys(("hash_splat_argument", "splat_argument", "interpolation", "in", "pattern",
                     "rest_assignment"), inner),
    **dict.fromkeys(("next", "break", "redo", "retry"), each("break")),
    **dict.fromkeys(("pair", "keyword_pattern"), _pair),
    "comment": lambda *_: NOTHING,
    "heredoc_end": lambda *_: NOTHING,
    "parenthesized_statements": _parenthesized,
    "singleton_class": singleton,
    "lambda": arrow,
    "call": _call,
    "block_argument": _handed,
    "yield": _yield,
    "super": _super,
    "nil": word("null"),
    "hash": each("object"),
    "scope_resolution": _scoped,
    "element_reference": _index,
    "assignment": _assignment,
    "operator_assignment": _operator_assignment,
    "binary": _both,
    "unary": _unary,
    "conditional": _conditional,
    "return": _return,
    "rescue_modifier": _rescued,
    "hash_pattern": _destructured,
    "match_pattern": _taken,
}  # fmt: skip
