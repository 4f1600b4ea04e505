"""Whether a proof is made where nobody can change it, and for who is logged in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.meaning import meaning
from intercom_scan.audit.flow.names import names
from intercom_scan.audit.flow.values import Environment, Given, Session, Unknown, each
from intercom_scan.audit.identity.verdict import Verdict
from intercom_scan.audit.syntax.modules import ending

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.flow.values import Found
    from intercom_scan.audit.identity.making import Proof
    from intercom_scan.audit.syntax.modules import Modules

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
    given = next((one for one in found if isinstance(one, Given)), None)
    if given is not None:
        if _asked(proof):
            words = f"the proof is made for `{given.name}`, after something else is asked"
            yield Verdict("lost", where, words)
        else:
            words = f"the proof is made for `{given.name}`, which the caller chooses"
            yield Verdict("fail", where, words)
    elif any(isinstance(one, Session) for one in found):
        yield Verdict("pass", where, "the proof is made for who is logged in")
    else:
        trail = next((one.trail for one in found if isinstance(one, Unknown)), "is not followed")
        yield Verdict("lost", where, f"for whom the proof is made {trail}")


def in_client(modules: Modules, path: str) -> bool:
    """Whether a file's code runs at the user's: in a browser or in an app."""
    if ending(path) in _PAGES | _MOBILE:
        return True
    kept = modules.kept.setdefault("clients", {})
    if path not in kept:
        kept[path] = _is_client(modules, path)
    return bool(kept[path])


def _is_client(modules: Modules, path: str) -> bool:
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


def _asked(proof: Proof) -> bool:
    """Whether the function that makes it asks for a password or the like, or compares users."""
    function = next((node for node in proof.site.around if node.kind == "function"), None)
    if function is None:
        return False
    making = {id(node) for node in proof.site.node.walk()}
    return any(
        node.kind in ("name", "member") and id(node) not in making and _ASKS.search(node.name)
        for node in function.parts[1].walk()
    )
