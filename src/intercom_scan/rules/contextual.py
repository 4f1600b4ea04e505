"""Finds the kinds that only their context tells: candidate values first, then their names."""

from __future__ import annotations

import re
from functools import lru_cache, partial
from typing import TYPE_CHECKING

from intercom_scan.rules import candidates, credential, suspects
from intercom_scan.rules.block import block_words, says_nothing
from intercom_scan.rules.candidates import unwrapped
from intercom_scan.rules.device import in_device_section, is_door_phone
from intercom_scan.rules.model import Confidence, Credential, Match
from intercom_scan.rules.names import (
    Name,
    credential_name,
    name_pattern,
    path_names_intercom,
    says_which,
    words,
)
from intercom_scan.rules.naming import (
    SIGNING_REACH,
    is_signing_key,
    key_words,
    name_words,
    name_words_behind,
    owner_words,
)
from intercom_scan.rules.section import Verdict, section
from intercom_scan.rules.text import Span, lazy, merged, unescaped, windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intercom_scan.rules.suspects import Suspects

# Too general, even in a section of Intercom's, for a value of no known shape.
_VAGUE = frozenset(
    f"intercom_{noun}"
    for noun in ("key", "token", "hash", "hmac", "signature", "jwt", "pass", "pat")
)
_DOOR_TOO = _VAGUE | {"intercom_secret"}  # what a door phone may call its own
_BEFORE, _AFTER = 1024, 4096
_EVIDENCE_REACH = 32 * 1024
# Bytes around a value that say its name; more than `naming` and `_name_within` look at.
_NAME_BEFORE, _NAME_BEHIND = 810, 520
_LONGEST_SECRET_FILE = 300  # bytes of a file that holds a value alone
_LONGEST_NAME = 120  # that the user's own patterns are tried on; a `*` in them takes its square

# Code and configuration of Intercom's, as opposed to door phones and other intercoms.
_evidence = lazy(
    rb"intercom(?:\(\s{0,4}[\"'](?:boot|update)[\"']|(?<=config\s:intercom)\b|\.io|\.com|cdn|-(?:client|rails|ruby|php|node|java|go|python|react|cordova|ios|"
    rb"android)|rails|settings|client|basicauth|sdk|[-_]?signature|_?(?:user_?)?(?:hash|hmac|jwt)|::|\\|"
    rb"_(?:settings|app_id|messenger)|appid|"
    rb"(?<=@intercom)/|(?<=github\.com/intercom)/|(?<=(?:python|niauth)-intercom)|"
    rb"(?<=use-intercom)|(?<=from\sintercom)\b|(?<=(?:require|.import)\s.intercom)\b|"
    rb"(?<=import\sintercom)\b|(?<=using\sintercom)\b|"
    rb"(?<=[\s.]io\.intercom)\.(?:android|api))"
)
_OWNERS = frozenset(("secret", "token", "key", "credential"))  # no checksum's
_secret_alone = lazy(
    rb"(?<=[\"'`])(?=[A-Za-z0-9_-]*[A-Z])(?=[A-Za-z0-9_-]*[a-z])(?=[A-Za-z0-9_-]*[0-9])"
    rb"[A-Za-z0-9_-]{40}(?:[A-Za-z0-9_-]{3})?"
)
_OLD_KEY = frozenset(("intercom_api_key", "intercom_key"))
_app_id = lazy(rb"app[_-]?id")
_legacy_pair = lazy(
    rb"(?is:intercom[.:\\]{0,2}\w{0,16}(?:::factory|\.new|\.auth)?"
    rb"\(\s*[\"'][a-z0-9_<> -]{3,40}[\"']\s*,\s*[\"']$)"
)
# https://github.com/intercom/intercom-android: a context, a key and an app id.
_initialize = lazy(rb"Intercom\.initialize\(\s{0,40}[\w.()]{1,60}\s{0,9},\s{0,40}[\"']$")
# https://github.com/intercom/intercom-dotnet: an app id and a key, as its clients took them.
_dotnet_pair = lazy(rb"new\s{1,4}Authentication\(\s{0,9}\"[a-z0-9]{6,40}\"\s{0,9},\s{0,9}\"$")
_STRING = rb"[\"'][^\"'\r\n]{3,64}[\"']"
_ENV = (
    rb"(?:ENV\[" + _STRING + rb"\](?:\s*\|\|\s*" + _STRING + rb")?|ENV\.fetch\([^()\r\n]{3,140}\))"
)
_omniauth_pair = lazy(
    rb"(?i:intercom[\"']?\s*,\s*(?:" + _ENV + rb"|" + _STRING + rb")\s*,\s*"
    rb"(?:ENV\[|ENV(?:\[" + _STRING + rb"\]\s*\|\||\.fetch\(" + _STRING + rb",)\s*)?[\"']$)"
)
# A line that begins with `name: `, `"name": "` or `name = '` and has nothing else before the value,
# with the byte before its line break. A line before it that ends in `?` chooses, and this is the
# other branch.
_plain_name = lazy(rb"[^?\s]\n[ \t-]*[\"']?[A-Za-z0-9_.-]{1,80}[\"']?[ \t]?[:=][ \t]{0,8}[ \t=\"']")
_dotenv_line = lazy(rb"(?:\n|\A)(?:export )?[A-Z][A-Z0-9_]{0,60}=[\"']?\Z")
_sentence = lazy(rb"[A-Za-z][ \t]{1,4}(?:\(?\[?`?|\[`?)\Z")
_option = lazy(rb"(?:^|\s)(?:--?[A-Za-z][A-Za-z-]{0,30}|echo|printf)[ \t]{1,4}\Z")
_basic_auth = lazy(rb"(?:^|[\s\"'/=])[a-z0-9]{8}:$")


