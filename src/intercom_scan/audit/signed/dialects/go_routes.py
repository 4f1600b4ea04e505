"""Routers of Go, as the code that sets them up has them: addresses, and what runs before them."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed.handlers import Route
from intercom_scan.audit.signed.values import Const, Function, Things, Unknown
from intercom_scan.audit.syntax.modules import is_own

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intercom_scan.audit.signed.known import Call
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value
    from intercom_scan.audit.syntax.tree import Node

MOST = 20  # files that may register a handler of another
_MAKES = frozenset({"NewServeMux", "NewRouter", "NewMux", "Default", "New", "StrictSlash"})
_PACKAGES = re.compile(r"net/http|/gin$|/echo|/chi|gorilla/mux|/fiber")
_TAKES = frozenset({"HandleFunc", "Handle", "POST", "Post", "Value", "All", "Add", "Method",
                    "MethodFunc", "Match"})  # fmt: skip
_NESTS = frozenset({"Group", "Route", "With", "Mount", "PathPrefix", "Subrouter", "Host"})
_METHODS = frozenset({"GET", "HEAD", "DELETE", "OPTIONS", "PUT", "PATCH"})
_WORDS = (b".handlefunc(", b".handle(", b".post(", b".group(", b".use(", b".route(", b".mount(")
_TELLS = re.compile(r"sign|verif|auth|intercom|hmac|hook", re.IGNORECASE)


def router(above: Things | None = None, prefix: str = "") -> Things:
    """A router, or a part of one that has what is used before from the whole."""
    return Things({"\0router": above, "\0prefix": prefix, "\0uses": []})


def call(machine: Machine, call: Call) -> Value:  # noqa: PLR0911 any value
    """What is made, used and registered; None for all other calls."""
    on = call.on
    package = isinstance(on, Unknown) and _PACKAGES.search(on.module or "")
    if call.name in _MAKES and package:
        return router()
    routes = isinstance(on, Things) and "\0router" in on.items
    if not routes and not (call.name in ("HandleFunc", "Handle") and package):
        return None
    if call.name == "Methods":
        return on
    if call.name == "Use":
        on.items["\0uses"] += _steps(call.args)
        return on
    if call.name in _NESTS:
        return _nested(machine, call)
    if call.name in _TAKES:
        return _registered(machine, call)
    return on if routes else None


def _nested(machine: Machine, call: Call) -> Things:
    """A part of a router; what it is given either sets it up, or runs before all of it."""
    prefix = next(iter(_texts(call.args)), "")
    made = router(call.on, prefix)
    for step in _steps(call.args):
        if isinstance(step, Function) and _sets_up(step):
            machine.call(step, [made])
        else:
            made.items["\0uses"].append(step)
    mounted = next((v for v in call.args if isinstance(v, Things) and "\0router" in v.items), None)
    if mounted is not None:
        mounted.items["\0router"] = call.on
        for each in machine.kept.get("routes", []):
            if each[0] is mounted:
                each[1] = [*_used(call.on), *each[1]]
    return made


def _sets_up(step: Function) -> bool:
    marks = [mark.name for param in step.node.parts[0].parts for mark in param.parts[2].parts]
    return any("Router" in mark or "Group" in mark for mark in marks)


def _registered(machine: Machine, call: Call) -> Value:
    texts = _texts(call.args)
    words = " ".join(texts).split()
    steps = _steps(call.args)
    if call.name in ("Add", "Handle", "Method", "MethodFunc") and words and words[0] in _METHODS:
        return call.on
    if (words and words[0] in _METHODS) or not steps:
        return call.on
    handler = steps[0] if _echoes(call, steps) else steps[-1]
    before = [step for step in steps if step is not handler]
    routes = isinstance(call.on, Things)
    used = _used(call.on) if routes else []
    prefixes = _prefixes(call.on) if routes else []
    text = " ".join([*prefixes, *texts])
    machine.kept.setdefault("routes", []).append([call.on, used, text, before, handler])
    return call.on


def _echoes(call: Call, steps: list[Value]) -> bool:
    """Echo takes what runs before a handler after it."""
    first = steps[0]
    if not isinstance(first, Function) or call.name not in ("POST", "Value", "Add", "Match"):
        return False
    marks = [mark.name for param in first.node.parts[0].parts for mark in param.parts[2].parts]
    return marks == ["echo.Context"]


def _used(on: Value) -> list[Value]:
    """What runs before all of a router, the outermost first."""
    found: list[Value] = []
    while isinstance(on, Things):
        found = [*on.items["\0uses"], *found]
        on = on.items["\0router"]
    return found


def _prefixes(on: Value) -> list[str]:
    found: list[str] = []
    while isinstance(on, Things):
        found.insert(0, on.items["\0prefix"])
        on = on.items["\0router"]
    return found


def _texts(args: Iterable[object]) -> list[str]:
    return [v.value for v in args if isinstance(v, Const) and isinstance(v.value, str)]


def _steps(args: Iterable[object]) -> list[Value]:
    """Functions, what has a method for requests, and packages' that may be what verifies."""
    found: list[Value] = []
    for value in args:
        serves = value.items.get("ServeHTTP") if isinstance(value, Things) else None
        if isinstance(value, Function):
            found.append(value)
        elif isinstance(serves, Function):
            found.append(serves)
        elif isinstance(value, Unknown) and _TELLS.search(value.name):
            found.append(value)
    return found


def registered(machine: Machine) -> Iterable[Route]:
    """The routes that were registered so far, with what runs before each."""
    for _, used, text, before, handler in machine.kept.get("routes", []):
        if isinstance(handler, Function):
            yield Route(text, handler.where, (*used, *before, handler))


def registers(node: Node) -> bool:
    """Whether a function registers routes."""
    return any(
        part.kind == "call"
        and part.parts[0].kind == "member"
        and len(part.parts) > (2 if part.parts[0].name in _TAKES else 1)
        and part.parts[0].name in _TAKES | _NESTS
        for part in node.parts[1].walk()
    )


def registering(
    machine: Machine, path: str, set_up: Callable[[Machine, str], None]
) -> tuple[str, ...]:
    """The files that register handlers of a file: itself, and others that are tried once."""
    modules = machine.modules
    kept: dict[str, tuple[str, ...]] = modules.kept.setdefault("go registering", {})
    if path not in kept:
        kept[path] = (path,)
        found = [
            each for each in _candidates(machine, path) if _reaches(machine, each, path, set_up)
        ]
        kept[path] = tuple(dict.fromkeys([*found, path]))
    return kept[path]


def _reaches(
    machine: Machine, other: str, path: str, set_up: Callable[[Machine, str], None]
) -> bool:
    trial = type(machine)(machine.modules, "right")
    set_up(trial, other)
    return any(route.steps[-1].where.path == path for route in registered(trial))


def _candidates(machine: Machine, path: str) -> list[str]:
    """Files of the same package, those that import it, and those that import these."""
    modules = machine.modules
    all_files = [each for each in modules.project.saying(*_WORDS) if each.endswith(".go")]
    folders = {posixpath.dirname(path)}
    found: list[str] = []
    for _ in range(2):
        near = [
            each for each in all_files
            if is_own(each) and each != path and each not in found
            and (posixpath.dirname(each) in folders or _imports(machine, each, folders))
        ]  # fmt: skip
        found = [*near, *found]
        folders = {posixpath.dirname(each) for each in near}
    return found[:MOST]


def _imports(machine: Machine, path: str, folders: set[str]) -> bool:
    data = machine.modules.project.read(path)
    return any(f'/{folder.rpartition("/")[2]}"'.encode() in data for folder in folders if folder)
