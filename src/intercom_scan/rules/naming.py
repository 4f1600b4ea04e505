"""Which name does a value go by? Read backwards from the value, on its line and a few above."""

from __future__ import annotations

from intercom_scan.rules.block import cell_words
from intercom_scan.rules.lead import is_element, without_others
from intercom_scan.rules.names import credential_name, neutral, words
from intercom_scan.rules.section import unmatched
from intercom_scan.rules.text import lazy, unescaped

_REACH = 800  # bytes before a value in which its name is looked for
_LINES = 7

_separator = lazy(
    rb"\|\||\?\?|\?:|=>|:=|:-|[=:,;{}()\[\]|<>&?\"'`!]+|\s--?(?=[A-Za-z])|\s[-\xe2]\S*\s"
    rb"|(?i:\s(?:or|else|is)\s)|\.\s|//"
)
# `Intercom:ClientSecret`, as .NET writes what is nested; and YAML's `&anchor` and `!tag`.
_nested = lazy(rb"((?i:intercom)):(?=[A-Za-z])")
_tag = lazy(rb"[&!][A-Za-z0-9_-]{1,40}[ \t]{1,8}[\"']?\Z")
_sibling = lazy(rb"[}\]]\s{0,16},\s{0,16}\Z")
_comment = lazy(rb"\s{0,80}(?:#|//)")
_no_name = lazy(rb"\(\)|</[^<>]{0,80}>")
_closing = lazy(rb"^\s*[}\])]")
_pair = lazy(rb"^[\s,{\-\"']*([A-Za-z_]+)[\"']?\s*[:=]")
_key = lazy(rb"(?:^|[\s{,])[\"']?([A-Za-z][\w.-]{0,40})[\"']?\s{0,4}(?:=>|[:=])\s{0,8}[\"']?\Z")
_behind = lazy(
    rb"[\"'`]?[)\];,]{0,4}[ \t]{0,9}(?:\||//|#|--|/\*|<!--)[^|\r\n]{0,120}?"
    rb"([A-Za-z_-]*(?i:intercom)[A-Za-z0-9_-]*)"
)
SIGNING_REACH = 400  # bytes before a value in which a call opens that takes it
# Calls that take the key of an HMAC or a JWT, up to their bracket; for lower-case text.
SIGNING = (
    rb"(?:hmac[a-z0-9_.]{0,20}|hexdigest|new_from_slice|intercom_?(?:user_?)?hash|"
    rb"secretkeyspec|importkey|jwt(?:\.|::)(?:sign|encode))\s?"
)
_signing = lazy(SIGNING + rb"$")
# Ruby needs no brackets: `hexdigest 'sha256', '`.
_signing_command = lazy(rb"hexdigest[ \t]{1,4}\\?\s{0,40}[^(),\n]{1,60},\s{0,40}[\"']\Z")
_SIGNING_WORDS = (b"hmac", b"hash", b"jwt", b"digest", b"key", b"from_slice")
# Attributes of a variable that stand between its name and its value (Terraform, app.json).
_ATTRIBUTES = frozenset(
    b"description type required sensitive generator nullable scope is_secret secret "
    b"masked protected environment_scope sync".split()
)


def name_words(data: bytes, start: int) -> list[str]:
    """The words of the name that is nearest before the value at `start`; [] where there is none.

    `name: X` / `value: V`, `<key>X</key>` / `<string>V`, `variable "X" {` / `default = V`,
    `fetch("X",` / `"V")` and a name whose value stands on the next line reach upwards.
    """
    lead = unescaped(data[max(0, start - _REACH) : start])
    lead = without_others(_tag().sub(b"", _nested().sub(rb"\1_", lead)))
    lines = lead.split(b"\n")[-_LINES:]
    if found := cell_words(lines[-1]):
        return found
    for height, line in enumerate(reversed(lines)):
        if height and is_element(line):
            continue
        if height and _closing().match(line):
            return []
        if height and (pair := _pair().match(line)) and pair[1].lower() in _ATTRIBUTES:
            continue
        found = _last_name(line)
        if found and not (height and _comment().match(line) and not credential_name(found)):
            return found
    return []


def name_words_behind(data: bytes, end: int) -> list[str]:
    """As `name_words`, for `echo V | gh secret set NAME` and `return "V"  # NAME`."""
    hit = _behind().match(data, end, min(len(data), end + 200))
    return words(hit[1]) if hit else []


def key_words(lead: bytes) -> list[str]:
    """The words of the key that a text ends in, before its value; [] where it ends in none."""
    hit = _key().search(lead[-100:])
    return words(hit[1]) if hit else []


def owner_words(data: bytes, start: int) -> list[str]:
    """The words of the name of the map that holds the value at `start`; [] where there is none.

    What opens the innermost bracket, or the nearest line above that is indented less. A map in a
    list has the list's name, and nothing of the map before it.
    """
    lead = unescaped(data[max(0, start - _REACH) : start])
    opener = None
    for opener in unmatched(lead):
        if not _sibling().search(lead[max(0, opener - 40) : opener]):
            return name_words(lead, opener)
    if opener is not None:
        return []
    *above, own = lead.split(b"\n")
    indent = len(own) - len(own.lstrip())
    parent = next((line for line in reversed(above) if 0 <= _indent_of(line) < indent), b"")
    return _last_name(parent)


def _indent_of(line: bytes) -> int:
    """In bytes; -1 of a blank line or a comment."""
    bare = line.lstrip()
    return -1 if not bare or _comment().match(line) else len(line) - len(bare)


def is_signing_key(lead: bytes) -> bool:
    """Does lower-case text end within the brackets of a call that signs?

    `hash_hmac('sha256', $user->id, '`, `jwt.sign({ user_id }, '`; not `createHmac(a, b).update('`.
    """
    return any(word in lead for word in _SIGNING_WORDS) and (
        any(_signing().search(lead, max(0, opener - 40), opener) for opener in unmatched(lead))
        or _signing_command().search(lead[-200:]) is not None
    )


def _last_name(line: bytes) -> list[str]:
    for part in reversed(_separator().split(_no_name().sub(b"", line))):
        found = words(part)
        if found and not neutral(found):
            return found
    return []
