"""Whether a handler is Intercom's, and of a kind: by what it reads, says, and is called."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed.idioms import CARRIES, HEADERS
from intercom_scan.audit.signed.values import Request

if TYPE_CHECKING:
    from collections.abc import Set

    from intercom_scan.audit.signed.handlers import Route
    from intercom_scan.audit.signed.judging import Kind, Run
    from intercom_scan.audit.signed.values import Where
    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

# Who else sends `X-Hub-Signature`, by their names and by what they send.
_OTHERS = re.compile(
    r"git_?hub|git_?lab|gitea|gogs|facebook|messenger|instagram|whatsapp|bitbucket|stripe"
    r"|websub|pubsubhubbub|hub[._](?:challenge|mode|verify)|pull_?request",
    re.IGNORECASE,
)
# Whose webhooks have signatures of other names, by their addresses.
_SENDERS = re.compile(
    r"mailgun|stripe|sendgrid|postmark|twilio|shopify|paddle|chargebee|calendly|hubspot|zendesk"
    r"|svix|clerk|auth0|workos|typeform|plaid|braintree|slack",
    re.IGNORECASE,
)


def concerns(modules: Modules, route: Route, right: list[Run], kind: Kind) -> bool:
    """Both need evidence of their own: the header, or what only such a handler says and takes."""
    headers = {header for run in right for header in run.machine.read}
    read = kind.header in headers
    canvas = kind.header == HEADERS[1]  # which nobody else sends
    words = _words(modules, right)
    address = f"{route.where.path} {route.text} {getattr(route.steps[-1].node, 'name', '')}"
    named = "intercom" in address.lower()
    told = any(kind.shows.search(word) for word in words)
    ours = named or any("intercom" in word.lower() for word in words) or (canvas and read)
    if not ours and not _OTHERS.search(" ".join([address, *words])):
        ours = any("notification_event" in word for word in words)
        shown = canvas and told and "components" in words
        ours = ours or _alone(modules, route, read=read, shown=shown)
    if not ours:
        return False
    if read or headers.intersection(HEADERS):
        return read
    others = _SENDERS.search(address) or any("svix" in word.lower() for word in words)
    if (others and not named) or not any(map(_takes, right)):
        return False
    if canvas or told:
        return told
    back = "callback" in address.lower()  # which OAuth has as well
    tree = modules.tree(route.where.path)
    if not named and not any("intercom" in n.name.lower() for n in (tree.walk() if tree else ())):
        return False  # only what it calls says Intercom, as what all handlers call may
    return bool(kind.address.search(address)) or (back and named and topical(words))


def showing(run: Run) -> set[object]:
    """What a run has for `concerns`; one that has no more than others changes no answer."""
    return {*run.machine.visited, *run.machine.read, _takes(run)}


def topical(words: Set[str]) -> bool:
    """Whether code says what a notification has: its topic, or its item."""
    return "topic" in words or {"data", "item"} <= words


def _alone(modules: Modules, route: Route, *, read: bool, shown: bool) -> bool:
    """Whether a handler whose code names nobody is Intercom's, by what stands around it."""
    said = modules.project.read(route.where.path)
    if read:  # nobody else is named in all of the file, and Intercom is in the repository
        return bool(modules.project.ours) and not _OTHERS.search(said.decode("utf-8", "replace"))
    return shown and b"intercom" in said.lower()


def _takes(run: Run) -> bool:
    """Whether a run has anything of the request's body, or something that is not in sight may."""
    if run.machine.took_body or run.machine.lost:
        return True
    return any(
        (isinstance(step.call.on, Request) and step.call.name in CARRIES)
        or (step.own is None and any(isinstance(each, Request) for each in step.call.args))
        for step in run.machine.trace.steps
    )


def _words(modules: Modules, runs: list[Run]) -> set[str]:
    """What the code says that ran: names and texts."""
    kept: dict[Where, set[str]] = modules.kept.setdefault("words", {})
    functions: dict[str, list[Node]] = modules.kept.setdefault("functions by name", {})
    visited = {where for run in runs for where in run.machine.visited}
    for where in visited - kept.keys():
        if where.path not in functions:
            tree = modules.tree(where.path)
            walked = tree.walk() if tree is not None else ()
            functions[where.path] = [node for node in walked if node.kind == "function"]
        said = (node for node in functions[where.path] if node.line == where.line)
        kept[where] = {inner.name for node in said for inner in node.walk() if inner.name}
    return set[str]().union(*(kept[where] for where in visited))
