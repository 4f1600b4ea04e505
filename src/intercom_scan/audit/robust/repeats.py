"""Whether a notification that comes twice is acted on once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.flow.names import function
from intercom_scan.audit.flow.reach import within
from intercom_scan.audit.robust import idioms
from intercom_scan.audit.robust.waiting import site_of
from intercom_scan.audit.signed.idioms import CONVERTS, IDLE, PARSES, SERIALISES, VERIFIES
from intercom_scan.audit.signed.values import Body, Native, Request, Response, Things

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from intercom_scan.audit.signed.tracing import Step
    from intercom_scan.audit.signed.values import Where
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

ID = frozenset({("id",)})
_DOING = ("set", "update", "push", "append", "write", "track")
_DEEP = 4  # objects in each other
_METHODS = ("perform", "handle", "execute", "run", "process", "call", "invoke", "Handle", "Execute")


class Repeats(NamedTuple):
    """Where a notification is known again, acts that are there twice, and acts nobody can tell."""

    known: list[Step]
    twice: list[Step]
    open: list[Step]


def repeats(modules: Modules, steps: list[Step], acts: Collection[Where]) -> Repeats:
    """What one run does with the notification; `acts` are where calls do something with it."""
    found = Repeats([], [], [])
    for step in steps:
        if _told(step) or not (parts := _parts([*step.call.args, *step.call.named.values()])):
            continue
        name = step.call.name
        if _knows(step):
            found.known.append(step)
        elif step.own is not None or (isinstance(step.call.on, Body) and not step.call.on.made):
            continue  # a record that was looked up is no part of the notification
        elif idioms.QUEUES.search(name) and not idioms.TWICE.search(name):
            handed = _taken(modules, step)
            (found.known if handed else found.open).append(step)
        elif _adds(step):
            found.twice.append(step)
        elif () in parts and step.call.where in acts and not idioms.SAME_TWICE.search(name):
            found.open.append(step)
    return found


def _told(step: Step) -> bool:
    """Whether a call only tells something, by itself or as a part of what writes a log."""
    caller = step.caller
    while caller is not None:
        if caller.own is not None and idioms.LOGS.match(caller.call.name):
            return True
        caller = caller.caller
    return _idle(step)


def _idle(step: Step) -> bool:
    name = step.call.name
    tells = (IDLE.search(name) or idioms.TELLS.search(name)) and name not in _DOING
    made = name[:1].isupper() and step.own is None and step.call.on is None
    return bool(
        tells
        or made
        or VERIFIES.search(name)
        or CONVERTS.search(name)
        or name in PARSES | SERIALISES
        or isinstance(step.call.on, Response | Request | Native)
    )


def _adds(step: Step) -> bool:
    """Whether what a call does is there twice when it is done twice: of HTTP, all but reading."""
    name, callee = step.call.name, dotted(step.node.parts[0])
    if idioms.TWICE.search(name):
        return step.call.on is not None or name != "append"  # Go's own makes a list
    if not idioms.SLOW.search(callee) or name.lower() in ("get", "head"):
        return False
    if callee.rpartition(".")[2] not in ("fetch", "$fetch"):
        return True
    return any("method" in value.items for value in step.call.args if isinstance(value, Things))


def _knows(step: Step) -> bool:
    """Whether a call asks for, or keeps, the notification by its id."""
    given = [*step.call.args, *step.call.named.values()]
    plain = any(isinstance(value, Body) and value.at == ID for value in given)
    name = step.call.name
    if plain and (idioms.ASKS.search(name) or idioms.KEEPS.search(name)):
        return True
    keyed = [
        *step.call.named.items(),
        *(pair for value in given for pair in _pairs(value)),
    ]
    if any(idioms.JOB_KEY.search(key) and _parts([value]) == ID for key, value in keyed):
        return True
    if idioms.ASKS.search(name) and any(isinstance(v, Things) and _parts([v]) == ID for v in given):
        return True
    held = any(_parts([value]) & ID and isinstance(value, Things) for value in given)
    return held and bool(idioms.KEEPS.search(name) and name not in ("add", "put"))


def _pairs(value: object, depth: int = _DEEP) -> Iterator[tuple[str, object]]:
    items: Mapping[str, object] = value.items if isinstance(value, Things) and depth else {}
    for key, inner in items.items():
        yield key, inner
        yield from _pairs(inner, depth - 1)


def _parts(values: list[object], depth: int = _DEEP) -> frozenset[tuple[str, ...]]:
    """Which parts of the notification these values have."""
    found: frozenset[tuple[str, ...]] = frozenset()
    for value in values:
        if isinstance(value, Body):
            found |= value.at
        elif isinstance(value, Things) and depth:
            found |= _parts(list(value.items.values()), depth - 1)
    return found


# --- what takes it from a queue


def _taken(modules: Modules, step: Step) -> bool:
    """Whether what a call hands the notification to, in this repository, knows it by its id."""
    return any(_remembers(node) for node in _takers(modules, step))


def _takers(modules: Modules, step: Step) -> Iterator[Node]:
    """The functions that may take it: a job's, by its class or name, or those given to the call."""
    site = site_of(modules, step)
    callee = step.node.parts[0]
    for part in (callee, *step.node.parts[1:]):
        for each in within(part):
            if each.kind == "function":
                yield each
            meant = each if each.kind in ("name", "member") else None
            place = function(modules, meant, site) if meant is not None else None
            if place is not None:
                yield place.node
    words = {n.name for part in step.node.parts for n in within(part) if n.name}
    words |= {n.name for part in (callee,) for n in within(part) if n.kind == "name"}
    for path in modules.project.ours:
        tree = modules.tree(path) if path in modules.code else None
        for node in tree.walk() if tree is not None else ():
            if node.kind == "class" and node.name in words:
                yield from (
                    part
                    for part in node.parts[0].parts
                    if part.kind == "function" and part.name in _METHODS
                )
            elif node.kind == "call" and len(node.parts) > 2 and node is not step.node:
                first, *rest = node.parts[1:]
                if first.kind == "text" and first.name in words:
                    yield from (part for part in rest if part.kind == "function")


def _remembers(node: Node) -> bool:
    """Whether a function asks for or keeps the id of what it is given."""
    for part in node.walk():
        asks = part.kind == "call" and (
            idioms.ASKS.search(part.parts[0].name) or idioms.KEEPS.search(part.parts[0].name)
        )
        if asks and any(_own_id(each) for given in part.parts[1:] for each in within(given)):
            return True
        if part.kind == "binary" and part.name in ("in", "not in") and _own_id(part.parts[0]):
            return True
    return False


def _own_id(node: Node) -> bool:
    """`event.id`, `payload["id"]`; not the id of something in it."""
    name = dotted(node)
    words = name.split(".")
    return 1 < len(words) <= 4 and words[-1] in ("id", "Id", "ID", "getId()") and not (
        {"data", "item", "user", "contact", "conversation", "admin", "company"} & set(words)
    )  # fmt: skip
