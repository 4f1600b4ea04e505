"""What Dart declares: imports, classes, functions, variables; and what its cascades call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.lowering import function, line_of, named, param
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader

WORDS = frozenset({"this", "super"})  # which the grammar gives no names
_SIGNATURES = ("constructor_signature", "constant_constructor_signature",
               "factory_constructor_signature", "function_signature")  # fmt: skip


def parts_of(node: SgNode) -> list[SgNode]:
    return [
        child
        for child in node.children()
        if child.kind() in WORDS
        or (child.is_named() and not child.kind().endswith("comment") and not _typed(child))
    ]


def _typed(node: SgNode) -> bool:
    return node.kind() in ("type", "type_arguments", "annotation")


def child_of(node: SgNode, *kinds: str) -> SgNode | None:
    return next((child for child in node.children() if child.kind() in kinds), None)


def imported(node: SgNode, read: Reader) -> Node:
    """Under its alias, by the names that it shows, or all of it: `*`."""
    specification = node.find(kind="import_specification")
    module = node.find(kind="string_literal")
    if specification is None or module is None:
        return NOTHING
    line, source = line_of(node), read(module)
    alias = child_of(specification, "identifier")
    shown = [
        name.text()
        for group in named(specification)
        if group.kind() == "combinator" and group.text().startswith("show")
        for name in named(group)
    ]
    pairs = [(alias.text(), "*")] if alias is not None else [(name, name) for name in shown]
    found = [
        Node("import", line, here, (Node("text", line, there), source))
        for here, there in pairs or [("*", "*")]
    ]
    return found[0] if len(found) == 1 else Node("block", line, "", tuple(found))


def class_of(node: SgNode, read: Reader) -> Node:
    name = child_of(node, "identifier")
    body = next((each for each in named(node) if each.kind().endswith("_body")), None)
    marks = Node("decorators", line_of(node), "", _marks(node, read))
    text = name.text() if name is not None else ""
    return Node("class", line_of(node), text, (read(body), marks))


def _marks(node: SgNode, read: Reader) -> tuple[Node, ...]:
    return tuple(read(child) for child in node.children() if child.kind() == "annotation")


def annotation(node: SgNode, read: Reader) -> Node:
    said = named(node)
    name = Node("name", line_of(node), said[0].text())
    given = given_to(node, read)
    return Node("call", line_of(node), "", (name, *given)) if len(said) > 1 else name


def function_of(node: SgNode, read: Reader) -> Node:
    """A method, getter, setter, constructor, or function."""
    signature = next((each for each in named(node) if each.kind().endswith("signature")), node)
    while (deeper := next(
        (each for each in named(signature) if each.kind().endswith("signature")), None
    )) is not None:  # fmt: skip
        signature = deeper
    words = [each.text() for each in named(signature) if each.kind() == "identifier"]
    body = child_of(node, "function_body")
    made = _body(body, read) if body is not None else _initialised(node, read)
    params = _params(child_of(signature, "formal_parameter_list"), read)
    return function(line_of(node), words[-1] if words else "", params, made, _marks(node, read))


def _initialised(node: SgNode, read: Reader) -> Node:
    """What a constructor without a body does: `: super(key: key)`."""
    given = child_of(node, "initializers")
    return Node("block", line_of(node), "", read.all(named(given)) if given is not None else ())


def initialiser(node: SgNode, read: Reader) -> Node:
    said = parts_of(node)
    if child_of(node, "arguments") is None:
        return Node("assign", line_of(node), "", (read(said[0]), read(said[-1])))
    return Node("call", line_of(node), "", (read(said[0]), *given_to(node, read)))


def _body(node: SgNode, read: Reader) -> Node:
    block = child_of(node, "block")
    if block is not None:
        return read(block)
    value = cascaded(parts_of(node), read)
    return Node("return", value.line, "", (value,))


def _params(node: SgNode | None, read: Reader) -> list[Node]:
    found: list[Node] = []
    waiting = False
    for child in node.children() if node is not None else ():
        kind = child.kind()
        if kind == "optional_formal_parameters":
            found += _params(child, read)
        elif kind == "formal_parameter":
            names = [each.text() for each in child.find_all(kind="identifier")]
            found.append(param(Node("name", line_of(child), names[-1] if names else "")))
        elif waiting and found:
            found[-1] = found[-1]._replace(parts=(found[-1].parts[0], read(child), NOTHING))
        waiting = kind in ("=", ":")
    return found


def closure(node: SgNode, read: Reader) -> Node:
    body = child_of(node, "function_expression_body", "function_body")
    params = _params(child_of(node, "formal_parameter_list"), read)
    made = _body(body, read) if body is not None else NOTHING
    return function(line_of(node), "", params, made)


def declared(node: SgNode, read: Reader) -> Node:
    """`final a = 1, b = 2;` and what a pattern takes apart."""
    found: list[Node] = []
    if child_of(node, *_SIGNATURES) is not None:
        return function_of(node, read)
    for child in named(node):
        if child.kind() in ("initialized_identifier_list", "static_final_declaration_list"):
            found += [_variable(each, read) for each in named(child)]
        elif child.kind() == "pattern_variable_declaration":
            said = parts_of(child)
            found.append(Node("assign", line_of(child), "", (read(said[0]), read(said[-1]))))
        elif child.kind() == "initialized_variable_definition":
            found.append(_variable(child, read))
            found += [_variable(each, read) for each in named(child)
                      if each.kind() == "initialized_identifier"]  # fmt: skip
    return found[0] if len(found) == 1 else Node("block", line_of(node), "", tuple(found))


def _variable(node: SgNode, read: Reader) -> Node:
    """`final a = b()..c()` gives the variable a value, then calls `a.c()`."""
    said = [each for each in parts_of(node) if each.kind() != "initialized_identifier"]
    target, line = read(said[0] if said else None), line_of(node)
    made = Node("assign", line, "", (target, read(said[1]) if len(said) > 1 else NOTHING))
    done = [_cascade(each, target, read) for each in said if each.kind() == "cascade_section"]
    return Node("block", line, "", (made, *done)) if done else made


def cascaded(nodes: list[SgNode], read: Reader) -> Node:
    """`a..b()..c = 1` as `a.b(), a.c = 1, a`."""
    first = read(nodes[0] if nodes else None)
    sections = [node for node in nodes[1:] if node.kind() == "cascade_section"]
    if not sections:
        return first
    held = first if _plain(first) else NOTHING  # the same in many places would be endless
    done = tuple(_cascade(section, held, read) for section in sections)
    return Node("sequence", first.line, "", (*done, first))


def _plain(node: Node) -> bool:
    while node.kind == "member":
        node = node.parts[0]
    return node.kind == "name"


def _cascade(section: SgNode, held: Node, read: Reader) -> Node:
    line, said = line_of(section), parts_of(section)
    call = child_of(section, "cascade_call_expression")
    place = said[0] if call is None else parts_of(call)[0]
    name = place.text().lstrip(".")
    target = Node("member", line, name, (held,))
    if call is not None:
        return Node("call", line, "", (target, *given_to(call, read)))
    return Node("assign", line, "", (target, read(said[-1]))) if len(said) > 1 else target


def given_to(node: SgNode, read: Reader) -> tuple[Node, ...]:
    groups = (each for each in named(node) if each.kind() == "arguments")
    return tuple(read(each) for group in groups for each in parts_of(group))
