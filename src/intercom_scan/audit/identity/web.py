"""Whether the Messenger on a page gets a proof with the user that it is started for."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import sites
from intercom_scan.audit.flow.meaning import meaning
from intercom_scan.audit.flow.values import Absent, Found, Keys, Text, Unknown, each
from intercom_scan.audit.identity.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from intercom_scan.audit.flow.values import Value
    from intercom_scan.audit.identity.messenger import Act
    from intercom_scan.audit.syntax.modules import Modules

IDENTITIES = ("user_id", "userId", "email")
PROOFS = (
    "intercom_user_jwt", "intercomUserJwt", "user_hash", "userHash", "hmac",
)  # fmt: skip
_GLOBAL = re.compile(r"^(?:window|globalThis|self)\.")
_INSERTED = re.compile(r"\{\{|<%|\{!!|@json|\{%|<\?|\$\{|#\{")


def judge(modules: Modules, act: Act) -> Iterator[Verdict]:
    """What is wrong with a start or an update; nothing for one that is of nobody in particular."""
    value = meaning(modules, act.props, act.site)
    later = _set_later(modules, act)
    found = [each_ for one in each(value) for each_ in _of(modules, act, one, later)]
    worst = sorted(found, key=lambda verdict: ("fail", "lost", "pass").index(verdict.answer))
    yield from worst[:1]


def _set_later(modules: Modules, act: Act) -> Mapping[str, Found]:
    """What is set on `intercomSettings` by itself, in the same file."""
    if act.site.node.kind != "assign":
        return {}
    prefix = f"{_GLOBAL.sub('', act.site.name)}."
    return {
        _GLOBAL.sub("", site.name).removeprefix(prefix): Found(site.args[0], site)
        for site in sites(modules, act.site.path)
        if site.node.kind == "assign"
        and _GLOBAL.sub("", site.name).startswith(prefix)
        and site.args
    }


def _of(modules: Modules, act: Act, value: Value, later: Mapping[str, Found]) -> Iterator[Verdict]:
    where = act.site.where
    if isinstance(value, Absent | Text) and not later:
        return
    if not isinstance(value, Keys):
        trail = value.trail if isinstance(value, Unknown) else "comes from elsewhere"
        yield Verdict("lost", where, f"what the Messenger is given {trail}", ("web",))
        return
    known = {**value.known, **later}
    users = [key for key in IDENTITIES if key in known and _is_set(modules, known[key])]
    proofs = [known[key] for key in PROOFS if key in known]
    if proofs and (users or any(key.lower().endswith("jwt") for key in known)):
        yield _proven(modules, act, proofs)
    elif value.open:
        words = f"what the Messenger is given {value.trail or 'comes from elsewhere'}"
        yield Verdict("lost", where, words, ("web",))
    elif users:
        words = f"`{users[0]}` is given with no `intercom_user_jwt` or `user_hash`"
        yield Verdict("fail", where, words, ("web",))


def _is_set(modules: Modules, found: Found) -> bool:
    return any(
        not isinstance(one, Absent) and not (isinstance(one, Text) and not one.text)
        for one in each(meaning(modules, found.node, found.site))
    )


def _proven(modules: Modules, act: Act, proofs: list[Found]) -> Verdict:
    wrong = [words for proof in proofs if (words := worthless(modules, proof))]
    if len(wrong) == len(proofs):
        return Verdict("fail", act.site.where, wrong[0], ("web",))
    return Verdict("pass", act.site.where, "a proof goes with the user", ("web",))


def worthless(modules: Modules, proof: Found) -> str:
    """Why a proof proves nothing: it stands in the code or is none; else ""."""
    found = [*each(meaning(modules, proof.node, proof.site))]
    texts = [one for one in found if isinstance(one, Text)]
    if all(isinstance(one, Absent) or (one in texts and not one.text) for one in found):
        return "the proof is empty"
    if len(texts) == len(found) and not any(_INSERTED.search(one.text) for one in texts):
        return "the proof stands in the code"
    return ""
