"""All that a project says of who is logged in to the Messenger."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import sites
from intercom_scan.audit.identity import making, messenger, mobile, rails, serving, web
from intercom_scan.audit.identity.verdict import Verdict
from intercom_scan.audit.signed.values import Where
from intercom_scan.audit.syntax.modules import ending, is_own
from intercom_scan.audit.syntax.parse import LANGUAGES, OTHERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.identity.messenger import Act
    from intercom_scan.audit.project import Project
    from intercom_scan.audit.syntax.modules import Modules

# What starts the Messenger with a user, or hands it a proof; in Objective-C, where a visitor is
# logged in as an "unidentified" user, it is a message to the SDK.
_LOGIN = re.compile(
    rb"intercomSettings|intercom_user_jwt|user_hash|setUser(?:Hash|Jwt|JWT)"
    rb"|\[\s*Intercom\s+(?:login|register)(?!Unidentified)\w*User"
)


def verdicts(project: Project) -> list[Verdict]:
    """What is known of every start, login and proof; they are kept."""
    kept = project.modules.kept
    if "identity" not in kept:
        kept["identity"] = _verdicts(project)
    found: list[Verdict] = kept["identity"]
    return found


def code(project: Project) -> list[str]:
    """The project's own code that may have to do with the Messenger."""
    return [path for path in _near(project) if ending(path) in LANGUAGES]


def _near(project: Project) -> list[str]:
    near = {*project.ours, *project.saying(b"user_hash", b"userHash")}
    return [path for path in sorted(near) if is_own(path)]


def acts(project: Project) -> list[Act]:
    """All that is done to the Messenger; kept."""
    modules = project.modules
    if "acts" not in modules.kept:
        modules.kept["acts"] = [
            done
            for path in code(project)
            if messenger.may_act(modules, path)
            for site in sites(modules, path)
            for done in messenger.acts(modules, site)
        ]
    found: list[Act] = modules.kept["acts"]
    return found


def _verdicts(project: Project) -> list[Verdict]:
    modules = project.modules
    done = acts(project)
    found: list[Verdict] = []
    updates: list[Verdict] = []
    for each in done:
        if each.kind in ("start", "update"):
            (found if each.kind == "start" else updates).extend(web.judge(modules, each))
        elif each.kind == "login":
            found.append(mobile.judge(modules, each, done))
    if not any(each.answer == "pass" for each in found if "web" in each.platforms):
        found += updates  # else they change what is known of a user who is proven
    for path in code(project):
        found += rails.judge(modules, path)
        for proof in making.proofs(modules, path):
            found += serving.judge(modules, proof)
        found += _unread(modules, path)
    return [*dict.fromkeys(found), *_of_others(project)]


def _unread(modules: Modules, path: str) -> list[Verdict]:
    may = messenger.may_act(modules, path) or making.may_prove(modules, path)
    if not may or modules.tree(path) is not None:
        return []
    return [Verdict("lost", Where(path, 1), "is too large or too deeply nested to follow")]


def _of_others(project: Project) -> Iterator[Verdict]:
    """Files of languages that are not followed."""
    words = "logs a user in, in a language that is not followed"
    for path in _near(project):
        if ending(path) not in OTHERS:
            continue
        data = project.read(path)
        if hit := _LOGIN.search(data):
            where = Where(path, data.count(b"\n", 0, hit.start()) + 1)
            on = ("iOS",) if ending(path) in ("m", "mm") else ("web",)
            yield Verdict("lost", where, words, on)
