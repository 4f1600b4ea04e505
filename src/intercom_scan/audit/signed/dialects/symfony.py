"""Symfony's controllers, by their attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed.binding import instance
from intercom_scan.audit.signed.dialects import composing
from intercom_scan.audit.signed.values import Class
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.handlers import Route
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Scope

_LISTENS = re.compile(rb"EventSubscriberInterface|AsEventListener|onKernelRequest")
_SIGNED = (b"X-Hub-Signature", b"X-Body-Signature")


def routes(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """Methods with `#[Route(…)]`: https://symfony.com/doc/current/routing.html."""
    for node in composing.of_kind(machine, tree, scope.path, "class"):
        own = _route_of(node.parts[1])
        for part in node.parts[0].parts:
            mark = _route_of(part.parts[2]) if part.kind == "function" else NOTHING
            if part.kind == "function" and part.name == "__invoke" and mark is NOTHING:
                mark = own
            if mark is NOTHING or not _posts(mark):
                continue
            address = f"{_text(own)}{_text(mark)} {node.name}"
            value = composing.method(part.line, part.name)
            steps = [*_listeners(machine, scope.path, part.line), composing.answer(value)]
            owner = instance(machine, Class(node, scope))
            yield composing.route(address, steps, scope, owner, line=part.line, name=part.name)


def _route_of(marks: Node) -> Node:
    return next(
        (m for m in marks.parts if m.kind == "call" and m.parts[0].name == "Route"), NOTHING
    )


def _posts(mark: Node) -> bool:
    methods = [part for part in mark.parts[1:] if part.kind == "named" and part.name == "methods"]
    return not methods or any(
        node.name.upper() in ("POST", "METHOD_POST") for node in methods[0].walk()
    )


def _text(mark: Node) -> str:
    given = [part.parts[0] if part.kind == "named" and part.name == "path" else part
             for part in mark.parts[1:]]  # fmt: skip
    return next((part.name for part in given if part.kind == "text"), "")


def _listeners(machine: Machine, near: str, line: int) -> Iterator[Node]:
    """Listeners see requests before a controller does; which ones, the code does not say."""
    for path in machine.modules.project.saying(*_SIGNED):
        if path != near and _LISTENS.search(machine.modules.project.read(path)):
            name = path.rpartition("/")[2].removesuffix(".php")
            yield composing.unseen(f"what {name} checks before it", line)
