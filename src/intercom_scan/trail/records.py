"""A line of the audit log: JSON that names the line before it, and its own hash at the end.

The hash is SHA-256 of the line up to it, or HMAC-SHA-256 (RFC 2104) where there is a key. The
first line names 64 zeros.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import TYPE_CHECKING, Any

from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 8192  # bytes, without the end of the line
ORIGIN = "0" * 64

_START = b'{"timestamp":"'
# Names by which nobody takes a hash for a credential, as one called `hash` or `hmac` may be.
_PLAIN, _KEYED = "sha256", "hmacSha256"
_END = re.compile(rf',"({_PLAIN}|{_KEYED})":"([0-9a-f]{{64}})"\}}\Z'.encode())
_END_LENGTH = len(f',"{_KEYED}":""}}') + 64  # at most
_TEXTS = ("timestamp", "action", "userId", "resource", "result", "previous")
_KEPT = ("begun", "exitCode", "error")  # of metadata that would make a line too long


@dataclass(frozen=True, slots=True)
class Entry:
    """What a line tells. `timestamp` is RFC 3339 in UTC with milliseconds.

    `result` is `begun`, `success` or `failure`. `metadata` has what JSON has.
    """

    timestamp: str
    action: str
    user_id: str
    resource: str
    result: str
    metadata: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it was read: what it tells, and whether its own hash says the same.

    `hash` is what the next line has to name. `keyed` says that it takes the key to tell.
    """

    entry: Entry
    previous: str
    hash: str
    keyed: bool
    genuine: bool


def sealed(entry: Entry, previous: str, key: bytes) -> tuple[bytes, str]:
    """The line for `entry` behind the one with the hash `previous`, and its own hash."""
    body = _body(entry, previous, entry.metadata)
    if len(body) + _END_LENGTH > LONGEST:
        body = _shortened(entry, previous)
    own = digest(body, key)
    name = _KEYED if key else _PLAIN
    return body + f',"{name}":"{own}"}}'.encode(), own


def parsed(line: bytes, key: bytes) -> Line | None:
    """A line without its end; None where it is no whole line of an audit log."""
    end = _END.search(line, max(len(line) - _END_LENGTH, 0))
    if end is None or len(line) > LONGEST:
        return None
    try:
        told = json.loads(line)
        texts = [told[name] for name in _TEXTS]
        metadata = told["metadata"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    if not isinstance(metadata, dict) or any(not isinstance(text, str) for text in texts):
        return None
    timestamp, action, user, resource, result, previous = texts
    entry = Entry(timestamp, action, user, resource, result, metadata)
    keyed, own = end[1].decode() == _KEYED, end[2].decode()
    expected = digest(line[: end.start()], key if keyed else b"")
    return Line(entry, previous, own, keyed, hmac.compare_digest(expected, own))


def plausible(line: bytes) -> bool:
    """Whether `line` is one of an audit log, or the begin of one as a crash leaves it.

    After a loss of power some file systems have zeros where the rest was.
    """
    text = line.rstrip(b"\0")
    return bool(line) and (text.startswith(_START) or _START.startswith(text))


def digest(data: bytes, key: bytes) -> str:
    """SHA-256 in hex, or HMAC-SHA-256 with a key that is not empty."""
    if key:
        return hmac.new(key, data, hashlib.sha256).hexdigest()
    return hashlib.sha256(data).hexdigest()


def _shortened(entry: Entry, previous: str) -> bytes:
    """With what has to be known of the metadata; without the error too, where that is long."""
    names = [name for name in _KEPT if name in entry.metadata]
    while True:
        kept = {name: entry.metadata[name] for name in names}
        body = _body(entry, previous, {**kept, "leftOut": len(entry.metadata) - len(kept)})
        if not names or len(body) + _END_LENGTH <= LONGEST:
            return body
        names.pop()


def _body(entry: Entry, previous: str, metadata: Mapping[str, Any]) -> bytes:
    told = {
        "timestamp": entry.timestamp,
        "action": entry.action,
        "userId": entry.user_id,
        "resource": entry.resource,
        "result": entry.result,
        "metadata": metadata,
        "previous": previous,
    }
    return json.dumps(told, separators=(",", ":")).encode("ascii")[:-1]
