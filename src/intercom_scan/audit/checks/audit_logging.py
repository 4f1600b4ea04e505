"""What is done with Intercom is logged, without tokens and without what customers wrote."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.logged.leaks import Leaks, of_handlers
from intercom_scan.audit.logged.logs import Loggers
from intercom_scan.audit.logged.shown import SAMPLES
from intercom_scan.audit.logged.writes import Writes
from intercom_scan.audit.model import (
    Check,
    Outcome,
    cannot_tell,
    evidence_of,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.rules.audit import LOGGING

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project
    from intercom_scan.audit.signed.values import Where

_MEND = "Log who did what to which id, and how it went; no tokens, headers or messages."


def run(project: Project) -> Outcome:
    """By the calls that change something, what is logged around them, and what logs print."""
    modules = project.modules
    near = {*project.ours, *project.saying(b"x-hub-signature", b"notification_event")}
    asked = set(project.asked(near))
    code = tuple(path for path in modules.code if path in asked and modules.tree(path) is not None)
    logs = Loggers(modules)
    leaks, writes = Leaks(modules, logs), Writes(modules, logs)
    wrong = [each for path in code for each in of_handlers(modules, path, logs)]
    wrong += [each for path in code for each in leaks.of(path)]
    used = [path for path in code if not path.startswith(project.clients)]
    changing = [write for path in used for write in writes.of(path)]
    open_ways: list[tuple[Where, str]] = []
    layered = writes.layered(code)
    for write in changing:
        words = writes.unlogged(write)
        if words is not None:
            told = (write.site.where, f"{write.name}() {words}")
            hidden = layered or writes.given(write)
            (open_ways if hidden else wrong).append(told)
    if wrong:
        return failed(evidence_of(dict.fromkeys(wrong)), _MEND)
    if open_ways:
        return cannot_tell(
            evidence_of(dict.fromkeys(open_ways)), "See that the layer below logs these calls."
        )
    if not changing:
        return not_applicable("no code changes anything at Intercom")
    return passed(
        evidence_of(dict.fromkeys((w.site.where, f"{w.name}() is logged") for w in changing))
    )


CHECK = Check(
    rule=LOGGING,
    asks="Are calls that change something at Intercom logged, without secrets or messages?",
    run=run,
    samples=SAMPLES,
)
