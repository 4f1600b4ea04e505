"""Where JWTs are made, by what each library asks for: payload, key, algorithm, expiry.

| library | links |
|---|---|
| jsonwebtoken, @nestjs/jwt, hono/jwt, jwt-simple | https://github.com/auth0/node-jsonwebtoken |
| jose | https://github.com/panva/jose |
| PyJWT, python-jose, Authlib | https://pyjwt.readthedocs.io |
| ruby-jwt | https://github.com/jwt/ruby-jwt |
| firebase/php-jwt, lcobucci/jwt | https://github.com/firebase/php-jwt |
| golang-jwt | https://pkg.go.dev/github.com/golang-jwt/jwt/v5 |
| jjwt, java-jwt, Nimbus | https://github.com/jwtk/jjwt |
| System.IdentityModel | https://learn.microsoft.com/dotnet/api/system.identitymodel.tokens.jwt |
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import dotted, sites
from intercom_scan.audit.flow.following import follow, required
from intercom_scan.audit.flow.names import package
from intercom_scan.audit.jwt.claims import Claims, gather
from intercom_scan.audit.syntax.tree import Node
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.syntax.modules import Modules

_JWT = re.compile(r"(?i)jwt|jsonwebtoken|\bjose\b")
_SIGNERS = frozenset({"sign", "encode", "signAsync", "signJwt", "Encode"})
_ENDS = frozenset({"sign", "compact", "getToken", "Encode", "serialize", "build"})
_STARTS = ("SignJWT", "Jwts.builder", "JWT.create", "JwtBuilder", "builder", "JWTClaimsSet")
_CLAIM = frozenset({"claim", "withclaim", "addclaim", "setclaim", "addheader_claim"})
_CLAIMS = frozenset({"claims", "setclaims", "addclaims", "withpayload", "setpayload"})
_EXPIRY = frozenset({"expiration", "setexpiration", "withexpiresat", "setexpirationtime",
                     "expiresat", "expirationtime", "expirationdate"})  # fmt: skip
_KEYED = frozenset({"signwith", "sign", "withsecret", "gettoken"})
_DESCRIPTORS = ("SecurityTokenDescriptor", "JwtSecurityToken")


@dataclass(slots=True)
class Made:
    """A JWT that is made at `site`.

    `algorithm` is what is said of it, "" where the library's own is taken, which is HS256.
    `keys` are what it is signed with; `expiry` is its length or end, beside what the claims say:
    `relative` where a plain number there is a length in seconds.
    """

    site: Site
    claims: Claims = field(default_factory=Claims)
    keys: list[tuple[Node, Site]] = field(default_factory=list)
    algorithm: tuple[Node, Site] | None = None
    expiry: tuple[Node, Site] | None = None
    relative: bool = False


def of_rails(modules: Modules, path: str) -> Iterator[Made]:
    """What intercom-rails makes of `config.jwt.enabled = true`: https://github.com/intercom/intercom-rails."""
    given = {}
    for site in sites(modules, path) if path.endswith(".rb") else ():
        if site.node.kind == "assign":
            given[site.name.partition(".")[2]] = site
    enabled = given.get("jwt.enabled")
    if enabled is not None and enabled.args and enabled.args[0].name != "false":
        made = Made(enabled, Claims({"user_id": (enabled.node, enabled)}), relative=True)
        made.keys.append((Node("text", enabled.node.line, "intercom"), enabled))
        if (expiry := given.get("jwt.expiry")) is not None and expiry.args:
            made.expiry = expiry.args[0], expiry
        yield made


def made_at(modules: Modules, site: Site) -> Made | None:
    """The JWT that a call makes; None if it makes none."""
    for way in _WAYS:
        found = way(modules, site)
        if found is not None:
            return found
    return None


