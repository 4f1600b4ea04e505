"""What is wrong with a JWT that the Messenger gets, or not known of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.flow.following import follow, following
from intercom_scan.audit.jwt.moments import Moment, moment
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.jwt.making import Made
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

_HASHES = re.compile(r"(?i)(hs|hmac(?:_?sha)?|sha)[_-]?(256|384|512)(?:Algorithm|Signature)?")
_OTHERS = re.compile(r"(?:SigningMethod)?((?:RS|ES|PS|Rsa|Ecdsa)(?:Sha)?_?\d{3}\w*|EdDSA)")
_NONE = re.compile(r"(?i)(?:signingmethod)?none|unsecured|UnsafeAllowNoneSignatureType")
_NAMED = re.compile(r"(?i)intercom.*(?:jwt|token)|(?:jwt|token).*intercom")
_NAMES = frozenset({"name", "member", "index", "call"})
_STEPS = 40  # from one expression to the next
_SINCE = 10**9  # seconds since 1970: what is more is a date and no length


@dataclass(slots=True)
class Verdict:
    """What is wrong with a JWT, and what cannot be told of it: words."""

    wrong: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)


def is_messengers(modules: Modules, made: Made, tree: Node) -> bool:
    """Whether a JWT is for Intercom: by the key's name, by its own, or by what is around it."""
    keys = set[str]()
    for node, site in made.keys:
        keys |= set(words(modules, node, site))
    if any("intercom" in word.lower() for word in keys):
        return True
    site = made.site
    if any(_NAMED.search(word) for word in names_of(tree, site.node)):
        return True
    around = " ".join([*(each.name for each in site.around), site.path])
    return bool(_NAMED.search(around)) or (
        "intercom" in around.lower() and "user_id" in made.claims.known
    )


def words(modules: Modules, node: Node, site: Site) -> Iterator[str]:
    """The names in an expression and in what they stand for."""
    for part, _ in _stood_for(modules, node, site):
        if part.name and part.kind in ("name", "member", "text", "named", "pair"):
            yield part.name


def _stood_for(modules: Modules, node: Node, site: Site) -> Iterator[tuple[Node, Site]]:
    """The parts of an expression, then those of what each name in it stands for.

    Of `config.secret` that is the secret, and not all else that the configuration has.
    """
    waiting = [(node, site)]
    seen: set[int] = set()
    while waiting and len(seen) < _STEPS:
        node, site = waiting.pop(0)
        if id(node) in seen:
            continue
        seen.add(id(node))
        yield from ((part, site) for part in node.walk())
        parts = [node]
        while parts:
            part = parts.pop()
            there = follow(modules, part, site) if part.kind in _NAMES else None
            if there is None:
                parts.extend(part.parts)
            elif there[0].kind != "object" or part is node:
                waiting.append(there)


def names_of(tree: Node, node: Node) -> Iterator[str]:
    """What a value is called where it is made: `intercom_user_jwt: sign(…)`."""
    for each in tree.walk():
        if each.kind in ("assign", "pair", "named") and each.parts:
            value = each.parts[-1]
            if value is node or (len(value.parts) > 0 and any(p is node for p in value.walk())):
                yield dotted(each.parts[0]) if each.kind == "assign" else each.name


def judge(modules: Modules, made: Made, limit: int) -> Verdict:
    """What is wrong with it, where it may count for `limit` seconds."""
    verdict = Verdict()
    _algorithm(modules, made, verdict)
    if "user_id" not in made.claims.known:
        if made.claims.open:
            verdict.lost.append("its claims are not all known, user_id among them")
        else:
            verdict.wrong.append("has no user_id, which Intercom asks for")
    _expiry(modules, made, limit, verdict)
    return verdict


def _algorithm(modules: Modules, made: Made, verdict: Verdict) -> None:
    where = made.algorithm or _javas(modules, made)
    if where is None:
        return  # each library's own is HS256
    said = algorithm(modules, *where)
    if said is None:
        verdict.lost.append("the algorithm that it is signed with is not known")
    elif said == "none":
        verdict.wrong.append("is not signed: anybody can make one")
    elif said != "HS256":
        verdict.wrong.append(f"is signed with {said}, and Intercom takes HS256 alone")


def _javas(modules: Modules, made: Made) -> tuple[Node, Site] | None:
    """`Algorithm.HMAC256(key)` behind the key, as https://github.com/auth0/java-jwt has it."""
    parts = [found for key in made.keys for found in _stood_for(modules, *key)]
    fields = {node.name for node, _ in parts if node.kind in ("name", "member")}
    for around in made.site.around:
        parts += [
            (node.parts[1], made.site)
            for node in (around.walk() if around.kind == "class" else ())
            if node.kind == "assign" and len(node.parts) > 1 and node.parts[0].name in fields
        ]
    return next((each for each in parts if dotted(each[0]).startswith("Algorithm.")), None)


def algorithm(modules: Modules, node: Node, site: Site) -> str | None:
    """`HS256`, another one's name, `none`, or None where it cannot be told."""
    for part, _ in _stood_for(modules, node, site):
        if part.kind in ("name", "member", "text"):
            if found := _HASHES.search(part.name):
                return f"HS{found[2]}"
            if found := _OTHERS.search(part.name):
                return found[1]
            if _NONE.fullmatch(part.name):
                return "none"
    return None


def _expiry(modules: Modules, made: Made, limit: int, verdict: Verdict) -> None:
    relative = made.expiry is not None and made.relative
    where = made.expiry or made.claims.known.get("exp")
    if where is None:
        if made.claims.open:
            verdict.lost.append("its claims are not all known, exp among them")
        else:
            verdict.wrong.append("has no exp, so whoever gets it is that user for ever")
        return
    node, site = where
    if relative and node.kind == "text" and node.name.isdigit():
        return  # milliseconds
    found = moment(node, following(modules, site))
    if found is None:
        verdict.lost.append("how long it counts is not known")
        return
    _length(found, limit, relative=relative, verdict=verdict)


def _length(found: Moment, limit: int, *, relative: bool, verdict: Verdict) -> None:
    if relative and found.now == 0:
        found = Moment(1, found.rest)
    if found.now == 0:
        known = found.rest < _SINCE
        verdict.wrong.append(
            "has an exp that is no time since 1970"
            if known
            else "has an exp that is always the same"
        )
    elif found.now > 1.5:
        verdict.wrong.append("has its exp in milliseconds, which is thousands of years from now")
    elif found.rest > limit:
        verdict.wrong.append(f"counts for {span(found.rest)}, and at most {span(limit)} is allowed")


def span(seconds: float) -> str:
    """`90 minutes`, `7 days`."""
    for unit, size in (("day", 86_400), ("hour", 3600), ("minute", 60)):
        if seconds >= size and seconds % size == 0:
            count = int(seconds // size)
            return f"{count:,} {unit}{'' if count == 1 else 's'}"
    return f"{seconds:,.0f} seconds"
