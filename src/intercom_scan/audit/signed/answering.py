"""The answer of a check of signatures, over all handlers of a project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.model import (
    Evidence,
    Outcome,
    cannot_tell,
    evidence_of,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.audit.signed.judging import UNFOLLOWED, judge
from intercom_scan.audit.syntax.modules import ending, is_own
from intercom_scan.audit.syntax.parse import LANGUAGES, OTHERS, PAGES

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project
    from intercom_scan.audit.signed.judging import Judged, Kind


def answer(project: Project, kind: Kind, what: str) -> Outcome:
    """Whether every handler of a kind refuses what is not signed; `what` is what they get."""
    dashed = kind.header.encode()
    headers = (dashed, dashed.replace(b"-", b"_"))
    near = project.asked(sorted({*project.ours, *project.saying(*headers, b"notification_event")}))
    own = [path for path in near if is_own(path)]
    unread = [path for path in own if ending(path) in OTHERS and _says(project, path, headers)]
    code = [path for path in own if ending(path) in LANGUAGES.keys() - PAGES]
    judged, open_ways = _judged(project, code, kind)
    wrong = evidence_of(dict.fromkeys(w for h in judged for w in h.wrong))
    if wrong:
        digest = f"HMAC-{kind.algorithm.upper()}"
        return failed(wrong, f"Refuse what {digest} of the raw body does not confirm.")
    open_ways += evidence_of(each for handler in judged for each in handler.lost)
    open_ways += [
        Evidence(path, None, f"reads {kind.header}, in a language that is not followed")
        for path in unread
    ]
    if open_ways:
        return cannot_tell(open_ways, f"See that {what} are verified there.")
    if not judged:
        return not_applicable(f"no handler of {what} was found")
    return passed(evidence_of((handler.where, "refuses what is not signed") for handler in judged))


def _says(project: Project, path: str, headers: tuple[bytes, ...]) -> bool:
    data = project.read(path).lower()
    return any(header in data for header in headers)


def _judged(project: Project, code: list[str], kind: Kind) -> tuple[list[Judged], list[Evidence]]:
    modules = project.modules
    judged: list[Judged] = []
    open_ways: list[Evidence] = []
    words = (kind.header.encode(), b"notification_event")
    for path in code:
        if modules.tree(path) is None:
            if _says(project, path, words):
                open_ways.append(
                    Evidence(path, None, "is too large or too deeply nested to follow")
                )
            continue
        judged += judge(modules, path, kind)
        if path in modules.kept.get(UNFOLLOWED, ()) and _says(project, path, words):
            open_ways.append(Evidence(path, None, "is too long to be followed"))
    return judged, open_ways
