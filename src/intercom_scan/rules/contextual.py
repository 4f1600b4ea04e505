"""Finds the kinds that only their context tells: candidate values first, then their names."""

from __future__ import annotations

import binascii
import re
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING

from intercom_scan.rules import (
    credential,
    suspects,
)
from intercom_scan.rules.model import Confidence, Credential, Match
from intercom_scan.rules.names import (
    Name,
    credential_name,
    name_pattern,
    path_names_intercom,
    words,
)
from intercom_scan.rules.naming import is_signing_key, name_words, name_words_behind
from intercom_scan.rules.section import Verdict, section
from intercom_scan.rules.text import Span, lazy, merged, unescaped, windows

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
_REMEMBERED = 1 << 20  # bytes of a region whose candidates are remembered
_LONGEST_SECRET_FILE = 300  # bytes of a file that holds a value alone
_LONGEST_NAME = 120  # that the user's own patterns are tried on; a `*` in them takes its square

# Of a value without a known shape; `=` only as padding.
_CHARACTERS = rb"[A-Za-z0-9+/_.~!@#$%^&*:-]{16,256}={0,2}"
# Two steps, since a pattern that begins with a look-behind is tried at every byte.
_run = lazy(rb"[A-Za-z0-9_-]{36,72}")
_shaped = lazy(
    rb"[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|"
    rb"[A-Za-z0-9_-]{40}(?:[A-Za-z0-9_-]{3})?|[0-9A-Fa-f]{64}"
)
_jwt = lazy(rb"eyJ[A-Za-z0-9_-]{8,512}\.[A-Za-z0-9_-]{8,4096}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])")
_after_value = lazy(rb"[A-Za-z0-9_-]|=|\.[A-Za-z]|/[A-Za-z]")
# For lower-case text: ignoring case would cost ten times as much.
_assigned = lazy(
    rb"(?:secret|token|key|pat|hash|hmac|jwt|pass|password|passwd|pwd|credential)"
    rb"[a-z0-9_]{0,20}\\{0,3}[\"'`\])*]{0,4}\s{0,8}(?:=>|:=|\|\||\?\?|\?:|:-|[=:,|])"
    rb"\s{0,8}@?\\{0,3}[\"'`]?"
    rb"(" + _CHARACTERS + rb")"
)
# Values after a name that says Intercom, whatever stands between.
_named = lazy(rb"intercom[a-z0-9_.-]{0,60}")
_noun = lazy(rb"secret|token|key|pat|hash|hmac|jwt|pass|pwd|cred")
_loose = lazy(rb"(?<=[\"'`>\s=])" + _CHARACTERS)
_LOOSE_REACH, _LOOSE_COUNT = 260, 3
# Code and configuration of Intercom's, as opposed to door phones and other intercoms.
_evidence = lazy(
    rb"intercom(?:\(\s{0,4}[\"'](?:boot|update)[\"']|(?<=config\s:intercom)\b|\.io|\.com|cdn|-(?:client|rails|ruby|php|node|java|go|python|react|cordova|ios|"
    rb"android)|rails|settings|client|sdk|_?(?:user_?)?(?:hash|hmac|jwt)|::|\\|"
    rb"_(?:settings|app_id|messenger)|appid|"
    rb"(?<=@intercom)/|(?<=github\.com/intercom)/|(?<=(?:python|niauth)-intercom)|"
    rb"(?<=use-intercom)|(?<=from\sintercom)\b|(?<=(?:require|.import)\s.intercom)\b|"
    rb"(?<=import\sintercom)\b|(?<=using\sintercom)\b|"
    rb"(?<=[\s.]io\.intercom)\.(?:android|api))"
)
_door_phone = lazy(
    rb"(?<![a-z])(?:esphome|home.?assistant|hass|door.?(?:bell|phone|bird|station)s?|esp32|arduino|"
    rb"asterisk|akuvox|hikvision|dahua|ring.intercom|aiphone|commax|micropython|sip:|freeswitch|"
    rb"walkie.talkie|apartment|intercom.panel|gpio)(?![a-z])"
)
_legacy_pair = lazy(
    rb"(?is:intercom[.:\\]{0,2}\w{0,16}(?:::factory|\.new)?\(\s*[\"'][a-z0-9]{6,40}[\"']\s*,\s*[\"']$)"
)
# https://github.com/intercom/intercom-dotnet: an app id and a key, as its clients took them.
_dotnet_pair = lazy(rb"new\s{1,4}Authentication\(\s{0,9}\"[a-z0-9]{6,40}\"\s{0,9},\s{0,9}\"$")
_omniauth_pair = lazy(
    rb"(?i:intercom[\"']?\s*,\s*(?:ENV\[)?[\"'][^\"'\r\n]{6,64}[\"']\]?\s*,\s*(?:ENV\[)?[\"']$)"
)
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
    data: bytes, path: bytes, extra_names: Sequence[str], kinds: Sequence[Credential]
) -> Iterator[Match]:
    """Matches of the contextual rules in order of their start."""
    lower = data.lower()
    ours = path_names_intercom(path)
    near = list(windows(lower, _BEFORE, _AFTER))
    evident = _evident(lower, near)
    door = not evident and any(_door_phone().search(lower, *span) for span in near)
    if ours or extra_names:
        regions: list[Span] = [(0, len(data))]
    else:
        regions = merged(near + evident + _app_api_keys(lower))
    for start, end in regions:
        for value in _candidates(data, start, end):
            name = _name(data, value, tuple(extra_names))
            if name is None:
                continue
            confidence = _confidence(data, value, name, ours, evident)
            if _is_prose(data, value):
                continue
            if door and (not name.explicit or name.reduced in _DOOR_TOO):
                continue  # somebody else's intercom, but for what is named like a credential here
            match = confidence and _classified(data, value, name, confidence, kinds)
            if match and not (door and match.rule is credential.RULE):
                yield match
    if ours and (whole := _whole_file(data, path, kinds)):
        yield whole


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