def _plain(modules: Modules, site: Site) -> Made | None:
    """`jwt.sign(payload, key, options)`, `jwt.encode(payload, key, algorithm)`."""
    if site.last.rpartition("::")[2] not in _SIGNERS or not _of_jwt(modules, site):
        return None
    args = list(site.args)
    if args and args[-1].kind == "function":
        args.pop()  # a callback
    made = Made(site)
    if len(args) > 2 and _is_header(modules, args[0], site):
        made.algorithm = args.pop(0), site
    payload = args[0] if args else site.named.get("payload") or site.named.get("claims")
    if payload is None:
        return None
    gather(modules, payload, site, made.claims)
    key = args[1] if len(args) > 1 else site.named.get("key") or site.named.get("secret")
    if key is not None:
        made.keys.append((key, site))
    algorithm = site.named.get("algorithm") or site.named.get("alg")
    if algorithm is not None:
        made.algorithm = algorithm, site
    if len(args) > 2 and made.algorithm is None:
        _option(modules, args[2], site, made)
    if len(args) == 2 and args[1].kind == "object" and not _of_header(args[1]):
        made.keys.clear()
        _option(modules, args[1], site, made)
    return made


def _is_header(modules: Modules, node: Node, site: Site) -> bool:
    """Whether it is Authlib's first argument, `{"alg": …}`."""
    there = follow(modules, node, site) if node.kind == "name" else (node, site)
    return there is not None and any(part.name == "alg" for part in there[0].parts)


def _of_header(node: Node) -> bool:
    return any(part.name in ("key", "passphrase") for part in node.parts)


def _of_jwt(modules: Modules, site: Site) -> bool:
    on = site.name.rpartition(".")[0]
    if "()" in on:
        return False  # a builder's
    if _JWT.search(on):
        return True
    first = on.partition(".")[0] or site.name
    module, _ = package(modules, first, site)
    return any(_JWT.search(name) for name in (module, *required(modules, first, site)))


def _option(modules: Modules, node: Node, site: Site, made: Made) -> None:
    """What the third argument says: an algorithm, or options that may say one."""
    there: tuple[Node, Site] | None = (node, site)
    for _ in range(3):
        if there is None or there[0].kind in ("object", "text", "null"):
            break
        there = follow(modules, *there)
    if there is None or there[0].kind != "object":
        made.algorithm = there or (node, site)
        return
    options = Claims()
    gather(modules, *there, options)
    known = options.known
    made.algorithm = known.get("algorithm") or known.get("alg")
    made.expiry = known.get("expiresIn")
    made.relative = made.expiry is not None
    made.claims.open |= options.open
    if "secret" in known:
        made.keys.append(known["secret"])


class _Chain:
    """`Jwts.builder().claim(…).signWith(…).compact()`: the calls, first to last, and their base."""

    def __init__(self, node: Node) -> None:
        self.links: list[tuple[str, Node]] = []
        while node.kind == "call" and node.parts and node.parts[0].kind == "member":
            self.links.insert(0, (node.parts[0].name, node))
            node = node.parts[0].parts[0]
        self.base = node
        if node.kind == "call" and node.parts:
            self.links.insert(0, (dotted(node.parts[0]), node))

    @property
    def start(self) -> str:
        """The first words: `Jwts.builder`."""
        first = self.links[0][0] if self.links else ""
        name = dotted(self.base) if self.base.kind in ("name", "member") else ""
        return f"{name}.{first}".lstrip(".")


def _chained(modules: Modules, site: Site) -> Made | None:
    """A builder's last call: its links, before it and on the variable that it is kept in."""
    if site.last not in _ENDS:
        return None
    chain = _Chain(site.node)
    links = [(name, node, site) for name, node in chain.links]
    if chain.base.kind == "name":
        links = [*_kept(modules, chain.base, site), *links]
    starts = {name.rpartition(".")[2] for name, _, _ in links} | {_Chain(site.node).start}
    begun = [each for each in links if each[1].parts]
    text = " ".join([*starts, *(dotted(node.parts[0]) for _, node, _ in begun)])
    if not any(start in text for start in ("SignJWT", "Jwts", "JWT.create", "JwtBuilder")) and not (
        site.last == "getToken" and "builder" in text
    ):
        return None
    if site.last == "build" and "JWTClaimsSet" not in text:
        return None
    made = Made(site)
    for name, node, where in links:
        _link(modules, name.rpartition(".")[2].lower(), node, where, made)
    return made


def _kept(modules: Modules, base: Node, site: Site) -> list[tuple[str, Node, Site]]:
    """The links of a builder that is kept in a variable, and of what is called on that."""
    there = follow(modules, base, site)
    if there is None:
        return []
    found = [(name, node, there[1]) for name, node in _Chain(there[0]).links]
    for each in sites(modules, site.path):
        if each.node.kind == "call" and each.node is not site.node:
            chain = _Chain(each.node)
            if chain.base.kind == "name" and chain.base.name == base.name:
                found += [(name, node, each) for name, node in chain.links]
    return found


