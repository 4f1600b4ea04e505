"""The addresses of Rails' actions: https://guides.rubyonrails.org/routing.html."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.syntax.modules import Modules

_FILES = re.compile(r"(?:^|/)config/routes(?:/.+)?\.rb$")
_WRITING = frozenset({"post", "put", "patch", "match"})
_WRITTEN = {"create": "", "update": "", "destroy": ""}


class Place(NamedTuple):
    """Where a route is declared: what stands before its address and before its controller."""

    path: str = ""
    module: str = ""
    controller: str = ""


def addresses(modules: Modules) -> dict[str, dict[str, str]]:
    """By controllers, as `webhooks/intercom`: their actions that take what is sent, and where."""
    if "rails routes" not in modules.kept:
        found: dict[str, dict[str, str]] = {}
        for path in modules.project.files:
            tree = modules.tree(path) if _FILES.search(path) else None
            for controller, action, address in _routes(tree or NOTHING, Place()):
                found.setdefault(controller, {})[action] = address
        modules.kept["rails routes"] = found
    known: dict[str, dict[str, str]] = modules.kept["rails routes"]
    return known


def _routes(body: Node, place: Place) -> Iterator[tuple[str, str, str]]:
    for part in body.parts:
        call = part.parts[0] if part.kind in ("discard", "return") and part.parts else NOTHING
        if call.kind != "call":
            continue
        name = call.parts[0].name
        named = {each.name: each.parts[0].name for each in call.parts[1:] if each.kind == "named"}
        first = call.parts[1].name if len(call.parts) > 1 and call.parts[1].kind == "text" else ""
        inner = call.parts[-1].parts[1] if call.parts[-1].kind == "function" else NOTHING
        if name in _WRITING:
            yield from _one(call, first, named, place)
        elif name in ("resources", "resource"):
            yield from _resources(call, inner, place)
        elif name in ("namespace", "scope"):
            own = named.get("module", first if name == "namespace" else "")
            path = named.get("path", first)
            below = Place(_joined(place.path, path), _joined(place.module, own),
                          named.get("controller", place.controller))  # fmt: skip
            yield from _routes(inner, below)
        elif name == "controller":
            yield from _routes(inner, place._replace(controller=first))
        else:
            yield from _routes(inner, place)


def _one(
    call: Node, first: str, named: dict[str, str], place: Place
) -> Iterator[tuple[str, str, str]]:
    """`post '/a', to: 'b#c'`, and `post '/a' => 'b#c'`."""
    pairs = [(pair.name, pair.parts[0].name) for part in call.parts if part.kind == "object"
             for pair in part.parts if pair.kind == "pair"]  # fmt: skip
    first, to = pairs[0] if pairs else (first, named.get("to", ""))
    controller, _, action = to.partition("#")
    controller = controller or named.get("controller") or place.controller
    action = action or named.get("action") or first.strip("/").rpartition("/")[2]
    if not controller:
        controller = first.strip("/").rpartition("/")[0]
    yield _joined(place.module, controller), action, _joined(place.path, first)


def _resources(call: Node, inner: Node, place: Place) -> Iterator[tuple[str, str, str]]:
    named = {each.name: each.parts[0] for each in call.parts[1:] if each.kind == "named"}
    only = named.get("only")
    wanted = {node.name for node in only.walk()} if only is not None else set(_WRITTEN)
    for part in call.parts[1:]:
        if part.kind != "text":
            continue
        own = named.get("controller")
        plural = part.name if call.parts[0].name == "resources" else f"{part.name}s"
        controller = _joined(place.module, own.name if own is not None else plural)
        address = _joined(place.path, part.name)
        for action in _WRITTEN:
            if action in wanted:
                yield controller, action, address
        yield from _routes(inner, place._replace(path=address, controller=controller))


def _joined(*parts: str) -> str:
    return "/".join(part.strip("/") for part in parts if part.strip("/"))
