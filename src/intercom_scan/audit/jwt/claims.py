"""What a JWT's payload holds, as far as the code says it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import dotted, sites
from intercom_scan.audit.flow.following import follow
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_STEPS = 200  # from one expression to the next
# Members and methods that leave a map as it is.
_SAME = _set("compact to_h freeze build toMap presence with_indifferent_access copy")
_MERGING = _set("merge assign dict array_merge deep_merge mergeWith union")
_MAKING = _set("mapOf hashMapOf mutableMapOf linkedMapOf Map.of Map.ofEntries buildMap")
_PUTTING = _set("put set Add update store TryAdd")
# What libraries have claims as, where they are fields of types.
_FIELDS = {"expires_at": "exp", "expires": "exp", "expiration": "exp", "issued_at": "iat"}
_NESTED = _set("registered_claims standard_claims map_claims claims")
_humps = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


@dataclass(slots=True)
class Claims:
    """The claims by their names, each with its expression and where that stands.

    `open` where there may be others that nobody can tell.
    """

    known: dict[str, tuple[Node, Site]] = field(default_factory=dict)
    open: bool = False

    def add(self, name: str, value: Node, site: Site) -> None:
        self.known.setdefault(claim(name), (value, site))


def claim(name: str) -> str:
    """A claim's name: a field `UserID` stands for `user_id`."""
    plain = name.strip("'\":")
    if plain[:1].isupper():
        plain = _humps.sub("_", plain).lower()
        return _FIELDS.get(plain, plain)
    return plain


def gather(modules: Modules, node: Node, site: Site, claims: Claims) -> None:
    """Adds what an expression has, through names, copies and the project's own functions."""
    _Gathering(modules, claims).gather(node, site)


class _Gathering:
    def __init__(self, modules: Modules, claims: Claims) -> None:
        self.modules = modules
        self.claims = claims
        self.steps = 0

    def gather(self, node: Node, site: Site) -> None:
        self.steps += 1
        way = _WAYS.get(node.kind)
        if self.steps > _STEPS:
            self.claims.open = True
        elif way is None or not way(self, node, site):
            self.elsewhere(node, site)

    def elsewhere(self, node: Node, site: Site) -> None:
        """What a name stands for, with what is put in later."""
        if node.kind in ("name", "member"):
            self.put(dotted(node), site)
        there = follow(self.modules, node, site)
        if there is None or there[0] is node:
            self.claims.open = True
        else:
            self.gather(*there)

    def pairs(self, parts: Iterable[Node], site: Site) -> bool:
        for part in parts:
            if part.kind == "assign":
                self.claims.add(part.parts[0].name, part.parts[1], site)
            elif part.kind not in ("pair", "named") or not part.parts:
                self.gather(part, site)
            elif part.name.startswith("["):
                self.claims.open = True  # a name that is computed
            elif claim(part.name) in _NESTED:
                self.gather(part.parts[0], site)
            else:
                self.claims.add(part.name, part.parts[0], site)
        return True

    def object(self, node: Node, site: Site) -> bool:
        return self.pairs(node.parts, site)

    def binary(self, node: Node, site: Site) -> bool:
        if node.name == "to":  # Kotlin's pairs
            return self.entry(node.parts, site)
        if node.name not in ("|", "+"):
            return False
        return self.pairs(node.parts, site)

    def inner(self, node: Node, site: Site) -> bool:
        if len(node.parts) != 1 or (node.kind == "member" and node.name not in _SAME):
            return False
        self.gather(node.parts[0], site)
        return True

    def call(self, node: Node, site: Site) -> bool:
        """Calls that make a map of other maps, or of pairs."""
        callee, given = node.parts[0], node.parts[1:]
        if callee.name in _SAME and callee.kind == "member":
            return self.inner(callee, site)
        if callee.name in _MERGING:
            on = callee.parts if callee.name in ("merge", "deep_merge") else ()
            return self.pairs((*on, *given), site)
        if callee.name in _MAKING or dotted(callee) in _MAKING:
            return self.entries(given, site)
        if not given:  # an empty map, in which more is put later
            return callee.name[:1].isupper() and site.node is not node
        literal = all(part.kind == "named" for part in given)
        typed = len(given) == 1 and given[0].kind == "object" and callee.name[:1].isupper()
        return (literal or typed) and self.pairs(given, site)

    def entries(self, given: Sequence[Node], site: Site) -> bool:
        """`mapOf("a" to b)`, `Map.of("a", b)`."""
        if given and given[0].kind == "text" and len(given) % 2 == 0:
            return all(self.entry(given[at : at + 2], site) for at in range(0, len(given), 2))
        return self.pairs(given, site)

    def entry(self, parts: Sequence[Node], site: Site) -> bool:
        if len(parts) == 2 and parts[0].kind == "text":
            self.claims.add(parts[0].name, parts[1], site)
        else:
            self.claims.open = True
        return True

    def put(self, name: str, site: Site) -> None:
        """`payload.exp = …`, `payload["exp"] = …`, `payload.put("exp", …)`."""
        for each in sites(self.modules, site.path):
            on, _, key = each.name.rpartition(".")
            if on != name or each.around[-1:] != site.around[-1:]:
                continue
            if each.node.kind == "assign":
                self.claims.add(key, each.node.parts[1], each)
            elif key in _PUTTING and len(each.args) == 2:
                self.entry(each.args, each)
            elif key in _PUTTING:
                self.pairs((*each.args, *each.node.parts[len(each.args) + 1 :]), each)


_WAYS: dict[str, Callable[[_Gathering, Node, Site], bool]] = {
    "object": _Gathering.object,
    "call": _Gathering.call,
    "binary": _Gathering.binary,
    **dict.fromkeys(("member", "splat", "other", "list", "unary"), _Gathering.inner),
}