def _link(modules: Modules, name: str, node: Node, site: Site, made: Made) -> None:
    given = node.parts[1:]
    if name in ("signjwt", "builder") and given:
        gather(modules, given[0], site, made.claims)
    elif name in _CLAIM and len(given) == 2:
        _named_claim(given, site, made)
    elif name in _CLAIMS and given:
        gather(modules, given[0], site, made.claims)
    elif name in _EXPIRY:
        made.expiry = (given[0], site) if given else None
        made.relative = given[0].kind == "text" if given else False
    elif name == "setprotectedheader" and given:
        _option(modules, given[0], site, made)
    elif name == "withalgorithm" and given:
        made.algorithm = given[0], site
    elif name in _KEYED:
        _signing(name, given, site, made)


def _named_claim(given: tuple[Node, ...], site: Site, made: Made) -> None:
    name = given[0].name if given[0].kind == "text" else ""
    known = {"ExpirationTime": "exp", "EXPIRATION": "exp"}.get(given[0].name, name)
    if known:
        made.claims.add(known, given[1], site)
    else:
        made.claims.open = True


def _signing(name: str, given: tuple[Node, ...], site: Site, made: Made) -> None:
    made.keys += [(each, site) for each in given]
    saying = [each for each in given if _says_algorithm(each)]
    if saying:
        made.algorithm = saying[0], site
    elif name == "gettoken" and given:
        made.algorithm = given[0], site


def _says_algorithm(node: Node) -> bool:
    return any(
        each.kind in ("member", "name")
        and each.name.upper().startswith(("HS", "HMAC", "RS", "NONE"))
        for each in node.walk()
    )


def _go(modules: Modules, site: Site) -> Made | None:
    """`jwt.NewWithClaims(method, claims)`, whose key is given to `SignedString`."""
    if site.last not in ("NewWithClaims", "New") or not site.name.startswith("jwt"):
        return None
    if not site.args:
        return None
    made = Made(site, algorithm=(site.args[0], site))
    if len(site.args) > 1:
        gather(modules, site.args[1], site, made.claims)
    for each in sites(modules, site.path):
        if each.last == "SignedString" and each.around == site.around:
            made.keys += [(arg, each) for arg in each.args]
    return made


def _described(modules: Modules, site: Site) -> Made | None:
    """.NET's `SecurityTokenDescriptor { … }` and `JwtSecurityToken(…)`."""
    if site.last not in _DESCRIPTORS:
        return None
    fields = dict(site.named)
    for arg in site.args:
        fields.update({p.name: p.parts[0] for p in arg.parts if p.kind == "pair" and p.parts})
        for part in arg.parts:
            if part.kind == "assign":
                fields[part.parts[0].name] = part.parts[1]
    low = {name.lower(): node for name, node in fields.items()}
    made = Made(site)
    signing = low.get("signingcredentials")
    if signing is not None:
        there = follow(modules, signing, site) or (signing, site)
        made.keys = [(part, there[1]) for part in there[0].parts[1:]]
        made.algorithm = there
    if "expires" in low:
        made.expiry = low["expires"], site
    for name in ("claims", "subject"):
        if name in low:
            _claim_objects(modules, low[name], site, made)
    return made


def _claim_objects(modules: Modules, node: Node, site: Site, made: Made) -> None:
    """`new[] { new Claim("user_id", id) }`, in a variable, an identity or a dictionary."""
    there = (node, site)
    for _ in range(3):
        found = [
            each for each in there[0].walk()
            if each.kind == "call" and dotted(each.parts[0]) == "Claim" and len(each.parts) > 2
        ]  # fmt: skip
        if found:
            for each in found:
                _named_claim(each.parts[1:3], there[1], made)
            return
        inner = (
            there[0].parts[1] if there[0].kind == "call" and len(there[0].parts) > 1 else there[0]
        )
        next_one = follow(modules, inner, there[1])
        if next_one is None:
            break
        there = next_one
    gather(modules, there[0], there[1], made.claims)


_WAYS: tuple[Callable[[Modules, Site], Made | None], ...] = (_plain, _chained, _go, _described)
