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
_PROVEN = (
    "Make a JWT with the Messenger's secret on the server, for the user of the session.",
    "Hand it over with the user: `intercom_user_jwt` on the web, `setUserJwt` before a login.",
    "Then have Intercom require it: Settings, Security, for each platform.",
)
IDENTITY = Rule(
    id="audit-identity-verified",
    title="A Messenger user is not proven",
    severity=Severity.HIGH,
    opens="Whoever knows a user's id or e-mail address can read and write that user's messages.",
    rotation=_PROVEN,
    references=("https://developers.intercom.com/installing-intercom/web/identity-verification",),
)
PLATFORMS = Rule(
    id="audit-all-platforms",
    title="A platform logs users in without proof",
    severity=Severity.HIGH,
    opens="One platform that Intercom cannot require proof of is a way in for all users.",
    rotation=_PROVEN,
    references=("https://developers.intercom.com/installing-intercom/web/identity-verification",),
)
SHUTDOWN = Rule(
    id="audit-shutdown-on-logout",
    title="The Messenger's session outlives the user's",
    severity=Severity.MEDIUM,
    opens="Whoever uses the browser or phone next reads the messages of who has logged out.",
    rotation=(
        "Call `Intercom('shutdown')` where the page logs out, `Intercom.logout()` in apps.",
        "See that every way out of the session comes by it, an expired one too.",
    ),
    references=("https://developers.intercom.com/installing-intercom/web/methods",),
)
JWT = Rule(
    id="audit-jwt-sound",
    title="A Messenger JWT is not sound",
    severity=Severity.HIGH,
    opens="Whoever makes or finds such a JWT can be that user in the Messenger, for as long as it"
    " counts.",
    rotation=(
        "Sign with HS256 and the Messenger's secret, and put `user_id` and a near `exp` in.",
        "Put what decides about a user's rights into the JWT, and not beside it.",
        "Give the Messenger a fresh one before the old one ends.",
    ),
    references=(
        "https://www.intercom.com/help/en/articles/10589769-authenticating-users-in-the-messenger-with-json-web-tokens-jwts",
        "https://www.intercom.com/help/en/articles/11087109-securing-the-data-you-send-via-the-messenger",
    ),
)
SERVER_SIDE = Rule(
    id="audit-secret-server-side",
    title="A secret reaches browsers or phones",
    severity=Severity.HIGH,
    opens="Everybody who loads the page or has the app can read the secret and use it.",
    rotation=(
        "Rotate it, as it has been published: `intercom-scan explain` says how for its kind.",
        "Read it on the server alone, under a name without a public prefix.",
        "Give the browser or the app what the server makes with it: a JWT, an answer.",
    ),
    references=("https://developers.intercom.com/installing-intercom/web/identity-verification",),
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

HTTPS = Rule(
    id="audit-https-only",
    title="Others can read or answer a connection",
    severity=Severity.HIGH,
    opens="Whoever is on the way between both sides can read tokens and messages, and answer as the"
    " other side.",
    rotation=(
        "Write `https://` for every address of Intercom's and of your own that Intercom calls.",
        "Leave certificates checked; give a private authority to the client as a file.",
        "Use the host of your region: `audit: {region: eu}` in .intercom-scan.yaml.",
    ),
    references=("https://developers.intercom.com/docs/build-an-integration/learn-more/rest-apis",),
)
LOGGING = Rule(
    id="audit-audit-logging",
    title="Actions are not logged, or logs say too much",
    severity=Severity.MEDIUM,
    opens="Nobody can say afterwards who changed or deleted what; or who reads logs gets tokens and"
    " what customers wrote.",
    rotation=(
        "Log each call that changes something: who, what, which id, and how it went.",
        "Log ids, topics and status codes, no tokens, headers, bodies of requests or messages.",
        "Rotate tokens that have been logged.",
    ),
)
ROBUST = Rule(
    id="audit-webhook-robust",
    title="A webhook loses or repeats notifications",
    severity=Severity.MEDIUM,
    opens="Intercom sends a notification again that is not answered in time, and ends what answers"
    " with 410: events are handled twice, or not at all.",
    rotation=(
        "Put the notification into a queue or table, under its id, and answer 200 at once.",
        "Answer 200 to topics that the code does not name, and never 410.",
    ),
    references=("https://developers.intercom.com/docs/webhooks/webhook-notifications",),
)

AUDIT: tuple[Rule, ...] = (
    TOKENS,
    ENV,
    ENVIRONMENTS,
    WEBHOOK,
    CANVAS,
    IDENTITY,
    JWT,
    SERVER_SIDE,
    PLATFORMS,
    SHUTDOWN,
    HTTPS,
    PRIVILEGE,
    ROTATION,
    HISTORY,
    LOGGING,
    ROBUST,
)
