"""Where code that talks to Intercom does not check whom it talks to."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import dotted, sites
from intercom_scan.audit.flow.reach import Reach, says_intercom, within
from intercom_scan.audit.https.switches import of_others, of_the_process, switched_off
from intercom_scan.audit.https.walking import DEVELOPMENT_FILES, pieces
from intercom_scan.audit.syntax.modules import ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.audit.https.walking import Piece
    from intercom_scan.audit.signed.values import Where
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

_GROUPS = (
    frozenset({"js", "mjs", "cjs", "jsx", "tsx", "ts", "mts", "cts"}),
    frozenset({"java", "kt"}),
)


class Off(NamedTuple):
    """A place where checks are switched off, in which words, and for the whole process or not."""

    where: Where
    words: str
    piece: Piece
    process: bool


def unchecked(
    modules: Modules, ours: Iterable[str], near: Iterable[str]
) -> Iterator[tuple[Where, str]]:
    """The places where what is switched off concerns Intercom, with the words.

    `ours` is the code that says Intercom, `near` all that may switch something off.
    """
    ours = tuple(ours)
    kinds = {_group(path) for path in ours}
    offs = [off for path in near for off in _offs(modules, path)]
    if not offs:
        return
    meant = _met(
        modules, ours, {i for off in offs if not off.process for i in _ids(off.piece.node)}
    )
    for off in offs:
        if off.process:
            if _group(off.where.path) in kinds:
                yield off.where, f"{off.words}, for the whole process"
        elif off.where in meant or _within_ours(off) or _used(modules, off):
            yield off.where, off.words


def _group(path: str) -> frozenset[str]:
    end = ending(path)
    return next((group for group in _GROUPS if end in group), frozenset({end}))


def _offs(modules: Modules, path: str) -> Iterator[Off]:
    tree = modules.tree(path)
    if tree is None or DEVELOPMENT_FILES.search(path):
        return
    taken: set[int] = set()
    for piece in pieces(path, tree):
        node = piece.node
        words = of_the_process(node)
        process = words is not None
        words = words or switched_off(node)
        if words is None or id(node) in taken or piece.only_in_development:
            continue
        taken |= {id(part) for part in node.walk()}
        if process or not of_others(node, piece.keys, _calls_around(tree, node)):
            yield Off(piece.site.where, words, piece, process)


def _calls_around(tree: Node, wanted: Node) -> tuple[str, ...]:
    """The names of the calls that a piece of code is an argument of."""
    waiting: list[tuple[Node, tuple[str, ...]]] = [(tree, ())]
    while waiting:
        node, calls = waiting.pop()
        if node is wanted:
            return calls
        if node.kind == "call" and node.parts:
            calls = (*calls, dotted(node.parts[0]))
        elif node.kind in ("function", "class"):
            calls = ()
        waiting.extend((part, calls) for part in node.parts)
    return ()


def _within_ours(off: Off) -> bool:
    """Whether all that stands around it is Intercom's: the file, a class or a function."""
    around = (off.where.path.rpartition("/")[2], *(node.name for node in off.piece.site.around))
    return any("intercom" in name.lower() for name in around)


def _met(modules: Modules, ours: Iterable[str], offs: set[int]) -> set[Where]:
    """Which of them are in what a call to Intercom is made with."""
    talks = Reach(modules, says_intercom)
    loose = Reach(modules, lambda n: id(n) in offs or switched_off(n) is not None, members=True)
    calls = (s for path in ours for s in sites(modules, path) if s.node.kind == "call")
    found = (loose.at(s.node, s) for s in calls if offs and talks.at(s.node, s) is not None)
    return {where for where in found if where is not None}


def _ids(node: Node) -> tuple[int, ...]:
    """What is known by its identity: an option, or an attribute and what it is set to."""
    return (id(node), id(node.parts[1])) if node.kind == "assign" else (id(node),)


def _used(modules: Modules, off: Off) -> bool:
    """`client.verify = False`: whether the client, or a call with it, has to do with Intercom."""
    owner = _owner(off.piece.node)
    if owner is None:
        return False
    talks = Reach(modules, says_intercom)
    if talks.at(owner, off.piece.site) is not None:
        return True
    name = dotted(owner)
    for site in sites(modules, off.where.path):
        uses = site.node.kind == "call" and site.around[:1] == off.piece.site.around[:1]
        named = uses and any(dotted(part) == name for part in within(site.node))
        if named and talks.at(site.node, site) is not None:
            return True
    return False


def _owner(node: Node) -> Node | None:
    """What an attribute is set on, or an option by a call."""
    if node.kind == "assign" and node.parts[0].kind in ("member", "index"):
        return node.parts[0].parts[0]
    if node.kind == "call" and node.parts[0].name == "curl_setopt":
        return node.parts[1]
    return None
