"""What Kotlin declares: classes, functions, properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.kotlin_parts import (
    first,
    last,
    one,
    says,
    settle,
    text_in,
    typed,
    under,
)
from intercom_scan.audit.syntax.lowering import (
    function,
    line_of,
    named,
    param,
    primary,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.lowering import Reader


def _marks(node: SgNode | None, read: Reader) -> tuple[Node, ...]:
    """The annotations of what is declared."""
    before = first(node, "modifiers") if node is not None else None
    return _annotations(before, read)


def _annotations(node: SgNode | None, read: Reader) -> tuple[Node, ...]:
    return read.all(child for child in under(node) if child.kind() == "annotation")


def annotation(node: SgNode, read: Reader) -> Node:
    kept = [child for child in named(node) if child.kind() != "use_site_target"]
    if kept and kept[0].kind() == "constructor_invocation":
        kind, given = first(kept[0], "user_type"), first(kept[0], "value_arguments")
        callee = read(kind)
        return Node("call", line_of(node), "", (callee, *read.all(under(given))))
    return one(kept, read)


def kind(node: SgNode, _: Reader) -> Node:
    """A class by its name, without what it is of."""
    words = "".join(node.text().split()).rstrip("?").partition("<")[0].split(".")
    made = Node("name", line_of(node), words[0])
    for text in words[1:]:
        made = Node("member", line_of(node), text, (made,))
    return made


def class_of(node: SgNode, read: Reader) -> Node:
    body = read(first(node, "class_body", "enum_class_body"))
    given = first(node, "primary_constructor")
    params = [
        _property_param(child, read) for child in under(given) if child.kind() == "class_parameter"
    ]
    own = (primary(line_of(node), params), *body.parts) if params else body.parts
    return made_of(node, text_in(node), own, _marks(node, read))


def made_of(node: SgNode, name: str, own: tuple[Node, ...], marks: tuple[Node, ...] = ()) -> Node:
    line = line_of(node)
    parts = (
        Node("block", line, "", own),
        Node("decorators", line, "", (*marks, *_bases(node))),
    )
    return Node("class", line, name, parts)


def _bases(node: SgNode) -> Iterator[Node]:
    for child in named(node):
        if child.kind() == "delegation_specifier":
            text = "".join(child.text().split()).partition("(")[0]
            yield Node("type", line_of(child), text)


def members(node: SgNode, read: Reader) -> Node:
    """A class's body; what a companion has belongs to it, and a getter to the property above."""
    found: list[Node] = []
    for child in named(node):
        if child.kind() == "companion_object":
            body = first(child, "class_body")
            found += members(body, read).parts if body is not None else ()
        elif child.kind() in ("getter", "setter"):
            if found and found[-1].kind == "assign" and found[-1].parts[1] is NOTHING:
                target, _, *rest = found[-1].parts
                found[-1] = found[-1]._replace(parts=(target, _computed(child, read), *rest))
        else:
            found.append(settle(read(child)))
    return Node("block", line_of(node), "", tuple(found))


def entry(node: SgNode, read: Reader) -> Node:
    """A constant of an enumeration, with what it is made of."""
    line = line_of(node)
    value = Node("list", line, "", read.all(under(first(node, "value_arguments"))))
    return Node("assign", line, "", (Node("name", line, text_in(node)), value))


def initial(node: SgNode, read: Reader) -> Node:
    return read(first(node, "statements"))


def single(node: SgNode, read: Reader) -> Node:
    """An object that is declared by its name."""
    return made_of(node, text_in(node), read(first(node, "class_body")).parts, _marks(node, read))


def nameless(node: SgNode, read: Reader) -> Node:
    """`object : Runnable { … }`, as what it has."""
    return read(first(node, "class_body"))._replace(kind="object", line=line_of(node))


def function_of(node: SgNode, read: Reader) -> Node:
    """What a function extends is its first parameter, `this`."""
    line, receiver = line_of(node), first(node, "receiver_type")
    params = list(_params(first(node, "function_value_parameters"), read))
    if receiver is not None:
        params.insert(0, param(Node("name", line, "this"), NOTHING, typed(node)))
    name = {"secondary_constructor": "constructor", "anonymous_function": "fun"}.get(
        node.kind()
    ) or text_in(node, "simple_identifier")
    own = read(first(node, "function_body", "statements"))
    return function(line, name, params, own, _marks(node, read))


def _params(node: SgNode | None, read: Reader) -> Iterator[Node]:
    marks: tuple[Node, ...] = ()
    found: Node | None = None
    for child in under(node):
        if child.kind() in ("parameter_modifiers", "parameter") and found is not None:
            yield found
            found = None
        if child.kind() == "parameter_modifiers":
            marks = _annotations(child, read)
        elif child.kind() == "parameter":
            target = Node("name", line_of(child), text_in(child))
            found, marks = param(target, NOTHING, (*marks, *typed(child))), ()
        elif found is not None:
            target, _, decorators = found.parts
            found = found._replace(parts=(target, read(child), decorators))
    if found is not None:
        yield found


def _property_param(node: SgNode, read: Reader) -> Node:
    """A parameter of a class's constructor."""
    target = Node("name", line_of(node), text_in(node, "simple_identifier"))
    default = last(node, read) if says(node, "=") else NOTHING
    return param(target, default, (*_marks(node, read), *typed(node)))


def property_of(node: SgNode, read: Reader) -> Node:
    """A name with its value, which may be made when it is first asked for."""
    line = line_of(node)
    target = first(node, "variable_declaration", "multi_variable_declaration")
    value = last(node, read) if says(node, "=") else NOTHING
    late = first(node, "property_delegate")
    if late is not None:
        made = next((n for n in read(late).walk() if n.kind == "function"), None)
        value = Node("call", line, "", (made,)) if made is not None else NOTHING
    value = _computed(node, read) if value is NOTHING else value
    kind = typed(target) if target is not None else ()
    marks = Node("decorators", line, "", (*_marks(node, read), *kind))
    return Node("assign", line, "", (read(target), value, marks))


def _computed(node: SgNode, read: Reader) -> Node:
    """What a getter of one expression gives."""
    getter = node if node.kind() == "getter" else first(node, "getter")
    body = first(getter, "function_body") if getter is not None else None
    value = read(body)
    return value.parts[0] if value.kind == "return" else NOTHING


def declared(node: SgNode, _: Reader) -> Node:
    return Node("name", line_of(node), text_in(node, "simple_identifier"))
