"""Whether a mobile SDK gets a proof before a user is logged in."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import called
from intercom_scan.audit.flow.meaning import meaning
from intercom_scan.audit.flow.names import Place, callers, function
from intercom_scan.audit.flow.values import Found, Keys, each
from intercom_scan.audit.identity import web
from intercom_scan.audit.identity.messenger import Act
from intercom_scan.audit.identity.messenger import acts as acts_of
from intercom_scan.audit.identity.verdict import Verdict
from intercom_scan.audit.syntax.modules import ending

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

_NOBODY: Mapping[int, Site] = MappingProxyType({})
_DEEPEST = 4  # functions that call functions
_PLATFORMS = {"swift": ("iOS",), "kt": ("Android",), "java": ("Android",)}


def platforms(modules: Modules, path: str) -> tuple[str, ...]:
    """What a file's code runs on: by its language, or by what the project builds for."""
    own = _PLATFORMS.get(ending(path))
    if own is not None:
        return own
    kept = modules.kept
    if "platforms" not in kept:
        parts = {part for file in modules.project.files for part in file.split("/")[:-1]}
        built = [name for name in ("iOS", "Android") if name.lower() in parts]
        kept["platforms"] = tuple(built) or ("iOS", "Android")
    found: tuple[str, ...] = kept["platforms"]
    return found


def judge(modules: Modules, login: Act, acts: Iterable[Act]) -> Verdict:
    """Whether a proof is set before a login on the same way; `acts` are all of the project's."""
    where, on = login.site.where, platforms(modules, login.site.path)
    within = _given(modules, login)
    if within is not None:
        return _set(modules, within, login, on)
    before, after = _around(modules, login)
    if before:
        return _set(modules, Found(before[-1].props, before[-1].site), login, on)
    if after:
        return Verdict("fail", where, "the proof is set after the user is logged in", on)
    others = [
        each_ for each_ in acts
        if each_.kind == "proof" and _speaks(each_) == _speaks(login)
    ]  # fmt: skip
    if others:
        there = others[0].site.where
        words = f"whether the proof of {there.path}:{there.line} is set before is not followed"
        return Verdict("lost", where, words, on)
    return Verdict("fail", where, "a user is logged in with no JWT or user hash", on)


def _set(modules: Modules, proof: Found, login: Act, on: tuple[str, ...]) -> Verdict:
    node = proof.node
    if node.kind == "object" and len(node.parts) == 1 and node.parts[0].parts:
        node = node.parts[0].parts[0]  # Capacitor's setUserHash({ hmac })
    if node.kind == "nothing" and proof.site.named:
        node = next(iter(proof.site.named.values()))
    words = web.worthless(modules, Found(node, proof.site)) if node.kind != "nothing" else ""
    if words:
        return Verdict("fail", login.site.where, words, on)
    return Verdict("pass", login.site.where, "a proof is set before", on)


def _speaks(done: Act) -> tuple[str, ...]:
    """The platform of a file's own language; none for what is built for several."""
    return _PLATFORMS.get(ending(done.site.path), ())


def _given(modules: Modules, login: Act) -> Found | None:
    """The proof among the login's own attributes, which Capacitor and old Cordova take."""
    for one in each(meaning(modules, login.props, login.site)):
        held = one.known if isinstance(one, Keys) else {}
        for key in web.PROOFS:
            if key in held:
                return held[key]
    return None


def _around(modules: Modules, login: Act) -> tuple[list[Act], list[Act]]:
    """The proofs before and after a login, on the ways that lead to it."""
    site, around = login.site, login.site.around
    depth = next((i for i, node in enumerate(around) if node.kind == "function"), None)
    if depth is None:
        return [], []
    outer = Place(site.path, around[depth], around[:depth])
    before, after = _split([*_acts(modules, outer)], login.site.node)
    ways = [outer]
    for _ in range(2):
        ways = [Place(by.path, by.around[i], by.around[:i])
                for way in ways for by in callers(modules, way)
                for i in [_outermost(by)] if i is not None]  # fmt: skip
        for way in ways:
            earlier, later = _split([*_acts(modules, way)], login.site.node)
            before, after = before or earlier, after or later
    return before, after


def _outermost(site: Site) -> int | None:
    return next((i for i, node in enumerate(site.around) if node.kind == "function"), None)


def _split(acts: list[Act], node: Node) -> tuple[list[Act], list[Act]]:
    at = next((i for i, each_ in enumerate(acts) if each_.site.node is node), len(acts))
    proofs = [[a for a in some if a.kind == "proof"] for some in (acts[:at], acts[at:])]
    return proofs[0], proofs[1]


def _acts(modules: Modules, place: Place, by: Mapping[int, Site] = _NOBODY) -> Iterator[Act]:
    """What a function does to the Messenger, in the order that it is written in.

    `by` are the calls that it was come to by, each by the function's identity.
    """
    waiting: list[tuple[Node, tuple[Node, ...]]] = [
        (place.node.parts[1], (*place.around, place.node))
    ]
    while waiting:
        node, around = waiting.pop()
        if node.kind == "call" and node.parts:
            site = called(place.path, node, around)._replace(called=by)
            done = acts_of(modules, site)
            yield from done
            inner = function(modules, node.parts[0], site) if not done else None
            if inner is not None and len(by) < _DEEPEST and id(inner.node) not in by:
                yield from _acts(modules, inner, {**by, id(inner.node): site})
        inside = (*around, node) if node.kind in ("function", "class") else around
        waiting.extend((part, inside) for part in reversed(node.parts))


def end_reached(modules: Modules, place: Place) -> Act | None:
    """The first end of the Messenger's session that a function comes to; None if it has none."""
    return next((done for done in _acts(modules, place) if done.kind == "end"), None)
