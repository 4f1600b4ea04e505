"""Keeps found secrets out of the strings a repository names things with.

A file, a branch or an author can be named after the secret itself: the report of that finding,
and of any other at the same path, would print it.
"""

from __future__ import annotations

import base64
import re
from binascii import Error as Base64Error
from typing import TYPE_CHECKING
from urllib.parse import quote

from intercom_scan.escape import path_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.detector import Detector
    from intercom_scan.finding import Finding

STARS = "********"
_KEY = 12  # characters looked up; where a spelling is longer they come from its middle
_SHORTEST = 4  # of a spelling; a shorter one would blot out half of all names
_WRITTEN = 16  # of a spelling that a place points at
_CACHED = 20_000  # texts


class Mask:
    """Replaces every spelling of the secrets of `findings` in a text by asterisks.

    What a finding of a rule that is not confidential speaks of is no secret, and stays, but for
    credentials that its path, its detail or its remedy tells.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        # A table for each length of key: key -> (its offset, the spelling's length). The middle
        # of a value is its random part, so that few spellings share a key; and where an attacker
        # makes them share it, they still share their lengths.
        self._tables: dict[int, dict[str, tuple[tuple[int, int], ...]]] = {}
        self._spellings: set[str] = set()
        self._named: set[str] = set()
        self._cache: dict[str, str] = {}
        known = list(findings)
        for finding in (*known, *_told(known)):
            if not finding.rule.confidential:
                continue
            for spelling in (*spellings(finding.secret), *_written(finding)):
                self._add(spelling)
            self._named.update(p.path for p in finding.places if p.origin == "file-name" and p.path)

    def _add(self, spelling: str) -> None:
        if spelling in self._spellings:
            return
        self._spellings.add(spelling)
        length = min(len(spelling), _KEY)
        offset = (len(spelling) - length) // 2
        table = self._tables.setdefault(length, {})
        key = spelling[offset : offset + length]
        known = table.get(key, ())
        if (offset, len(spelling)) not in known:
            table[key] = (*known, (offset, len(spelling)))

    def __call__(self, text: str) -> str:
        known = self._cache.get(text)
        if known is not None:
            return known
        masked = _cut(text, self._spans(text))
        if masked == text and text in self._named:
            # Named after a secret in a spelling that is none of ours (say, escapes within it).
            masked = re.sub(r"[^/!\s]{16,}", STARS, text)
        if len(self._cache) < _CACHED:
            self._cache[text] = masked
        return masked

    def _spans(self, text: str) -> Iterator[tuple[int, int]]:
        for length, table in self._tables.items():
            for at in range(len(text) - length + 1):
                for offset, size in table.get(text[at : at + length], ()):
                    start = at - offset
                    if start >= 0 and text[start : start + size] in self._spellings:
                        yield start, start + size


def masked(text: str, detector: Detector | None = None) -> str:
    """`text` without the credentials that a detector (of no policy if none) sees in it."""
    return Mask(_read([text], detector))(text)


def _told(findings: Iterable[Finding]) -> Iterator[Finding]:
    """What texts about files tell: a scan of env files alone has no findings in file names."""
    about = [finding for finding in findings if not finding.rule.confidential]
    paths = (place.path for finding in about for place in finding.places)
    texts = (text for finding in about for text in (finding.detail, finding.remedy))
    yield from _read(text for text in dict.fromkeys((*paths, *texts)) if text)


def _read(texts: Iterable[str], detector: Detector | None = None) -> Iterator[Finding]:
    given = list(texts)
    if not given:  # most reports name no file's problem
        return
    from intercom_scan import grouping  # noqa: PLC0415

    if detector is None:
        from intercom_scan.detector import Detector  # noqa: PLC0415

        detector = Detector()
    for text in given:
        data = path_bytes(text)
        yield from grouping.findings(
            grouping.Occurrence(hit, grouping.place(hit, "file-name", data))
            for hit in detector.look(data).hits
        )


def _cut(text: str, spans: Iterable[tuple[int, int]]) -> str:
    parts, end = [], 0
    for start, stop in sorted(spans):
        if start >= end:
            parts += [text[end:start], STARS]
        end = max(end, stop)
    return "".join([*parts, text[end:]])


def _written(finding: Finding) -> Iterator[str]:
    """The secret as file names spell it: a place in a name counts its columns in the path."""
    for place in finding.places:
        if place.origin == "file-name" and place.path:
            lines = path_bytes(place.path).split(b"\n")
            line = lines[min(place.line, len(lines)) - 1]
            text = line[place.column - 1 : place.end_column - 1].decode("utf-8", "surrogateescape")
            if len(text) >= _WRITTEN:
                yield text


def spellings(secret: bytes) -> Iterator[str]:
    """The ways a name may carry `secret`: plain, base64 at any alignment, percent-encoded, hex."""
    plain = secret.rstrip(b"=")
    for value in (plain, *_decoded(plain)):
        text = value.decode("utf-8", "surrogateescape")
        yield from _alphabets(text)
        if re.fullmatch(rb"[0-9a-fA-F-]+", value):
            yield from (text.lower(), text.upper())
        if len(value) < 6:
            continue
        yield quote(value, safe="")
        yield value.hex()
        for shift in range(3):
            padded = base64.b64encode(b"\0" * shift + value).decode().rstrip("=")
            # The characters at either end also hold bits of what stands around the value.
            first, last = (0, 2, 3)[shift], (shift + len(value)) % 3
            yield from _alphabets(padded[first : len(padded) - (last != 0)])


def _decoded(plain: bytes) -> Iterator[bytes]:
    """What an access token is the base64 of."""
    if plain.startswith(b"dG9rO"):
        standard = plain.translate(bytes.maketrans(b"-_", b"+/"))
        try:
            yield base64.b64decode(standard + b"=" * (-len(standard) % 4))
        except Base64Error:
            return


def _alphabets(text: str) -> Iterator[str]:
    """`text`, and the same in the standard and in the URL-safe alphabet of base64."""
    if len(text) >= _SHORTEST:
        yield text
        yield text.translate(str.maketrans("-_", "+/"))
        yield text.translate(str.maketrans("+/", "-_"))
