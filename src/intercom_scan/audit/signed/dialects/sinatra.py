"""The routes of Sinatra and Grape, and applications of Rack."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed.binding import instance
from intercom_scan.audit.signed.dialects import composing
from intercom_scan.audit.signed.values import Class, Function, Scope, Things
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.handlers import Route
    from intercom_scan.audit.signed.machine import Machine

_RACK = re.compile(r"^(?:Rack$|rack\.|HTTP_|REQUEST_METHOD$)")
_VERBS = frozenset({"post", "put", "route"})


def routes(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """Blocks of `post '/…' do` in a script or a class, and what answers `call(env)`."""
    owner = scope.names["self"]
    for part in tree.parts:
        if part.kind == "function":
            owner.items[part.name] = Function(part, scope, owner)
    yield from _blocks(machine, tree, scope, owner)
    for node in tree.walk():
        if node.kind == "class" and not node.name.endswith("Controller"):
            made = Class(node, scope)
            body = node.parts[0]
            if _calls(body, _VERBS):
                yield from _blocks(machine, body, scope, instance(machine, made))
            yield from _rack(machine, made, scope)
    yield from _lambdas(tree, scope)


def _blocks(machine: Machine, body: Node, scope: Scope, owner: Things) -> Iterator[Route]:
    for helpers in _calls(body, {"helpers"}):
        for part in _block_of(helpers).parts:
            if part.kind == "function":
                owner.items[part.name] = Function(part, scope, owner)
        for part in helpers.parts[1:]:
            mixed = machine.run(part, scope) if part.kind in ("name", "member") else None
            if isinstance(mixed, Class):
                for name, held in instance(machine, mixed).items.items():
                    own = isinstance(held, Function)
                    owner.items[name] = Function(held.node, held.scope, owner) if own else held
    befores = list(_calls(body, {"before"}))
    for call in _calls(body, _VERBS):
        address = " ".join(part.name for part in call.parts[1:] if part.kind == "text")
        if call.parts[-1].kind != "function":
            continue
        runs = [before.parts[-1] for before in befores if _covers(before, address)]
        yield _route(address, runs, call.parts[-1], scope, owner)


def _covers(before: Node, address: str) -> bool:
    """Whether a filter is for an address: for all, or for those below its own."""
    pattern = before.parts[1].name if before.parts[1].kind == "text" else ""
    return before.parts[-1].kind == "function" and address.startswith(pattern.partition("*")[0])


def _route(address: str, befores: list[Node], handler: Node, scope: Scope, owner: Things) -> Route:
    steps = [composing.done(composing.call(each)) for each in befores]
    value = composing.call(handler, Node("name", handler.line, "env"))
    steps.append(composing.answer(value))
    return composing.route(address, steps, scope, owner, line=handler.line, params=("env",))


def _calls(body: Node, names: frozenset[str] | set[str]) -> Iterator[Node]:
    """Calls of these names in a body, and in the blocks of what groups them."""
    for part in body.parts:
        call = part.parts[0] if part.kind in ("discard", "return") and part.parts else NOTHING
        if call.kind != "call" or call.parts[0].kind != "name":
            continue
        if call.parts[0].name in names:
            yield call
        elif call.parts[0].name in ("namespace", "resource", "resources", "group", "map"):
            yield from _calls(_block_of(call), names)


def _block_of(call: Node) -> Node:
    last = call.parts[-1]
    return last.parts[1] if last.kind == "function" else NOTHING


def _rack(machine: Machine, made: Class, scope: Scope) -> Iterator[Route]:
    """https://github.com/rack/rack/blob/main/SPEC.rdoc"""
    for part in made.node.parts[0].parts:
        given = part.parts[0].parts if part.kind == "function" and part.name == "call" else ()
        if len(given) == 1 and any(_RACK.search(node.name) for node in made.node.walk()):
            owner = instance(machine, made)
            yield _route(made.node.name, [], part._replace(name=""), scope, owner)


def _lambdas(tree: Node, scope: Scope) -> Iterator[Route]:
    """`run ->(env) { … }` of a `config.ru`."""
    for call in _calls(tree, {"run"}):
        if call.parts[-1].kind == "function":
            yield _route("", [], call.parts[-1], scope, scope.names["self"])
