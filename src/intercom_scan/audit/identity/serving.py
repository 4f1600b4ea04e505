"""Whether a proof is made where nobody can change it, and for who is logged in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.flow.meaning import meaning
from intercom_scan.audit.flow.names import names
from intercom_scan.audit.flow.values import Environment, Given, Session, Unknown, each
from intercom_scan.audit.https.walking import pieces
from intercom_scan.audit.identity.verdict import Verdict
from intercom_scan.audit.sides.sides import side
from intercom_scan.audit.syntax.modules import ending, is_own
from intercom_scan.audit.syntax.parse import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.flow.values import Found, Value
    from intercom_scan.audit.identity.making import Proof
    from intercom_scan.audit.signed.values import Where
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

_PAGES = frozenset({"vue", "svelte", "html"})
_MOBILE = frozenset({"swift", "dart"})
_BROWSER = re.compile(r"react-use-intercom|messenger-js-sdk|^vue$|^@angular/core$|react-native")
_PUBLIC = re.compile(
    r"^(?:NEXT_PUBLIC|VITE|REACT_APP|EXPO_PUBLIC|NUXT_PUBLIC|GATSBY|PUBLIC|VUE_APP|NG_APP|NX_PUBLIC)_"
)
_HOOKS = frozenset({"useEffect", "useState", "useLayoutEffect"})
# What shows that a caller was asked for a proof of another kind first.
_ASKS = re.compile(
    r"passw|bcrypt|^compare|^authenticate$|verif|^log_?in$|sign_?in|^authori[sz]e|can\?|attempt|"
    r"check_?hash|owns|permission", re.I,
)  # fmt: skip
_BEGINS = re.compile(r"^(?:register|sign_?up)(?:_?params|_?user)?$", re.I)

# Names of methods that say enough to be known wherever they are called, unlike `to_h` and `call`.
_TELLING = re.compile(
    r"intercom|messenger|proof|hmac|jwt|\w_?hash|identity|token|chat|verif|support", re.I
)


def judge(modules: Modules, proof: Proof) -> Iterator[Verdict]:
    """What is known of a proof that is made."""
    where = proof.site.where
    if in_client(modules, where.path) or _public(modules, proof):
        yield Verdict("fail", where, "the proof is made in code that the user gets")
        return
    if proof.user is None:
        yield Verdict("lost", where, "for whom the proof is made is not followed")
        return
    found = [*each(meaning(modules, proof.user.node, proof.user.site))]
    if any(_is_own(one) for one in found):
        found = [*_owners(modules, proof)] or found
    given = [one for one in found if isinstance(one, Given)]
    unasked = [one for one in given if not _asked(modules, proof, one)]
    if given:
        if not unasked:
            words = f"the proof is made for `{given[0].name}`, after something else is asked"
            yield Verdict("lost", where, words)
        else:
            words = f"the proof is made for `{unasked[0].name}`, which the caller chooses"
            yield Verdict("fail", where, words)
    elif any(isinstance(one, Session) for one in found):
        yield Verdict("pass", where, "the proof is made for who is logged in")
    else:
        trail = next((one.trail for one in found if isinstance(one, Unknown)), "is not followed")
        yield Verdict("lost", where, f"for whom the proof is made {trail}")


def _is_own(value: Value) -> bool:
    """Whether it is a part of the object whose method makes the proof: `id`, `this.id`."""
    if not isinstance(value, Unknown) or value.node is None or value.site is None:
        return False
    root = dotted(value.node).partition(".")[0]
    plain = value.site.path.endswith(".rb") and value.trail == f"`{root}` is not known"
    return (plain or root in ("this", "self", "$this")) and any(
        node.kind == "class" for node in value.site.around
    )


def _owners(modules: Modules, proof: Proof) -> Iterator[Value]:
    """What the method that makes a proof is asked of, wherever its name is."""
    method = next((n.name for n in reversed(proof.site.around) if n.kind == "function"), "")
    for path in modules.project.saying(method.encode()) if _TELLING.search(method) else ():
        tree = modules.tree(path) if ending(path) in LANGUAGES and is_own(path) else None
        for piece in pieces(path, tree) if tree is not None else ():
            node = piece.node
            if node.kind == "member" and node.name == method and node.parts:
                yield from each(meaning(modules, node.parts[0], piece.site))


def in_client(modules: Modules, path: str) -> bool:
    """Whether a file's code runs at the user's: in a browser or in an app."""
    if ending(path) in _PAGES | _MOBILE:
        return True
    kept = modules.kept.setdefault("clients", {})
    if path not in kept:
        kept[path] = _is_client(modules, path)
    return bool(kept[path])


def _is_client(modules: Modules, path: str) -> bool:
    if ending(path) in ("java", "kt"):
        return side(modules, path) == "phone"
    tree = modules.tree(path)
    if tree is None or ending(path) not in ("js", "jsx", "ts", "tsx", "mjs"):
        return False
    for part in tree.parts[:2]:
        if part.kind == "discard" and part.parts and part.parts[0].name == "use client":
            return True
    for held in names(modules, tree).values():
        for bound in held:
            if bound.kind == "import" and len(bound.node.parts) > 1:
                there, module = (part.name for part in bound.node.parts[:2])
                if _BROWSER.search(module) or (module == "react" and there in _HOOKS):
                    return True
    return any(
        node.kind == "member" and node.parts[0].kind == "name"
        and node.parts[0].name in ("window", "document", "localStorage")
        for node in tree.walk()
    )  # fmt: skip


def _public(modules: Modules, proof: Proof) -> bool:
    return any(_is_public(modules, key) for key in proof.keys)


def _is_public(modules: Modules, key: Found) -> bool:
    return any(
        isinstance(one, Environment) and _PUBLIC.match(one.name)
        for one in each(meaning(modules, key.node, key.site))
    )


def _asked(modules: Modules, proof: Proof, given: Given) -> bool:
    """Whether a password or the like is asked for, or users are compared: where the proof is made
    or where the request is read.
    """
    making = {id(node) for node in proof.site.node.walk()}
    made = next((node for node in proof.site.around if node.kind == "function"), None)
    return any(
        _BEGINS.search(function.name)
        or any(
            node.kind in ("name", "member") and id(node) not in making and _ASKS.search(node.name)
            for node in function.parts[1].walk()
        )
        for function in (made, _at(modules, given.where))
        if function is not None
    )


def _at(modules: Modules, where: Where) -> Node | None:
    """The innermost function that has this line."""
    tree = modules.tree(where.path)
    found = None
    for node in tree.walk() if tree is not None else ():
        if node.kind == "function":
            lines = [part.line for part in node.walk() if part.line]
            if min(lines) <= where.line <= max(lines):
                found = node
    return found
