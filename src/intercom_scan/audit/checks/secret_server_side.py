"""No secret of Intercom's reaches browsers or phones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.model import Check
from intercom_scan.audit.sides.answering import answer
from intercom_scan.audit.sides.shown import SAMPLES
from intercom_scan.rules.audit import SERVER_SIDE

if TYPE_CHECKING:
    from intercom_scan.audit.model import Outcome
    from intercom_scan.audit.project import Project


def run(project: Project) -> Outcome:
    """By names, by where code runs, and by what configurations, pages and bundles have."""
    return answer(project)


CHECK = Check(
    rule=SERVER_SIDE,
    asks="Does no secret or token get into front-end or mobile code, pages or bundles?",
    run=run,
    samples=SAMPLES,
)
