"""What an answer to `GET /me` says of the token, and no more than that.

https://developers.intercom.com/docs/references/rest-api/errors/error-codes and
https://github.com/intercom/Intercom-OpenAPI
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from intercom_scan.finding import Verification

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intercom_scan.verify.client import Answer

# Of errors, by status and code. A token that is suspended or blocked may be let in again.
_DEAD = ("unauthorized", "token_not_found", "token_revoked", "token_expired")
_SAID: Mapping[tuple[int, str], Verification] = {
    **{(401, code): Verification("dead", f"Intercom says {code}") for code in _DEAD},
    (401, "token_suspended"): Verification("blocked", "Intercom says token_suspended"),
    (401, "token_blocked"): Verification("blocked", "Intercom says token_blocked"),
    (403, "api_plan_restricted"): Verification(
        "blocked", "Intercom says api_plan_restricted: the token is good, the plan has no API"
    ),
    (401, "token_unauthorized"): Verification(
        "live-unscoped", "Intercom says token_unauthorized: it may not read its admin"
    ),
    (403, "forbidden"): Verification(
        "live-unscoped", "Intercom says forbidden: it may not read its admin"
    ),
}
# What a host says of a token that it never heard of; the other codes are of one that it knows.
_STRANGE = ("unauthorized", "token_not_found")
_EVIDENCE = "rate limits came with it, which Intercom sends to valid tokens alone"
_LONG = 200  # characters of a name


def judged(answer: Answer, *, everywhere: bool = True) -> Verification:
    """What is certain after this answer. Strings of it are in the result as they came.

    `everywhere` says that all regions are asked: a token that one does not know may be another's.
    """
    tree = _object(answer)
    if answer.status == 200 and tree.get("type") == "admin":
        return _live(tree)
    code = _code(tree)
    seen = f"status {answer.status}{f' and {code}' if code else ''}"
    limited = has_limits(answer.headers)
    if answer.status == 401 and code in _STRANGE and not everywhere:
        return Verification("unknown", f"Intercom says {code}, and not all regions were asked")
    said = _SAID.get((answer.status, code))
    if said is None and limited and 400 <= answer.status < 500 and answer.status != 429:
        said = Verification("live-unscoped", f"{seen}, and {_EVIDENCE}")
    return said or Verification(
        "unknown", f"{_unsettled(answer.status)}: {seen}{f'; but {_EVIDENCE}' if limited else ''}"
    )


def _unsettled(status: int) -> str:
    if status == 429:
        return "Intercom limits the rate of requests"
    if status >= 500:
        return "Intercom has trouble"
    if 300 <= status < 400:
        return "the answer sends elsewhere, which is not followed"
    return "the answer is none of Intercom's known ones"


def _live(admin: Mapping[str, Any]) -> Verification:
    app = admin.get("app")
    app = app if isinstance(app, dict) else {}
    return Verification(
        "live",
        "Intercom knows it",
        workspace=_name(app.get("id_code")),
        name=_name(app.get("name")),
        region=_name(app.get("region")),
        admin=_masked(admin.get("email")),
    )


def _name(value: object) -> str | None:
    return value[:_LONG] if isinstance(value, str) and value else None


def _masked(address: object) -> str | None:
    """`a***@example.com`; None for what is no address."""
    known = isinstance(address, str) and re.fullmatch(r"(\S)[^\s@]{0,100}(@[\w.-]{1,100})", address)
    return f"{known[1]}***{known[2]}" if known else None


def error_code(answer: Answer) -> str:
    """The code of the first error in an answer; empty where it is no list of errors."""
    return _code(_object(answer))


def has_limits(headers: Mapping[str, str]) -> bool:
    """Not sent without valid credentials (DOC: REST API, rate limiting)."""
    names = ("x-ratelimit-limit", "x-ratelimit-remaining", "x-ratelimit-reset")
    return all(re.fullmatch(r"[0-9]{1,12}", headers.get(name, "")) for name in names)


def _object(answer: Answer) -> Mapping[str, Any]:
    """The JSON object in an answer; empty where there is none."""
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != "application/json":
        return {}
    try:
        tree = json.loads(answer.body)
    except (ValueError, RecursionError):
        return {}
    return tree if isinstance(tree, dict) else {}


def _code(tree: Mapping[str, Any]) -> str:
    """The first error's code; empty for what is no list of errors, and for an odd one."""
    errors = tree.get("errors")
    first = (
        errors[0]
        if tree.get("type") == "error.list" and isinstance(errors, list) and errors
        else None
    )
    code = first.get("code") if isinstance(first, dict) else None
    return code if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,64}", code) else ""
