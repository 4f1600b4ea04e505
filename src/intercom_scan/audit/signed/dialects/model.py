"""What a language adds to the machine that runs handlers on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intercom_scan.audit.signed.handlers import Route
    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Class, Scope
    from intercom_scan.audit.syntax.tree import Node


def _nothing(*_: object) -> None:
    return None


def _none(*_: object) -> tuple[Class, ...]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """A language as the machine has to know it; everything has a default that knows nothing.

    `routes` gives a module's handlers of POST requests, with what runs before each. `name` is the
    value of a name that no code declares, such as Ruby's `request`; `call` what a call comes to
    that its libraries are known for, asked before what is known for all languages: both None for
    what they do not know. `member` is what an attribute of a value is, or a call of it that is
    written like one. `fill` is what a framework gives a parameter or a field, by its marks and its
    type; it is asked with the value that the code gives, None for none. `load` declares what is in
    a module's scope without an import, as classes of the same package are, `names` all that an
    import of a file brings, and `parts` where else members of a class are declared. `through` runs
    a route with what stands before it, and gives what is answered. `apart` is whether the results
    of a call that has several are values of their own, of which the first is what matters. `bare`
    is whether a name alone may be a field of the object.
    """

    routes: Callable[[Machine, Node, Scope], Iterable[Route]]
    name: Callable[[Machine, Node, Scope], Any] = _nothing
    member: Callable[[Machine, Any, Node, Scope], Any] = _nothing
    call: Callable[[Machine, Call], Any] = _nothing
    fill: Callable[[Machine, Node, Scope, Any], Any] = _nothing
    load: Callable[[Machine, Scope], None] = _nothing
    names: Callable[[Machine, str], dict[str, Any]] | None = None
    parts: Callable[[Machine, Class], Iterable[Class]] = _none
    through: Callable[[Machine, Route], Any] | None = None
    apart: bool = False
    bare: bool = False
