"""Whoever is logged in to the Messenger is proven to be that user."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.identity.answering import verdicts
from intercom_scan.audit.identity.shown import CLIENTS, SERVERS
from intercom_scan.audit.model import (
    Check,
    Evidence,
    Outcome,
    cannot_tell,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.rules.audit import IDENTITY

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project


def run(project: Project) -> Outcome:
    """By what each start and login is given, and for whom each proof is made."""
    found = verdicts(project)

    def said(answer: str) -> list[Evidence]:
        return [Evidence(*v.where, v.words) for v in found if v.answer == answer]

    if wrong := said("fail"):
        return failed(wrong, "Make a JWT on the server for who is logged in, and hand it over.")
    if lost := said("lost"):
        return cannot_tell(lost, "See that a proof goes with each user there.")
    if not found:
        return not_applicable("nobody is logged in to the Messenger")
    return passed(said("pass"))


CHECK = Check(
    rule=IDENTITY,
    asks="Does a proof that a server made go with each user who is logged in to the Messenger?",
    run=run,
    samples=(*CLIENTS, *SERVERS),
)
