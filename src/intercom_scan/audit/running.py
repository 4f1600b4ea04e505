"""Puts the checks to a project, and makes findings of those that fail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan import policy
from intercom_scan.audit.model import (
    CannotTellError,
    Evidence,
    Outcome,
    cannot_tell,
    not_applicable,
)
from intercom_scan.errors import IntercomScanError
from intercom_scan.finding import Checked, Finding, Place, Skip
from intercom_scan.masking import masked
from intercom_scan.policy.inline import inline
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from intercom_scan.audit.model import Check
    from intercom_scan.audit.project import Project

_KEPT = 1000  # pieces of evidence of a check
_PLACES = 100  # of a finding
_TOLD = 3  # messages in a finding's words


def answers(project: Project, checks: Iterable[Check]) -> list[tuple[Check, Outcome]]:
    """What each check answers. None passes where something could not be read that it may be in."""
    found = [(check, _about(_answer(check, project), project)) for check in checks]
    unread = [Evidence(s.what, None, s.reason) for s in project.skips if s.incomplete]
    return [(check, _shown(_sure(outcome, unread), project)) for check, outcome in found]


def _answer(check: Check, project: Project) -> Outcome:
    try:
        return check.run(project)
    except CannotTellError as error:
        return cannot_tell([error.evidence])
    except IntercomScanError as error:  # such as a git that fails, or a file that is not valid
        return cannot_tell([Evidence(None, None, str(error))])


def _about(outcome: Outcome, project: Project) -> Outcome:
    """What of an answer is about what is asked; of other files it says nothing."""
    if project.changed is None:
        return outcome
    paths = set(project.asked(each.path for each in outcome.evidence if each.path))
    kept = tuple(each for each in outcome.evidence if each.path is None or each.path in paths)
    if not kept:
        return not_applicable("no changed file has to do with it")
    return replace(outcome, evidence=kept)


def _sure(outcome: Outcome, unread: list[Evidence]) -> Outcome:
    if unread and outcome.answer in ("pass", "not-applicable"):
        return cannot_tell(unread, "See that these can be read.")
    return outcome


def _shown(outcome: Outcome, project: Project) -> Outcome:
    """The same without the credentials that paths and words tell, and with no end of evidence."""
    kept = [
        replace(
            each,
            path=each.path and masked(each.path, project.detector),
            message=masked(each.message, project.detector),
        )
        for each in outcome.evidence[:_KEPT]
    ]
    if (hidden := len(outcome.evidence) - _KEPT) > 0:
        kept.append(Evidence(kept[-1].path, None, f"and {hidden:,} more places in all"))
    return replace(outcome, evidence=tuple(kept))


def checked(
    answered: Iterable[tuple[Check, Outcome]], judged: Iterable[Finding], open_: Iterable[Skip]
) -> Iterator[Checked]:
    """The answers as reports have them.

    `judged` are the findings with what the policy says, `open_` what is unanswered by it.
    """
    new = {finding.rule.id for finding in judged if finding.status == "new"}
    unanswered = {skip.what for skip in open_}
    for check, outcome in answered:
        let_be = {"fail": check.rule.id not in new, "cannot-tell": check.id not in unanswered}
        yield Checked(
            check.id, check.rule.title, outcome.answer, outcome.evidence, outcome.mend,
            ignored=let_be.get(outcome.answer, False),
        )  # fmt: skip


def unanswered(
    project: Project, answered: Iterable[tuple[Check, Outcome]]
) -> tuple[list[Skip], list[str]]:
    """(what has no answer, so that nobody takes it for passed; remarks on what may stay so)."""
    skips, notes = [], []
    for check, outcome in answered:
        for each in outcome.evidence if outcome.answer == "cannot-tell" else ():
            where = f" ({_where(each)})" if each.path else ""
            place = _place(check, each, project)
            reason = policy.let_be(place, project.policy, check.rule.id)
            if reason is None:
                skips.append(Skip(check.id, f"no answer: {each.message}{where}"))
            else:
                notes.append(f"{check.id} may be without an answer{where}: {reason}")
    return skips, notes


def _where(evidence: Evidence) -> str:
    return f"{evidence.path}:{evidence.line}" if evidence.line else evidence.path or ""


def findings(project: Project, answered: Iterable[tuple[Check, Outcome]]) -> Iterator[Finding]:
    """A finding for each path that a failed check has in its evidence, known by that path."""
    for check, outcome in answered:
        if outcome.answer != "fail":
            continue
        by_path: dict[str, list[Evidence]] = {}
        for each in outcome.evidence:
            by_path.setdefault(each.path or "", []).append(each)
        for path, evidence in by_path.items():
            yield _finding(check, path, evidence, project)


def _finding(check: Check, path: str, evidence: Sequence[Evidence], project: Project) -> Finding:
    messages = list(dict.fromkeys(each.message for each in evidence))
    more = f"; and {len(messages) - _TOLD:,} more" if len(messages) > _TOLD else ""
    by_line = {each.line: each for each in reversed(evidence)}
    lines = sorted(by_line, key=lambda line: line or 0)
    return Finding(
        rule=check.rule,
        secret=path.encode("utf-8", "surrogateescape"),
        severity=check.rule.severity,
        confidence="high",
        places=tuple(_place(check, by_line[line], project) for line in lines[:_PLACES]),
        places_total=len(lines),
        detail="; ".join(messages[:_TOLD]) + more,
    )


def _place(check: Check, evidence: Evidence, project: Project) -> Place:
    if evidence.path is None:
        return Place("git-file", None, 1, 1, 1)
    line = evidence.line or 1
    allowed = None
    data = project.read(evidence.path)
    if data and evidence.line:
        lines = data.split(b"\n", line)
        start = sum(len(each) + 1 for each in lines[: line - 1])
        known = inline(data, start, start, check.rule.id)
        allowed = known.reason if known is not None else None
    return Place("file", evidence.path, line, 1, 2 if evidence.line else 1, inline=allowed)
