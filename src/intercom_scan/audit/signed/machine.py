"""Runs a handler's code on paper, with one kind of request and one choice at each open question.

What the code does to a signature is followed as values (`values.py`); nothing of it is executed.
Conditions that the request decides are decided; at others the run takes one side, and other runs
take the other.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from intercom_scan.audit.signed import binding, calls, dialects, idioms, known, making, tracing
from intercom_scan.audit.signed.ending import BrokenError, EndlessError, ReturnedError, ThrownError
from intercom_scan.audit.signed.idioms import algorithm_of
from intercom_scan.audit.signed.values import (
    NONE,
    Body,
    Class,
    Compared,
    Const,
    Digest,
    Function,
    Names,
    Native,
    Pending,
    Request,
    Scope,
    Signature,
    Things,
    Unknown,
    Where,
)
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Sequence

    from intercom_scan.audit.signed.values import Case, Value
    from intercom_scan.audit.syntax.modules import Modules

STEPS = 20_000  # nodes that a run looks at
CALLS = 25  # calls inside of each other


class Machine:
    """One run: what is known of the request, and what came of it."""

    def __init__(self, modules: Modules, case: Case, choices: Sequence[bool] = ()) -> None:
        self.modules, self.case = modules, case
        self.choices, self.taken, self.steps = choices, 0, 0
        self.acts: list[Where] = []
        self.compared: list[Compared] = []
        self.trails: dict[tuple[Where, str], None] = {}
        self.lost: dict[tuple[Where, str], None] = {}
        self.status: int | None = None
        self.active = self.answered = self.endless = self.took_body = False
        self.read: set[str] = set()
        self.foreign: set[str] = set()
        self.visited: dict[Where, None] = {}
        self.registered: list[known.Call] = []
        self.trace = tracing.Trace()
        self.loaded: dict[str, Scope] = {}
        self.ended: Scope | None = None  # of the function that has returned last
        self.kept: dict[str, Value] = {}  # what a dialect has to know later on in the run
        self.running: list[Where] = []  # the functions that have not returned yet

    # --- modules

    def load(self, path: str) -> Scope:
        """A module's names, after its top level has run."""
        if path in self.loaded:
            return self.loaded[path]
        scope = self.loaded[path] = Scope(path)
        exports = Things()
        scope.names |= {"exports": exports, "module": Things({"exports": exports})}
        tree = self.modules.tree(path)
        active, self.active = self.active, False
        dialect = dialects.of(path)
        try:
            if dialect is not None:
                dialect.load(self, scope)
            quiet = () if self.case == "unset" else (ThrownError,)  # else it would not start at all
            with suppress(ReturnedError, BrokenError, *quiet):
                self.run(tree if tree is not None else NOTHING, scope)
        finally:
            self.active = active
        return scope

    def exported(self, module: str, name: str, near: str) -> Value:  # noqa: PLR0911 any value
        """What `module` calls `name`: all of it for `*`."""
        path = self.modules.resolve(module, near)
        if path is None and near.endswith(".py") and name != "*":
            inner = self.modules.resolve(f"{module.rstrip('.')}.{name}" if module.strip(".")
                                         else module + name, near)  # fmt: skip
            if inner is not None:
                return Things(self.load(inner).names)
        if path is None and algorithm_of(name):
            return Const(name)
        if path is None:
            given = (module, name) in idioms.GLOBAL_REQUEST
            return Request() if given else Unknown(None, module, name)
        if name == "*" and (own := dialects.of(path)) is not None and own.names is not None:
            return Things(own.names(self, path))
        scope = self.load(path)
        held = scope.names["module"]
        exports = held.items.get("exports") if isinstance(held, Things) else None
        if isinstance(exports, Function | Class) and name in ("*", "default"):
            return exports
        more = exports.items if isinstance(exports, Things) else {}
        if name == "*" or (name == "default" and more and "default" not in scope.names):
            every = Names(scope.names)
            every.update(more)
            return Things(every)
        return more.get(name, scope.names.get(name, Unknown()))

    # --- running

    def run(self, node: Node, scope: Scope) -> Value:
        """The value of a piece of code."""
        self.steps += 1
        if self.steps > STEPS:
            raise EndlessError
        found = getattr(self, f"_{node.kind}", None)
        if found is not None:
            value = found(node, scope)
            self.took_body |= value.__class__ is Body
            return value
        for part in node.parts:
            self.run(part, scope)
        return Unknown()

    def truth(self, value: object) -> bool:
        """Whether a condition holds; what is open is a choice."""
        if isinstance(value, Const):
            return bool(value.value)
        if isinstance(value, Unknown):
            if value.decided is not None:
                return value.decided
            if not self.active:
                return False
            if value.trail is not None:
                self.trails[value.trail] = None
            return self.choose()
        return self.choose() if isinstance(value, Body) and value.made and self.active else True

    def choose(self) -> bool:
        self.taken += 1
        return self.choices[self.taken - 1] if self.taken <= len(self.choices) else True

    def call(
        self, function: object, args: Sequence[object], named: dict[str, Value] | None = None
    ) -> Value:
        """What a function of the project returns for these values."""
        if isinstance(function, Native):
            return function.run(list(args))
        if isinstance(function, Class):
            return binding.instance(self, function, args, named)
        if not isinstance(function, Function):
            return Unknown()
        if len(self.running) >= CALLS:
            raise EndlessError
        self.visited[function.where] = None
        scope = Scope(function.scope.path, function.scope)
        if function.owner is not None:
            scope.names |= {"this": function.owner, "self": function.owner}
        binding.bind(self, function, scope, list(args), named or {})
        self.running.append(function.where)
        try:
            self.run(function.node.parts[1], scope)
        except ReturnedError as returned:
            if returned.outer and not function.node.name and len(self.running) > 1:
                raise
            return returned.value
        finally:
            self.running.pop()
            self.ended = scope
        return NONE

    def reply(self, status: int | None) -> None:
        """The first answer counts: what is sent after it is not."""
        if self.active and not self.answered:
            self.answered, self.status = True, status if status is not None else self.status

    # --- what the parts of the code do

    def _block(self, node: Node, scope: Scope) -> object:
        for part in node.parts:  # functions are known before the lines above them run
            inner = part.parts[0] if part.kind == "export" else part
            if inner.kind in ("function", "class") and inner.name and not _marks(inner):
                self.run(part, scope)
        for part in node.parts:
            inner = part.parts[0] if part.kind == "export" else part
            if not (inner.kind in ("function", "class") and inner.name and not _marks(inner)):
                self.run(part, scope)
        return NONE

    def _call(self, node: Node, scope: Scope) -> object:
        return calls.used(self, node, scope)

    def _discard(self, node: Node, scope: Scope) -> object:
        return calls.discarded(self, node.parts[0], scope) if node.parts else NONE

    def _name(self, node: Node, scope: Scope) -> object:
        found = scope.find(node.name)
        if found is None and (dialect := dialects.of(scope.path)) is not None:
            found = dialect.name(self, node, scope)
        if node.parts and isinstance(found, Pending):
            return found.value
        return Unknown() if found is None else found

    def _text(self, node: Node, _: Scope) -> object:
        if self.active and idioms.FOREIGN.search(node.name) and not idioms.header_of(node.name):
            self.foreign.add(node.name)
        return Const(node.name)

    def _number(self, node: Node, _: Scope) -> object:
        try:
            return Const(int(node.name, 0))
        except ValueError:
            return Unknown()

    def _truth(self, node: Node, _: Scope) -> object:
        return Const(node.name.lower() == "true")

    def _null(self, *_: object) -> object:
        return NONE

    def _template(self, node: Node, scope: Scope) -> object:
        return making.joined([self.run(part, scope) for part in node.parts])

    def _sequence(self, node: Node, scope: Scope) -> object:
        return [self.run(part, scope) for part in node.parts][-1]

    def _object(self, node: Node, scope: Scope) -> object:
        made = Things()
        for part in node.parts:
            if part.kind == "pair":
                made.items[part.name] = self.run(part.parts[0], scope)
            elif part.kind == "function":
                made.items[part.name] = Function(part, scope, made)
            else:
                self.run(part, scope)
        return made

    def _list(self, node: Node, scope: Scope) -> object:
        return Things({str(i): self.run(part, scope) for i, part in enumerate(node.parts)})

    def _member(self, node: Node, scope: Scope) -> object:
        holder = self.run(node.parts[0], scope)
        holder = binding.shared(self, holder) if isinstance(holder, Class) else holder
        if (dialect := dialects.of(scope.path)) is not None:
            found = dialect.member(self, holder, node, scope)
            if found is not None:
                return found
        return making.attribute(self, holder, node.name, self.at(node, scope))

    def _index(self, node: Node, scope: Scope) -> object:
        holder = self.run(node.parts[0], scope)
        key = self.run(node.parts[1], scope) if len(node.parts) > 1 else Unknown()
        if isinstance(key, Const) and isinstance(key.value, str):
            return making.attribute(self, holder, key.value, self.at(node, scope))
        if isinstance(holder, Things) and isinstance(key, Const):
            return holder.at(key.value)
        carried = isinstance(holder, Signature | Digest | Body | Request) or holder == Const("")
        return holder if carried else key if isinstance(key, Digest) else Unknown()

    def _function(self, node: Node, scope: Scope) -> object:
        made: object = Function(node, scope, scope.find("this"))
        for mark in reversed(node.parts[2].parts):
            made = calls.decorated(self, mark, made, scope)
        if node.name:
            scope.names[node.name] = made
        return made

    def _class(self, node: Node, scope: Scope) -> object:
        made = Class(node, scope)
        if node.name:
            scope.names[node.name] = made
        return made

    def _export(self, node: Node, scope: Scope) -> object:
        value = self.run(node.parts[0], scope)
        if node.name:
            scope.names["default"] = value
        return value

    def _import(self, node: Node, scope: Scope) -> object:
        there, module = (part.name for part in node.parts)
        held = dict.get(scope.names, node.name)
        if isinstance(held, Function | Class) and held.node.line > node.line:
            return NONE  # declared anew below
        if not node.name:
            calls.included(self, module, scope)
            return NONE
        scope.names[node.name] = calls.brought(self, module, there, scope)
        return NONE

    def _assign(self, node: Node, scope: Scope) -> object:
        value = self.run(node.parts[1], scope)
        binding.put(self, node.parts[0], value, scope)
        return value

    def _if(self, node: Node, scope: Scope) -> object:
        condition, then, other = (*node.parts, NOTHING)[:3]
        chosen = then if self.truth(self.run(condition, scope)) else other
        return self.run(chosen, scope)

    _choice = _if

    def _return(self, node: Node, scope: Scope) -> object:
        value = calls.discarded(self, node.parts[0], scope, returned=True) if node.parts else NONE
        raise ReturnedError(value, outer=node.name == "outer")

    def _throw(self, node: Node, scope: Scope) -> object:
        for part in node.parts:
            self.run(part, scope)
        made = node.parts[0].parts[:1] if node.parts else ()
        raise ThrownError(self.at(node, scope), made[0].name if made else "")

    def _break(self, *_: object) -> object:
        raise BrokenError

    def _try(self, node: Node, scope: Scope) -> object:
        body, caught, always = node.parts
        try:
            return self.run(body, scope)
        except ThrownError as thrown:
            return self.run(thrown.handler(caught), scope)
        finally:
            self.run(always, scope)

    def _loop(self, node: Node, scope: Scope) -> object:
        target, over, body = node.parts
        through = self.run(over, scope)
        each = Body("given") if isinstance(through, Request) else through
        if isinstance(through, Things):
            each = next(iter(through.items.values()), Unknown())
        binding.put(self, target, each, scope)
        with suppress(BrokenError):
            self.run(body, scope)
        return NONE

    def _switch(self, node: Node, scope: Scope) -> object:
        value = self.run(node.parts[0], scope)
        for case in node.parts[1:]:
            if case.kind != "case":
                continue
            same = case.parts[0].kind == "nothing" or self.truth(
                self.equal(value, self.run(case.parts[0], scope), case, scope)
            )
            if same:
                with suppress(BrokenError):
                    return self.run(case.parts[1], scope)
                return NONE
        return NONE

    def _unary(self, node: Node, scope: Scope) -> object:
        value = self.run(node.parts[0], scope)
        if node.name in ("!", "not"):
            if not self.active and isinstance(value, Unknown):  # a program that runs got past it
                return Unknown()
            return Const(not self.truth(value))
        if node.name == "typeof" and isinstance(value, Const | Signature):
            return Const("undefined" if value == NONE else "string")
        return Unknown()

    def _binary(self, node: Node, scope: Scope) -> object:  # noqa: PLR0911 a table
        left, right = node.parts
        name = node.name
        first = self.run(left, scope)
        if name in ("&&", "and", "||", "or"):
            holds = self.truth(first)
            if holds == (name in ("&&", "and")):
                return self.run(right, scope)
            return making.decided(first, holds=holds)
        if name == "??":
            return self.run(right, scope) if first == NONE else first
        second = self.run(right, scope)
        if name in ("==", "===", "is"):
            return self.equal(first, second, node, scope)
        if name in ("!=", "!==", "is not"):
            same = self.equal(first, second, node, scope)
            return Const(not same.value) if isinstance(same, Const) else same
        if name in ("in", "not in"):
            return known.within(self, first, second, negated=name == "not in")
        if name in ("+", "%"):
            return making.joined([first, second])
        return known.mixed(self, name, (first, second), self.at(node, scope))

    def equal(self, a: object, b: object, node: Node, scope: Scope) -> object:
        return known.equal(self, a, b, self.at(node, scope))

    def at(self, node: Node, scope: Scope) -> Where:
        return Where(scope.path, node.line)


def _marks(node: Node) -> bool:
    return any(mark.kind != "type" for mark in node.parts[-1].parts)
