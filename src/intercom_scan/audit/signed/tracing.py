"""What a run has called, in order, and what of it the answer had to wait for."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from intercom_scan.audit.signed.values import Function
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.syntax.tree import Node

KEPT = 1000  # calls of a run


@dataclass(slots=True)
class Step:
    """A call with its values: whether its result is waited for, and which call it stands in.

    `answered` says whether the request had its answer before, `own` is the function of the project
    that it calls.
    """

    call: Call
    node: Node
    waited: bool
    answered: bool
    caller: Step | None
    own: Function | None = None


class Trace:
    """The calls of a run while its handler runs, the first ones."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._caller: Step | None = None
        self.asked = False

    def other(self) -> bool:
        """Notes that the code has asked for a topic that it does not name."""
        self.asked = True
        return True

    def step(self, call: Call, node: Node, *, waited: bool) -> Step:
        """A call that is about to be made."""
        return Step(call, node, waited, False, self._caller)

    @contextmanager
    def within(self, step: Step, machine: Machine, function: object) -> Iterator[None]:
        """While it is made: what is called meanwhile is called by it."""
        step.answered = machine.answered
        step.own = function if isinstance(function, Function) else None
        if machine.active and len(self.steps) < KEPT:
            self.steps.append(step)
        before, self._caller = self._caller, step
        try:
            yield
        finally:
            self._caller = before
