"""Calls that change something at Intercom, and whether a log says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import dotted, sites
from intercom_scan.audit.flow.names import Place, callers, function, names
from intercom_scan.audit.flow.reach import Reach, says_intercom, within
from intercom_scan.audit.logged.logs import AUDIT, same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.logged.logs import Loggers
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

UNLOGGED = "changes something at Intercom, and no log says so"
FAILURES = "changes something at Intercom, and only its failure is logged"
# Events and messages tell Intercom something; all else changes what is there.
_RESOURCE = re.compile(
    r"\.(?:contacts|conversations|users|companies|tags|notes|articles|tickets|admins|segments"
    r"|visitors|leads|collections|help_?center|data_?attributes|news|teams|data_?export|exports?"
    r"|ticket_?types|subscriptions|internal_?articles|ai_?content)(?:\(\))?\.(\w+)$",
    re.IGNORECASE,
)
_CHANGES = re.compile(
    r"^(?:create|update|delete|archive|unarchive|merge|block|redact|add|attach|detach|remove|assign"
    r"|close|open|snooze|tag|untag|convert|manage|set|away|save|reply|permanently|bulk|run|submit"
    r"|auto_?assign|upload|export|cancel)",
    re.IGNORECASE,
)
_METHODS = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_SENT = re.compile(r"^(?:post|put|patch|delete|del)(?:_?async|_json|AsJsonAsync|JSON)?$", re.I)
_PATH = re.compile(
    r"/(contacts|conversations|users|companies|tags|notes|articles|tickets|admins|visitors|leads"
    r"|help_center|data_attributes|news|export|download|data_connectors|ticket_types|segments"
    r"|internal_articles|subscriptions|custom_object_instances|ai)\b(?!.*/search)"
)
# Layers through which all calls go, and what says that they log.
_LAYERS = re.compile(
    r"^(?:interceptors|interceptor|addInterceptor|addNetworkInterceptor|HttpLoggingInterceptor"
    r"|event_hooks|HandlerStack|DelegatingHandler|AddHttpMessageHandler|RoundTripper|RoundTrip"
    r"|setLogger|httpLogging|MessageFormatter)$"
)
_CATCHES = frozenset({"catch", "rescue", "onError", "catchError", "onFailure"})
_ERRORS = re.compile(
    r"^(?:error|warn|exception|critical|fatal|Log(?:Error|Warning))", re.IGNORECASE
)
_COMPLAINS = re.compile(
    r"(?i)\bfail|\berror|could not|couldn't|unable|cannot|\bnot (?:sent|saved|done)"
)
_DEPTH = 3  # callers of callers


class Write(NamedTuple):
    """A call that changes something, and the name that it goes by."""

    site: Site
    name: str


class Writes:
    """The calls of a project that change something at Intercom."""

    def __init__(self, modules: Modules, logs: Loggers) -> None:
        self._modules, self._logs = modules, logs
        self._talks = Reach(modules, says_intercom)

    def of(self, path: str) -> Iterator[Write]:
        """Those in a file."""
        for site in sites(self._modules, path):
            if site.node.kind == "call" and self._changes(site):
                yield Write(site, site.name or "a call")

    def _changes(self, site: Site) -> bool:
        callee = site.node.parts[0]
        chain = _RESOURCE.search(f".{site.name}")
        if chain is not None and _CHANGES.search(chain[1]) and callee.kind == "member":
            return self._talks.at(callee.parts[0], site) is not None
        if not self._sends(site):
            return False
        given = [*site.args, *site.named.values()]
        if not any(_PATH.search(_said(each)) for each in given):
            return False
        return self._talks.at(site.node, site) is not None

    def _sends(self, site: Site) -> bool:
        """Whether a call is a request by a method that changes something."""
        if _SENT.search(site.last):
            return True
        given = [*site.args, *site.named.values()]
        said = [
            part.name.rpartition(".")[2].removeprefix("Method").upper()
            for each in given
            for part in within(each)
            if (part.kind == "text" and part.name.upper() == part.name)
            or (part.kind == "member" and part.name.startswith("Method"))
        ]
        return any(word in _METHODS for word in said)

    def unlogged(self, write: Write) -> str | None:
        """What is wrong with the logs of a call; None where there is one."""
        return self._missing(write.site, _DEPTH)

    def _missing(self, site: Site, depth: int) -> str | None:
        """What is wrong, of the functions around a place and of who calls them."""
        failures = False
        functions = [each for each in site.around if each.kind == "function"]
        for around in reversed(functions):
            found = self._logs.within(site.path, around)
            if any(not _only_failure(around, each) for each in found):
                return None
            failures = failures or bool(found)
            if self._helped(site.path, around):
                return None
        marks = (mark for each in functions for mark in each.parts[2].parts)
        if any(AUDIT.search(dotted(m.parts[0] if m.kind == "call" else m)) for m in marks):
            return None
        if functions and depth and self._callers_log(site, functions[-1], depth):
            return None
        return FAILURES if failures else UNLOGGED

    def _callers_log(self, site: Site, node: Node, depth: int) -> bool:
        around = site.around[: next(i for i, each in enumerate(site.around) if each is node)]
        found = callers(self._modules, Place(site.path, node, around))
        return bool(found) and all(self._missing(each, depth - 1) is None for each in found)

    def _helped(self, path: str, around: Node) -> bool:
        """Whether a function calls another one of the project's that logs."""
        for site in sites(self._modules, path):
            if site.node.kind != "call" or not any(same(each, around) for each in site.around):
                continue
            place = function(self._modules, site.node.parts[0], site)
            if place is not None and not same(place.node, around):
                found = self._logs.within(place.path, place.node)
                if any(not _only_failure(place.node, each) for each in found):
                    return True
        return False

    def given(self, write: Write) -> bool:
        """Whether what makes the call is handed to the function, so that it may log by itself."""
        root = write.name.partition(".")[0].removesuffix("()")
        scopes = (names(self._modules, each) for each in write.site.around)
        held = [b for each in scopes for b in each.get(root, ()) if root not in ("self", "cls")]
        return any(b.kind == "param" for b in held)

    def layered(self, paths: tuple[str, ...]) -> bool:
        """Whether all requests go through a layer that may log them."""
        for path in paths:
            tree = self._modules.tree(path)
            if tree is not None and any(map(_is_layer, tree.walk())):
                return True
        return False


