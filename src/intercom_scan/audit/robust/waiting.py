"""Which calls of a run the answer had to wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import Site, dotted, sites
from intercom_scan.audit.flow.reach import Reach, says_intercom, within
from intercom_scan.audit.robust import idioms
from intercom_scan.audit.signed.idioms import SENDS
from intercom_scan.audit.signed.values import Const, Response
from intercom_scan.audit.syntax.lowering import WAITED
from intercom_scan.audit.syntax.modules import ending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.tracing import Step
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

LIMIT = 5  # seconds: https://developers.intercom.com/docs/webhooks/webhook-notifications
# Languages where a call goes on by itself unless it is awaited.
_PROMISES = frozenset({"js", "mjs", "cjs", "jsx", "tsx", "ts", "mts", "cts", "cs", "dart", "html",
                       "vue", "svelte"})  # fmt: skip


class Slow:
    """What takes as long as somebody else's computer does."""

    def __init__(self, modules: Modules) -> None:
        self._ours = Reach(modules, says_intercom)
        self._theirs = Reach(modules, _names_slow_package)
        self._known: dict[int, bool] = {}

    def __call__(self, step: Step) -> bool:
        if id(step.node) not in self._known:
            self._known[id(step.node)] = self._is(step, dotted(step.node.parts[0]))
        return self._known[id(step.node)]

    def _is(self, step: Step, name: str) -> bool:
        if idioms.SLOW.search(name):
            return len(step.node.parts) > 1  # Laravel's `request()` asks nobody
        kinds = [self._theirs] if idioms.VERBS.search(step.call.name) else []
        if idioms.RESOURCE.search(f".{name}"):
            kinds.append(self._ours)
        site = site_of(self._ours.modules, step) if kinds else None
        return site is not None and any(k.at(step.node.parts[0], site) for k in kinds)


def _names_slow_package(node: Node) -> bool:
    return node.kind == "text" and idioms.SLOW_PACKAGES.match(node.name) is not None


def slow_calls(steps: list[Step], slow: Slow) -> Iterator[tuple[Step, str]]:
    """The calls of others' computers that stand between a request and its answer, by name."""
    answering = _answering(steps)
    for step in steps:
        name = dotted(step.node.parts[0])
        if step.answered or step.own is not None or not slow(step):
            continue
        if not _short(step) and (_waits(step, name) or id(step.node) in answering):
            yield step, name


def site_of(modules: Modules, step: Step) -> Site:
    """Where a call stands."""
    for site in sites(modules, step.call.where.path):
        if site.node is step.node:
            return site
    return Site(step.call.where.path, step.node, dotted(step.node.parts[0]))


def _short(step: Step) -> bool:
    """Whether a call says that it waits no longer than Intercom does."""
    timeout = step.call.named.get("timeout")
    return isinstance(timeout, Const) and isinstance(timeout.value, int) and timeout.value < LIMIT


def _waits(step: Step, name: str) -> bool:
    promises = ending(step.call.where.path) in _PROMISES
    if (promises or idioms.ASYNCHRONOUS.search(name)) and not step.waited:
        return False
    caller = step.caller
    while caller is not None:
        if idioms.BACKGROUND.search(caller.call.name) and caller.own is None:
            return False
        if caller.own is not None and not caller.waited and _asynchronous(caller.own.node):
            return False
        caller = caller.caller
    return True


def _asynchronous(function: Node) -> bool:
    return any(part.kind == "call" and part.name == WAITED for part in within(function.parts[1]))


def _answering(steps: list[Step]) -> set[int]:
    """Calls whose promise answers the request when it is kept: `call().then(() => res.send())`."""
    found: set[int] = set()
    for step in steps:
        then = step.caller
        sends = isinstance(step.call.on, Response) and step.call.name in SENDS
        while sends and not step.answered and then is not None:
            callee = then.node.parts[0]
            if callee.kind == "member" and callee.name in ("then", "finally"):
                found |= {id(part) for part in within(callee) if part.kind == "call"}
            then = then.caller
    return found