def _candidates(data: bytes, start: int, end: int) -> Iterator[Span]:
    """Values by shape, and whatever is assigned to something named like a secret."""
    region = data[start:end]
    look = _candidates_in if len(region) <= _REMEMBERED else _candidates_in.__wrapped__
    for low, high in look(region):
        cut = (low == 0 and start > 0) or (high == len(region) and end < len(data))
        if not cut:
            yield start + low, start + high


@lru_cache(maxsize=16)
def _candidates_in(region: bytes) -> tuple[Span, ...]:
    """The versions of a file have mostly the same regions."""
    spans: set[Span] = set()
    jwts, others = suspects.shaped(region)
    for low, high in jwts:
        spans.update(hit.span() for hit in _jwt().finditer(region, low, high))
    for low, high in others:
        for run in _run().finditer(region, low, high):
            if span := _shaped_in(region, *run.span()):
                spans.add(span)
    lower = region.lower()
    for low, high in suspects.unshaped(lower):
        spans.update(_unshaped(region, lower, low, high))
    return tuple(sorted(spans))


def _unshaped(data: bytes, lower: bytes, start: int, end: int) -> Iterator[Span]:
    """Secret-looking values behind a name, whatever their shape."""
    looked = start
    for hit in _named().finditer(lower, start, end):
        if hit.end() < looked or not _noun().search(hit[0]):
            continue
        # What begins near the name may end further on.
        after = _loose().finditer(data, hit.end(), hit.end() + 2 * _LOOSE_REACH)
        for value in islice(after, _LOOSE_COUNT):
            looked = value.end()
            if value.start() > hit.end() + _LOOSE_REACH:
                break
            if _whole(data, *value.span()):
                yield value.span()
    for hit in _assigned().finditer(lower, start, end):
        if _whole(data, *hit.span(1)):
            yield hit.span(1)


def _whole(data: bytes, start: int, end: int) -> bool:
    """Does a value end where it looks as if it did, and look like a secret?"""
    quote, following = data[start - 1 : start], data[end : end + 1]
    if quote in (b'"', b"'", b"`") and following not in (quote, b"\\"):
        return False
    if not following.isspace() and following not in b"\"'`,;<|)}]\\&":
        return False
    return credential.check(data[start:end]) is not None


def _shaped_in(data: bytes, start: int, end: int) -> Span | None:
    """The value that a run of characters is; `${NAME:-value}` glues a dash to it."""
    before = data[max(0, start - 1) : start]
    if before == b":" and data[start : start + 1] == b"-" and end - start != 40:
        start += 1
    elif before in (b"/", b"#", b"."):
        return None
    if _shaped().fullmatch(data, start, end) and not _after_value().match(data, end):
        return start, end
    return None


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
    if _legacy_pair().search(lead) or _is_basic_auth(lower, value, lead):
        return Name("intercom_api_key", explicit=True)
    parts = name_words(data, value[0]) or name_words_behind(data, value[1])
    if (
        parts == ["app", "api", "key"]
        and b"app_id" in lower[max(0, value[0] - 512) : value[1] + 512]
    ):
        return Name("intercom_app_api_key", explicit=True)
    joined = "_".join(parts)
    if extra and len(joined) <= _LONGEST_NAME and _extra(extra).fullmatch(joined):
        return Name(f"intercom_{joined}", explicit=True)
    return credential_name(parts) or _argument_name(lead)


def _argument_name(lead: bytes) -> Name | None:
    """What a value is for that has no name of its own, by the call it is handed to."""
    if is_signing_key(lead.lower()):
        return Name("intercom_hmac_secret", explicit=False)
    return Name("intercom_api_key", explicit=False) if _dotnet_pair().search(lead) else None


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
    if verdict == "ours":
        return "high"
    if verdict == "foreign":
        return None
    if ours:
        return "medium"
    # A dotenv file is everybody's: what is Intercom's there says so in its name or above it.
    if _dotenv_line().search(data, max(0, value[0] - 80), value[0]):
        return None
    return "medium" if any(start <= value[0] < end for start, end in evident) else None


def _classified(
    data: bytes, value: Span, name: Name, confidence: Confidence, kinds: Sequence[Credential]
) -> Match | None:
    text = data[value[0] : value[1]]
    for form in (text, _unwrapped(text)):
        for rule in kinds:
            if (
                form
                and _shape(rule).fullmatch(form)
                and _names(rule).fullmatch(name.reduced)
                and (secret := rule.check(form))
            ):
                return Match(rule, secret, *value, confidence)
    rule = credential.RULE
    named = name.explicit or (confidence == "high" and name.reduced not in _VAGUE)
    if named and _shape(rule).fullmatch(text) and (secret := rule.check(text)):
        return Match(rule, secret, *value, "medium")
    return None


def _unwrapped(text: bytes) -> bytes:
    """The value inside base64, as Kubernetes keeps it beside its plain name; b"" if it is none."""
    if len(text) < 48 or len(text) % 4:
        return b""
    try:
        return binascii.a2b_base64(text).strip()
    except binascii.Error:
        return b""
