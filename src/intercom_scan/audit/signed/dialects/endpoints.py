"""Which methods of Java and Kotlin classes answer POST requests, and what runs before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed.binding import instance
from intercom_scan.audit.signed.handlers import Route
from intercom_scan.audit.signed.values import (
    Class,
    Const,
    Function,
    Native,
    Request,
    Response,
    Things,
    Where,
)
from intercom_scan.audit.syntax import packages
from intercom_scan.audit.words import SPEAKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Scope, Value
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

_CONTROLLERS = frozenset({"RestController", "Controller", "Path", "WebServlet"})
_POSTS = frozenset({"PostMapping", "Post", "POST", "PutMapping", "PUT"})
_NAMED = {"doPost": "HttpServlet", "handleRequest": "RequestHandler"}  # by what declares it
_BEFORE = {"doFilterInternal": "OncePerRequestFilter", "preHandle": "HandlerInterceptor",
           "doFilter": "Filter"}  # fmt: skip
_ADDING = (b"addfilter", b"addinterceptor(", b"filterregistrationbean")
_ADDS = re.compile(
    rb"addFilter(?:Before|After|At)?\(|addInterceptor\(|FilterRegistrationBean|@Bean"
)
_CHECKS = re.compile(r"sign|verif|hmac|webhook", re.I)
_TELLS = re.compile(r"signature|hmac|intercom", re.I)
_PATTERNS = frozenset({"addPathPatterns", "addUrlPatterns", "setUrlPatterns"})


def routes(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """The handlers of POST requests in a file."""
    for node in tree.walk():
        if node.kind != "class":
            continue
        marks = {_name(mark): mark for mark in node.parts[1].parts}
        bases = _bases(node)
        posting = [
            (part, verb)
            for part in node.parts[0].parts
            if part.kind == "function" and (verb := _verb(part, bases, marks)) is not None
        ]
        if not posting:
            continue
        prefix = _address(marks.get("RequestMapping") or _first(marks, _CONTROLLERS))
        made = instance(machine, Class(node, scope))
        for part, verb in posting:
            own = next((_address(m) for m in part.parts[2].parts if _name(m) == "Path"), "")
            address = re.sub(r"/+", "/", f"/{prefix}/{_address(verb) or own}")
            function = Function(_entity(part, verb), scope, made)
            before = [*_unseen(machine, node, part, scope), *_filters(machine, address)]
            yield Route(f"{address} {node.name}", Where(scope.path, part.line), (*before, function))


def _name(mark: Node) -> str:
    return mark.parts[0].name if mark.kind == "call" else mark.name


def _bases(node: Node) -> set[str]:
    marks = node.parts[1].parts
    return {mark.name.partition("<")[0].rpartition(".")[2] for mark in marks if mark.kind == "type"}


def _first(marks: dict[str, Node], names: Iterable[str]) -> Node | None:
    return next((marks[name] for name in names if name in marks), None)


def _verb(part: Node, bases: set[str], marks: dict[str, Node]) -> Node | None:
    """What says that a method answers POST: its annotation, or its name in such a class."""
    if _NAMED.get(part.name) in bases and part.name in _NAMED:
        return part
    own = {_name(mark): mark for mark in part.parts[2].parts}
    posts = _first(own, _POSTS)
    if posts is not None:
        return posts
    mapped = own.get("RequestMapping") if _CONTROLLERS.intersection(marks) else None
    methods = [p for p in (mapped.parts[1:] if mapped is not None else ()) if p.name == "method"]
    posts_too = not methods or any(n.name == "POST" for m in methods for n in m.walk())
    return mapped if mapped is not None and mapped.kind == "call" and posts_too else None


def _address(mark: Node | None) -> str:
    """The first text of an annotation, if it is an address: named, or without a name."""
    for part in mark.parts[1:] if mark is not None and mark.kind == "call" else ():
        if part.kind != "named" or part.name in ("value", "path", "urlPatterns", "uri"):
            for inner in part.walk():
                if inner.kind == "text":
                    return inner.name
    return ""


def _entity(part: Node, verb: Node) -> Node:
    """JAX-RS gives the body to the parameter that has no annotation."""
    if _name(verb) != "POST":
        return part
    params, *rest = part.parts
    given = tuple(_marked(each) for each in params.parts)
    return part._replace(parts=(params._replace(parts=given), *rest))


def _marked(param: Node) -> Node:
    target, default, marks = param.parts
    if any(mark.kind != "type" for mark in marks.parts):
        return param
    body = marks._replace(kind="name", name="RequestBody", parts=())
    return param._replace(parts=(target, default, marks._replace(parts=(body, *marks.parts))))


def _unseen(machine: Machine, node: Node, part: Node, scope: Scope) -> Iterator[Native]:
    """Annotations that may stand for a check, as aspects of the project do: they end the trail."""
    params = (mark for param in part.parts[0].parts for mark in param.parts[2].parts)
    for mark in (*node.parts[1].parts, *part.parts[2].parts, *params):
        if mark.kind != "type" and _CHECKS.search(_name(mark)):
            trail = machine.at(mark, scope), f"@{_name(mark)} is not followed"
            yield Native(lambda _, trail=trail: machine.lost.setdefault(trail))


# --- what runs before


def _filters(machine: Machine, address: str) -> Iterator[Value]:
    """Filters and interceptors of the project that have to do with signatures, if in use."""
    modules = machine.modules
    for path in packages.speaking(modules):
        data = modules.project.read(path)
        tree = modules.tree(path) if any(b.encode() in data for b in _BEFORE.values()) else None
        for node in tree.walk() if tree is not None else ():
            before = _before(node) if node.kind == "class" else None
            if before is None or not _applies(modules, node, address):
                continue
            scope = machine.load(path)
            made = instance(machine, Class(node, scope))
            if not _left_out(machine, made, address):
                yield Function(before, scope, made)


def _before(node: Node) -> Node | None:
    """What a class does before handlers, if it has to do with signatures."""
    bases = _bases(node)
    found = next((f for f in node.parts[0].parts if _BEFORE.get(f.name, "-") in bases), None)
    tells = found is not None and any(_TELLS.search(each.name) for each in node.walk())
    return found if tells else None


def _left_out(machine: Machine, made: Things, address: str) -> bool:
    """Whether a filter says itself that an address is none of its business."""
    asked = made.items.get("shouldNotFilter")
    machine.kept["address"] = address
    return isinstance(asked, Function) and machine.truth(machine.call(asked, [Request()]))


def _applies(modules: Modules, node: Node, address: str) -> bool:
    """Whether a filter is in use for an address: by itself, or where it is registered."""
    patterns: list[str] = []
    registered = False
    for path in modules.project.saying(*_ADDING, *SPEAKING):
        said = modules.project.read(path)
        names_it = node.name.encode() in said
        if names_it and path.endswith("web.xml"):
            return True
        if not names_it or path not in modules.code or not _ADDS.search(said):
            continue
        registered = True
        tree = modules.tree(path)
        for each in tree.walk() if tree is not None else ():
            if each.kind == "call" and each.parts[0].name in _PATTERNS:
                patterns += [text.name for text in each.walk() if text.kind == "text"]
    marks = {_name(mark) for mark in node.parts[1].parts}
    of_itself = "preHandle" not in {part.name for part in node.parts[0].parts}
    if not registered and not (of_itself and marks & {"Component", "WebFilter", "Provider"}):
        return False
    return not patterns or any(
        address.startswith(p.partition("*")[0].rstrip("/")) for p in patterns
    )


def through(machine: Machine, route: Route) -> Value:
    """What a handler returns, or what refused the request before it."""
    machine.kept["address"] = route.text.partition(" ")[0]
    *before, handler = route.steps
    for step in before:
        if isinstance(step, Native):
            machine.call(step, [])
            continue
        went_on: list[object] = []
        onwards = Native(went_on.extend)
        value = machine.call(step, [Request(), Response(), onwards])
        interceptor = step.node.name == "preHandle"
        if value == Const(False) if interceptor else not went_on:
            return Response(401) if interceptor else None
    return machine.call(handler, [Request(), Response()])
