"""Asks Intercom which scopes a token has, by requests that change nothing.

Of a success nothing is read but its status and headers, of an error its code.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Literal

from intercom_scan.scopes.table import SCOPES
from intercom_scan.values import dataclass, field
from intercom_scan.verify import answers
from intercom_scan.verify.checking import answered
from intercom_scan.verify.client import Client, NoAnswerError
from intercom_scan.verify.hosts import INTERCOM
from intercom_scan.verify.pacing import Pace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from intercom_scan.finding import Answered
    from intercom_scan.scopes.table import Scope
    from intercom_scan.verify.client import Answer
    from intercom_scan.verify.hosts import Host

    Ask = Callable[[Host, "Scope"], "Said"]

_FIRST, *_OTHERS = [scope for scope in SCOPES if scope.probe]


@dataclass(frozen=True, slots=True)
class Said:
    """What a probe came to.

    `settled` says that Intercom would say the same again; `end` why there is no use in asking on.
    """

    answer: Answered
    reason: str
    settled: bool = True
    end: Literal["dead", "blocked", "silent"] | None = None


@dataclass(slots=True)
class Probed:
    """What was said of scopes, by their ids; `last` ended it before all were asked about."""

    said: dict[str, Said] = field(default_factory=dict)
    last: Said | None = None


def probe(token: bytes, hosts: Sequence[Host]) -> Probed:
    """Ask about each scope that has a probe, one after the other, at the host that knows the token.

    A token that is dead or blocked everywhere is asked about no further, and neither is one
    whose host gives no answer: the scopes that are left are unknown.
    """
    probed = Probed()
    ask = _asker(hosts, token)
    said, host = _found(ask, hosts)
    probed.said[_FIRST.id] = said
    for scope in _OTHERS:
        if said.end:
            probed.last = said
            break
        said = probed.said[scope.id] = ask(host, scope)
    return probed


def _found(ask: Ask, hosts: Sequence[Host]) -> tuple[Said, Host]:
    """What is said first, by a host that knows the token if there is one, and that host."""
    dead = None
    for host in hosts:
        said = ask(host, _FIRST)
        if said.end != "dead":
            return said, host
        dead = dead or said
    assert dead is not None
    return dead, hosts[0]


def _asker(hosts: Sequence[Host], token: bytes) -> Ask:
    client = Client()
    paces = {host: Pace() for host in hosts}
    # What one region does not know another one may.
    everywhere = not set(hosts) < set(INTERCOM)

    def ask(host: Host, scope: Scope) -> Said:
        path = (scope.probe or "").format(now=int(time.time()))
        try:
            answer = answered(client, host, paces[host], token, path, errors_only=True)
        except NoAnswerError as error:
            return Said("unknown", str(error), settled=False, end="silent")
        return judged(answer, everywhere=everywhere)

    return ask


def judged(answer: Answer, *, everywhere: bool = True) -> Said:
    """What is certain after this answer.

    `everywhere` says that all regions are asked. A success without Intercom's rate limits may be
    anybody's, such as a proxy's page: they come with every answer to valid credentials, and with
    no other (https://developers.intercom.com/docs/references/rest-api/errors/rate-limiting).
    """
    limited = answers.has_limits(answer.headers)
    if answer.status == 200 and limited:
        return Said("granted", "Intercom answers")
    if answer.status == 200:
        return Said("unknown", "status 200 without Intercom's rate limits", settled=False)
    known, code = answers.judged(answer, everywhere=everywhere), answers.error_code(answer)
    reason = f"Intercom says {code}" if code else f"status {answer.status}"
    if known.state == "live-unscoped" and answer.status in (401, 403):
        return Said("refused", reason)
    if known.state == "dead" or (known.state == "blocked" and answer.status == 401):
        return Said("unknown", f"the token is {known.state}: {reason}", end=known.state)
    if answer.status in (401, 429):  # whoever says that says it of everything
        return Said("unknown", known.reason, settled=False, end="silent")
    return Said("unknown", reason, settled=400 <= answer.status < 500 and (limited or bool(code)))