@lru_cache(maxsize=16)
def _names(rule: Credential) -> re.Pattern[str]:
    return name_pattern(rule.names)


@lru_cache(maxsize=16)
def _shape(rule: Credential) -> re.Pattern[bytes]:
    return re.compile(rule.shape)


@lru_cache(maxsize=8)
def _extra(names: tuple[str, ...]) -> re.Pattern[str]:
    return name_pattern(names)


def find(
    data: bytes,
    path: bytes,
    extra_names: Sequence[str],
    kinds: Sequence[Credential],
    places: Suspects | None = None,
) -> Iterator[Match]:
    """Matches of the contextual rules in order of their start.

    `places` are the suspected ones of a large text, where they are known.
    """
    ours = path_names_intercom(path)
    extra = tuple(extra_names)
    if len(data) > suspects.SMALL:
        named_in = partial(_named_in_large, data, extra, places or suspects.suspects(data))
    else:
        named_in = partial(_named_in, data, extra)
    everywhere = ours or bool(extra)
    named = named_in([(0, len(data))]) if everywhere else []
    lower, evident, door = b"", list[Span](), False
    if named or not everywhere:
        lower = data.lower()
        near = list(windows(lower, _BEFORE, _AFTER))
        evident = _evident(lower, near)
        door = not evident and is_door_phone(lower, near)
        if not everywhere:
            named = named_in(merged(near + evident + _app_api_keys(lower)))
    for value, name in named:
        confidence = _confidence(data, value, name, ours, evident)
        if _is_prose(data, value):
            continue
        if door and (not name.explicit or name.reduced in _DOOR_TOO):
            continue  # somebody else's intercom, but for what is named like a credential here
        if in_device_section(lower, value, name):
            continue
        match = confidence and _classified(data, value, name, confidence, kinds)
        if match and not (door and match.rule is credential.RULE):
            yield match
    if ours and (whole := _whole_file(data, path, kinds)):
        yield whole


def _named_in(data: bytes, extra: tuple[str, ...], regions: list[Span]) -> list[tuple[Span, Name]]:
    """Values that go by a credential's name, each with that."""
    values = (value for region in regions for value in candidates.in_region(data, *region))
    return [(value, name) for value in values if (name := _name(data, value, extra))]


def _named_in_large(
    data: bytes, extra: tuple[str, ...], places: Suspects, regions: list[Span]
) -> list[tuple[Span, Name]]:
    """The same in a large text, where hardly any value has such a name.

    Those that stand in somebody else's section are left out.
    """
    values = candidates.in_large(data, regions, places, partial(_settled, extra))
    named = ((value, name) for value in values if (name := _name(data, value, extra)))
    return [each for each in named if each[1].explicit or _section(data, each[0]) != "foreign"]


