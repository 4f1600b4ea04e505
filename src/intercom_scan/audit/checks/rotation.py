"""There is a ledger, nothing in it is overdue, and the procedure is written down."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.model import Check, Evidence, Outcome, failed, not_applicable, passed
from intercom_scan.rotation import checking
from intercom_scan.rotation.ledger import FILE
from intercom_scan.rotation.recording import today
from intercom_scan.rules.audit import ROTATION
from intercom_scan.rules.rotation import SHARED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.project import Project
    from intercom_scan.rotation.ledger import Ledger

_PAGES = (".md", ".rst", ".adoc", ".txt", ".html")
_ABOUT = re.compile(rb"rotat(?:e|ing|ion)", re.IGNORECASE)


def run(project: Project) -> Outcome:
    """By the ledger, the names that the code reads, and the pages of the repository."""
    ledger = project.ledger
    if ledger is None:
        if not project.reads.places:
            return not_applicable("no name of a credential is read, and there is no ledger")
        name, places = min(project.reads.places.items())
        message = f"there is none, and {name} is read at {places[0].path}:{places[0].line}"
        return failed([Evidence(FILE, None, message)], "Begin it: intercom-scan rotation record")
    wrong = list(_overdue(project, ledger))
    page = next(_pages(project), None)
    if page is None:
        wrong.append(Evidence("SECURITY.md", None, "no page says how Intercom's are rotated"))
    if wrong:
        return failed(wrong, "See intercom-scan rotation plan; write down how it is done.")
    known = Evidence(FILE, 1, f"{len(ledger.entries)} credentials, none overdue")
    return passed([known, Evidence(page, None, "the procedure")])


def _overdue(project: Project, ledger: Ledger) -> Iterator[Evidence]:
    known = {entry.name for entry in ledger.entries}
    found = checking.by_ledger(ledger, today(), project.settings.credential_age)
    for finding in (*found, *checking.by_name(project.reads.places, known)):
        if finding.rule is not SHARED:  # another check's
            place = finding.places[0]
            yield Evidence(place.path, place.line, finding.detail or finding.rule.title)


def _pages(project: Project) -> Iterator[str]:
    """Pages that speak of Intercom and of a rotation."""
    pages = (path for path in project.ours if path.lower().endswith(_PAGES))
    return (path for path in pages if _ABOUT.search(project.read(path)))


CHECK = Check(
    rule=ROTATION,
    asks="Is there a ledger of credentials, is none overdue, and is the procedure written down?",
    run=run,
    whole=True,
)
