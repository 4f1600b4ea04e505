"""detect-secrets' baseline (`.secrets.baseline`), read without detect-secrets.

An entry is a file's name and the SHA-1 of a secret in it. As in detect-secrets, every entry is
known whatever its `type`, its line and its audit (`is_secret`) say: those describe the entry and
do not decide over it (https://github.com/Yelp/detect-secrets, `PotentialSecret`).
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from intercom_scan.errors import ConfigError

if TYPE_CHECKING:
    from intercom_scan.finding import Place

MAX_BYTES = 64 * 1024 * 1024

_SHA1 = re.compile(r"[0-9A-Fa-f]{40}")


def parse(data: bytes, file: str) -> frozenset[tuple[str, str]]:
    """(path, SHA-1 in lower-case hex) of every entry; any version of the format.

    Paths come with forward slashes, as Windows' backslashes are another spelling of the same
    file. Raises ConfigError, `FILE:LINE: what is wrong, what to do`.
    """
    text = _decode(data, file)
    tree = _json(text, file)
    results = tree.get("results") if isinstance(tree, dict) else None
    if not isinstance(results, dict):
        line = _line_of(text, "results")
        raise ConfigError(
            f"{file}:{line}: results: is not there or not an object; "
            "write the file with 'detect-secrets scan'"
        )
    known: set[tuple[str, str]] = set()
    for name, entries in results.items():
        for entry in entries if isinstance(entries, list) else [None]:
            digest = entry.get("hashed_secret") if isinstance(entry, dict) else None
            if not isinstance(digest, str) or not _SHA1.fullmatch(digest):
                line = _line_of(text, name)
                raise ConfigError(
                    f"{file}:{line}: results: has an entry without a 'hashed_secret' of 40 "
                    "hexadecimal digits; write the file anew with 'detect-secrets scan'"
                )
            known.update((path, digest.lower()) for path in _spellings(name))
    return frozenset(known)


def holds(known: frozenset[tuple[str, str]], place: Place, secret: bytes) -> bool:
    """Whether the baseline has this secret, canonical or as written there, in the place's file."""
    if place.path is None:
        return False
    canonical = hashlib.sha1(secret, usedforsecurity=False).hexdigest()
    return (place.path, canonical) in known or (place.path, place.written_sha1) in known


def _spellings(name: str) -> set[str]:
    return {name, re.sub(r"\\+", "/", name).removeprefix("./")}


def _decode(data: bytes, file: str) -> str:
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{file}:1: is larger than {MAX_BYTES} bytes; make it smaller")
    try:
        # PowerShell's `>` writes UTF-16, and that is how a baseline is made.
        return data.decode(json.detect_encoding(data))
    except UnicodeDecodeError:
        raise ConfigError(f"{file}:1: is not UTF-8; save it as UTF-8") from None


def _json(text: str, file: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        raise ConfigError(
            f"{file}:{error.lineno}: is not JSON ({error.msg}); "
            "write the file anew with 'detect-secrets scan'"
        ) from None
    except (ValueError, RecursionError):
        raise ConfigError(
            f"{file}:1: holds numbers or nesting that no baseline has; "
            "write the file anew with 'detect-secrets scan'"
        ) from None


def _line_of(text: str, key: str) -> int:
    at = text.find(json.dumps(key))
    if at < 0:
        at = text.find(json.dumps(key, ensure_ascii=False))
    return text.count("\n", 0, at) + 1 if at >= 0 else 1