@lru_cache(maxsize=4096)
def _settled(extra: tuple[str, ...], lead: bytes) -> bool:
    """Does the beginning of a line give what follows it a name, which is no credential's?

    Nothing further up can change that, but for a call that signs: the nearest name counts, where
    it is no attribute of a block that is named otherwise. Pairs, basic authentication, arguments,
    lists and branches do not look so.
    """
    end = len(lead)
    if not _plain_name().fullmatch(lead) or says_nothing(lead):
        return False
    parts = name_words(lead, end)
    if not parts or parts == ["intercom"] or says_which(key_words(lead)):
        return False
    return _name_within(lead, (end, end), extra) is None


def _is_prose(data: bytes, value: Span) -> bool:
    """`fix the Intercom key (da39a3e…)`: 40 hex digits in a sentence are a commit's."""
    if value[1] - value[0] != 40 or data[value[0] : value[1]].strip(b"0123456789abcdefABCDEF"):
        return False
    lead = data[max(0, value[0] - 40) : value[0]]
    return bool(_sentence().search(lead)) and not _option().search(lead)


def _whole_file(data: bytes, path: bytes, kinds: Sequence[Credential]) -> Match | None:
    """A file that is the value and nothing else, as Docker mounts secrets: its name says what."""
    value = data.strip() if len(data) <= _LONGEST_SECRET_FILE else b""
    stem = path.rpartition(b"/")[2].partition(b".")[0]
    name = credential_name(words(stem)) if value and value.isascii() else None
    if name is None or not name.explicit:
        return None
    start = data.index(value)
    return _classified(data, (start, start + len(value)), name, "high", kinds)


def _evident(lower: bytes, near: list[Span]) -> list[Span]:
    """The parts of the text within reach of something that only code for Intercom says."""
    found: list[Span] = []
    for start, end in near:
        for hit in _evidence().finditer(lower, start, end):
            if not found or hit.start() > found[-1][1] - _EVIDENCE_REACH // 2:
                found.append((max(0, hit.start() - _EVIDENCE_REACH), hit.end() + _EVIDENCE_REACH))
    return merged([(start, min(end, len(lower))) for start, end in found])


def _app_api_keys(lower: bytes) -> list[Span]:
    """`config/intercom.yml` may say Intercom in its path alone; `app_api_key` was its own word."""
    spans: list[Span] = []
    position = lower.find(b"app_api_key")
    while position >= 0:
        spans.append((position, min(len(lower), position + 256)))
        position = lower.find(b"app_api_key", position + 256)
    return spans


def _name(data: bytes, value: Span, extra: tuple[str, ...]) -> Name | None:
    low = max(0, value[0] - _NAME_BEFORE)
    around = data[low : value[1] + _NAME_BEHIND]
    return _name_within(around, (value[0] - low, value[1] - low), extra)


@lru_cache(maxsize=4096)
def _name_within(data: bytes, value: Span, extra: tuple[str, ...]) -> Name | None:
    """The versions of a file have mostly the same values with the same text around them."""
    lead = data[max(0, value[0] - 160) : value[0]]
    if _omniauth_pair().search(lead):
        return Name("intercom_client_secret", explicit=True)
    lower = data.lower()
    if (
        _legacy_pair().search(lead)
        or _initialize().search(lead)
        or _is_basic_auth(lower, value, lead)
    ):
        return Name("intercom_api_key", explicit=True)
    parts = block_words(data, *value) or name_words(data, value[0])
    parts = parts or name_words_behind(data, value[1])
    if (
        parts == ["app", "api", "key"]
        and b"app_id" in lower[max(0, value[0] - 512) : value[1] + 512]
    ):
        return Name("intercom_app_api_key", explicit=True)
    joined = "_".join(parts)
    if extra and len(joined) <= _LONGEST_NAME and _extra(extra).fullmatch(joined):
        return Name(f"intercom_{joined}", explicit=True, declared=True)
    signing = data[max(0, value[0] - SIGNING_REACH) : value[0]]
    return credential_name(parts) or _argument_name(signing) or _bare_name(data, value, parts)


