"""An audit from its request to its result, as the command, `ci` and the hook have it."""

from __future__ import annotations

import gc
import time
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING

from intercom_scan import policy
from intercom_scan.audit import running
from intercom_scan.audit.checks import CHECKS
from intercom_scan.audit.project import Project
from intercom_scan.errors import UsageError
from intercom_scan.finding import ScanResult

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from intercom_scan.api import Request
    from intercom_scan.audit.changed import Changed
    from intercom_scan.audit.model import Check

_ALLOCATED = 500_000  # objects more than were let go, until the collector looks for cycles


def audit(
    request: Request,
    only: Collection[str] = (),
    skip: Collection[str] = (),
    changed: Changed | None = None,
) -> ScanResult:
    """The result of the checks `only` without `skip`, by their ids.

    Where `only` names none, it is of all that the policy does not leave out. With `changed` it is
    of what has to do with these files. Raises UsageError where no check is left, and what `Project`
    raises.
    """
    started = time.monotonic()
    project = Project(request, changed)
    left_out = {} if only else project.settings.skips
    chosen = _chosen(only, {*skip, *left_out}, whole=changed is None)
    with _seldom_collected():
        answered = running.answers(project, chosen)
    found, notes = policy.apply(
        running.findings(project, answered), project.policy, date.today(), whole=False
    )
    open_, let_be = running.unanswered(project, answered)
    commits, files, read = project.read_so_far
    return ScanResult(
        mode="audit",
        findings=tuple(sorted(found, key=lambda finding: -finding.severity)),
        skipped=(*open_, *project.skips),
        commits=commits,
        objects=files,
        bytes=read,
        seconds=time.monotonic() - started,
        notes=(
            *notes,
            *let_be,
            *project.settings.notes,
            *(f"{id_} is left out: {why}" for id_, why in left_out.items()),
        ),
        checks=tuple(running.checked(answered, found, open_)),
    )


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Trees are millions of objects in no cycle: going through them again and again is a third."""
    before = gc.get_threshold()
    gc.set_threshold(_ALLOCATED, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)


def _chosen(only: Collection[str], skip: Collection[str], *, whole: bool) -> list[Check]:
    """In their order. Changed files alone are no answer for a check of the whole repository."""
    asked = [CHECKS[id_] for id_ in CHECKS if (not only or id_ in only) and id_ not in skip]
    chosen = [check for check in asked if whole or not check.whole]
    if not chosen:
        why = (
            "they ask about more than changed files"
            if asked
            else "see `intercom-scan audit --help`"
        )
        raise UsageError(f"no check is left: {why}")
    return chosen
