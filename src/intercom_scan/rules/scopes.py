"""What can be wrong with the scopes of an access token: rules whose findings are about scopes."""

from __future__ import annotations

from intercom_scan.rules.model import Rule, Severity

_SCOPES = "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/oauth-scopes"
_WHERE = "Developer Hub → the app → Configure → Authentication"

EXCESS = Rule(
    id="scope-excess",
    title="A token has a scope that nothing needs",
    severity=Severity.MEDIUM,
    opens="Whoever gets hold of the token can do more than the project does.",
    rotation=(
        f"Take the scope away: {_WHERE}.",
        "If the project needs it, allow it: `scopes:` in .intercom-scan.yaml.",
    ),
    references=(_SCOPES,),
)
UNDECLARED = Rule(
    id="scope-undeclared",
    title="The code calls what is not allowed",
    severity=Severity.MEDIUM,
    opens="A token that serves this call can do more than the project wants.",
    rotation=(
        "If the call is wanted, allow its scope: `scopes:` in .intercom-scan.yaml.",
        "Remove the call otherwise.",
    ),
    references=(_SCOPES,),
)
MISSING = Rule(
    id="scope-missing",
    title="A token lacks a scope that the project needs",
    severity=Severity.LOW,  # it breaks something, and opens nothing
    opens="Nothing: what needs the scope fails.",
    rotation=(
        f"Grant the scope: {_WHERE}.",
        "If nothing needs it, take it out of `scopes:` in .intercom-scan.yaml.",
    ),
    references=(_SCOPES,),
)

SCOPES: tuple[Rule, ...] = (EXCESS, UNDECLARED, MISSING)