def _argument_name(lead: bytes) -> Name | None:
    """What a value is for that has no name of its own, by the call it is handed to."""
    if is_signing_key(lead.lower()):
        return Name("intercom_hmac_secret", explicit=False)
    return Name("intercom_app_api_key", explicit=False) if _dotnet_pair().search(lead) else None


def _bare_name(data: bytes, value: Span, parts: list[str]) -> Name | None:
    """`client_secret:` / `staging: …`, `secrets:` / `intercom: …`: the map says what it is.

    Where it does not, what is the product's alone, is quoted and has the shape of an identity
    secret is no id or checksum.
    """
    if parts != ["intercom"]:
        which = says_which(key_words(data[: value[0]]))
        return credential_name(owner_words(data, value[0])) if which else None
    owner = owner_words(data, value[0])
    name = credential_name(["intercom", *owner]) if _OWNERS.intersection(owner[-1:]) else None
    if name is None and _secret_alone().fullmatch(data, *value):
        return Name("intercom_secret", explicit=True)
    return name


def _is_basic_auth(lower: bytes, value: Span, lead: bytes) -> bool:
    """`app_id:key@api.intercom.io`, `curl -u app_id:key https://api.intercom.io/…`."""
    return bool(
        _basic_auth().search(lead) and b"intercom" in lower[max(0, value[0] - 200) : value[1] + 200]
    )


def _section(data: bytes, value: Span) -> Verdict:
    """As `section`; a text inside a JSON string has its line breaks as `\\n`."""
    verdict = section(data, *value)
    lead = data[max(0, value[0] - 2048) : value[0]]
    if verdict != "unknown" or b"\\n" not in lead:
        return verdict
    lead = unescaped(lead)
    size = value[1] - value[0]
    return section(lead + data[value[0] : value[1] + 512], len(lead), len(lead) + size)


def _confidence(
    data: bytes, value: Span, name: Name, ours: bool, evident: list[Span]
) -> Confidence | None:
    """High where the name or its section says Intercom, medium where only the file does."""
    if name.explicit:
        return "high"
    verdict = _section(data, value)
    if verdict != "unknown":
        return "high" if verdict == "ours" else None
    return "medium" if ours or _is_evident(data, value, name, evident) else None


def _is_evident(data: bytes, value: Span, name: Name, evident: list[Span]) -> bool:
    """Does a value with a general name stand in code for Intercom, as one of Intercom's would?"""
    # A dotenv file is everybody's: what is Intercom's there says so in its name or above it.
    if _dotenv_line().search(data, max(0, value[0] - 80), value[0]):
        return False
    if not any(start <= value[0] < end for start, end in evident):
        return False
    # Every vendor has an `apiKey`; Intercom's were disabled in 2018 and stood beside an app id.
    around = data[max(0, value[0] - 512) : value[1] + 512].lower()
    return name.reduced not in _OLD_KEY or _app_id().search(around) is not None


def _classified(
    data: bytes, value: Span, name: Name, confidence: Confidence, kinds: Sequence[Credential]
) -> Match | None:
    text = data[value[0] : value[1]]
    for form in (text, unwrapped(text)):
        for rule in kinds:
            if (
                form
                and _shape(rule).fullmatch(form)
                and _names(rule).fullmatch(name.reduced)
                and (secret := rule.check(form))
            ):
                return _proved(Match(rule, secret, *value, confidence), data)
    rule = credential.RULE
    named = name.explicit or (confidence == "high" and name.reduced not in _VAGUE)
    plain = unwrapped(text) or text
    named = named and (name.declared or _names(rule).fullmatch(name.reduced) is not None)
    if named and _shape(rule).fullmatch(plain) and (secret := rule.check(plain)):
        return _proved(Match(rule, secret, *value, "medium"), data)
    return None


def _proved(match: Match, data: bytes) -> Match | None:
    """The match, unless what stands around it shows that it is none."""
    disproved = match.rule.disproved
    return None if disproved and disproved(data, match.start, match.end) else match
