"""What is wrong with how a handler of webhooks bears time, repeats, errors and new topics."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.robust import idioms
from intercom_scan.audit.robust.repeats import repeats
from intercom_scan.audit.robust.waiting import LIMIT, Slow, slow_calls
from intercom_scan.audit.signed.idioms import STATUS
from intercom_scan.audit.signed.judging import RUNS, WEBHOOK, runs_of
from intercom_scan.audit.signed.values import Function, Where

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.judging import Handled, Run
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

TWICE = "a notification that comes twice is acted on twice: its id is never looked at"
OPEN = "cannot follow whether what takes it from here knows a notification again by its id"
GONE = "answers 410, at which Intercom ends the subscription"
PASSED_ON = "answers with the status of another service's answer, which may be 410"
OTHERS = "a topic that the code does not name is answered with an error"


class Found(NamedTuple):
    """What is known of a handler: what is wrong, and where the trail ends."""

    where: Where
    wrong: tuple[tuple[Where, str], ...]
    lost: tuple[tuple[Where, str], ...]


def look(modules: Modules, handled: Handled) -> Found:
    """A handler, by its runs for what is signed right."""
    accepted = [run for run in handled.right if not run.refused] or handled.right
    wrong = dict.fromkeys([*_slow(modules, accepted), *_gone(handled)])
    if _refuses_others(modules, handled, accepted):
        wrong[handled.route.where, OTHERS] = None
    lost: dict[tuple[Where, str], None] = {}
    found = [repeats(modules, run.machine.trace.steps, run.machine.acts) for run in accepted]
    if not any(each.known for each in found):
        twice = [(step.call.where, TWICE) for each in found for step in each.twice]
        wrong |= dict.fromkeys(twice[:1])
        lost |= dict.fromkeys((step.call.where, OPEN) for each in found for step in each.open)
        if len(handled.right) >= RUNS:  # an act may stand in one that was not tried
            lost[handled.route.where, "the handler has too many ways through it"] = None
    if any(run.machine.endless for run in handled.right):
        lost[handled.route.where, "the handler is too long to be followed"] = None
    return Found(handled.route.where, tuple(wrong), tuple(lost))


def reads_notification(handled: Handled) -> bool:
    """Whether it reads a signature or a topic, or has the address of a webhook."""
    if any(WEBHOOK.header in run.machine.read for run in handled.right):
        return True
    if "hook" in handled.route.text.lower():
        return True
    words = {node.name for _, function in _functions(handled) for node in function.walk()}
    told = "topic" in words or {"data", "item"} <= words
    return told or any(map(WEBHOOK.shows.search, words))


def _slow(modules: Modules, runs: list[Run]) -> Iterator[tuple[Where, str]]:
    slow = Slow(modules)
    for run in runs:
        for step, name in slow_calls(run.machine.trace.steps, slow):
            yield (
                step.call.where,
                f"waits for {name}() before it answers; Intercom waits {LIMIT} seconds",
            )


def _refuses_others(modules: Modules, handled: Handled, accepted: list[Run]) -> bool:
    """Whether every way of a topic that the code does not name ends in an error."""
    if all(run.refused for run in accepted):
        return False
    others = runs_of(modules, handled.path, handled.place, "other")
    asked = [run.refused for run in others if run.machine.trace.asked]
    return bool(asked) and all(asked)


# --- answers of 410


def _gone(handled: Handled) -> Iterator[tuple[Where, str]]:
    for path, function in _functions(handled):
        for node in _unchecked(function):
            if (node.kind == "number" and node.name == "410") or node.name in idioms.GONE:
                yield Where(path, node.line), GONE
            elif node.kind == "call" and node.parts[0].name in STATUS and _others(node):
                yield Where(path, node.line), PASSED_ON


def _functions(handled: Handled) -> list[tuple[str, Node]]:
    """The functions of the project that a request goes through."""
    found: dict[Where, Node] = {}
    for step in handled.route.steps:
        if isinstance(step, Function):
            found[step.where] = step.node
    for run in handled.right:
        for each in run.machine.trace.steps:
            if each.own is not None:
                found[each.own.where] = each.own.node
    return [(where.path, node) for where, node in found.items()]


def _unchecked(function: Node) -> Iterator[Node]:
    """The parts of a function but for what is only compared."""
    waiting = [function]
    while waiting:
        node = waiting.pop()
        yield node
        if node.kind == "binary" and node.name in idioms.COMPARES:
            continue
        parts = node.parts[1:] if node.kind == "case" else node.parts
        waiting.extend(reversed(parts))


def _others(call: Node) -> bool:
    """`res.status(error.response.status)`: what another service has answered."""
    return any(
        dotted(part).endswith(("response.status", "response.status_code", "response.statusCode"))
        for given in call.parts[1:]
        for part in given.walk()
    )
