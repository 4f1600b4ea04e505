"""What a language adds to the machine that runs handlers on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intercom_scan.audit.signed.handlers import Route
    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Scope
    from intercom_scan.audit.syntax.tree import Node


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A language as the machine has to know it; everything has a default that knows nothing.

    `routes` gives a module's handlers of POST requests, with what runs before each. `name` is the
    value of a name that no code declares, such as Ruby's `request`; `call` what a call comes to
    that its libraries are known for, asked before what is known for all languages: both None for
    what they do not know. `load` declares what is in a module's scope without an import, as
    classes of the same package are.
    """

    routes: Callable[[Machine, Node, Scope], Iterable[Route]]
    name: Callable[[Machine, Node, Scope], Any] = _nothing
    call: Callable[[Machine, Call], Any] = _nothing
    load: Callable[[Machine, Scope], None] = _nothing
