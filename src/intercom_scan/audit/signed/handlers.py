"""Which functions of a module answer requests, and what runs before them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from intercom_scan.audit.signed import binding, dialects, known
from intercom_scan.audit.signed.ending import BrokenError, EndlessError, ThrownError
from intercom_scan.audit.signed.idioms import ROUTES
from intercom_scan.audit.signed.values import Class, Const, Function, Things, Unknown, Where

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Scope
    from intercom_scan.audit.syntax.tree import Node

_VERBS = frozenset({"post", "all", "Post", "All", "put", "Put", "onRequest", "serve",
                    "http", "createServer", "defineEventHandler", "eventHandler"})  # fmt: skip
_LISTING = frozenset(
    {"route", "api_route", "add_api_route", "add_url_rule", "Route"}
)  # which say their methods
_BEFORE = frozenset({"use", "addHook", "register", "before_request", "UseGuards",
                     "include_router", "register_blueprint"})  # fmt: skip
_ENTRIES = frozenset({"POST", "action", "handler", "lambda_handler", "lambdaHandler", "main"})
_PAGES = re.compile(r"(?:^|/)(?:api|functions|netlify|routes)/")
_SERVER = re.compile(r"(?:^|/)server/")
_REQUEST = re.compile(r"^_?req(?:uest)?$")


class Route(NamedTuple):
    """A handler: its address as far as the code says it, and what runs, the handler last."""

    text: str
    where: Where
    steps: tuple[Any, ...]


def find(machine: Machine, path: str) -> list[Route]:
    """The handlers of POST requests in a module, by what each framework asks for."""
    scope = machine.load(path)
    tree = machine.modules.tree(path)
    if tree is None:
        return []
    _set_up(machine, tree, scope)
    dialect = dialects.of(path)
    if dialect is not None:
        found = [*dialect.routes(machine, tree, scope)]
    else:
        found = [*_registered(machine, path), *_methods(machine, tree, scope)]
        found += _entries(tree, scope, path)
    if path.endswith(".py"):
        found += _views(machine, tree, scope)
    unique: dict[Where, Route] = {}
    for route in found:
        if not isinstance(route.steps[-1], Function):
            continue
        unique.setdefault(route.steps[-1].where, route)
    return list(unique.values())


def _set_up(machine: Machine, tree: Node, scope: Scope) -> None:
    """Runs functions that register routes, as plugins and `create_app` do."""
    known: dict[str, list[Node]] = machine.modules.kept.setdefault("registering", {})
    if scope.path not in known:
        known[scope.path] = [node for node in tree.walk() if _registers(node)]
    for node in known[scope.path]:
        function = scope.find(node.name) if node.name else None
        made = function if isinstance(function, Function) else Function(node, scope)
        try:
            machine.call(made, [])
        except (ThrownError, BrokenError, EndlessError, RecursionError):
            continue  # what it had registered by then is known


def _registers(node: Node) -> bool:
    return node.kind == "function" and any(
        part.kind == "call" and part.parts[0].kind == "member"
        and part.parts[0].name in ROUTES and len(part.parts) > 2
        for part in node.parts[1].walk()
    )  # fmt: skip


def _registered(machine: Machine, path: str) -> Iterator[Route]:
    befores = [r for r in machine.registered if r.name in _BEFORE]
    for each in machine.registered:
        if each.where.path != path or each.name not in _VERBS | _LISTING:
            continue
        if each.name in _LISTING and not _posts(each):
            continue
        options = [arg for arg in each.args if isinstance(arg, Things)]
        steps = [*_flat(options), *_depending(each), *_flat(each.args)]
        steps += _flat(each.named.get("view_func"))
        if not steps or not isinstance(steps[-1], Function):
            continue
        text = " ".join(_texts(each.args, options))
        prefix = _prefix(befores, each).strip()
        mounted = _mounted(machine, each, [text, f"{prefix.rstrip('/')}{text}", prefix])
        yield Route(f"{prefix} {text}", each.where, (*mounted, *steps))


def _depending(each: known.Call) -> list[Any]:
    """What FastAPI calls first: https://fastapi.tiangolo.com/tutorial/bigger-applications/"""
    router = each.on.items.get("dependencies") if isinstance(each.on, Things) else None
    return [*_flat(router), *_flat(each.named.get("dependencies"))]


def _prefix(befores: Iterable[known.Call], route: known.Call) -> str:
    """What stands before a route's own address."""
    own = route.on.items.get("prefix") if isinstance(route.on, Things) else None
    mounts = [each for each in befores if any(arg is route.on for arg in each.args)]
    texts = [value for each in mounts for value in [*each.args, *each.named.values()]]
    return " ".join(_texts([own, *texts], []))


def _posts(each: known.Call) -> bool:
    """Whether a route that is declared by its methods takes POST."""
    first = each.args[0] if each.args else None
    methods = each.named.get("methods")
    if isinstance(first, Things):
        methods = first.items.get("method")
    if isinstance(methods, Const):
        methods = Things({"0": methods})
    return isinstance(methods, Things) and any(
        isinstance(m, Const) and str(m.value).upper() == "POST" for m in methods.items.values()
    )


