"""The way from an old credential to a new one, kind by kind, in the order that each needs.

Sources: the rules' own references, and https://developers.intercom.com (authentication, webhooks,
authenticating users in the Messenger).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.rules import identity_secret
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intercom_scan.rules.model import Credential, Rule

# Every step that a way may have, in words; in which order is up to the way.
TITLES = {
    "prepare": "Prepare",
    "create": "Create the new one",
    "store": "Store it",
    "verify": "Verify it",
    "deploy": "Deploy it",
    "revoke": "Revoke the old one",
    "record": "Record the change",
    "purge": "Purge the old one from history",
}


@dataclass(frozen=True, slots=True)
class Way:
    """How a kind is rotated: `steps` are what to do at each, in order.

    `name` is the variable that most code reads. `check` is a command that checks the new value:
    in the variable `{variable}`, or else in its standard input. `asked` says that Intercom tells
    whether a value is live. `makes` is the rule of the new value, where that is of another kind.
    """

    name: str
    steps: Mapping[str, tuple[str, ...]]
    check: str | None = None
    asked: bool = False
    makes: Credential | None = None

    @property
    def renewed(self) -> bool:
        """Whether there is a new value in the end."""
        return "create" in self.steps


_STORE = ("Put it where its readers take it from, under the name that they know.",)
_RECORD = ("Write into the ledger that it was rotated today.",)
_PURGE = (
    "What was pushed has been read: this comes last, and replaces no step before it.",
    "Rewrite a copy of the repository without it, then push that and have all clones renewed.",
)
_SIGNING = (
    "Restart what signs. Signing belongs on the server; the secret must never be in front-end or "
    "mobile code.",
)
_CHECK_IDENTITY = "intercom-scan check-identity --secret-env {variable} --user-id ID < HASH_OR_JWT"
_IDENTITY = {
    "create": ("Workspace settings > Security > Messenger: add a secret. Several can coexist.",),
    "store": _STORE,
    "verify": (
        "Where it does no harm, boot the Messenger as a user signed with the new secret, and "
        "check what the server signed.",
    ),
    "deploy": _SIGNING,
    "revoke": (
        "Wait until nothing signs with the old secret, and for the longest lifetime of a JWT.",
        "Workspace settings > Security > Messenger: delete the old secret. Hashes and JWTs signed "
        "with it fail at the next request.",
    ),
    "record": _RECORD,
    "purge": _PURGE,
}
_OF_ONE_USER = (
    "It cannot be revoked alone: it is good for as long as the secret that signed it. So that "
    "secret is rotated.",
)

_WAYS = {
    "intercom-access-token": Way(
        "INTERCOM_ACCESS_TOKEN",
        {
            "create": (
                "Developer Hub > the app > Test & Publish > Your Workspaces > Regenerate token.",
                "For how long the old one works from then on is not documented: have the next "
                "steps at hand, and do them at once.",
            ),
            "store": _STORE,
            "verify": ("It has to be live, in the workspace of the old one.",),
            "deploy": ("Restart or redeploy all that reads it, at once.",),
            "revoke": (
                "Ask about the old one: it has to be dead. If it is live after some minutes, "
                "regenerate once more, or uninstall the app from the workspace.",
            ),
            "record": _RECORD,
            "purge": _PURGE,
        },
        check="intercom-scan verify --stdin",
        asked=True,
    ),
    "intercom-client-secret": Way(
        "INTERCOM_CLIENT_SECRET",
        {
            "prepare": (
                "Webhooks and Canvas Kit requests are signed with it, and signatures change at "
                "the moment of its rotation. Deploy code first that takes either of two secrets.",
            ),
            "create": ("Developer Hub > the app > Basic information: rotate the client secret.",),
            "store": (
                *_STORE,
                "Keep the old one as the second that is taken, until it is revoked below.",
            ),
            "deploy": (
                "Restart what exchanges OAuth codes and what verifies signatures, at once.",
            ),
            "verify": ("Check a webhook that came after the change with the new secret.",),
            "revoke": (
                "Take the old one out of what verifies signatures once none by it comes any more: "
                "whoever has it forges events for as long as it is taken.",
            ),
            "record": _RECORD,
            "purge": _PURGE,
        },
        check="intercom-scan check-signature --secret-env {variable} --header HEADER < BODY",
    ),
    "intercom-identity-secret": Way("INTERCOM_IDENTITY_SECRET", _IDENTITY, check=_CHECK_IDENTITY),
    "intercom-user-hash": Way(
        "INTERCOM_IDENTITY_SECRET",
        {
            "prepare": (*_OF_ONE_USER, "Have the hash made on the server, for who is signed in."),
            **_IDENTITY,
        },
        check=_CHECK_IDENTITY,
        makes=identity_secret.RULE,
    ),
    "intercom-messenger-jwt": Way(
        "INTERCOM_IDENTITY_SECRET",
        {
            "prepare": (
                *_OF_ONE_USER,
                "Unless its `exp` has passed: `intercom-scan verify` says so.",
                "Have JWTs made on the server, with a lifetime near the session's.",
            ),
            **_IDENTITY,
        },
        check=_CHECK_IDENTITY,
        makes=identity_secret.RULE,
    ),
    "intercom-api-key": Way(
        "INTERCOM_API_KEY",
        {
            "revoke": (
                "Intercom disabled these keys in April 2018. If the workspace still lists it, "
                "delete it there, and remove what reads it.",
            ),
            "purge": _PURGE,
        },
    ),
    "intercom-mobile-sdk-key": Way(
        "INTERCOM_API_KEY",
        {
            "deploy": (
                "None is needed: it ships in every copy of the app. Enforce identity "
                "verification for iOS and Android instead.",
            ),
        },
    ),
}


def way(rule: Rule) -> Way:
    """How a kind is rotated; by its rule's own words where no more is known of it."""
    return _WAYS.get(rule.id) or Way(
        rule.id.replace("-", "_").upper(),
        {
            "create": rule.rotation,
            "store": _STORE,
            "verify": ("See that what reads it works.",),
            "deploy": ("Restart or redeploy all that reads it.",),
            "revoke": ("End the old one where it was issued, and see that it is refused.",),
            "record": _RECORD,
            "purge": _PURGE,
        },
    )
