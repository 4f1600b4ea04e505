"""Where a repository's code reads a credential out of its environment, by the names."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from intercom_scan.detector import Places
from intercom_scan.env.naming import classify
from intercom_scan.finding import Place, Skip
from intercom_scan.rules import RULES
from intercom_scan.rules.model import Severity
from intercom_scan.rules.names import credential_name, name_pattern, words
from intercom_scan.sources.files import File, list_files
from intercom_scan.sources.looking import beginning
from intercom_scan.values import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

LARGEST = 1 << 20  # bytes of a file; what is larger was not written by a person
_WORD = b"INTERCOM"
_LONGEST_NAME = 80
_LEAD = 48  # bytes before a name
_PROSE = (b".md", b".rst", b".txt", b".adoc", b".html")
# Of a key that is one of a mobile SDK's or of another kind, words that say which.
_MOBILE = frozenset({"android", "ios", "mobile", "sdk"})
_LETTERS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
_rest = re.compile(rb"[A-Z0-9_]{0,80}")
# What stands before a name that is read: `process.env.`, `os.environ["`, `ENV.fetch('`,
# `System.getenv("`, `env::var("`, `$env:`, `secrets.`, `${`.
_reading = re.compile(
    rb"(?i:env(?:iron)?[\w.:!]{0,24}[\[(.:]\s{0,16}[\"'`]?|secrets[.\[]\s{0,16}[\"']?"
    rb"|\bconfig\(\s{0,16}[\"']|\$\{?)\Z"
)
# In a template of an `.env` file each name at the beginning of a line is there to be read.
_assigning = re.compile(rb"(?:^|\n)\s{0,8}(?:export\s{1,4})?\Z")


@dataclass(slots=True)
class Reads:
    """The places at which each name is read, and what was looked at for that."""

    places: dict[str, list[Place]] = field(default_factory=dict)
    skips: list[Skip] = field(default_factory=list)
    files: int = 0
    bytes: int = 0


def find(top: Path, files: Iterable[File | Skip] | None = None) -> Reads:
    """All reads of credentials' names in the files that git tracks or does not ignore.

    `files` are those that are known to say Intercom, where somebody has looked already.
    A name counts if it says Intercom in capital letters and is one that a kind of credential
    goes by. Pages of text are left out, as they show names to people. A file that cannot be read
    is a skip; a submodule has a ledger of its own.
    """
    found = Reads()
    for file in list_files([top], top) if files is None else files:
        if isinstance(file, Skip):
            found.skips.append(file)
        elif file.there and not file.path.lower().endswith(_PROSE):
            _look(file, found)
    return found


def _look(file: File, found: Reads) -> None:
    path = os.fsdecode(file.path)
    try:
        data = beginning(file.full, LARGEST + 1)
    except OSError as error:
        found.skips.append(Skip(path, error.strerror or "unreadable"))
        return
    if data is None:
        return
    if len(data) > LARGEST:
        reason = f"larger than {LARGEST} bytes: names that it reads are not looked for"
        found.skips.append(Skip(path, reason, incomplete=False))
        return
    found.files += 1
    found.bytes += len(data)
    places = Places(data)
    template = classify(os.path.basename(file.path)) == "template"
    reading = _assigning if template else _reading
    for name, start in _names(data, reading):
        if is_credential(name):
            line, column = places.of(start)
            place = Place("file", path, line, column, column + len(name))
            found.places.setdefault(name.decode("ascii"), []).append(place)


def _names(data: bytes, reading: re.Pattern[bytes]) -> Iterator[tuple[bytes, int]]:
    """Each name with `INTERCOM` in it that something reads, and where it starts."""
    at = 0
    while (at := data.find(_WORD, at)) >= 0:
        left = max(0, at - _LONGEST_NAME)
        start = left + len(data[left:at].rstrip(_LETTERS))
        rest = _rest.match(data, at)
        assert rest is not None
        end = rest.end()
        if end - start <= _LONGEST_NAME and reading.search(data[max(0, start - _LEAD) : start]):
            yield data[start:end], start
        at = end


@lru_cache(maxsize=4096)
def is_credential(name: bytes) -> bool:
    """Whether kinds of credentials go by this name, none of which is published by design."""
    parts = words(name)
    known = credential_name(parts)
    if known is None:
        return False
    kinds = [rule for rule in RULES if name_pattern(rule.names).fullmatch(known.reduced)]
    secret = [rule for rule in kinds if rule.severity > Severity.INFO]
    return bool(secret) and (secret == kinds or _MOBILE.isdisjoint(parts))
