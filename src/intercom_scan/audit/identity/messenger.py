"""Which calls are of Intercom's Messenger, by whatever package and name the code has it.

| package | links |
|---|---|
| the snippet, messenger-js-sdk | https://developers.intercom.com/installing-intercom/web/methods |
| react-use-intercom | https://github.com/devrnt/react-use-intercom |
| ng-intercom | https://github.com/CaliStyle/ng-intercom |
| iOS, Android, React Native, Cordova | https://developers.intercom.com/installing-intercom |
| intercom_flutter | https://github.com/v3rm0n/intercom_flutter |
| Capacitor | https://github.com/capacitor-community/intercom |
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.flow.meaning import meaning
from intercom_scan.audit.flow.names import function, names, package
from intercom_scan.audit.flow.values import Text, each
from intercom_scan.audit.syntax.modules import ending
from intercom_scan.audit.syntax.tree import NOTHING, Node

if TYPE_CHECKING:
    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.flow.names import Bound
    from intercom_scan.audit.syntax.modules import Modules

LOGINS = frozenset({
    "loginUser", "registerUser", "loginIdentifiedUser", "registerIdentifiedUser",
    "loginUserWithUserAttributes", "loginWithUserAttributes", "registerUserWithUserId",
    "loginUserWithUserId", "registerUserWithEmail", "loginUserWithEmail",
})  # fmt: skip
PROOFS = frozenset({"setUserHash", "setUserJwt", "setUserJWT", "setUserHMAC", "setHMAC"})
# What each method does.
_KINDS = {
    "boot": "start",
    "update": "update",
    **dict.fromkeys(LOGINS, "login"),
    **dict.fromkeys(PROOFS, "proof"),
    **dict.fromkeys(("shutdown", "hardShutdown", "logout", "reset", "clearUser",
                     "prepare_intercom_shutdown", "intercom_shutdown", "intercom_shutdown_helper"),
                    "end"),
}  # fmt: skip
_COMMANDS = {"boot": "start", "update": "update", "shutdown": "end"}
_SETTINGS = "intercomSettings"
_NO_SCRIPT = frozenset({"java", "kt", "cs", "go", "py", "rb", "swift"})
_SAID = re.compile(
    rb"\b(?:%s)\b" % "|".join((*_KINDS, _SETTINGS, "IntercomProvider")).encode()
)  # without one of them, code that is no script does nothing to the Messenger


class Act(NamedTuple):
    """Something that is done to the Messenger: start, update, login, proof or end; and with what.

    A start and an update are the web's, a login and a proof those of mobile SDKs.
    """

    kind: str
    site: Site
    props: Node = NOTHING


def may_act(modules: Modules, path: str) -> bool:
    """Whether a file's words are such that `acts` may find something in it."""
    script = ending(path) not in _NO_SCRIPT
    return script or _SAID.search(modules.project.read(path)) is not None


def acts(modules: Modules, site: Site) -> list[Act]:
    """What a call or an assignment does to the Messenger: a wrapper may do several things."""
    if site.node.kind == "assign":
        starts = site.last == _SETTINGS and bool(site.args)
        return [Act("start", site, site.args[0])] if starts else []
    name = _named(modules, site)
    first = site.args[0] if site.args else NOTHING
    if name == "Intercom" and ending(site.path) in _NO_SCRIPT:  # a client of the API
        return []
    if name == "Intercom" and first.kind != "nothing":
        return _command(modules, site, first)
    if name == "IntercomProvider":
        return [Act("start", site, _property(first, "autoBootProps"))]
    kind = _KINDS.get(name)
    return [Act(kind, site, first)] if kind is not None else []


def _command(modules: Modules, site: Site, first: Node) -> list[Act]:
    """`Intercom('boot', …)`, and `Intercom({…})` of messenger-js-sdk."""
    said = {one.text for one in each(meaning(modules, first, site)) if isinstance(one, Text)}
    second = site.args[1] if len(site.args) > 1 else NOTHING
    if not said and len(site.args) == 1:
        return [Act("start", site, first)]
    return [Act(kind, site, second) for word, kind in _COMMANDS.items() if word in said]


def _property(node: Node, key: str) -> Node:
    for part in node.parts:
        if part.kind == "pair" and part.name == key and part.parts:
            return part.parts[0]
    return NOTHING


def _named(modules: Modules, site: Site) -> str:
    """What a call is called by its package, wherever it is one of Intercom's; else ""."""
    name = site.name
    on, _, last = name.rpartition(".")
    if not on:
        return _plain(modules, name, site)
    if last == "Intercom" and on in ("window", "globalThis", "self", "global", "parent"):
        return last
    if last not in _KINDS or not is_messenger(modules, on, site):
        return ""
    if on.partition(".")[0] == "Intercom":
        return last
    return "" if function(modules, site.node.parts[0], site) is not None else last


def _plain(modules: Modules, name: str, site: Site) -> str:
    bounds = _bounds(modules, name, site)
    if bounds and bounds[0].kind == "import":
        module, there = package(modules, name, site)
        if "intercom" not in module.lower() or modules.resolve(module, site.path) is not None:
            return ""
        return "Intercom" if there in ("default", "Intercom") else there
    if name in ("Intercom", "IntercomProvider") or ("intercom" in name and name in _KINDS):
        return name
    for bound in bounds:
        if bound.kind == "value" and bound.keys and _from_messenger(modules, bound.node, site):
            return bound.keys[-1]
    return ""


def is_messenger(modules: Modules, on: str, site: Site) -> bool:
    """Whether a name, such as `this.intercom` or `Intercom.client()`, has Intercom's methods."""
    if "intercom" in on.lower():
        return True
    root = on.partition(".")[0].removesuffix("()")
    module, _ = package(modules, root, site)
    if module:
        return "intercom" in module.lower()
    return any(
        bound.kind == "value" and _from_messenger(modules, bound.node, site)
        for bound in _bounds(modules, root, site)
    )


def _from_messenger(modules: Modules, node: Node, site: Site) -> bool:
    """Whether `useIntercom()`, `Intercom.client()` or the like stands there."""
    name = dotted(node.parts[0] if node.kind == "call" and node.parts else node)
    if "intercom" in name.lower():
        return True
    module, _ = package(modules, name.partition(".")[0], site)
    return "intercom" in module.lower()


def _bounds(modules: Modules, name: str, site: Site) -> list[Bound]:
    for depth in range(len(site.around), -1, -1):
        scope = site.around[depth - 1] if depth else modules.tree(site.path)
        found = names(modules, scope).get(name) if scope is not None else None
        if found:
            return found
    return []
