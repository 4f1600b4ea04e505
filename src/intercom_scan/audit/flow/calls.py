"""The calls and assignments of files, with what stands around them."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.signed.values import Where
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from intercom_scan.audit.syntax.modules import Modules

_NONE: Mapping[str, Node] = MappingProxyType({})
_CALLED: Mapping[int, Site] = MappingProxyType({})


class Site(NamedTuple):
    """A call or an assignment, or any place in the code that a value is asked about.

    `name` is what is called or assigned to, as text; `args` are the arguments without names, or
    the value that is assigned, and `named` the others. `around` has the functions and classes
    that it stands in, outermost first. `called` says by which call a function around it was
    entered, by the function's identity, where that is known.
    """

    path: str
    node: Node
    name: str = ""
    args: tuple[Node, ...] = ()
    named: Mapping[str, Node] = _NONE
    around: tuple[Node, ...] = ()
    called: Mapping[int, Site] = _CALLED

    @property
    def where(self) -> Where:
        return Where(self.path, self.node.line)

    @property
    def last(self) -> str:
        """The last word of the name: the method's."""
        return self.name.rpartition(".")[2]


def dotted(node: Node) -> str:
    """A callee or target as text, such as `Intercom.client().boot`; "" for what has no name."""
    words: list[str] = []
    while True:
        if node.kind in ("name", "text"):
            words.append(node.name)
            break
        if node.kind == "member":
            words.append(node.name)
        elif node.kind == "index" and len(node.parts) > 1 and node.parts[1].kind == "text":
            words.append(node.parts[1].name)
        elif node.kind == "call":
            inner = node.parts[0]
            if inner.kind not in ("name", "member"):
                return ""
            words.append(f"{inner.name}()")
            node = inner
            if node.kind == "name":
                break
        else:
            return ""
        node = node.parts[0] if node.parts else NOTHING
    return ".".join(reversed(words))


def calls(modules: Modules, paths: Iterable[str]) -> Iterator[Site]:
    """Every call in these files; files that have no tree are left out."""
    return (site for path in paths for site in sites(modules, path) if site.node.kind == "call")


def assignments(modules: Modules, paths: Iterable[str]) -> Iterator[Site]:
    """Every assignment in these files, fields of classes included."""
    return (site for path in paths for site in sites(modules, path) if site.node.kind == "assign")


def sites(modules: Modules, path: str) -> list[Site]:
    """The calls and assignments of one file, in order; they are kept."""
    kept = modules.kept.setdefault("sites", {})
    if path not in kept:
        tree = modules.tree(path)
        kept[path] = list(_sites(path, tree)) if tree is not None else []
    found: list[Site] = kept[path]
    return found


def called(path: str, node: Node, around: tuple[Node, ...] = ()) -> Site:
    """A call as a site."""
    given = node.parts[1:]
    return Site(
        path,
        node,
        dotted(node.parts[0]),
        tuple(each for each in given if each.kind != "named"),
        {each.name: each.parts[0] for each in given if each.kind == "named" and each.parts},
        around,
    )


def _sites(path: str, tree: Node) -> Iterator[Site]:
    waiting: list[tuple[Node, tuple[Node, ...]]] = [(tree, ())]
    while waiting:
        node, around = waiting.pop()
        if node.kind == "call" and node.parts:
            yield called(path, node, around)
        elif node.kind == "assign":
            yield Site(path, node, dotted(node.parts[0]), node.parts[1:2], _NONE, around)
        inner = (*around, node) if node.kind in ("function", "class") else around
        waiting.extend((part, inner) for part in reversed(node.parts))
