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
        found = self.table.get(node.kind(), each("other"))(node, self)
        self._depth -= 1
        return found

    def all(self, nodes: Iterable[SgNode]) -> tuple[Node, ...]:
        return tuple(self(node) for node in nodes)


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


def operation(node: SgNode, read: Reader) -> Node:
    """Two operands and what stands between them."""
    operator = node.field("operator")
    left, right = read(node.field("left")), read(node.field("right"))
    return Node("binary", line_of(node), operator.text() if operator else "", (left, right))


def increase(node: SgNode, read: Reader) -> Node:
    """`a += b`, as `a = a + b`."""
    left, right = read(node.field("left")), read(node.field("right"))
    line = line_of(node)
    return Node("assign", line, "", (left, Node("binary", line, "+", (left, right))))


def function(
    line: int, name: str, params: Iterable[Node], body: Node, decorators: Iterable[Node] = ()
) -> Node:
    parts = (
        Node("params", line, "", tuple(params)),
        body,
        Node("decorators", line, "", tuple(decorators)),
    )
    return Node("function", line, name, parts)


def param(target: Node, default: Node = NOTHING, decorators: Iterable[Node] = ()) -> Node:
    marks = Node("decorators", target.line, "", tuple(decorators))
    return Node("param", target.line, "", (target, default, marks))
