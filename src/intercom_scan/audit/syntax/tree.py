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
    | call | `await`, if it is waited for | callee, arguments; one may be `named` |
    | named, pair | key | value |
    | out | | what a call may write to, as `out x` and `&x`: a target |
    | object, list, template, block, other, sequence | | all in order |
    | inserted | what a template inserts, as it is written | the same as code of its language |
    | function | its own | params, body, decorators (named `async` if it has to be awaited) |
    | class | its own | body, decorators |
    | param | | target, default, decorators |
    | type | as it is written | among the decorators: a param's type, what a class extends |
    | assign | | target, value; decorators, where it declares a type or has marks |
    | if, choice | | condition, then, else |
    | binary, unary | operator | operands |
    | return, throw, discard | | value |
    | return | `outer`, if it ends the lambdas that it is in, too | value |
    | try | | body, handlers, what is always done |
    | catch | classes, between them a bar | what is done for one of them, the next of the handlers |
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
OF_CLASS = "self"  # the `type` that marks a function of a class whose objects may have another
