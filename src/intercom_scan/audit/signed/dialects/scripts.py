"""PHP files that are handlers themselves, and closures that Slim and WordPress are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.signed.dialects import composing
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.handlers import Route
    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Scope

PERMITTED = "(permitted)"  # what is called with a callback's answer; no code can say that
_READS = frozenset({"_SERVER", "_POST", "HTTP_RAW_POST_DATA", "php://input", "createFromGlobals"})
_VERBS = frozenset({"post", "any", "map", "match"})


def routes(machine: Machine, tree: Node, scope: Scope) -> Iterator[Route]:
    """A script that reads the request at its top level, and routes that are closures."""
    tops = list(_tops(tree))
    if _is_script(tree, tops):
        yield composing.route("", [tree], scope, None, line=_first(tops))
    for top in tops:
        for node in top.walk():
            if node.kind == "call" and node.parts[0].kind == "member":
                yield from _closure(node, scope)
    yield from _rest(composing.of_kind(machine, tree, scope.path, "call"), scope)


def _tops(tree: Node) -> Iterator[Node]:
    for part in tree.parts:
        if part.kind == "block":
            yield from _tops(part)
        elif part.kind not in ("function", "class", "import", "nothing", "name", "other"):
            yield part


def _is_script(tree: Node, tops: list[Node]) -> bool:
    acts = any(part.kind in ("discard", "if", "switch", "try", "loop") for part in tops)
    reads = any(node.name in _READS for part in tops for node in part.walk())
    if not reads and acts:
        reads = any(
            node.name in _READS
            for part in tree.parts
            if part.kind == "function"
            for node in part.walk()
        )
    routed = any(node.name == "Route" for part in tops for node in part.walk())
    return acts and reads and not routed


def _first(tops: list[Node]) -> int:
    return tops[0].line if tops else 1


def _closure(call: Node, scope: Scope) -> Iterator[Route]:
    """`$app->post('/…', function ($request, $response) { … })`; what is added to it is not seen."""
    handler = call.parts[-1]
    texts = [part.name for part in call.parts[1:] if part.kind == "text"]
    holder = call.parts[0].parts[0].name
    if call.parts[0].name not in _VERBS or handler.kind != "function" or holder == "Route":
        return
    if texts and texts[0].startswith("/"):
        given = Node("call", handler.line, "", (Node("name", handler.line, "request"),))
        value = composing.call(handler, given, *_response(handler))
        yield composing.route(texts[0], [composing.answer(value)], scope, None, line=handler.line)


def _response(handler: Node) -> tuple[Node, ...]:
    line = handler.line
    return (
        (composing.call(Node("name", line, "response")),) if len(handler.parts[0].parts) > 1 else ()
    )


def _rest(calls: list[Node], scope: Scope) -> Iterator[Route]:
    """https://developer.wordpress.org/rest-api/extending-the-rest-api/adding-custom-endpoints/"""
    for node in calls:
        if node.parts[0].name != "register_rest_route":
            continue
        options = node.parts[-1] if node.parts[-1].kind == "object" else NOTHING
        pairs = {pair.name: pair.parts[0] for pair in options.parts if pair.kind == "pair"}
        if "callback" not in pairs:
            continue
        line = pairs["callback"].line
        request = composing.call(Node("name", line, "request"))
        steps: list[Node] = []
        allowed = pairs.get("permission_callback")
        if allowed is not None and allowed.name != "__return_true":
            held = composing.call(_callback(allowed), request)
            steps.append(composing.done(composing.call(Node("name", line, PERMITTED), held)))
        steps.append(composing.answer(composing.call(_callback(pairs["callback"]), request)))
        text = " ".join(part.name for part in node.parts[1:] if part.kind == "text")
        yield composing.route(text, steps, scope, None, line=line)


def _callback(given: Node) -> Node:
    """What a callback is called by: a function's name, `[$this, 'name']`, or a closure."""
    if given.kind == "list" and len(given.parts) == 2:
        return Node("member", given.line, given.parts[1].name, (given.parts[0],))
    return Node("name", given.line, given.name) if given.kind == "text" else given
