"""What can be wrong with a project that uses Intercom: rules whose findings are failed checks."""

from __future__ import annotations

from intercom_scan.rules.model import Rule, Severity

_SCOPES = "https://developers.intercom.com/docs/build-an-integration/learn-more/authentication/oauth-scopes"

TOKENS = Rule(
    id="audit-tokens-outside-code",
    title="A credential stands in code or history",
    severity=Severity.HIGH,  # each credential is a finding of its own, as bad as its kind
    opens="Everybody who can read the repository, or ever could, can use it.",
    rotation=(
        "Rotate it: `intercom-scan explain` says how for its kind.",
        "Have the code read it from the environment or a secret manager.",
        "Let `intercom-scan purge` take it out of the history.",
    ),
)
ENV = Rule(
    id="audit-env-ignored",
    title="An .env file can get out",
    severity=Severity.MEDIUM,
    opens="What the file holds goes to whoever gets the repository, the image or the package.",
    rotation=(
        "Mend ignore files: `intercom-scan env --fix`.",
        "See what is left: `intercom-scan env`.",
    ),
)
ENVIRONMENTS = Rule(
    id="audit-separate-environments",
    title="Environments share a credential",
    severity=Severity.MEDIUM,
    opens="Whoever can read one environment's value can act in the other.",
    rotation=(
        "Issue a credential of its own for each environment.",
        "Record them: `intercom-scan rotation record --env NAME --environment ENVIRONMENT`.",
    ),
)
_SIGNED = (
    "Take the raw body, before anything parses it, and make its HMAC with the client secret.",
    "Compare in constant time, and give no answer but 401 unless header and digest are equal.",
    "Try it: `intercom-scan check-signature`.",
)
WEBHOOK = Rule(
    id="audit-webhook-verified",
    title="A webhook's signature is not verified",
    severity=Severity.HIGH,
    opens="Whoever knows the address can send events that the program takes for Intercom's.",
    rotation=_SIGNED,
    references=("https://developers.intercom.com/docs/references/webhooks/webhook-models",),
)
CANVAS = Rule(
    id="audit-canvas-verified",
    title="Canvas Kit requests are not verified",
    severity=Severity.HIGH,
    opens="Whoever knows the address can act in the app as any user of the Messenger or Inbox.",
    rotation=_SIGNED,
    references=("https://developers.intercom.com/docs/canvas-kit",),
)
PRIVILEGE = Rule(
    id="audit-least-privilege",
    title="Tokens may do more than is needed",
    severity=Severity.MEDIUM,
    opens="Whoever gets hold of a token can do all that its scopes allow.",
    rotation=(
        "Say for each environment what a token may do: `scopes:` in .intercom-scan.yaml.",
        "Use one token that only reads where the code reads, and another where it writes.",
        "Compare with Intercom: `intercom-scan scopes --env NAME`.",
    ),
    references=(_SCOPES,),
)
ROTATION = Rule(
    id="audit-rotation",
    title="Rotation is overdue or not recorded",
    severity=Severity.MEDIUM,
    opens="The longer a value is in use, the more copies there are, and none of them expires.",
    rotation=(
        "Begin a ledger: `intercom-scan rotation record`.",
        "Rotate what is overdue: `intercom-scan rotation plan`.",
        "Write down how it is done, in a page of the repository that names the ledger.",
    ),
)
HISTORY = Rule(
    id="audit-history-scanned",
    title="No sound scan guards the history",
    severity=Severity.MEDIUM,
    opens="What is committed by mistake is noticed by whoever looks for it first.",
    rotation=(
        "Install the hooks and the workflow: `intercom-scan init`.",
        "Have the job scan the whole history, and fail where the scan does.",
    ),
)

AUDIT: tuple[Rule, ...] = (TOKENS, ENV, ENVIRONMENTS, WEBHOOK, CANVAS, PRIVILEGE, ROTATION, HISTORY)
