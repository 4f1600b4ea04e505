"""What logs have that they should not: tokens, headers with tokens, what customers wrote."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import dotted, sites
from intercom_scan.audit.flow.meaning import meaning
from intercom_scan.audit.flow.names import names
from intercom_scan.audit.flow.reach import Reach, says_intercom, within
from intercom_scan.audit.flow.values import Environment, Keys, each
from intercom_scan.audit.logged.logs import printed
from intercom_scan.audit.signed.judging import CANVAS, WEBHOOK, handlers_of
from intercom_scan.audit.signed.values import Body, Things

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.flow.calls import Site
    from intercom_scan.audit.logged.logs import Loggers, Printed
    from intercom_scan.audit.signed.values import Where
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

BODY = "logs what Intercom sends, with what customers wrote"
WRITTEN = "logs what a customer wrote"
TOKEN = "logs a credential"  # noqa: S105 words
HEADERS = "logs headers that have the token"
ERROR = "logs an error with its request, and the token in it"
_SECRET = re.compile(
    r"^(?!has|is|no|num|missing|expired?|invalid)(?:\w*_)?(?:access_token|api_key|auth_token|bearer"
    r"|authori[sz]ation|client_secret|secret|secret_key|identity_secret|refresh_token|token|jwt"
    r"|user_hash|api_secret)$"
)
_SECRET_ENV = re.compile(r"TOKEN|SECRET|API_?KEY|PASSWORD|\bPAT$", re.IGNORECASE)
_WHOLE_REQUEST = re.compile(
    r"\.(?:config|config\.headers|request|request\.headers|response\.config|response\.request"
    r"|request\._headers|requestOptions|options\.headers)$"
)
# Keys of a notification under which the words of a customer or a whole object stand.
_CARRYING = frozenset({
    "data", "item", "object", "payload", "source", "body", "conversation", "conversationmessage",
    "conversationparts", "conversationpart", "parts", "part", "message", "ticket", "ticketparts",
})  # fmt: skip
_MESSAGES = re.compile(
    r"(?:^|\.)(?:conversation_parts|conversationParts|conversation_message|conversationMessage"
    r"|ticket_parts|ConversationParts|(?:source|part|message|conversation_message)\.[bB]ody)$"
)
# What is worked out about messages is none: `stats["conversation_parts"]`.
_FIGURES = re.compile(r"(?i)analy[sz]|count|stat(?:s|istics)|totals?\b|metric|coverage|summary")


def of_handlers(modules: Modules, path: str, logs: Loggers) -> Iterator[tuple[Where, str]]:
    """Lines of a log that have a notification, or what was written in it, as a whole."""
    for kind in (WEBHOOK, CANVAS):
        for handled in handlers_of(modules, path, kind):
            for run in handled.right:
                for step in run.machine.trace.steps:
                    given = [*step.call.args, *step.call.named.values()]
                    if step.own is None and any(map(_carries, given)):
                        site = _site(modules, step.call.where.path, step.node)
                        if site is not None and logs(site):
                            yield step.call.where, BODY


def _site(modules: Modules, path: str, node: Node) -> Site | None:
    return next((site for site in sites(modules, path) if site.node is node), None)


def _carries(value: object, depth: int = 3) -> bool:
    if isinstance(value, Body):
        return not value.made and any(set(keys) <= _CARRYING for keys in value.at)
    if isinstance(value, Things) and depth:
        return any(_carries(inner, depth - 1) for inner in value.items.values())
    return False


class Leaks:
    """Looks at the logs of what talks to Intercom's API."""

    def __init__(self, modules: Modules, logs: Loggers) -> None:
        self._modules, self._logs = modules, logs
        self._talks = Reach(modules, says_intercom)
        self._known: dict[int, bool] = {}

    def of(self, path: str) -> Iterator[tuple[Where, str]]:
        """The lines of a log in a file that have a token, or what customers wrote."""
        whole = "intercom" in path.rpartition("/")[2].lower()
        caught = _caught(self._modules.tree(path))
        for site in sites(self._modules, path):
            if site.node.kind != "call" or not self._logs(site):
                continue
            for value in printed(site.node):
                words = self._wrong(value, site, caught.get((site.node.line, site.name)))
                if words is not None and (whole or self._concerned(site)):
                    yield site.where, words

    def _concerned(self, site: Site) -> bool:
        """Whether the function around a call has to do with Intercom."""
        for around in site.around:
            if id(around) not in self._known:
                self._known[id(around)] = "intercom" in around.name.lower() or any(
                    self._talks.at(each.node, each) is not None
                    for each in sites(self._modules, site.path)
                    if any(inner is around for inner in each.around)
                )
        return any(self._known[id(around)] for around in site.around)

    def _wrong(self, value: Printed, site: Site, failed: Node | None) -> str | None:
        """What is wrong with a value in a log; `failed` is what was tried where it stands."""
        if self._is_secret(value, site):
            return TOKEN
        told = _MESSAGES.search(value.name) and not _FIGURES.search(value.name)
        if told or self._is_sent(value, site):
            return WRITTEN
        if _WHOLE_REQUEST.search(value.name):
            return ERROR if self._of_an_answer(value, site, failed) else None
        if self._is_headers(value, site):
            return HEADERS
        prints_all = self._logs.console(site)
        return ERROR if prints_all and self._request(value, site, failed) else None

    def _is_secret(self, value: Printed, site: Site) -> bool:
        last = value.name.rpartition(".")[2]
        if _SECRET.search(_snake(last)):
            return True
        if value.node.kind not in ("name", "call"):
            return False
        bound = [b for scope in site.around for b in names(self._modules, scope).get(last, ())]
        if any(b.keys and _SECRET.search(_snake(b.keys[-1])) for b in bound):
            return True
        meant = each(meaning(self._modules, value.node, site))
        return any(isinstance(m, Environment) and _SECRET_ENV.search(m.name) for m in meant)

    def _is_sent(self, value: Printed, site: Site) -> bool:
        """Whether it is the text of a message that the same function sends."""
        return bool(value.name) and any(value.name in _messages(each) for each in site.around[-1:])

    def _is_headers(self, value: Printed, site: Site) -> bool:
        for meant in each(meaning(self._modules, value.node, site)):
            if not isinstance(meant, Keys):
                continue
            known = {key.lower(): found for key, found in meant.known.items()}
            inner = known.get("headers")
            if inner is not None:
                more = meaning(self._modules, inner.node, inner.site)
                if any(isinstance(m, Keys) and "authorization" in _lower(m) for m in each(more)):
                    return True
            if "authorization" in known:
                return True
        return False

    def _of_an_answer(self, value: Printed, site: Site, failed: Node | None) -> bool:
        """Whether `error.config`, `response.request` is of a call to Intercom."""
        root = value.node
        while root.parts and root.kind in ("member", "index"):
            root = root.parts[0]
        if failed is not None and self._unbound(root.name, site):
            return any(self._talks.at(call, site) for call in _calls(failed))
        return self._talks.at(root, site) is not None

    def _request(self, value: Printed, site: Site, failed: Node | None) -> bool:
        """Whether it is the error of a request by axios, which keeps what it was sent with."""
        if failed is None or value.node.kind != "name" or not self._unbound(value.name, site):
            return False
        axios = Reach(self._modules, lambda node: node.name == "axios")
        return any(
            self._talks.at(call, site) is not None and axios.at(call, site) is not None
            for call in _calls(failed)
        )

    def _unbound(self, name: str, site: Site) -> bool:
        """Whether a name is nobody's: what a handler of errors has caught."""
        tree = self._modules.tree(site.path)
        scopes = [*site.around, *([tree] if tree is not None else [])]
        return not any(name in names(self._modules, scope) for scope in scopes)


def _messages(function: Node) -> Iterator[str]:
    """What is sent as the text of a message: `{ message_type: 'comment', body: text }`."""
    for node in within(function):
        keys = {part.name: part for part in node.parts if part.kind in ("pair", "named")}
        if keys.keys() & {"message_type", "messageType"} and "body" in keys:
            yield from (dotted(part) for part in keys["body"].parts)


def _caught(tree: Node | None) -> dict[tuple[int, str], Node]:
    """What was tried, by the calls in what handles its errors."""
    found: dict[tuple[int, str], Node] = {}
    for node in tree.walk() if tree is not None else ():
        if node.kind == "try" and len(node.parts) > 1:
            for part in node.parts[1].walk():
                if part.kind == "call":
                    found[part.line, dotted(part.parts[0])] = node.parts[0]
    return found


def _calls(node: Node) -> Iterator[Node]:
    return (part for part in within(node) if part.kind == "call")


def _lower(keys: Keys) -> set[str]:
    return {key.lower() for key in keys.known}


def _snake(name: str) -> str:
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", _plain(name)).lower()


def _plain(name: str) -> str:
    return name.strip("@$").removesuffix("()")
