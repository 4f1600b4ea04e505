"""Calls of Intercom's API in source code: which scopes they need, and where they stand.

A hint and no proof: a method may be chosen, and a path put together, where no pattern sees it.
Every pattern is bounded, so that a file takes linear time.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.rules.names import path_names_intercom
from intercom_scan.scopes.endpoints import FIRST, scope_of
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_BEFORE, _AFTER = 200, 400  # bytes around a path in which its method may stand


@dataclass(frozen=True, slots=True)
class Call:
    """`data[start:end]` calls what needs the scope with this id."""

    scope: str
    start: int
    end: int


def find(data: bytes, path: bytes = b"") -> Iterator[Call]:
    """The calls in a file, by kind of call and then by place. Text without the word has none.

    `path` is the file's: one that names Intercom has its variables mean Intercom.
    """
    if b"intercom" in data.lower():
        yield from _requests(data, path_names_intercom(path))
        yield from _sdk(data)


# --- requests by URL

_HOST = rb"api(?:\.eu|\.au)?\.intercom\.io"
# What a path is made of in code: letters, and what puts values into text: `${id}`, `#{id}`, `<id>`.
_PATH = rb"[\w./${}#<>()\[\]:%@-]{1,200}"
_FIRST = b"|".join(map(str.encode, FIRST))
_URL = re.compile(
    rb"(?:https?://|(?<![\w./-]))" + _HOST + rb"(?::443)?/(" + _PATH + rb")", re.IGNORECASE
)
# A path in quotes, behind a variable at most: `${BASE}/contacts`, f"{self.base}/me".
_QUOTED = re.compile(
    rb"[\"'`]((?:[$#]?\{[^{}\n\"'`]{1,80}\})?)/((?:" + _FIRST + rb")(?![\w-])(?:/" + _PATH + rb")?)"
)
_BASE = re.compile(rb"(?<![\w./-])(?:https?://)?" + _HOST, re.IGNORECASE)
# A path that the code itself serves.
_SERVED = re.compile(
    rb"(?:@\w{1,40}|\b(?:app|blueprint|bp|routes?|router|server))\.\w{1,10}\(\s{0,40}\Z"
)
_INTERPOLATED = re.compile(rb"[$#]?\{[^{}]{0,80}\}|<[^<>]{0,80}>|\([^()]{0,80}\)")

_CALLED = rb"(?:\.|::|->)([Gg]et|[Pp]ost|[Pp]ut|[Pp]atch|[Dd]elete)(?:Async|_async)?\b"
_SAID = rb"[\"'`:](get|post|put|patch|delete)\b(?=[\"'`,)\s])|\b(GET|POST|PUT|PATCH|DELETE)\b"
_METHOD_BEFORE = re.compile(_CALLED + rb"|" + _SAID)
_METHOD_AFTER = re.compile(_SAID)
_END = re.compile(
    rb"[\n;][ \t\r]{0,80}\n|\n[ \t]{0,80}\}?\)|[\"'`]/[a-z]|\{[^{}\n]{1,80}\}/|" + _HOST,
    re.IGNORECASE,
)
_SENDS = re.compile(rb"\s(?:-d|--data[a-z-]{0,12}|--json)[\s=]")  # which has curl post
_CURL = re.compile(rb"\bcurl\b")


def _requests(data: bytes, ours: bool) -> Iterator[Call]:
    named = _BASE.search(data) is not None
    for hit in _URL.finditer(data):
        yield from _request(data, hit, hit[1])
    for hit in _QUOTED.finditer(data):
        variable = hit[1].lower()
        if variable:
            counts = named or ours or b"intercom" in variable
        else:
            counts = named and not _SERVED.search(data[max(hit.start() - 80, 0) : hit.start()])
        if counts:
            yield from _request(data, hit, hit[2])


def _request(data: bytes, hit: re.Match[bytes], path: bytes) -> Iterator[Call]:
    plain = _INTERPOLATED.sub(b"*", path).decode("utf-8", "replace")
    scope = scope_of(plain.rstrip(".:)"), _method(data, hit))
    if scope is not None:
        yield Call(scope, hit.start(), hit.end())


def _method(data: bytes, hit: re.Match[bytes]) -> str:
    """The last one that is named before the path in its statement, or the first behind it."""
    before = _statement(data[max(hit.start() - _BEFORE, 0) : hit.start()])
    named = list(_METHOD_BEFORE.finditer(before))
    after = _until_the_next(data[hit.end() : hit.end() + _AFTER])
    behind = _METHOD_AFTER.search(after)
    if _CURL.search(before) and behind is None and not named and _SENDS.search(after):
        return "POST"
    chosen = named[-1] if named else behind
    return chosen[chosen.lastindex or 0].decode().upper() if chosen else "GET"


def _statement(before: bytes) -> bytes:
    """The line, and up to two before it where they do not end a statement."""
    *lines, last = before.split(b"\n")[-3:]
    kept = [last]
    for line in reversed(lines):
        if line.rstrip()[-1:] not in (b"(", b"{", b",", b"\\", b"="):
            break
        kept.append(line)
    return b"\n".join(reversed(kept))


def _until_the_next(after: bytes) -> bytes:
    """What follows, up to a blank line, another path or the end of the statement."""
    end = _END.search(after)
    return after[: end.start()] if end else after


# --- calls of an SDK

# How an SDK's resources are called where that is not what their path begins with; in lower case,
# without `_`. https://github.com/intercom/intercom-node and its siblings in other languages.
_RESOURCES = {
    **{first.replace("_", ""): first for first in FIRST},
    "aicontent": "ai",
    "collections": "help_center",
    "company": "companies",
    "customers": "contacts",
    "dataevents": "events",
    "dataexport": "export/content",
    "export": "export/content",
    "exports": "export/content",
    "helpcenter": "help_center",
    "helpcenters": "help_center",
    "jobs": "jobs/status",
    "newsfeeds": "news",
    "newsitems": "news",
    "sections": "help_center",
}
_READS = (
    "all", "count", "each", "find", "get", "identify", "list", "me", "retrieve", "scroll", "search",
    "show", "view", "where",
)  # fmt: skip
_WRITES = (
    "add", "archive", "assign", "attach", "away", "block", "bulk", "cancel", "close", "convert",
    "create", "delete", "detach", "manage", "merge", "open", "permanentlydelete", "redact",
    "remove", "reply", "run", "save", "send", "set", "snooze", "stage", "submit", "tag", "track",
    "unarchive", "untag", "update", "upload",
)  # fmt: skip
# `data_attributes`, `dataAttributes` and `DataAttributes`.
_WORDS = "|".join(sorted({*_RESOURCES, *(each.replace("_", "_?") for each in FIRST)})).encode()
_THEN = rb"(?:\(\))?\s{0,40}(?:\?\.|->|\.)"
_CHAIN = re.compile(
    rb"(?:\?\.|->|\.)(" + _WORDS + rb")" + _THEN
    + rb"(?:(?:collections|items|feeds|attributes)" + _THEN + rb")?([a-z]\w{0,60})",
    re.IGNORECASE,
)  # fmt: skip
_DOTNET = re.compile(
    rb"\b_?(?:intercom)?(?:user|admin)?"
    rb"(users|contacts|visitors|company|admins|tags|segments|conversations|events|counts|notes)"
    rb"client\??\.([a-z]\w{0,60})",
    re.IGNORECASE,
)
_IMPORTED = re.compile(
    rb"intercom-client|IntercomClient|Intercom::Client|Intercom\.Client|intercom-go|"
    rb"\b(?:from|import) intercom\b|com\.intercom\.api|io\.intercom\.api|"
    rb"\bIntercom\.(?:Clients|Core|Factories)"
)
_RECEIVER = re.compile(rb"(\w{1,40})(?:\(\))?\s{0,40}\Z")


def _sdk(data: bytes) -> Iterator[Call]:
    imported = _IMPORTED.search(data) is not None
    for hit in _CHAIN.finditer(data):
        if _is_client(data[max(hit.start() - 80, 0) : hit.start()], imported):
            yield from _method_of(hit)
    if imported:
        for hit in _DOTNET.finditer(data):
            yield from _method_of(hit)


def _is_client(before: bytes, imported: bool) -> bool:
    """Whether what stands before a resource goes by a client's name."""
    known = _RECEIVER.search(before)
    name = known[1].lower() if known else b""
    return b"intercom" in name or (imported and (b"client" in name or name in (b"ic", b"api")))


def _method_of(hit: re.Match[bytes]) -> Iterator[Call]:
    resource, name = (part.decode().lower().replace("_", "") for part in hit.groups())
    reads = name.startswith(_READS)
    if reads or name.startswith(_WRITES):
        method = "GET" if reads else "DELETE" if name.startswith("delete") else "POST"
        scope = scope_of(_path(_RESOURCES[resource], name, reads), method)
        if scope is not None:
            yield Call(scope, hit.start(), hit.end())


def _path(resource: str, name: str, reads: bool) -> str:
    """The path that an SDK's method asks for, as far as its scope depends on it."""
    if resource == "admins" and name in ("identify", "me"):
        return "me"
    if "activitylog" in name:
        return "admins/activity_logs"
    if resource == "admins" and "away" in name:
        return "admins/*/away"
    if not reads and "tag" in name:
        return f"{resource}/*/tags"
    single = name in ("find", "get", "retrieve", "show", "view") or name.endswith("byid")
    return f"{resource}/*" if single or name.startswith("delete") else resource
