"""Whether an expression has something of a kind in it, or in what its names hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import Site, dotted
from intercom_scan.audit.flow.names import function, names

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intercom_scan.audit.flow.names import Bound
    from intercom_scan.audit.signed.values import Where
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

_DEPTH = 6  # names behind names
_MOST = 400  # pieces of code that are looked at for one question


class Reach:
    """Looks for what `tells` is true of, through variables, members, imports and results.

    What stands in a function that is only passed on does not count. With `members`, what is set on
    an object is part of it.
    """

    def __init__(
        self, modules: Modules, tells: Callable[[Node], bool], *, members: bool = False
    ) -> None:
        self.modules, self._tells, self._members = modules, tells, members
        self._left = 0
        self._seen: set[int] = set()

    def at(self, node: Node, site: Site) -> Where | None:
        """Where it is, of an expression that stands at `site`; None where it is not."""
        self._left, self._seen = _MOST, set()
        return self._find(node, site, _DEPTH)

    def _find(self, node: Node, site: Site, depth: int) -> Where | None:
        for part in within(node):
            self._left -= 1
            if self._left < 0 or id(part) in self._seen:
                continue
            self._seen.add(id(part))
            if self._tells(part):
                return Site(site.path, part).where
            found = self._behind(part, site, depth - 1) if depth else None
            if found is not None:
                return found
        return None

    def _behind(self, part: Node, site: Site, depth: int) -> Where | None:
        """What a name holds, or a call of the project's own returns."""
        if part.kind == "call" and part.parts:
            return self._returned(part.parts[0], site, depth)
        if part.kind not in ("name", "member"):
            return None
        for scope, place_of in self._scopes(dotted(part), site):
            for bound in self._bound(scope, dotted(part)):
                found = self._held(bound, place_of, depth)
                if found is not None:
                    return found
        # In Ruby a name alone may be a call:
        # https://docs.ruby-lang.org/en/master/syntax/calling_methods_rdoc.html
        plain = part.kind == "name" and site.path.endswith((".rb", ".rake", ".ru"))
        return self._returned(part, site, depth) if plain else None

    def _returned(self, callee: Node, site: Site, depth: int) -> Where | None:
        place = function(self.modules, callee, site)
        if place is None:
            return None
        there = Site(place.path, place.node, around=(*place.around, place.node))
        returned = (n for n in within(place.node.parts[1]) if n.kind == "return")
        return next(filter(None, (self._find(n, there, depth) for n in returned)), None)

    def _bound(self, scope: Node, name: str) -> Iterator[Bound]:
        held = names(self.modules, scope)
        yield from held.get(name, ())
        if self._members:
            for other, bounds in held.items():
                if other.startswith(f"{name}."):
                    yield from (bound for bound in bounds if bound.kind == "value")

    def _scopes(self, name: str, site: Site) -> Iterator[tuple[Node, Site]]:
        """The scopes that may give a name its value, the nearest first."""
        tree = self.modules.tree(site.path)
        for depth in range(len(site.around), 0, -1):
            scope = site.around[depth - 1]
            around = site._replace(around=site.around[:depth])
            yield scope, around
            if scope.kind == "class" and ("." in name or name.startswith("@")):
                for part in scope.parts[0].parts:
                    if part.kind == "function":
                        yield part, site._replace(around=(*around.around, part))
        if tree is not None:
            yield tree, site._replace(around=())

    def _held(self, bound: Bound, site: Site, depth: int) -> Where | None:
        if bound.kind in ("value", "each"):
            return self._find(bound.node, site, depth)
        if bound.kind == "param":
            marks = bound.node.parts[1:]
            return next(filter(None, (self._find(n, site, depth) for n in marks)), None)
        if bound.kind == "import" and len(bound.node.parts) > 1:
            return self._imported(bound.node, site, depth)
        return None

    def _imported(self, node: Node, site: Site, depth: int) -> Where | None:
        what, source = node.parts
        if self._tells(source):
            return Site(site.path, node).where
        there = self.modules.resolve(source.name, site.path)
        tree = self.modules.tree(there) if there is not None else None
        held = names(self.modules, tree) if there and tree is not None and depth else {}
        for other in held.get(what.name, ()):
            found = self._held(other, Site(there or "", node), depth - 1)
            if found is not None:
                return found
        return None


def says_intercom(node: Node) -> bool:
    """Whether a piece of code says Intercom: a name, or a text that is no prose."""
    return "intercom" in node.name.lower() and not (node.kind == "text" and " " in node.name)


def within(node: Node) -> Iterator[Node]:
    """A node and all below it, without what functions in it do when they are called."""
    waiting = [node]
    while waiting:
        part = waiting.pop()
        yield part
        if part.kind not in ("function", "class") or part is node:
            waiting.extend(reversed(part.parts))