def _mounted(machine: Machine, route: known.Call, addresses: list[str]) -> list[Any]:
    """What is used before a route: on the same thing, or on what that is mounted on."""
    found: list[Any] = []
    late = False  # https://expressjs.com/en/guide/using-middleware.html: in the order of the code
    for each in machine.registered:
        late = late or each is route
        if each.name not in _BEFORE or (late and each.name == "use" and each.on is route.on):
            continue
        prefix = next(iter(_texts(each.args, [])), "")
        mounts = isinstance(route.on, Things) and any(arg is route.on for arg in each.args)
        same = each.on is route.on or (each.where.path == route.where.path)
        if mounts or (same and any(_covers(prefix, address) for address in addresses)):
            given = [*_flat(each.named.get("dependencies")), *_flat(each.args)]
            found += [step for step in given if step is not route.on]
    return found


def _covers(prefix: str, address: str) -> bool:
    """Whether what is used for a prefix, such as `/hooks` or `/hooks/*`, is so for an address."""
    stem = re.split(r"[*:(]", prefix)[0].rstrip("/")
    return not prefix.startswith("/") or f"{address}/".startswith(f"{stem}/")


def _flat(value: object) -> list[Any]:
    """The steps in a list of arguments: functions, options that have some, lists of them."""
    if isinstance(value, list | tuple):
        return [step for each in value for step in _flat(each)]
    if isinstance(value, Function | Class):
        return [value]
    if isinstance(value, Unknown) and value.module is not None:
        return [value]  # a package's, or what could not be resolved
    if isinstance(value, Things):
        if "verify" in value.items and isinstance(value.items["verify"], Function):
            return [value]
        named = [value.items[k] for k in ("preHandler", "onRequest", "preValidation", "handler",
                                               "fetch")
                 if k in value.items]  # fmt: skip
        numbered = [each for key, each in value.items.items() if key.isdigit()]
        return [step for each in [*named, *numbered] for step in _flat(each)]
    return []


def _texts(args: Iterable[object], options: Iterable[Things]) -> Iterator[str]:
    for value in [*args, *(option.items.get("url") for option in options)]:
        if isinstance(value, Const) and isinstance(value.value, str):
            yield value.value


def _methods(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """Methods of controllers (NestJS), and of views that are classes (Django)."""
    for node in tree.walk():
        if node.kind != "class":
            continue
        marks = {_name(mark): mark for mark in node.parts[1].parts}
        prefix = _first_text(marks.get("Controller"))
        made = binding.instance(machine, Class(node, scope))
        for part in node.parts[0].parts:
            if part.kind != "function":
                continue
            own = {_name(mark): mark for mark in part.parts[2].parts}
            posts = _VERBS.intersection(own) if marks else part.name == "post"
            if not posts and not (part.name == "post" and not own):
                continue
            guards = [m for m in (marks.get("UseGuards"), own.get("UseGuards")) if m is not None]
            steps = [machine.run(arg, scope) for guard in guards for arg in guard.parts[1:]]
            verb = next((own[name] for name in own if name in _VERBS), None)
            text = f"{prefix}/{_first_text(verb)} {node.name}"
            where = Where(scope.path, part.line)
            yield Route(text, where, (*steps, made.items[part.name]))


def _name(mark: Node) -> str:
    return mark.parts[0].name if mark.kind == "call" else mark.name


def _first_text(mark: Node | None) -> str:
    given = mark.parts[1:] if mark is not None and mark.kind == "call" else ()
    return next((part.name for part in given if part.kind == "text"), "")


def _entries(tree: Node, scope: Scope, path: str) -> Iterator[Route]:
    """Exported functions whose names, or whose files' places, are what a framework looks for."""
    held = scope.names.get("module")
    exports = held.items.get("exports") if isinstance(held, Things) else None
    names = {**scope.names, **(exports.items if isinstance(exports, Things) else {})}
    if isinstance(exports, Function):
        names["default"] = exports
    said = (node for part in tree.parts for node in (part, *part.parts))
    inner = (each for node in said for each in (node, *node.parts))
    wrapped = {  # `export const POST = withSignature(…)`
        node.parts[0].name
        for node in inner
        if node.kind == "assign" and node.parts[1].kind == "call"
    }
    for name, value in names.items():
        entry = name in _ENTRIES or _is_event(value)
        entry = entry or (name == "default" and _answers(value, path))
        fetch = value.items.get("fetch") if isinstance(value, Things) else None
        function = fetch if name == "default" and fetch is not None else value
        if not isinstance(function, Function):
            continue
        own = function.where.path == path or name in wrapped
        if own and (entry or fetch is not None):
            yield Route("", function.where, (function,))


def _is_event(value: object) -> bool:
    """Whether a function answers an event of AWS Lambda, by whichever name."""
    if not isinstance(value, Function):
        return False
    params, body = value.node.parts[:2]
    return any(param.parts[0].name == "event" for param in params.parts[:1]) and any(
        node.kind == "pair" and node.name == "statusCode" for node in body.walk()
    )


def _answers(value: object, path: str) -> bool:
    """Whether a default export answers requests: by its file's folder, or by what it takes."""
    params = value.node.parts[0].parts if isinstance(value, Function) else ()
    takes = bool(params) and _REQUEST.match(params[0].parts[0].name) is not None
    return _PAGES.search(path) is not None or (takes and _SERVER.search(path) is not None)


def _views(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """Django's views: functions that a list of addresses names, else by what they are given."""
    addresses = machine.modules.addresses
    django = any(
        isinstance(value, Unknown) and (value.module or "").startswith("django")
        for value in scope.names.values()
    )
    for node in tree.parts:
        if node.kind != "function" or not node.parts[0].parts:
            continue
        made = scope.find(node.name)
        first = node.parts[0].parts[0].parts[0].name
        if isinstance(made, Function) and django and (node.name in addresses or first == "request"):
            yield Route(addresses.get(node.name, ""), Where(scope.path, node.line), (made,))
