"""The Messenger's session ends with the user's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.identity.answering import acts, verdicts
from intercom_scan.audit.identity.logout import logouts, unended
from intercom_scan.audit.identity.shown import LOGOUTS
from intercom_scan.audit.model import (
    Check,
    Evidence,
    Outcome,
    cannot_tell,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.rules.audit import SHUTDOWN

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project


def run(project: Project) -> Outcome:
    """By what each function that logs a user out comes to, and what else ends the session."""
    users = [verdict for verdict in verdicts(project) if verdict.platforms]
    if not users:
        return not_applicable("nobody is logged in to the Messenger")
    ended = [each for each in acts(project) if each.kind == "end"]
    used = {name for verdict in users for name in verdict.platforms}
    found = [*logouts(project, used)]
    if not found and not ended:
        where = [Evidence(*users[0].where, "no code that logs a user out was found")]
        return cannot_tell(where, "See that the Messenger is shut down where users log out.")
    if wrong := [*unended(project, found)]:
        words = "logs a user out, and the Messenger's session stays"
        return failed(
            [Evidence(each.place.path, each.place.node.line, words) for each in wrong],
            "Call `Intercom('shutdown')`, or `logout()` of the mobile SDK, there.",
        )
    return passed(Evidence(*each.site.where, "ends the Messenger's session") for each in ended)


CHECK = Check(
    rule=SHUTDOWN,
    asks="Does the Messenger's session end where users are logged out?",
    run=run,
    whole=True,
    samples=LOGOUTS,
)
