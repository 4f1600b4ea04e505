"""Where a proof of identity is made: an HMAC or a JWT, for whom, with which secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import dotted, sites
from intercom_scan.audit.flow.meaning import meaning
from intercom_scan.audit.flow.names import names
from intercom_scan.audit.flow.values import Environment, Found, each
from intercom_scan.audit.jwt.making import made_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

# Names that a proof, or its secret, goes by; and those of what signs requests of Intercom's.
_NAMES = re.compile(
    rb"user_?hash|intercom_?user_?jwt|intercom_?(?:user_)?(?:hash|hmac|jwt|token)|identity|"
    rb"set_?user_?jwt|intercom",
    re.I,
)
# What makes one: the words of HMACs and of the libraries of `audit/jwt/making.py`.
_MAKES = re.compile(rb"hmac|getinstance|jwt|jsonwebtoken|jose|securitytoken|gettoken", re.I)
_REQUESTS = re.compile(rb"(?:hub|body)[-_]signature", re.I)
_SECRET = re.compile(r"intercom|identity|messenger", re.I)
_OWN_SECRET = re.compile(r"identity|messenger|user_?hash", re.I)  # where others sign requests
_OTHERS = re.compile(r"client_secret|clientsecret|webhook|hub_secret|access_token", re.I)
# By the callee: where the message is, and where the key.
_FIRST_MESSAGE = ("hash_hmac", "HmacSHA256", "hmacSHA256", "hmacSha256", "hmac_sha256")
_FIRST_KEY = ("hmac.new", "hmac.digest", "OpenSSL.HMAC.hexdigest", "HMAC.hexdigest",
              "HMACSHA256.HashData", "sha256.hmac")  # fmt: skip
_FEEDS = frozenset({"update", "Write", "write", "doFinal", "ComputeHash", "hmacHex", "hashString",
                    "convert", "<<"})  # fmt: skip
_BEGIN = re.compile(r"createHmac|hmac|^Mac\.getInstance|HMACSHA256|HmacUtils|Hmac$|HMAC", re.I)


class Proof(NamedTuple):
    """A proof that is made: the call, for whom, and the keys that it is made with."""

    site: Site
    user: Found | None
    keys: tuple[Found, ...]


def may_prove(modules: Modules, path: str) -> bool:
    """Whether a file's words are such that `proofs` may find something in it."""
    data = modules.project.read(path)
    return _MAKES.search(data) is not None and _NAMES.search(data) is not None


def proofs(modules: Modules, path: str) -> Iterator[Proof]:
    """The proofs of identity for Intercom that a file makes.

    They are known by their secrets' names; where none has such a name, by what the file speaks of.
    """
    if not may_prove(modules, path):
        return
    data = modules.project.read(path)
    secret = _OWN_SECRET if _REQUESTS.search(data) else _SECRET
    made = [_made(modules, site) for site in sites(modules, path) if site.node.kind == "call"]
    others: list[Proof] = []
    named = False
    for proof in filter(None, made):
        words = [word for key in proof.keys for word in _words(modules, key)]
        if any(_OTHERS.search(word) for word in words):
            continue
        if any(secret.search(word) for word in words):
            named = True
            yield proof
        else:
            others.append(proof)
    if not named and secret is _SECRET:
        yield from (proof for proof in others if _is_intercoms(proof, data))


def _made(modules: Modules, site: Site) -> Proof | None:
    token = made_at(modules, site)
    if token is not None:
        claims = token.claims.known
        user = claims.get("user_id") or claims.get("email")
        keys = tuple(Found(*key) for key in token.keys)
        return Proof(site, Found(*user) if user is not None else None, keys)
    name = site.name
    args = [*site.args, *site.named.values()]
    if name.endswith(_FIRST_KEY) and len(args) > 1:
        algorithm = name.endswith("hexdigest")  # Ruby says it first
        key, user_node = args[1:3] if algorithm and len(args) > 2 else args[:2]
        return Proof(site, Found(user_node, site), (Found(key, site),))
    if name.endswith(_FIRST_MESSAGE) and len(args) > 1:
        message, key = args[1:3] if name.endswith("hash_hmac") and len(args) > 2 else args[:2]
        return Proof(site, Found(message, site), (Found(key, site),))
    return _fed(modules, site)


def _fed(modules: Modules, site: Site) -> Proof | None:
    """`createHmac('sha256', key).update(id)`, in one expression or by a variable."""
    if site.last not in _FEEDS or not site.args or site.node.parts[0].kind != "member":
        return None
    on = site.node.parts[0].parts[0]
    begun = _begun(modules, on, site)
    if begun is None:
        return None
    keys = [Found(arg, site) for arg in begun.parts[1:] if arg.kind != "text"]
    if on.kind == "name":
        keys += [
            Found(part, site)
            for each_ in sites(modules, site.path)
            if each_.last in ("init", "Init") and each_.name.rpartition(".")[0] == on.name
            for part in each_.args
        ]
    return Proof(site, Found(site.args[0], site), tuple(keys))


def _begun(modules: Modules, on: Node, site: Site) -> Node | None:
    """The call that begins an HMAC, behind what is called on or what a name holds."""
    if on.kind == "call":
        if _BEGIN.search(dotted(on.parts[0])) and _is_sha256(on):
            return on
        callee = on.parts[0]
        return _begun(modules, callee.parts[0], site) if callee.kind == "member" else None
    for scope in reversed(site.around) if on.kind == "name" else ():
        for bound in names(modules, scope).get(on.name, ()):
            if bound.kind == "value" and bound.node.kind == "call":
                return _begun(modules, bound.node, site)
    return None


def _is_sha256(node: Node) -> bool:
    words = [part.name.lower().replace("-", "") for part in node.parts[1:2] if part.kind == "text"]
    return not words or "sha256" in words[0]


def _is_intercoms(proof: Proof, data: bytes) -> bool:
    around = " ".join([proof.site.path, *(node.name for node in proof.site.around)])
    return bool(_PROOF.search(data) or "intercom" in around.lower())


_PROOF = re.compile(rb"user_?hash|intercom_?user_?jwt|intercom_?(?:hash|hmac|jwt)", re.I)


def _words(modules: Modules, key: Found) -> Iterator[str]:
    for node in key.node.walk():
        if node.kind in ("name", "member", "text"):
            yield node.name
        if node.kind in ("name", "member", "call", "index"):
            for one in each(meaning(modules, node, key.site)):
                if isinstance(one, Environment):
                    yield one.name
