"""The file of ignores: one finding a line, sorted, laid out so that branches merge cleanly.

git cannot merge two lines that two branches add at the same place. So the file has 256 section
lines that never change, one for each pair of digits that a fingerprint can begin with: additions
on two branches meet only where those digits are the same. For these, `.gitattributes` beside the
file asks for a union merge, which keeps both lines; GitHub's own merges do not heed that
(https://github.com/orgs/community/discussions/9288), the sections work there too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.errors import ConfigError
from intercom_scan.policy.kinds import parse_day
from intercom_scan.policy.model import IGNORES_FILE, Ignore
from intercom_scan.policy.schema import FINGERPRINT, fingerprint_problem, reason_problem
from intercom_scan.policy.text import show
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable

FILE = IGNORES_FILE
ATTRIBUTES_FILE = ".intercom-scan/.gitattributes"
ATTRIBUTES = "/ignores text eol=lf merge=union\n"
MAX_BYTES = 4 * 1024 * 1024

_HEADER = (
    "# Findings that intercom-scan ignores: FINGERPRINT [RULE] [until=YYYY-MM-DD] # REASON",
    "# The short lines keep entries apart, so that branches which add some merge cleanly.",
)
_SECTION = re.compile(r"# [0-9a-f]{2}")
_ENTRY = re.compile(r"(\S+)((?:[ \t]+[^\s#]\S*){0,2})(?:[ \t]+#[ \t]*(.*))?")
_CONFLICT = ("<<<<<<<", "|||||||", "=======", ">>>>>>>")


def parse(data: bytes, file: str = FILE) -> tuple[Ignore, ...]:
    """The ignores in `data`, in the order in which they stand there.

    Raises ConfigError, `FILE:LINE: what is wrong, what to do`.
    """
    found = []
    for number, line in enumerate(_lines(data, file), 1):
        if line and not line.startswith("#"):
            found.append(_entry(line, f"{file}:{number}"))
    return tuple(found)


def update(data: bytes, ignores: Iterable[Ignore], file: str = FILE) -> bytes:
    """The file with `ignores` in it; one of the same fingerprint is replaced, its rule kept.

    What comes out depends on the entries alone. A comment stays above the entry that it stood
    above. Raises ConfigError where `data` is not such a file.
    """
    entries: dict[str, dict[str, list[str]]] = {}  # fingerprint, line, comments above it
    rules: dict[str, str | None] = {}
    comments: list[str] = []
    for number, line in enumerate(_lines(data, file), 1):
        if line.startswith("#") and line not in _HEADER and not _SECTION.fullmatch(line):
            comments.append(line)
        elif line and not line.startswith("#"):
            known = _entry(line, f"{file}:{number}")
            rules[known.fingerprint] = known.rule or rules.get(known.fingerprint)
            same = entries.setdefault(known.fingerprint, {})
            same[_written(known)] = same.get(_written(known), []) + comments
            comments = []
    for ignore in ignores:
        name = ignore.fingerprint
        above = [line for group in entries.get(name, {}).values() for line in group]
        kept = replace(ignore, rule=ignore.rule or rules.get(name))
        entries[name] = {_written(kept): above}
    return _laid_out(entries, comments)


def _laid_out(entries: dict[str, dict[str, list[str]]], trailing: list[str]) -> bytes:
    sections: dict[str, list[str]] = {f"{prefix:02x}": [] for prefix in range(256)}
    for fingerprint in sorted(entries):
        for line in sorted(entries[fingerprint]):
            sections[fingerprint[:2]] += [*entries[fingerprint][line], line]
    lines = list(_HEADER)
    for prefix, inside in sections.items():
        lines += [f"# {prefix}", *inside]
    return "\n".join([*lines, *trailing, ""]).encode()


def _written(ignore: Ignore) -> str:
    parts = [ignore.fingerprint, ignore.rule, ignore.until and f"until={ignore.until}"]
    return " ".join(part for part in parts if part) + f" # {ignore.reason}"


def _lines(data: bytes, file: str) -> list[str]:
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{file}:1: is larger than {MAX_BYTES} bytes; remove entries")
    try:
        return [line.strip(" \t\r") for line in data.decode("utf-8-sig").split("\n")]
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}:{line}: is not UTF-8; save it as UTF-8") from None


def _entry(line: str, where: str) -> Ignore:
    if line.startswith(_CONFLICT):
        raise ConfigError(f"{where}: has a merge conflict; keep both sides, remove the marks")
    found = _ENTRY.fullmatch(line)
    if not found or not FINGERPRINT.fullmatch(found[1].lower()):
        first = line.partition(" ")[0]
        raise ConfigError(f"{where}: {show(first)} {fingerprint_problem('')}")
    reason = found[3] or ""
    if wrong := reason_problem(reason):
        raise ConfigError(f"{where}: {show(reason)} {wrong}")
    rule = until = None
    for word in found[2].split():
        if word.startswith("until=") and until is None:
            until = parse_day(word[6:])
            if until is None:
                raise ConfigError(f"{where}: {show(word)} is not a date; write until=YYYY-MM-DD")
        elif re.fullmatch(r"[a-z][a-z0-9-]{0,60}", word) and rule is None:
            rule = word
        else:
            raise ConfigError(f"{where}: {show(word)} is neither a rule nor until=YYYY-MM-DD")
    return Ignore(found[1].lower(), reason, until, rule, where)
