"""From findings to findings that say whether they are still of use."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from intercom_scan.finding import Verification
from intercom_scan.history.threads import side_by_side
from intercom_scan.masking import spellings
from intercom_scan.rules import access_token, messenger_jwt
from intercom_scan.rules.model import Severity
from intercom_scan.values import dataclass, field, replace
from intercom_scan.verify.hosts import INTERCOM

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from intercom_scan.finding import Finding, ScanResult
    from intercom_scan.verify.client import Answer, Client
    from intercom_scan.verify.hosts import Host
    from intercom_scan.verify.pacing import Pace

AT_ONCE = 4  # requests
SILENT = "not verified: "  # begins what is said of a token that has no answer
HIDDEN = "is live, though its status is"  # is said of one that an ignore would hide


@dataclass(frozen=True, slots=True)
class Asking:
    """Whom to ask; `identity_secret` is one that a Messenger JWT may be signed with."""

    hosts: tuple[Host, ...] = INTERCOM
    identity_secret: bytes | None = field(repr=False, default=None)


def verified(result: ScanResult, asking: Asking) -> ScanResult:
    """The scan with a verification in each finding of a credential, what is live first.

    Each distinct token is asked about once at a host, whatever its findings' status. What is live
    becomes critical, and what is dead no more than low.
    """
    secrets = {f.secret for f in result.findings if f.rule.id == access_token.RULE.id}
    answers = _asked(sorted(secrets), asking.hosts)

    def known(finding: Finding) -> Verification:
        if finding.rule.id == access_token.RULE.id:
            return answers[finding.secret]
        return _unasked(finding, asking.identity_secret)

    findings = [
        judged(finding, known(finding)) if finding.rule.confidential else finding
        for finding in result.findings
    ]
    findings.sort(key=lambda f: (not (f.verification and f.verification.live), -f.severity))
    return replace(result, findings=tuple(findings), notes=(*result.notes, *_notes(findings)))


def verify(token: bytes, hosts: Iterable[Host]) -> Verification:
    """Of one access token, in its canonical form."""
    return _asked([token], tuple(hosts))[token]


def judged(finding: Finding, known: Verification) -> Finding:
    """The finding with what is known of it, and the severity that it has by that."""
    severity = finding.severity
    if known.live:
        severity = Severity.CRITICAL
    elif known.state == "dead":
        severity = min(severity, Severity.LOW)
    return replace(finding, verification=known, severity=severity)


def _unasked(finding: Finding, identity_secret: bytes | None) -> Verification:
    if finding.rule.id == messenger_jwt.RULE.id:
        from intercom_scan.verify import jwt  # noqa: PLC0415 few scans find one

        return jwt.judged(finding.secret, time.time(), identity_secret)
    return Verification("unknown", "there is no safe check for this kind: rotate it")


def _notes(findings: Iterable[Finding]) -> list[str]:
    """What is live is told of even where an ignore hides it."""
    hidden = [f for f in findings if f.status != "new" and f.verification and f.verification.live]
    return [f"{f.rule.title} {f.fingerprint} {HIDDEN} {f.status}" for f in hidden]


def _asked(tokens: list[bytes], hosts: tuple[Host, ...]) -> dict[bytes, Verification]:
    if not tokens:
        return {}
    from intercom_scan.verify.client import Client  # noqa: PLC0415 TLS, only where it is needed
    from intercom_scan.verify.pacing import Pace  # noqa: PLC0415 likewise

    client = Client()
    # What one region does not know another one may: whoever was left out might know it.
    everywhere = not set(hosts) < set(INTERCOM)
    paces = [(host, Pace()) for host in hosts]
    answers: dict[bytes, Verification] = {}
    waiting = iter(tokens)  # which is one step of the interpreter to advance

    def work(failed: Callable[[], bool]) -> None:
        for token in waiting:
            if failed():
                return
            answers[token] = _of_all(client, paces, token, everywhere=everywhere)

    side_by_side([work] * min(AT_ONCE, len(tokens)))
    return answers


def _of_all(
    client: Client, paces: list[tuple[Host, Pace]], token: bytes, *, everywhere: bool
) -> Verification:
    """Dead is what all hosts say is dead: the first that says anything else has the word."""
    dead = []
    for host, pace in paces:
        said = at_host(client, host, pace, token, everywhere=everywhere)
        if said.state != "dead":
            return said
        dead.append(said)
    return dead[0]


def at_host(
    client: Client, host: Host, pace: Pace, token: bytes, *, everywhere: bool = True
) -> Verification:
    """What one host says, in the end, if it asks for patience.

    `everywhere` is for `answers.judged`.
    """
    from intercom_scan.verify import answers  # noqa: PLC0415 json
    from intercom_scan.verify.client import NoAnswerError  # noqa: PLC0415 as above

    try:
        answer = answered(client, host, pace, token, "/me")
        return _untold(answers.judged(answer, everywhere=everywhere), token)
    except NoAnswerError as error:
        return Verification("unknown", str(error))


def _untold(known: Verification, token: bytes) -> Verification:
    """Without what has the token in it: whoever answers was sent that, and names are kept."""
    secret = tuple(spellings(token))

    def told(text: str | None) -> str | None:
        return None if text is not None and any(part in text for part in secret) else text

    return replace(
        known, workspace=told(known.workspace), name=told(known.name), region=told(known.region),
        admin=told(known.admin),
    )  # fmt: skip


def answered(
    client: Client, host: Host, pace: Pace, token: bytes, path: str, *, errors_only: bool = False
) -> Answer:
    """The answer to a GET of `path`, in the end, if the host asks for patience.

    Raises NoAnswerError. With `errors_only` the body of a success is not read.
    """
    from intercom_scan.verify.client import NoAnswerError  # noqa: PLC0415 as above

    tries = 0
    while True:
        if not pace.wait():
            raise NoAnswerError("Intercom limits the rate of requests, and was not asked again")
        answer = client.get(host, path, token.decode("ascii"), errors_only=errors_only)
        tries += 1
        if answer.status != 429:
            pace.note(answer.headers)
        elif pace.refused(answer.headers, tries):
            continue
        return answer
