"""Endpoints of ASP.NET Core: what maps them, and what is set up to run before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.signed.binding import shared
from intercom_scan.audit.signed.values import Class, Const, Function, Things, Unknown
from intercom_scan.audit.syntax import csharp_types

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value

_BUILDS = frozenset({"CreateBuilder", "Build", "CreateSlimBuilder"})
_MAPS = frozenset({"MapPost", "Map", "MapMethods", "MapPut"})
_BEFORE = frozenset({"AddEndpointFilter", "UseMiddleware", "Use", "AddEndpointFilterFactory"})
_PARTS = frozenset({"MapGroup", "UseWhen", "MapWhen", "UseEndpoints"})


def builder(above: Things | None = None, prefix: str = "") -> Things:
    """What endpoints are mapped on: the program, a group, or an endpoint itself."""
    return Things({"\0router": above, "\0prefix": prefix, "\0uses": []})


def call(machine: Machine, call: Call) -> Value:
    """What is mapped and set up; None for all other calls."""
    on = call.on
    if call.name in _BUILDS and not is_builder(on):
        return builder()
    if not is_builder(on):
        return None
    if call.name in _MAPS and call.args:
        return _mapped(machine, call)
    if call.name in _BEFORE:
        made = call.named.get("of")
        on.items["\0uses"] += [each for each in (made, *call.args) if _step(each)]
        return on
    if call.name in _PARTS:
        return _part(machine, call)
    extended = extension(machine, call)
    return on if extended is None else machine.call(extended, [on, *call.args], call.named)


def is_builder(value: object) -> bool:
    """Whether endpoints are mapped on it."""
    return isinstance(value, Things) and "\0router" in value.items


def _step(value: object) -> bool:
    """Whether it may run before an endpoint."""
    outside = isinstance(value, Unknown) and bool(value.module)
    return isinstance(value, Function | Class) or outside


def extension(machine: Machine, call: Call) -> Function | None:
    """A method that the project adds to what others have made."""
    for path in csharp_types.extending(machine.modules, call.name):
        for value in list(machine.load(path).names.values()):
            own = shared(machine, value) if isinstance(value, Class) else Things()
            found = own.items.get(call.name)
            if isinstance(found, Function):
                return found
    return None


def _part(machine: Machine, call: Call) -> Things:
    """A group, or a branch that a function sets up: its use is the branch's condition's."""
    text = next((v.value for v in call.args if isinstance(v, Const)), "")
    made = call.on if call.name == "UseEndpoints" else builder(call.on, str(text))
    functions = [arg for arg in call.args if isinstance(arg, Function)]
    if functions and call.name != "MapGroup":
        machine.call(functions[-1], [made])
        if call.name == "UseWhen":
            call.on.items["\0uses"] += made.items["\0uses"]
    return made


def _mapped(machine: Machine, call: Call) -> Things:
    text = next((v.value for v in call.args if isinstance(v, Const)), "")
    made = builder(call.on, str(text))
    handler = call.args[-1]
    methods = call.arg(1) if call.name == "MapMethods" else None
    posts = not isinstance(methods, Things) or Const("POST") in methods.items.values()
    if isinstance(handler, Function) and posts:
        machine.kept.setdefault("routes", []).append((made, handler, call.where))
    return made


def mapped(machine: Machine) -> Iterator[tuple[str, list[Value], Function]]:
    """Each endpoint that is mapped: its address, what runs before it, and what answers."""
    for made, handler, _ in machine.kept.get("routes", []):
        yield "/".join(_along(made, "\0prefix")), used(made), handler


def used(made: Things) -> list[Value]:
    """What runs before what is mapped here, the outermost first."""
    return [each for uses in _along(made, "\0uses") for each in uses]


def _along(made: Value, key: str) -> list[Value]:
    found: list[Value] = []
    while isinstance(made, Things):
        found.insert(0, made.items[key])
        made = made.items["\0router"]
    return found
