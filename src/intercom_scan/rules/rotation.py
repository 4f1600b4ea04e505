"""What can be wrong with credentials' rotation: rules whose findings are of the ledger."""

from __future__ import annotations

from intercom_scan.rules.model import Rule, Severity

_RECORD = "Record it: `intercom-scan rotation record`."
_ROTATE = "Rotate it: `intercom-scan rotation plan` prints the steps."

UNKNOWN = Rule(
    id="rotation-unknown",
    title="A credential is not in the rotation ledger",
    severity=Severity.MEDIUM,  # nobody knows its age, so nobody rotates it
    opens="What nobody knows of is not rotated, also when somebody leaves who has it.",
    rotation=(_RECORD,),
)
OVERDUE = Rule(
    id="rotation-overdue",
    title="A credential is older than it may be",
    severity=Severity.MEDIUM,
    opens="The longer a value is in use, the more copies there are, and none of them expires.",
    rotation=(_ROTATE, _RECORD),
)
UNCHANGED = Rule(
    id="rotation-unchanged",
    title="A rotated credential's old value is in use",
    severity=Severity.HIGH,  # either it breaks once the old one is dead, or that still lives
    opens="Whoever has the old value may still use it, although the ledger says that it is gone.",
    rotation=(
        "Deploy the new value where the old one is still in use.",
        "Revoke the old one, and see that it is dead: `intercom-scan verify`.",
    ),
)
SHARED = Rule(
    id="rotation-shared",
    title="Environments have the same value",
    severity=Severity.MEDIUM,  # a leak of the weakest environment is one of production
    opens="Whoever can read one environment's value can act in the other.",
    rotation=("Issue a value of its own for each environment.", _RECORD),
)

ROTATION: tuple[Rule, ...] = (UNCHANGED, OVERDUE, SHARED, UNKNOWN)
