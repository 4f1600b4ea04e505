"""Ruby's statements, methods, blocks and classes, for the table of `ruby.py`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.coming import BARE, returning, within
from intercom_scan.audit.syntax.lowering import function, line_of, named, param
from intercom_scan.audit.syntax.tree import NOTHING, OF_CLASS, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader

_MODIFIERS = frozenset({"private", "public", "protected", "module_function", "helper_method",
                        "private_class_method", "memoize"})  # fmt: skip
_MIXES = frozenset({"include", "extend", "prepend"})
YIELDED = Node("name", 0, "yield")


# --- statements


def statements(nodes: Iterable[SgNode], read: Reader) -> Node:
    found = [statement(node, read) for node in nodes]
    line = found[0].line if found else 0
    return Node("block", line, "", tuple(found))


def statement(node: SgNode, read: Reader) -> Node:
    made = read(node)
    if node.kind() == "identifier" or (node.kind() == "call" and made.kind == "member"):
        return Node("discard", made.line, BARE, (Node("call", made.line, "", (made,)),))
    return Node("discard", made.line, "", (made,)) if made.kind == "call" else made


def body(node: SgNode | None, read: Reader) -> Node:
    """Statements, and what is rescued and ensured around them."""
    children = named(node) if node is not None else []
    plain = [child for child in children if child.kind() not in ("rescue", "ensure")]
    rescued = [child for child in children if child.kind() == "rescue"]
    ensured = [child for child in children if child.kind() == "ensure"]
    block = statements(plain, read)
    if not rescued and not ensured:
        return block
    caught = body(rescued[0].field("body"), read) if rescued else NOTHING
    always = statements(named(ensured[0]), read) if ensured else NOTHING
    return Node("try", block.line, "", (block, caught, always))


def block(node: SgNode, read: Reader) -> Node:
    return body(node, read)


# --- methods, blocks and classes


def method(node: SgNode, read: Reader) -> Node:
    name = node.field("name")
    text = name.text() if name is not None else ""
    body = _code(node, read)
    params = parameters(node.field("parameters"), read)
    if any(part == YIELDED for part in body.walk()):
        params.append(param(YIELDED._replace(line=line_of(node))))
    own = "constructor" if text == "initialize" else text
    marks = (Node("type", line_of(node), OF_CLASS),) if node.kind() == "singleton_method" else ()
    return function(line_of(node), own, params, returning(body), marks)


def _code(node: SgNode, read: Reader) -> Node:
    body = node.field("body")
    if body is None:
        return Node("block", line_of(node))
    found = statement(body, read)
    return found if found.kind in ("block", "try") else Node("block", found.line, "", (found,))


def parameters(node: SgNode | None, read: Reader) -> list[Node]:
    return [_param(child, read) for child in named(node)] if node is not None else []


def _param(node: SgNode, read: Reader) -> Node:
    name, value = node.field("name"), node.field("value")
    target = read(name) if name is not None else read(node)
    if node.kind() in ("splat_parameter", "hash_splat_parameter") and name is not None:
        target = Node("splat", line_of(node), "", (target,))
    if node.kind() == "destructured_parameter":
        target = Node("list", line_of(node), "", read.all(named(node)))
    return param(target, read(value))


def closure(node: SgNode, read: Reader, leaves: str = "outer") -> Node:
    """A block of a call: `next` ends it, and `return` the method that it stands in."""
    left = within(_code(node, read), "return", lambda found: found._replace(name=leaves))
    ended = within(left, "break", lambda found: found._replace(kind="return"))
    params = parameters(node.field("parameters"), read)
    return function(line_of(node), "", params, returning(ended))


def arrow(node: SgNode, read: Reader) -> Node:
    body = node.field("body")
    if body is None:
        return NOTHING
    made = closure(body, read, "")
    params, *rest = made.parts
    given = parameters(node.field("parameters"), read)
    return made._replace(parts=(params._replace(parts=tuple(given)), *rest))


def declared(node: SgNode, read: Reader) -> Node:
    name, above = node.field("name"), node.field("superclass")
    text = name.text().rpartition("::")[2] if name is not None else ""
    body = node.field("body")
    block = _members(body, read) if body is not None else Node("block", line_of(node))
    line = line_of(node)
    base = (Node("type", line, named(above)[0].text()),) if above is not None else ()
    mixed = tuple(_mixed(body)) if body is not None else ()
    return Node("class", line, text, (block, Node("decorators", line, "", (*base, *mixed))))


def _mixed(body: SgNode) -> Iterator[Node]:
    """The modules whose methods a class has too."""
    for child in named(body):
        method, given = child.field("method"), child.field("arguments")
        if method is not None and given is not None and method.text() in _MIXES:
            for each in named(given):
                yield Node("type", line_of(each), each.text())


def _members(node: SgNode, read: Reader) -> Node:
    found: list[Node] = []
    for child in named(node):
        method = child.field("method")
        if method is not None and method.text() in _MIXES:
            continue
        made = statement(child, read)
        if made.kind == "block":  # class << self
            found += made.parts
        elif made.kind == "discard" and made.parts[0].parts[0].name in _MODIFIERS:
            own = [part for part in made.parts[0].parts[1:] if part.kind == "function"]
            found += own or [made]
        else:
            found.append(made)
    return Node("block", line_of(node), "", tuple(found))


def singleton(node: SgNode, read: Reader) -> Node:
    body = node.field("body")
    if body is None:
        return NOTHING
    made = _members(body, read)
    return made._replace(parts=tuple(_of_class(part) for part in made.parts))


def _of_class(part: Node) -> Node:
    if part.kind != "function":
        return part
    marks = Node("decorators", part.line, "", (Node("type", part.line, OF_CLASS),))
    return part._replace(parts=(*part.parts[:2], marks))
