"""Where users are logged out, and whether the Messenger's session ends with theirs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import dotted, sites
from intercom_scan.audit.flow.names import Place, callers, known_as, unwrapped
from intercom_scan.audit.identity.answering import acts, code
from intercom_scan.audit.identity.messenger import acts as done_at
from intercom_scan.audit.identity.mobile import end_reached, platforms
from intercom_scan.audit.identity.serving import in_client
from intercom_scan.audit.syntax.modules import ending, is_own
from intercom_scan.audit.syntax.parse import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.identity.messenger import Act
    from intercom_scan.audit.project import Project
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

_WORDS = (b"logout", b"log_out", b"signout", b"sign_out", b"reset_session", b"sessionscontroller")
_NAMED = re.compile(
    r"^(?:(?:handle|on|do|perform|user|auth|_)_?)*(?:log|sign)_?(?:out|off)(?:User|_user|Handler)?$",
    re.I,
)
# What ends a session by itself, whatever the function that does it is called.
_ENDED = frozenset({
    "signOut", "sign_out", "logout", "logOut", "log_out", "reset_session", "logout_user",
    "SignOutAsync", "signout", "sign_out_all_scopes",
})  # fmt: skip
_MOBILE = frozenset({"swift", "kt", "java", "dart"})


class Logout(NamedTuple):
    """A function that logs a user out; `ended` is where the Messenger's session ends with it."""

    place: Place
    name: str
    platforms: tuple[str, ...]
    ended: Act | None


def logouts(project: Project, used: set[str]) -> Iterator[Logout]:
    """The functions that log users out, on the platforms `used`."""
    modules = project.modules
    seen: set[int] = set()
    for path in _code(project):
        its = on(modules, path)
        if not used.intersection(its):
            continue
        for name, place in _places(modules, path):
            if id(place.node) not in seen:
                seen.add(id(place.node))
                yield Logout(place, name, its, _ended(modules, place))


def on(modules: Modules, path: str) -> tuple[str, ...]:
    """The platforms of a file: those of its language, of React Native, or the web's."""
    if ending(path) in _MOBILE:
        return platforms(modules, path)
    data = modules.project.read(path)
    return platforms(modules, path) if _APP.search(data) else ("web",)


_APP = re.compile(
    rb"react-native|registerIdentifiedUser|loginUserWith|@capacitor|cordova|loginIdentifiedUser"
)


def _code(project: Project) -> list[str]:
    near = {*code(project), *project.saying(*_WORDS)}
    return [path for path in sorted(near) if ending(path) in LANGUAGES and is_own(path)]


def _places(modules: Modules, path: str) -> Iterator[tuple[str, Place]]:
    for site in sites(modules, path):
        if site.node.kind == "assign":
            made = unwrapped(site.args[0]) if site.args else site.node
            if made.kind == "function" and _NAMED.match(site.last):
                yield site.last, Place(path, made, site.around)
        elif _logs_out(modules, site):
            yield from (
                (place.node.name, place)
                for place in _outer(site)
                if not any(_logs_in(node) for node in site.around if node.kind == "function")
            )
    tree = modules.tree(path)
    waiting: list[tuple[Node, tuple[Node, ...]]] = [(tree, ())] if tree is not None else []
    while waiting:
        node, around = waiting.pop()
        if node.kind == "function" and node.parts[1].parts and _is_named(node, around):
            yield node.name, Place(path, node, around)
        inner = (*around, node) if node.kind in ("function", "class") else around
        waiting.extend((part, inner) for part in reversed(node.parts))


def _is_named(function: Node, around: tuple[Node, ...]) -> bool:
    """Whether a function's name says that it logs out, and that of no wrapper of the Messenger."""
    within = " ".join(node.name for node in around if node.kind == "class").lower()
    if "intercom" in within:
        return False
    return bool(_NAMED.match(function.name)) or (function.name == "destroy" and "session" in within)


def _logs_out(modules: Modules, site: Site) -> bool:
    return (
        (site.last in _ENDED or site.name in ("session.clear", "session.invalidate"))
        and not done_at(modules, site)
        and bool(site.around)
    )


def _logs_in(function: Node) -> bool:
    """Whether a new session begins there, for which the old one is cleared."""
    return bool(_BEGINS.search(function.name)) or any(
        _BEGINS.search(node.name)
        or (node.name in ("update", "merge!") and dotted(node).startswith("session."))
        if node.kind in ("name", "member")
        else node.kind == "assign" and dotted(node.parts[0]).startswith("session.")
        for node in function.parts[1].walk()
    )


_BEGINS = re.compile(r"^(?:sign|log)_?in(?:_?user)?$|^attempt(?:Login)?$|^validateLogin$", re.I)


def _outer(site: Site) -> Iterator[Place]:
    """The function that a call stands in: the nearest one that is itself no part of another."""
    functions = [i for i, node in enumerate(site.around) if node.kind == "function"]
    if functions:
        at = functions[-1]
        yield Place(site.path, site.around[at], site.around[:at])


def _ended(modules: Modules, place: Place) -> Act | None:
    """The end of the Messenger's session in a function, or in those that it is called by."""
    found = end_reached(modules, place)
    outside = [node for node in place.around if node.kind == "function"]
    if found is None and outside:  # a closure, such as what is done after an answer
        at = next(i for i, node in enumerate(place.around) if node is outside[-1])
        found = end_reached(modules, Place(place.path, outside[-1], place.around[:at]))
    for by in callers(modules, place) if found is None else ():
        for outer in _outer(by):
            found = found or end_reached(modules, outer)
    return found


def _is_live(project: Project, end: Act) -> bool:
    """Whether the function that ends the session is used anywhere, as far as its name says."""
    modules = project.modules
    around = [node for node in end.site.around if node.kind == "function"]
    names = {
        name for node in around[:1]
        for name in known_as(modules, Place(end.site.path, node, ()))
    }  # fmt: skip
    return not names or any(_LIFE.search(name) or _mentions(project, name) for name in names)


# What frameworks call by themselves when something goes away.
_LIFE = re.compile(r"destroy|unmount|dispose|disappear|cleared|onDestroy|default|handler", re.I)


def _mentions(project: Project, name: str) -> bool:
    """Whether a name is used, and not only given to something."""
    balance = 0
    for path in _code(project):
        tree = project.modules.tree(path)
        for node in tree.walk() if tree is not None else ():
            if node.kind in ("name", "member") and node.name == name:
                balance += 1
            elif node.kind == "assign" and node.parts[0].name == name:
                balance -= 1
    return balance > 0


def unended(project: Project, found: list[Logout]) -> Iterator[Logout]:
    """Those after which the Messenger's session goes on, as far as anybody can see.

    What ends it somewhere else counts, such as an effect that watches the user, unless that is
    another way out. A server's function is followed by something on the page.
    """
    modules = project.modules
    reached = {id(each.ended.site.node) for each in found if each.ended is not None}
    names = {each.name for each in found if each.ended is not None} - {""}
    ends = [each for each in acts(project) if each.kind == "end" and _is_live(project, each)]
    for each in found:
        if each.ended is not None:
            continue
        its = [end for end in ends if set(on(modules, end.site.path)) & set(each.platforms)]
        client = ending(each.place.path) in _MOBILE or in_client(modules, each.place.path)
        watching = [end for end in its if id(end.site.node) not in reached]
        handed_on = any(
            node.kind in ("name", "member") and node.name in names
            for node in each.place.node.parts[1].walk()
        )
        if not (watching or handed_on or (its and not client)):
            yield each
