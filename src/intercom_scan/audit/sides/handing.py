"""Secrets that a server hands to browsers: in answers, in what pages are made with."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import Site, dotted, sites
from intercom_scan.audit.flow.meaning import meaning
from intercom_scan.audit.flow.names import function
from intercom_scan.audit.flow.results import returns
from intercom_scan.audit.flow.values import Environment, each
from intercom_scan.audit.sides.names import sort
from intercom_scan.audit.sides.sides import WEB, side
from intercom_scan.audit.syntax.modules import ending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

    Told = tuple[int, str]

# What answers a request, or gives a page what it is made with.
_ANSWERS = frozenset({
    "json", "send", "jsonify", "JsonResponse", "JSONResponse", "HttpResponse", "render",
    "render_template", "TemplateResponse", "view", "JSON", "HTML", "Json", "Ok", "View", "share",
    "addAttribute", "respond", "renderToString", "compact", "response", "IndentedJSON", "locals",
})  # fmt: skip
_ASSIGNED = re.compile(r"^(?:gon|ViewBag|ViewData|ctx\.body|context\.body|res\.locals)(?:\.|$)")
_PAGE = frozenset({"getServerSideProps", "getStaticProps", "loader", "load"})
_PASSING = frozenset({"pair", "object", "list", "named", "template", "other", "splat", "choice",
                      "binary", "block"})  # fmt: skip
_ROUTES = frozenset({"get", "post", "route", "api_view", "api_route"})


def handed(modules: Modules, path: str) -> Iterator[Told]:
    """The places at which a file of a server gives a secret away."""
    for site in sites(modules, path):
        given = site.node.parts[1:] if _gives(modules, site) else ()
        for name in _secrets(modules, given, site):
            yield site.node.line, f"gives `{name}` to the browser"
    yield from _returned(modules, path)


def _gives(modules: Modules, site: Site) -> bool:
    if site.node.kind == "assign":
        return bool(_ASSIGNED.search(site.name))
    return site.last in _ANSWERS or (site.last[:1].isupper() and _is_element(modules, site))


def _is_element(modules: Modules, site: Site) -> bool:
    """Whether it is an element of a page that the browser runs: what it gets is sent there."""
    if ending(site.path) not in WEB:
        return False
    place = function(modules, site.node.parts[0], site)
    return place is not None and place.path != site.path and side(modules, place.path) == "browser"


def _returned(modules: Modules, path: str) -> Iterator[Told]:
    """`getServerSideProps` and loaders, context processors, routes that return what they answer."""
    tree = modules.tree(path)
    for node, around in _functions(tree) if tree is not None else ():
        if not _answers(node, around, path):
            continue
        where = Site(path, node, around=(*(a for a in around if a.kind != "assign"), node))
        for returned in returns(node):
            for name in _secrets(modules, (returned,), where):
                yield returned.line or node.line, f"gives `{name}` to the browser"


def _functions(tree: Node) -> Iterator[tuple[Node, tuple[Node, ...]]]:
    waiting: list[tuple[Node, tuple[Node, ...]]] = [(tree, ())]
    while waiting:
        node, around = waiting.pop()
        if node.kind == "function":
            yield node, around
        outer = node.kind in ("function", "class", "assign")
        waiting.extend((part, (*around, node) if outer else around) for part in node.parts)


def _answers(node: Node, around: tuple[Node, ...], path: str) -> bool:
    named = around[-1].parts[0].name if around and around[-1].kind == "assign" else node.name
    if named in _PAGE or path.endswith("context_processors.py"):
        return True
    marks = node.parts[2].parts if len(node.parts) > 2 else ()
    calls = [dotted(mark.parts[0]) for mark in marks if mark.kind == "call" and mark.parts]
    return any(name.rpartition(".")[2] in _ROUTES for name in calls)


def _secrets(modules: Modules, given: tuple[Node, ...], site: Site) -> Iterator[str]:
    """The names of secrets that stand in arguments as they are, and not as keys of a call."""
    waiting = list(given)
    while waiting:
        node = waiting.pop()
        if node.kind in _PASSING:
            waiting.extend(node.parts)
        elif node.kind in ("name", "member", "index", "call"):
            name = secret(modules, node, site)
            if name:
                yield name


def secret(modules: Modules, node: Node, site: Site) -> str:
    """The name of the secret that an expression is; "" for what is none, or made of one."""
    if node.kind == "call" and node.parts and not _is_reading(dotted(node.parts[0])):
        return ""
    name = dotted(node)
    for part in each(meaning(modules, node, site)):
        if isinstance(part, Environment) and sort(_plain(part.name)) == "secret":
            return part.name
    plain = name.rpartition(".")[2]
    return plain if plain.isupper() and sort(plain) == "secret" else ""


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", name)


_READING = re.compile(r"(?i)env|config|fetch|credentials|dig|secret")


def _is_reading(callee: str) -> bool:
    return bool(_READING.search(callee))
