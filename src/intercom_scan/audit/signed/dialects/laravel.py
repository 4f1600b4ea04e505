"""Laravel's controllers and closures, with the middleware that their routes name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed.binding import instance
from intercom_scan.audit.signed.dialects import composing, laravel_routes
from intercom_scan.audit.signed.values import NONE, Class, Const, Things
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.dialects.laravel_routes import Declared
    from intercom_scan.audit.signed.handlers import Route
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Scope, Value

_READING = frozenset({"index", "show", "create", "edit", "constructor", "boot", "middleware"})
_TELLS = re.compile(r"sign|verif|auth|intercom|hmac|hook", re.IGNORECASE)
_FRAMEWORK = frozenset({"signed", "ValidateSignature", "VerifyCsrfToken", "ValidateCsrfToken"})


def routes(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """Methods of controllers that routes lead to, or that take a request where none is known."""
    known = laravel_routes.of(machine.modules)
    for declared in known.closures.get(scope.path, ()):
        yield _route(machine, declared, declared.handler, scope, None)
    for node in composing.of_kind(machine, tree, scope.path, "class"):
        above = (mark.name for mark in node.parts[1].parts if mark.kind == "type")
        if node.name in known.actions or any(n.endswith("Controller") for n in (node.name, *above)):
            yield from _controller(machine, node, scope, known.actions.get(node.name, {}))


def _controller(
    machine: Machine, node: Node, scope: Scope, actions: dict[str, Declared]
) -> Iterator[Route]:
    owner = instance(machine, Class(node, scope))
    for part in node.parts[0].parts:
        if part.kind != "function" or any(mark.name == "" for mark in part.parts[2].parts):
            continue  # one with an attribute is Symfony's
        declared = actions.get(part.name)
        if declared is None and (actions or part.name in _READING or not _takes_request(part)):
            continue
        own = declared or laravel_routes.Declared("", (), part)
        more = tuple(_constructed(node, part.name))
        yield _route(machine, own._replace(before=(*own.before, *more)), part, scope, owner)


def _takes_request(part: Node) -> bool:
    kinds = [mark.name for param in part.parts[0].parts for mark in param.parts[2].parts]
    return any("Request" in kind for kind in kinds)


def _constructed(node: Node, action: str) -> Iterator[str]:
    """`$this->middleware('…')->only('…')` in a constructor."""
    for part in node.parts[0].parts:
        for each in part.parts[1].parts if part.name == "constructor" else ():
            call = each.parts[0] if each.kind == "discard" else NOTHING
            limits: dict[str, set[str]] = {}
            while call.kind == "call" and call.parts[0].kind == "member":
                words = {n.name for arg in call.parts[1:] for n in arg.walk() if n.name}
                if call.parts[0].name == "middleware":
                    only, but = limits.get("only"), limits.get("except", set())
                    if action not in but and (only is None or action in only):
                        yield from sorted(words)
                    break
                limits[call.parts[0].name] = words
                call = call.parts[0].parts[0]


def _route(
    machine: Machine, declared: Declared, handler: Node, scope: Scope, owner: Things | None
) -> Route:
    """A handler inside of its middleware, the first of which is outside."""
    line = handler.line
    request = composing.call(Node("name", line, "request"))
    if owner is None:
        value = composing.call(handler, request)
    else:
        value = composing.method(line, handler.name)
    steps: list[Node] = list(_forms(machine, handler, scope))
    aliases = laravel_routes.of(machine.modules).aliases
    wraps: list[Node] = []
    for name in dict.fromkeys(declared.before):
        plain = name.partition(":")[0]
        made = _middleware(machine, aliases.get(plain, plain), scope)
        if made is not None:
            wraps.append(made)
        elif _TELLS.search(plain) and plain not in _FRAMEWORK:
            steps.append(composing.unseen(name, line))
    for made in reversed(wraps):
        inner = composing.onwards(value)
        value = composing.call(Node("member", line, "handle", (composing.call(made),)),
                               request, inner)  # fmt: skip
    steps.append(composing.answer(value))
    return composing.route(declared.address, steps, scope, owner, line=line, name=handler.name)


def _middleware(machine: Machine, name: str, scope: Scope) -> Node | None:
    """What makes the project's middleware of a name."""
    word = name.rpartition("\\")[2]
    path = machine.modules.resolve(word, scope.path) if word[:1].isupper() else None
    if path is None:
        return None
    made = machine.load(path).names.get(word)
    if not isinstance(made, Class):
        return None
    scope.names.setdefault(word, made)
    return Node("name", made.node.line, word)


def _forms(machine: Machine, handler: Node, scope: Scope) -> Iterator[Node]:
    """A form request refuses by `authorize`: https://laravel.com/docs/validation."""
    for param in handler.parts[0].parts:
        for mark in param.parts[2].parts:
            word = mark.name.lstrip("?").rpartition("\\")[2]
            made = (
                machine.run(Node("name", param.line, word), scope) if word[:1].isupper() else None
            )
            if not (mark.kind == "type" and isinstance(made, Class)):
                continue
            if any(
                p.kind == "function" and p.name == "authorize" for p in made.node.parts[0].parts
            ):
                asked = composing.call(
                    Node("member", param.line, "authorize",
                         (composing.call(Node("name", param.line, word)),))
                )  # fmt: skip
                yield composing.done(
                    composing.call(Node("name", param.line, "abort_unless"), asked)
                )


def default_of(machine: Machine, key: str) -> Value:
    """What `config('services.intercom.secret')` falls back to, as `config/services.php` has it."""
    first, *rest = key.split(".")
    for path in machine.modules.project.files:
        if not f"/{path}".endswith(f"/config/{first}.php"):
            continue
        tree = machine.modules.tree(path)
        held = next((part.parts[0] for part in tree.parts if part.kind == "return" and part.parts),
                    NOTHING) if tree is not None else NOTHING  # fmt: skip
        for word in rest:
            held = next((p.parts[0] for p in held.parts if p.kind == "pair" and p.name == word),
                        NOTHING)  # fmt: skip
        if held.kind == "text":
            return Const(held.name)
        if held.kind == "call" and len(held.parts) > 2 and held.parts[2].kind == "text":
            return Const(held.parts[2].name)
    return NONE
