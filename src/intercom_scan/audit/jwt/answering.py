"""The answer about a project's Messenger JWTs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import sites
from intercom_scan.audit.flow.following import entered
from intercom_scan.audit.flow.names import Place, callers, function, package
from intercom_scan.audit.jwt.judging import is_messengers, judge, words
from intercom_scan.audit.jwt.making import Made, made_at, of_rails
from intercom_scan.audit.model import (
    Evidence,
    Outcome,
    cannot_tell,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.audit.syntax.modules import ending, is_own
from intercom_scan.audit.syntax.parse import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.project import Project
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

MEND = "Sign with HS256 on the server, with user_id and a near exp; refresh it before that."
WAY = "Sign a JWT with user_id and exp instead, and pass it as intercom_user_jwt: it expires."
# In files that make a JWT, or give a function what it needs for one.
_LIKELY = re.compile(rb"(?i)jwt|jose|securitytoken|secret|identity|hmac|api_?key")
_JWT_LIBRARY = re.compile(rb"(?i)jwt|jsonwebtoken|jose")
_MAKING = re.compile(r"(?i)jwt")
_HMAC = re.compile(r"(?i)hmac|hexdigest")
_HASH = re.compile(rb"(?i)user_?hash|identity|intercom_?hash")
_SIGNED = re.compile(r"(?i)webhook|signature|canvas|verif[yi](?!cation)")
_PASSED = frozenset({"intercom_user_jwt", "intercomUserJwt", "setUserJwt", "userJwt"})
# What a user could give himself, where it goes beside the JWT instead of in it.
_SENSITIVE = re.compile(
    r"(?i)(?:is_?)?(?:admin|role|plan|tier|permissions?|balance|credits?|mrr|entitlements?|"
    r"paying|premium|account_?type|subscription(?:_?(?:plan|tier|status|level))?|"
    r"(?:plan|role)_?(?:name|level)|(?:user|account|plan)_?(?:type|tier|level|role))"
)


def answer(project: Project) -> Outcome:
    """By the calls that make JWTs for the Messenger, in the files that say Intercom."""
    asked = project.asked(project.ours)
    code = [path for path in asked if ending(path) in LANGUAGES and is_own(path)]
    modules = project.modules
    likely = [path for path in code if _LIKELY.search(project.read(path))]
    made = [each for path in likely for each in _made(modules, path)]
    wrong: list[Evidence] = []
    lost: list[Evidence] = []
    fine: list[Evidence] = []
    for each in made:
        path, line = each.site.where
        verdict = judge(modules, each, project.settings.jwt_lifetime)
        wrong += [Evidence(path, line, f"the JWT {words}") for words in verdict.wrong]
        lost += [Evidence(path, line, words) for words in verdict.lost]
        fine.append(Evidence(path, line, "a JWT with HS256, user_id and exp"))
    wrong += [each for path in likely for each in _beside(modules, path)]
    if wrong:
        return failed(dict.fromkeys(wrong), MEND)
    if lost:
        return cannot_tell(dict.fromkeys(lost), MEND)
    hashes = [each for path in likely for each in _hashes(modules, path)]
    if fine:
        return passed(dict.fromkeys([*fine, *hashes]))
    used = [each for path in likely for each in _taken(modules, path)]
    if used:
        return cannot_tell(used, MEND)
    if hashes:
        return Outcome("not-applicable", tuple(dict.fromkeys(hashes)), WAY)
    return not_applicable("no JWT is made for the Messenger")


def _made(modules: Modules, path: str) -> Iterator[Made]:
    """The Messenger's JWTs that a file makes, by itself or by functions of other files."""
    tree = modules.tree(path)
    if tree is None:
        return
    yield from of_rails(modules, path)
    for site in sites(modules, path):
        if site.node.kind != "call":
            continue
        found = made_at(modules, site)
        if found is not None:
            entries = [each for each in _entered(modules, found) if each is not None]
            yield from (each for each in entries or [found] if is_messengers(modules, each, tree))
        else:
            yield from _elsewhere(modules, site, tree)


def _entered(modules: Modules, made: Made) -> Iterator[Made | None]:
    """The same by what callers give, where the function around takes it from them."""
    site = made.site
    if not site.around or site.around[-1].kind != "function":
        return
    place = Place(site.path, site.around[-1], site.around[:-1])
    for caller in callers(modules, place):
        inner = entered(place, caller.node, caller)
        yield made_at(modules, site._replace(called=inner.called))


def _elsewhere(modules: Modules, site: Site, tree: Node) -> Iterator[Made]:
    """JWTs that a function of another file, which need not say Intercom, makes of what it gets."""
    module, _ = package(modules, site.name.partition(".")[0], site)
    if not _MAKING.search(site.name) and modules.resolve(module, site.path) is None:
        return  # a method of some object: all files would be read for its name
    place = function(modules, site.node.parts[0], site)
    if place is None or place.path == site.path:
        return
    data = modules.project.read(place.path)
    if b"intercom" in data.lower() or not _JWT_LIBRARY.search(data):
        return  # makes none, or is looked at by itself
    inner = entered(place, site.node, site)
    for each in sites(modules, place.path):
        if each.node.kind == "call" and any(place.node is scope for scope in each.around):
            found = made_at(modules, each._replace(called=inner.called))
            if found is not None and is_messengers(modules, found, tree):
                yield found


def _beside(modules: Modules, path: str) -> Iterator[Evidence]:
    """Attributes that a browser sends unsigned, though a JWT goes with them."""
    tree = modules.tree(path)
    for node in tree.walk() if tree is not None else ():
        if node.kind == "object" and any(part.name in _PASSED for part in node.parts):
            inner = [
                pair for part in node.parts if part.kind == "pair" and part.parts
                for pair in (part, *(part.parts[0].parts if part.parts[0].kind == "object" else ()))
            ]  # fmt: skip
            for pair in inner:
                if pair.kind == "pair" and _SENSITIVE.fullmatch(pair.name):
                    words = f"`{pair.name}` goes beside the JWT, where the user can change it"
                    yield Evidence(path, pair.line, words)


def _taken(modules: Modules, path: str) -> Iterator[Evidence]:
    """Where the Messenger is given a JWT."""
    tree = modules.tree(path)
    for node in tree.walk() if tree is not None else ():
        name = node.parts[0].name if node.kind == "call" and node.parts else node.name
        if name in _PASSED and node.kind in ("call", "pair", "named"):
            yield Evidence(path, node.line, "takes a JWT that is made elsewhere")


def _hashes(modules: Modules, path: str) -> Iterator[Evidence]:
    """Where a `user_hash` is made with an Intercom secret; not where a webhook's is checked."""
    if not _HASH.search(modules.project.read(path)):
        return
    for site in sites(modules, path):
        around = " ".join([path, *(each.name for each in site.around)])
        if site.node.kind != "call" or not _HMAC.search(site.name) or _SIGNED.search(around):
            continue
        given = (*site.args, *site.named.values())
        said = " ".join(word.lower() for node in given for word in words(modules, node, site))
        if "intercom" in said and "signature" not in said:
            yield Evidence(path, site.node.line, "makes a user_hash, which never expires")
