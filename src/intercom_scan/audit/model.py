"""The types every check of the audit is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.finding import Answer, Evidence
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intercom_scan.audit.project import Project
    from intercom_scan.audit.signed.values import Where
    from intercom_scan.rules.model import Rule

__all__ = [
    "INSTALL",
    "Answer",
    "CannotTellError",
    "Check",
    "Evidence",
    "Outcome",
    "Sample",
    "cannot_tell",
    "evidence_of",
    "failed",
    "not_applicable",
    "passed",
    "sample",
]

# What a check says that needs syntax trees, where they cannot be made.
INSTALL = "needs syntax trees: pip install 'intercom-scan[audit]'"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a check answers, why, and what to do unless it passes."""

    answer: Answer
    evidence: tuple[Evidence, ...]
    mend: str | None = None


class CannotTellError(Exception):
    """Ends a check that can give no answer: `evidence` says where, and what is missing."""

    def __init__(self, message: str, path: str | None = None, line: int | None = None) -> None:
        super().__init__(message)
        self.evidence = Evidence(path, line, message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """Code of one language that shows what passes and what fails, under the file name `path`."""

    language: str
    path: str
    safe: str
    unsafe: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A check: what a failure is a finding of, what it asks, and how it is answered.

    `rule` is one of `rules/audit.py`. `run` may raise CannotTellError. What it calls a failure has
    to have a path in its evidence, since there is a finding for each: of what is missing, the path
    that it would have. `whole` says that it asks about the repository as a whole (its history, its
    configuration, what there is none of), so that it has nothing to say of changed files alone.
    """

    rule: Rule
    asks: str
    run: Callable[[Project], Outcome]
    whole: bool = False
    samples: tuple[Sample, ...] = ()

    @property
    def id(self) -> str:
        return self.rule.id.removeprefix("audit-")


def sample(language: str, path: str, safe: str, before: str, after: str = "") -> Sample:
    """Safe code, and what is unsafe: the same with `after` in place of `before`."""
    assert before in safe, (path, before)
    return Sample(language=language, path=path, safe=safe, unsafe=safe.replace(before, after))


def evidence_of(told: Iterable[tuple[Where, str]]) -> list[Evidence]:
    """Places with their words, as evidence."""
    return [Evidence(*where, words) for where, words in told]


def passed(evidence: Iterable[Evidence]) -> Outcome:
    """It is as it should be: `evidence` is what shows it."""
    return Outcome("pass", tuple(evidence))


def failed(evidence: Iterable[Evidence], mend: str) -> Outcome:
    """It is not: `evidence` are the places, `mend` what to do in a line."""
    return Outcome("fail", tuple(evidence), mend)


def not_applicable(why: str) -> Outcome:
    """There is nothing to be asked about."""
    return Outcome("not-applicable", (Evidence(None, None, why),))


def cannot_tell(evidence: Iterable[Evidence], mend: str | None = None) -> Outcome:
    """No answer: `evidence` says where the trail ends."""
    return Outcome("cannot-tell", tuple(evidence), mend)
