"""Which name does a value go by? Read backwards from the value, on its line and a few above."""

from __future__ import annotations

from intercom_scan.rules.names import neutral, words
from intercom_scan.rules.text import lazy, unescaped

_REACH = 800  # bytes before a value in which its name is looked for
_LINES = 7

_separator = lazy(
    rb"\|\||\?\?|\?:|=>|:=|:-|[=:,;{}()\[\]|<>&?\"'`!]+|\s--?(?=[A-Za-z])|\s[-\xe2]\S*\s"
    rb"|(?i:\s(?:or|else|is)\s)|\.\s|//"
)
_closing = lazy(rb"^\s*[}\])]")
_pair = lazy(rb"^[\s,{\-\"']*([A-Za-z_]+)[\"']?\s*[:=]")
_piped = lazy(rb"[\"']?[ \t]{0,9}\|[^|\r\n]{0,120}?([A-Za-z_-]*(?i:intercom)[A-Za-z0-9_-]*)")
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
    lines = lead.split(b"\n")[-_LINES:]
    for height, line in enumerate(reversed(lines)):
        if height and _closing().match(line):
            return []
        if height and (pair := _pair().match(line)) and pair[1].lower() in _ATTRIBUTES:
            continue
        found = _last_name(line)
        if found:
            return found
    return []


def piped_name_words(data: bytes, end: int) -> list[str]:
    """The words of the name in `echo V | gh secret set NAME`, where the value ends at `end`."""
    hit = _piped().match(data, end, min(len(data), end + 200))
    return words(hit[1]) if hit else []


def _last_name(line: bytes) -> list[str]:
    for part in reversed(_separator().split(line.replace(b"()", b""))):
        if part.startswith(b"/"):  # `</key>`
            continue
        found = words(part)
        if found and not neutral(found):
            return found
    return []
