"""The ways in which a parser's nodes become ours; the tables of the languages are made of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from ast_grep_py import SgNode

    Way: TypeAlias = "Callable[[SgNode, Reader], Node]"

DEEPEST = 200  # levels; the reading of trees calls itself
MOST = 60_000  # nodes of a file


FIELDS = "fields"  # the name of what a primary constructor does, before fields get their values


class TooMuchError(Exception):
    """A file whose code is nested too deeply, or too long, to be followed."""


class Reader:
    """Reads a parser's tree by a language's table: how a node of each kind becomes ours."""

    def __init__(self, table: Mapping[str, Way]) -> None:
        self.table = table
        self._depth = self._count = 0

    def __call__(self, node: SgNode | None) -> Node:
        """Our node for the parser's; a kind that no table knows keeps its parts."""
        if node is None:
            return NOTHING
        self._count += 1
        if self._depth >= DEEPEST or self._count > MOST:
            raise TooMuchError
        self._depth += 1
        depth = self._depth
        try:
            found = self.table.get(node.kind(), each("other"))(node, self)
        except IndexError:  # code that is not finished lacks what the table asks for
            self._depth = depth
            found = each("other")(node, self)
        self._depth -= 1
        return found

    def all(self, nodes: Iterable[SgNode], deeper: int = 0) -> tuple[Node, ...]:
        """Ours for each; `deeper` is how many levels they are put below this one."""
        self._depth += deeper
        found = tuple(self(node) for node in nodes)
        self._depth -= deeper
        return found


def line_of(node: SgNode) -> int:
    return node.range().start.line + 1


def named(node: SgNode) -> list[SgNode]:
    """The children that say something."""
    return [child for child in node.children() if child.is_named() and not _comment(child)]


def _comment(node: SgNode) -> bool:
    return node.kind().endswith("comment")


def each(kind: str) -> Way:
    """All that the node has, in order."""
    return lambda node, read: Node(kind, line_of(node), "", read.all(named(node)))


def word(kind: str) -> Way:
    """Its own text."""
    return lambda node, _: Node(kind, line_of(node), node.text())


def form(kind: str, *fields: str, name: str = "") -> Way:
    """These fields of it, and the text of the one that names it."""

    def made(node: SgNode, read: Reader) -> Node:
        word = node.field(name) if name else None
        text = word.text() if word is not None else ""
        return Node(kind, line_of(node), text, tuple(read(node.field(each)) for each in fields))

    return made


def inner(node: SgNode, read: Reader) -> Node:
    """What is in parentheses, awaited, or otherwise wrapped."""
    return read(next(iter(named(node)), None))


WAITED = "await"
LATER = "async"  # names the decorators of a function whose result has to be awaited


def awaited(node: SgNode, read: Reader) -> Node:
    """What is awaited: a call says so, and so do those that are given to it, as to `all([…])`."""
    return _awaited(inner(node, read))


def _awaited(node: Node) -> Node:
    if node.kind == "name":
        return node._replace(parts=(Node(WAITED, node.line),))
    if node.kind not in ("call", "list"):
        return node
    callee = 1 if node.kind == "call" else 0
    given = tuple(map(_awaited, node.parts[callee:]))
    return node._replace(name=WAITED, parts=(*node.parts[:callee], *given))


def field(name: str) -> Way:
    """One field of it and nothing more."""
    return lambda node, read: read(node.field(name))


def call(callee: str, arguments: str) -> Way:
    """A call: what is called, then the arguments."""

    def made(node: SgNode, read: Reader) -> Node:
        given = node.field(arguments)
        parts = (read(node.field(callee)), *read.all(named(given) if given is not None else ()))
        return Node("call", line_of(node), "", parts)

    return made


def texts(line: int, parts: tuple[Node, ...]) -> Node:
    """A text of its pieces: a `template` where one of them is computed."""
    if all(part.kind == "text" for part in parts):
        return Node("text", line, "".join(part.name for part in parts))
    return Node("template", line, "", parts)


def attached(first: Node, wrap: Callable[[Node], Node]) -> Node:
    """What a postfix makes of `!a` or `() => a`, which a grammar binds too tightly: of `a`."""
    place = {"unary": 0, "function": 1, "return": 0, "choice": 2}.get(first.kind)
    if place is None or (first.kind == "function" and first.parts[1].kind != "return"):
        return wrap(first)
    inner = attached(first.parts[place], wrap)
    return first._replace(parts=(*first.parts[:place], inner, *first.parts[place + 1 :]))


def operation(node: SgNode, read: Reader) -> Node:
    """Two operands and what stands between them."""
    operator = node.field("operator")
    left, right = read(node.field("left")), read(node.field("right"))
    return Node("binary", line_of(node), operator.text() if operator else "", (left, right))


def bound(operands: Iterable[Node], operators: Iterable[str], level: Callable[[str], int]) -> Node:
    """Operands and the operators between them, by how tightly each operator binds."""
    left: list[Node] = []
    waiting: list[str] = []

    def join(least: int) -> None:
        while waiting and level(waiting[-1]) >= least:
            last, first = left.pop(), left.pop()
            left.append(Node("binary", first.line, waiting.pop(), (first, last)))

    between = iter(operators)
    for operand in operands:
        if left:
            operator = next(between, "")
            join(level(operator))
            waiting.append(operator)
        left.append(operand)
    join(0)
    return left[0] if left else NOTHING


def increase(node: SgNode, read: Reader) -> Node:
    """`a += b`, as `a = a + b`."""
    left, right = read(node.field("left")), read(node.field("right"))
    line, operator = line_of(node), node.field("operator")
    name = operator.text().removesuffix("=") if operator is not None else "+"
    return Node("assign", line, "", (left, Node("binary", line, name, (left, right))))


def function(
    line: int,
    name: str,
    params: Iterable[Node],
    body: Node,
    decorators: Iterable[Node] = (),
    *,
    later: bool = False,
) -> Node:
    parts = (
        Node("params", line, "", tuple(params)),
        body,
        Node("decorators", line, LATER if later else "", tuple(decorators)),
    )
    return Node("function", line, name, parts)


def param(target: Node, default: Node = NOTHING, decorators: Iterable[Node] = ()) -> Node:
    marks = Node("decorators", target.line, "", tuple(decorators))
    return Node("param", target.line, "", (target, default, marks))


def primary(line: int, params: Iterable[Node]) -> Node:
    """A constructor that a class declares with itself: each parameter becomes a field."""
    params = tuple(params)
    fields = tuple(_kept(each.parts[0]) for each in params)
    return function(line, "constructor", params, Node("block", line, FIELDS, fields))


def _kept(target: Node) -> Node:
    held = Node("member", target.line, target.name, (Node("name", target.line, "this"),))
    return Node("assign", target.line, "", (held, target))
