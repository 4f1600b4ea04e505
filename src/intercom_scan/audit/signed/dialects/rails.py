"""The actions of Rails' controllers, with the filters that run before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.signed.binding import instance, lineage
from intercom_scan.audit.signed.dialects import composing
from intercom_scan.audit.signed.dialects.addresses import addresses
from intercom_scan.audit.signed.values import Class
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.handlers import Route
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Scope, Things

_BEFORE = frozenset({"before_action", "prepend_before_action", "append_before_action",
                     "before_filter"})  # fmt: skip
_SKIP = frozenset({"skip_before_action", "skip_before_filter"})
_READING = frozenset({"index", "show", "new", "edit", "constructor"})
_TELLS = re.compile(r"sign|verif|auth|intercom", re.IGNORECASE)
_OWN = frozenset({"verify_authenticity_token"})  # Rails' own, which no webhook passes


class Filter(NamedTuple):
    """What runs before some actions: a method's name or a block, and when."""

    what: Node
    only: frozenset[str]
    excepted: frozenset[str]
    conditions: tuple[tuple[Node, bool], ...]


def routes(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """The public methods of a controller that POST requests lead to."""
    known = addresses(machine.modules)
    for node in tree.walk():
        if node.kind != "class" or not node.name.endswith("Controller"):
            continue
        made = Class(node, scope)
        filters = _filters(machine, made)
        owner = instance(machine, made)
        named = known.get(_folder(scope.path), {})
        for action in _actions(node, named):
            before = [each for each in filters if _covers(each, action.name)]
            text = f"{named.get(action.name, '')} {node.name}"
            yield _route(text, before, action, scope, owner)


def _folder(path: str) -> str:
    """`webhooks/intercom` of `app/controllers/webhooks/intercom_controller.rb`."""
    return path.rpartition("controllers/")[2].removesuffix(".rb").removesuffix("_controller")


def _actions(controller: Node, named: dict[str, str]) -> Iterator[Node]:
    methods = [part for part in controller.parts[0].parts if part.kind == "function"]
    called = {node.name for part in methods for node in part.walk()
              if node.kind == "name"} if not named else set()  # fmt: skip
    for part in controller.parts[0].parts:
        bare = part.kind == "discard" and len(part.parts[0].parts) == 1
        if bare and part.parts[0].parts[0].name in ("private", "protected"):
            return
        leads = part.name in named or (not named and part.name not in _READING | called)
        if part.kind == "function" and not part.parts[0].parts and leads:
            yield part


def _filters(machine: Machine, made: Class) -> list[Filter]:
    """Those of the classes above first, as Rails runs them, without what is skipped."""
    found: list[Filter] = []
    for each in lineage(machine, made):
        for call in _class_calls(each.node.parts[0]):
            name = call.parts[0].name
            if name in _SKIP:
                found = [left for had in found if (left := _skipped(had, call)) is not None]
            elif name in _BEFORE:
                own = [_filter(part, call) for part in call.parts[1:] if part.kind != "named"]
                found = [*own, *found] if name.startswith("prepend") else [*found, *own]
    return found


def _class_calls(body: Node) -> Iterator[Node]:
    """Calls in a class's body, and in a concern's `included do`."""
    for part in body.parts:
        call = part.parts[0] if part.kind in ("discard", "return") and part.parts else NOTHING
        if call.kind != "call" or call.parts[0].kind != "name":
            continue
        yield call
        if call.parts[0].name == "included" and call.parts[-1].kind == "function":
            yield from _class_calls(call.parts[-1].parts[1])


def _filter(what: Node, call: Node) -> Filter:
    named = {part.name: part.parts[0] for part in call.parts[1:] if part.kind == "named"}
    conditions = [(named[key], key == "if") for key in ("if", "unless") if key in named]
    return Filter(what, _names(named.get("only")), _names(named.get("except")), tuple(conditions))


def _names(given: Node | None) -> frozenset[str]:
    return (
        frozenset(node.name for node in given.walk() if node.kind == "text")
        if given
        else frozenset()
    )


def _skipped(had: Filter, call: Node) -> Filter | None:
    """What is left of a filter."""
    skips = [_filter(part, call) for part in call.parts[1:] if part.kind != "named"]
    for skip in skips:
        if skip.what.name == had.what.name and had.what.kind == "text":
            if skip.only:
                return had._replace(excepted=had.excepted | skip.only)
            return had._replace(only=skip.excepted) if skip.excepted else None
    return had


def _covers(each: Filter, action: str) -> bool:
    return (not each.only or action in each.only) and action not in each.excepted


def _route(text: str, before: list[Filter], action: Node, scope: Scope, owner: Things) -> Route:
    """An action's filters, each of which may answer for it, then itself."""
    line = action.line
    steps: list[Node] = []
    performed = composing.call(Node("name", line, "performed?"))
    for each in before:
        if each.what.kind == "text" and each.what.name not in owner.items:
            if each.what.name not in _OWN and _TELLS.search(each.what.name):
                steps.append(composing.unseen(each.what.name, each.what.line))
            continue
        ran = composing.done(_called(each.what))
        for condition, wanted in each.conditions:
            ways = (ran, NOTHING) if wanted else (NOTHING, ran)
            ran = Node("if", line, "", (_called(condition), *ways))
        steps += [ran, Node("if", line, "", (performed, Node("return", line), NOTHING))]
    steps.append(composing.done(_called(Node("text", line, action.name))))
    return composing.route(text, steps, scope, owner, line=line, name=action.name)


def _called(what: Node) -> Node:
    """A call of a method by its symbol, or of a block."""
    return composing.method(what.line, what.name) if what.kind == "text" else composing.call(what)
