"""The one form of tree that the code of every language becomes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Node(NamedTuple):
    """A piece of code: its kind, its line (from 1), its word, and its parts in order.

    | kind | name | parts |
    |---|---|---|
    | name, text, number, truth | identifier or value | |
    | null, nothing, break | | nothing stands for what is left out |
    | member | attribute | object |
    | index, slice | | object, key |
    | call | | callee, arguments; one may be `named` |
    | named, pair | key | value |
    | object, list, template, block, other, sequence | | all in order |
    | function | its own | params, body, decorators |
    | class | its own | body, decorators |
    | param | | target, default, decorators |
    | assign | | target, value |
    | if, choice | | condition, then, else |
    | binary, unary | operator | operands |
    | return, throw, discard | | value |
    | try | | body, handlers, what is always done |
    | loop | | target, what is gone through, body |
    | switch | | value, cases; `case` has its value and a block |
    | import | local name | of `name` in the module `text`: both parts |
    | export | `default` or nothing | what is declared |
    """

    kind: str
    line: int
    name: str = ""
    parts: tuple[Node, ...] = ()

    def walk(self) -> Iterator[Node]:
        """This node and all below it."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.parts))


NOTHING = Node("nothing", 0)
