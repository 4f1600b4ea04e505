"""A hook and a CI step that scan are configured, whole, and cannot fail silently."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.audit.hook_files import hooks
from intercom_scan.audit.model import Check, Evidence, Outcome, cannot_tell, failed, passed
from intercom_scan.audit.pipelines import steps
from intercom_scan.rules.audit import HISTORY
from intercom_scan.setup.precommit import FILE

if TYPE_CHECKING:
    from intercom_scan.audit.pipelines import Step
    from intercom_scan.audit.project import Project

_WORKFLOW = ".github/workflows/intercom-scan.yml"  # what `intercom-scan init` writes
_MEND = "intercom-scan init adds hooks and a workflow"


def run(project: Project) -> Outcome:
    """By the hooks and CI configurations that the repository has."""
    found = list(hooks(project))
    sound_hooks = [hook for hook, problem in found if problem is None]
    all_steps = list(steps(project))
    sound_steps = [_said(step, "scans the whole history") for step in all_steps if _sound(step)]
    if sound_hooks and sound_steps:
        return passed([sound_hooks[0], *sound_steps])
    wrong = []
    if not sound_hooks:
        wrong += [Evidence(hook.path, hook.line, problem or "") for hook, problem in found]
        wrong = wrong or [Evidence(FILE, None, "no hook scans what is committed")]
    if not sound_steps:
        unknown = [step for step in all_steps if step.run.whole is None and not step.problems]
        if unknown and not wrong:
            words = "runs, and whether it reads the whole history for these is not known"
            return cannot_tell([_said(each, f"{each.run.program} {words}") for each in unknown])
        wrong += [_said(step, _wrong(step)) for step in all_steps]
        if not all_steps:
            wrong.append(Evidence(_WORKFLOW, None, "no CI step scans the history"))
    return failed(wrong, _MEND)


def _sound(step: Step) -> bool:
    return bool(step.run.whole) and not step.problems


def _wrong(step: Step) -> str:
    part = "" if step.run.whole else "does not read the whole history"
    return f"{step.run.program} {'; '.join(filter(None, [part, *step.problems]))}"


def _said(step: Step, message: str) -> Evidence:
    return Evidence(step.path, step.line, message)


CHECK = Check(
    rule=HISTORY,
    asks="Do a hook and a CI step scan, the step the full history, and does the job fail where"
    " they do?",
    run=run,
    whole=True,
)