_NOT = ("!=", "!==", "is not")
_FAILED = re.compile(r"(?:^|\.)(?:err|error|is_?error|failed|has_?error)\??$", re.IGNORECASE)
_WENT_WELL = re.compile(
    r"\.(?:ok|success|successful|is_success|isSuccessful|IsSuccessStatusCode)\??$", re.IGNORECASE
)
_STATUS = re.compile(r"(?:^|\.)(?:status|status_?code|code)$", re.IGNORECASE)


def _is_layer(node: Node) -> bool:
    """An interceptor, a hook, or a logger that somebody is given: `new Client({ logger })`."""
    given = node.kind in ("pair", "named") and node.name in ("logger", "logging")
    return given or _LAYERS.search(node.name) is not None


def _said(node: Node) -> str:
    """The text of an argument, with a mark for what is computed."""
    return "".join(part.name if part.kind == "text" else "*" for part in _pieces(node))


def _pieces(node: Node) -> Iterator[Node]:
    if node.kind in ("template", "binary", "object", "pair", "named", "call", "list", "other"):
        for part in node.parts:
            yield from _pieces(part)
    else:
        yield node


def _only_failure(function: Node, log: Site) -> bool:
    """Whether a line of a log is only for errors: by where it stands, or by what it says."""
    call = log.node
    said = (part.name for part in within(call) if part.kind == "text")
    if _ERRORS.search(log.last) and any(_COMPLAINS.search(text) for text in said):
        return True
    waiting: list[tuple[Node, bool]] = [(function.parts[1], False)]
    while waiting:
        node, failing = waiting.pop()
        if node is call:
            return failing
        for place, part in enumerate(node.parts):
            handles = node.kind == "try" and place == 1
            handles = handles or (node.kind == "if" and place == _failed_at(node.parts[0]))
            rejected = node.kind == "call" and place and node.parts[0].name in _CATCHES
            waiting.append((part, failing or handles or bool(rejected)))
    return False


def _failed_at(condition: Node) -> int:
    """Which part of an `if` runs where a request failed; 0 where the condition asks otherwise."""
    if condition.kind == "unary" and condition.name in ("!", "not"):
        return {1: 2, 2: 1}.get(_failed_at(condition.parts[0]), 0)
    if condition.kind == "binary" and len(condition.parts) == 2:
        one, other = condition.parts
        if other.kind in ("null", "nothing") or other.name in ("nil", "None", "null"):
            return 1 if condition.name in _NOT and _FAILED.search(dotted(one)) else 0
        asks = other.kind == "number" and _STATUS.search(dotted(one))
        return 1 if asks and condition.name in (*_NOT, ">=", ">") else 0
    name = dotted(condition.parts[0] if condition.kind == "call" else condition)
    return 1 if _FAILED.search(name) else 2 if _WENT_WELL.search(name) else 0
