"""Handlers of Intercom's webhooks answer in time, act once, and do not unsubscribe themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.model import (
    Check,
    Outcome,
    cannot_tell,
    evidence_of,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.audit.robust.judging import look, reads_notification
from intercom_scan.audit.robust.shown import SAMPLES
from intercom_scan.audit.signed.judging import WEBHOOK, handlers_of
from intercom_scan.rules.audit import ROBUST

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project

_MEND = "Keep the notification by its id, hand the work on, and answer 200 at once."


def run(project: Project) -> Outcome:
    """By what each handler does on paper between a request that is signed right and its answer."""
    modules = project.modules
    near = project.asked(
        {
            *project.ours,
            *project.saying(b"x-hub-signature", b"x_hub_signature", b"notification_event"),
        }
    )
    code = [path for path in modules.code if path in near]
    found = [
        look(modules, handled)
        for path in code
        if modules.tree(path) is not None
        for handled in handlers_of(modules, path, WEBHOOK)
        if reads_notification(handled)
    ]
    if wrong := evidence_of(each for handler in found for each in handler.wrong):
        return failed(wrong, _MEND)
    if lost := evidence_of(each for handler in found for each in handler.lost):
        return cannot_tell(lost, "See that what takes the notifications knows them by their id.")
    if not found:
        return not_applicable("no handler of Intercom's webhooks was found")
    return passed(
        evidence_of((handler.where, "answers at once, and acts once") for handler in found)
    )


CHECK = Check(
    rule=ROBUST,
    asks="Are webhooks answered within five seconds, acted on once, and never answered with 410?",
    run=run,
    samples=SAMPLES,
)
