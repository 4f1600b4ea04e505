"""Names of credentials: split into words, and reduced to what rules match their names against.

`NEXT_PUBLIC_INTERCOM_SECRET_KEY`, `intercomSecretKey`, `intercom.secret-key`, `Intercom secret
key:` and `PROD_SECRET_KEY_INTERCOM` all reduce to `intercom_secret_key`.
"""

from __future__ import annotations

import re

from intercom_scan.rules.text import intercom_word, lazy
from intercom_scan.rules.vocabulary import nouns, qualifiers
from intercom_scan.values import dataclass


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Words that go with those that the kinds declare.
_QUALIFIERS = _set(
    "access admin android api app application auth authentication bearer canvas chat client "
    "company customer hub identity id inbox integration ios kit live messenger mobile mode "
    "oauth oauth2 personal private read rest sandbox sdk secure server service shared "
    "signing support test user verification verify webhook web widget workspace write bot "
    "extended digest"
)
# Words that say where a value is for, not what it is.
_ENVIRONMENT = _set(
    "prod production prd stage staging stg dev develop development testing qa uat preprod "
    "preview local default value val text string str raw plain us eu au base64 b64 encoded "
    "only new old current legacy v1 v2 v3 is io do then begin"
)
# What is done to a value: `ENV["…"].presence || "`.
_METHODS = _set("presence strip trim freeze unwrap")
# Words behind a name that say for which of several it is: identity is enforced per platform.
_WHICH = (
    _ENVIRONMENT
    | _METHODS
    | _set("ios android web mobile beta sandbox demo backup europe for v env")
)
# Words in front of a name that are the language's or the framework's.
_PREFIX = _set(
    "const let var val final static public private protected internal readonly export set "
    "setx env environ environment process os sys system import meta getenv get fetch config "
    "configuration cfg conf settings setting options opts option params param props self this "
    "data string str let def auto mut global globals declare typeset local run arg next nuxt "
    "react vite nx expo gatsby vue ng ember app my our your the with use using e d p s a an and "
    "for of in to as or if else not null nil none true false undefined required optional "
    "description type secrets vars variables credentials name func fn void return new init "
    "initialize setup configure create builder build class struct register assert expect eq "
    "equals put add echo printf body do then begin end async await header headers query boot "
    "update field translatable formatted byte bytes buffer from encoding utf some ok just equal "
    "deep same"
)
_NEUTRAL = (
    _PREFIX | _METHODS | (_ENVIRONMENT - {"legacy"}) | _set("key bearer basic token id sensitive")
)
# Words that make it somebody else's: the package registry's, the translation's, the cache's.
_FOREIGN = _set(
    "npm github gitlab ci csrf deploy ssh gpg cache primary foreign sort public idempotency "
    "translation storage i18n session device fcm cookie state page cursor field column index "
    "lookup map header npmrc registry pypi docker sentry stripe slack twilio segment etag "
    "commit content git file checksum build release license recaptcha feature flag event "
    "attribute metadata label title placeholder url uri path"
)
COMPOUND = {
    "apikey": "api key",
    "apisecret": "api secret",
    "apitoken": "api token",
    "accesstoken": "access token",
    "accesskey": "access key",
    "authtoken": "auth token",
    "appkey": "app key",
    "appsecret": "app secret",
    "clientsecret": "client secret",
    "clientkey": "client key",
    "hubsecret": "hub secret",
    "webhooksecret": "webhook secret",
    "secretkey": "secret key",
    "userhash": "user hash",
    "userjwt": "user jwt",
    "hmackey": "hmac key",
    "clientid": "client id",
    "appid": "app id",
    "secrets": "secret",
    "tokens": "token",
    "keys": "key",
    "credentials": "credential",
    "hashes": "hash",
    "creds": "credential",
    "cred": "credential",
    "webhooks": "webhook",
}

_humps = lazy(rb"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+")


def words(text: bytes) -> list[str]:
    """The words of a name or a phrase, in lower case; `intercom` always stands alone."""
    result: list[str] = []
    for hump in _humps().findall(text.replace(b"iOS", b"Ios").replace(b"OAuth", b"Oauth")):
        rest = hump.lower()
        while rest and (hit := intercom_word().search(rest)):
            result += _split(rest[: hit.start()])
            result.append("intercom")
            rest = rest[hit.end() :]
        result += _split(rest)
    return result


def _split(word: bytes) -> list[str]:
    text = word.decode("latin-1")
    return COMPOUND.get(text, text).split()


def neutral(parts: list[str]) -> bool:
    """Nothing but words such as `value`, `const` or `process.env`, which name no value."""
    return all(word in _NEUTRAL or len(word) < 2 for word in parts)


@dataclass(frozen=True, slots=True)
class Name:
    """A credential's reduced name; `explicit` where it says Intercom itself.

    `declared` where the user says that what goes by it is a credential.
    """

    reduced: str
    explicit: bool
    declared: bool = False


def credential_name(parts: list[str]) -> Name | None:
    """What a rule's `names` are matched against, or None where no credential is named so."""
    core = parts[-10:]
    explicit = "intercom" in core
    while core and (core[-1] in _WHICH or core[-1].isdigit() or core[-1] == "intercom"):
        core.pop()
    if not core or core[-1] not in nouns():
        return None
    known = len(core)
    while known and _known(core[known - 1]):
        known -= 1
    if explicit:
        known = min(known, core.index("intercom") if "intercom" in core else known)
    elif any(word not in _PREFIX for word in core[:known]):
        return None
    rest = [word for word in core[known:] if word not in _ENVIRONMENT and word != "intercom"]
    if _FOREIGN.intersection(rest):
        return None
    return Name("_".join(["intercom", *rest]), explicit)


def _known(word: str) -> bool:
    return word in qualifiers() or word in _QUALIFIERS or word in _ENVIRONMENT


def says_which(parts: list[str]) -> bool:
    """Does a key say for which of several a value is, and not what it is?"""
    return bool(parts) and all(word in _WHICH for word in parts)


def path_names_intercom(path: bytes) -> bool:
    """Does a repository path (archive members behind `!`) name Intercom in any component?"""
    return intercom_word().search(path) is not None


def name_pattern(names: tuple[str, ...]) -> re.Pattern[str]:
    """What a whole reduced name has to match to be one of a rule's `names`."""
    return re.compile("|".join(f"(?:{name})" for name in names), re.IGNORECASE)
