"""Each platform that logs users in to the Messenger proves who they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.identity.answering import verdicts
from intercom_scan.audit.identity.shown import CLIENTS
from intercom_scan.audit.model import (
    Check,
    Evidence,
    Outcome,
    cannot_tell,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.rules.audit import PLATFORMS

if TYPE_CHECKING:
    from intercom_scan.audit.identity.verdict import Verdict
    from intercom_scan.audit.project import Project

_ALL = ("web", "iOS", "Android")


def run(project: Project) -> Outcome:
    """By the platforms of all starts and logins; each is as good as the worst of its own."""
    found = verdicts(project)
    by_platform = {name: [v for v in found if name in v.platforms] for name in _ALL}
    used = {name: those for name, those in by_platform.items() if those}
    if not used:
        return not_applicable("nobody is logged in to the Messenger")
    if wrong := _said(used, "fail"):
        names = sorted({each.message.partition(":")[0] for each in wrong}, key=_ALL.index)
        return failed(wrong, f"Hand over a proof on {' and '.join(names)} too.")
    if lost := _said(used, "lost"):
        return cannot_tell(lost, "See that a proof goes with each user there.")
    return passed(_said(used, "pass"))


def _said(used: dict[str, list[Verdict]], answer: str) -> list[Evidence]:
    return [
        Evidence(*verdict.where, f"{name}: {verdict.words}")
        for name, those in used.items()
        for verdict in those
        if verdict.answer == answer
    ]


CHECK = Check(
    rule=PLATFORMS,
    asks="Does each platform that logs users in to the Messenger prove who they are?",
    run=run,
    whole=True,
    samples=CLIENTS,
)
