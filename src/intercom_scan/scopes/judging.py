"""What a token may do, beside what the project allows and what its code calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.finding import Finding, Permission, Place, Skip
from intercom_scan.rules.scopes import EXCESS, MISSING, UNDECLARED
from intercom_scan.scopes.table import BY_ID, HUB, SCOPES, covered
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.finding import Answered
    from intercom_scan.rules.model import Rule
    from intercom_scan.scopes.probing import Probed
    from intercom_scan.scopes.reading import Code
    from intercom_scan.scopes.table import Scope

_TOKEN = Place("environment", None, 1, 1, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """What is compared: `allowed` are ids of scopes, None where the project does not say.

    `probed` is None where nobody asked. `environment` is the one that is spoken of, if it has a
    name.
    """

    code: Code
    allowed: tuple[str, ...] | None = None
    probed: Probed | None = None
    environment: str | None = None


def permissions(case: Case) -> tuple[Permission, ...]:
    """Every scope, in the order of the table."""
    allowed = None if case.allowed is None else covered(case.allowed)
    return tuple(
        Permission(
            scope.id,
            scope.name,
            *_answer(scope, case.probed),
            probed=scope.probe is not None,
            allowed=None if allowed is None else scope.id in allowed,
            calls=tuple(case.code.places.get(scope.id, ())),
            calls_total=case.code.total.get(scope.id, 0),
        )
        for scope in SCOPES
    )


def _answer(scope: Scope, probed: Probed | None) -> tuple[Answered, str]:
    if scope.probe is None:
        return "unknown", "there is no safe probe"
    if probed is None:
        return "unknown", "nobody asked"
    said = probed.said.get(scope.id)
    return (said.answer, said.reason) if said else ("unknown", "not asked any more")


def findings(case: Case, known: tuple[Permission, ...]) -> Iterator[Finding]:
    """What is granted and not needed, called and not allowed, needed and refused.

    A scope is allowed or called where one is that includes it.
    """
    called = covered(each.scope for each in known if each.calls_total)
    for each in known:
        needed = bool(each.allowed) or each.scope in called
        if each.answer == "granted" and not needed:
            yield _finding(EXCESS, each, case, f"{each.name}: granted, and {_unused(case)}")
        elif each.answer == "refused" and needed:
            wants = "the project allows it" if each.allowed else "the code calls it"
            yield _finding(MISSING, each, case, f"{each.name}: {wants}, and {each.reason}")
        if each.calls_total and each.allowed is False:
            yield _finding(UNDECLARED, each, case, f"{each.name}: called, and not allowed")


def _unused(case: Case) -> str:
    return "no call needs it" if case.allowed is None else "neither allowed nor called"


def _finding(rule: Rule, each: Permission, case: Case, detail: str) -> Finding:
    named = f"{each.scope} in {case.environment}" if case.environment else each.scope
    return Finding(
        rule=rule,
        secret=named.encode(),
        severity=rule.severity,
        confidence="medium" if each.calls_total else "high",
        places=each.calls or (_TOKEN,),
        places_total=max(each.calls_total, 1),
        detail=f"{detail}; it opens {BY_ID[each.scope].opens}",
    )


def skips(case: Case, name: str) -> Iterator[Skip]:
    """What is not known although it was asked for; `name` is what the token goes by."""
    yield from case.code.skips
    if case.probed is None:
        return
    for scope, said in case.probed.said.items():
        if not said.settled:
            yield Skip(scope, said.reason)
    if case.probed.last is not None:
        yield Skip(name, f"not asked about further: {case.probed.last.reason}")


def notes(case: Case) -> Iterator[str]:
    """What the answers do not say."""
    if case.allowed is None:
        yield "the project does not say what is allowed: `scopes:` in .intercom-scan.yaml"
    if case.probed is None:
        return
    for scope, said in case.probed.said.items():
        if said.answer == "unknown" and said.settled and not said.end:
            yield f"{scope} is unknown: {said.reason}"
    silent = sum(scope.probe is None for scope in SCOPES)
    yield f"{silent} scopes, all that write among them, have no safe probe: look at {HUB}"
