"""Everything that can be wrong with a signature, each said once.

What Intercom signs, and how: https://developers.intercom.com/docs/references/webhooks/webhook-models
(webhooks), https://developers.intercom.com/docs/canvas-kit (Canvas Kit) and
https://developers.intercom.com/installing-intercom/web/identity-verification (`user_hash`).
"""

from __future__ import annotations

from intercom_scan.values import dataclass

# What a reason says. `{}` is what only the case at hand knows, and nothing secret.
REASONS = {
    # The signature as it was given.
    "signature-blanks": "Blanks or quotes stand around the value: they are no part of it.",
    "signature-case": "Its digits are in capitals and Intercom's are in lower case. Compare bytes, "
    "or bring both into one case.",
    "signature-base64": "The digest is in base64, and Intercom's is in hex digits.",
    "signature-length": "It has {} hex digits where {} belong: it was cut off, or is another hash.",
    "signature-none": "It is neither hex digits nor base64 of a known length.",
    "prefix-missing": "X-Hub-Signature begins with `sha1=`: compare it with that, or take that off "
    "both.",
    "prefix-wrong": "The prefix is `sha1=` for X-Hub-Signature, in lower case, and none elsewhere.",
    "sha-256": "It is a SHA-256. X-Hub-Signature is HMAC-SHA1, whatever some guides show.",
    "sha-1": "It is a SHA-1, and HMAC-SHA256 belongs here.",
    "other-header": "It is the value of the other header: webhooks have X-Hub-Signature "
    "(HMAC-SHA1, with `sha1=`), Canvas Kit has X-Body-Signature (HMAC-SHA256, no prefix).",
    # The way that it was made.
    "no-hmac": "It is a plain hash of secret and message, and no HMAC.",
    "exchanged": "Key and message are exchanged in the call that makes the HMAC.",
    # The secret.
    "secret-blanks": "The secret has blanks or a line break around it: take them off. `echo` adds "
    "one, `printf %s` does not.",
    "secret-quotes": "The secret has quotes around it: whatever reads the file left them there.",
    "secret-newline": "Whoever signed has a line break at the end of the secret.",
    "secret-assignment": "The variable holds NAME=secret, not the secret alone.",
    "secret-base64": "The secret is in base64: decode it, as Kubernetes does with its secrets' "
    "data.",
    "secret-encoded": "Whoever signed took the base64 of the secret for the secret.",
    "secret-hex": "Whoever signed took the secret for hex digits and decoded it. Its text is the "
    "key.",
    "secret-case": "The secret has capitals where whoever signed has lower case.",
    "secret-kind": "The secret has the shape of another kind: {}. {} belongs here.",
    "secret-unlikely": "The secret has no shape that is known here. {} belongs here.",
    # The body.
    "body-newline": "A line break at its end is too many: sign the bytes as they came. An editor "
    "or `echo` adds one.",
    "body-no-newline": "A line break at its end is missing: something stripped the body.",
    "body-line-ends": "Its line breaks were changed between LF and CRLF.",
    "body-blanks": "Blanks around it are too many.",
    "body-bom": "A byte order mark stands before it, which whoever saved it has added.",
    "body-utf-16": "It is in UTF-16, as PowerShell writes it; UTF-8 was signed.",
    "body-latin-1": "It is in Latin-1 or Windows-1252: it was decoded and encoded again. UTF-8 was "
    "signed.",
    "body-twice-encoded": "Its UTF-8 was taken for Latin-1 and encoded once more.",
    "body-base64": "It is in base64, as a gateway hands it on: decode it before the check.",
    "body-form": "It is URL-encoded, as a form: what was signed is the decoded text.",
    "body-string": "It is a JSON string that has the body in it: somebody serialised it twice.",
    "body-envelope": "It is the event of a gateway or a function: its `body` alone was signed.",
    "body-reserialised": "It was parsed and written again. What was signed is this JSON {}. Keep "
    "the raw bytes, from before any parser, and check those.",
    "body-empty": "The body is empty: something has read the stream before.",
    "body-object": "The body is an object that was turned into text, not its JSON.",
    "body-lossy": "The body has U+FFFD in it: bytes that were no text were lost as it was decoded.",
    "body-laid-out": "The body has blanks or line breaks between its values, as serialisers and "
    "formatters write them: perhaps these are not the raw bytes.",
    "body-sorted": "All keys of the body are in alphabetical order, as if it was written again "
    "with sorted keys: then the order that was signed is lost.",
    "body-no-json": "The body is no JSON, and Intercom sends nothing else: perhaps these are not "
    "the raw bytes.",
    "secret-or-body": "Nothing that usually goes wrong explains it: it is another secret (that of "
    "another app or workspace, or one since changed), or what was signed is another message.",
    # Who is identified.
    "other-field": "The other field was hashed: it has to be the user_id, and the e-mail only "
    "where there is no user_id.",
    "value-case": "What was hashed is in lower case: hash exactly what the Messenger is told.",
    "value-blanks": "What was hashed has no blanks around it, and what was given does.",
    "value-newline": "What was hashed ends in a line break. `echo` adds one, `printf %s` does not.",
    "value-number": "What was hashed is another form of the number, such as 42.0: hash its text.",
    "value-quoted": "What was hashed has the quotes of JSON around it.",
    "value-escaped": "What was hashed is the text without its URL-encoding.",
    "value-normal": "What was hashed is another form of the same Unicode text.",
    "value-none": "What was hashed is {}: nobody was known yet when it was made.",
    # Messenger JWTs.
    "jwt-parts": "It is no signed JWT, which has three parts with a dot between.",
    "jwt-json": "Its header or its claims are no JSON object in base64url.",
    "jwt-algorithm": "Its algorithm is {}. Messenger JWTs are signed with HS256.",
    "jwt-encoding": "Its signature is {}, where base64url without `=` belongs.",
    "jwt-user-id": "It has no claim user_id{}.",
    "jwt-other-user": "Its claim user_id is not the one that was given.",
    "jwt-other-email": "Its claim email is not the one that was given.",
    "jwt-expired": "It has expired: make one for each session, and refresh it.",
    "jwt-milliseconds": "Its claim {} is in milliseconds, where seconds since 1970 belong.",
    "jwt-time": "Its claim {} is no time: seconds since 1970 belong there, as a number.",
    "jwt-early": "It is not valid yet, by its claim nbf: the clocks differ, or it is for later.",
}


@dataclass(frozen=True, slots=True)
class Cause:
    """A reason as it applies: its name in REASONS, and a sentence or two for a person."""

    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What came out, of `of`.

    `certain`: the causes are all that is wrong, and no guesses. Where a digest is compared, it was
    tried that it matches with them mended. `notes` have what is no mistake and worth knowing.
    """

    of: str
    causes: tuple[Cause, ...] = ()
    certain: bool = True
    notes: tuple[str, ...] = ()

    @property
    def matches(self) -> bool:
        return not self.causes


# What was changed, and what came of it.
Variant = tuple[tuple[Cause, ...], bytes]


def because(reason: str, *details: object) -> Cause:
    """The cause of this name."""
    return Cause(reason, REASONS[reason].format(*details))
