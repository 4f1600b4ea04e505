"""GitHub Actions: from an event's name and payload to what is read.

https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows,
https://docs.github.com/en/webhooks/webhook-events-and-payloads. A payload has what a pull
request's author chose, such as the names of branches.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from intercom_scan.ci.model import DEFAULT_BRANCH, MODES, Choice, Plan, branch_ref, found, object_id
from intercom_scan.values import replace

if TYPE_CHECKING:
    from typing import Any

_LARGEST = 32 << 20  # bytes; GitHub cuts payloads at 25 MB
_PULLS = (
    "pull_request",
    "pull_request_target",
    "pull_request_review",
    "pull_request_review_comment",
)


def plan(
    event: str, payload: Mapping[str, Any], environment: Mapping[str, str], choice: Choice
) -> Plan:
    """What `event` asks for; never nothing, but for the deletion of a branch or tag.

    What the payload lacks or has in another type is taken as unknown, and then the whole history
    is read.
    """
    made = Plan(
        MODES[choice],
        event or "an event without a name",
        head=object_id(environment.get("GITHUB_SHA")),
        repository=_repository(environment),
        branch=environment.get("GITHUB_HEAD_REF") or environment.get("GITHUB_REF_NAME") or None,
    )
    if event in _PULLS:
        target = branch_ref(environment.get("GITHUB_BASE_REF"))
        return _of_pull_request(made, payload, target)
    if event == "merge_group":
        return _of_merge_group(made, payload)
    if event == "push":
        return _of_push(made, payload)
    if event == "delete" and made.mode in ("history", "range"):
        return replace(made, mode=None, reason="delete: a deleted branch or tag has no head")
    return made


def _of_pull_request(made: Plan, payload: Mapping[str, Any], target: str | None) -> Plan:
    base = object_id(_at(payload, "pull_request", "base", "sha"))
    ref = branch_ref(_at(payload, "pull_request", "base", "ref")) or target
    change = object_id(_at(payload, "pull_request", "head", "sha"))
    return replace(made, bases=found(base, ref, DEFAULT_BRANCH), change=change, policy="base")


def _of_merge_group(made: Plan, payload: Mapping[str, Any]) -> Plan:
    base = object_id(_at(payload, "merge_group", "base_sha"))
    ref = branch_ref(_at(payload, "merge_group", "base_ref"))
    return replace(made, bases=found(base, ref, DEFAULT_BRANCH), policy="base")


def _of_push(made: Plan, payload: Mapping[str, Any]) -> Plan:
    """What a first push and a tag bring, which have no before, is measured from the default branch.

    So is a forced push whose before is nowhere to be had.
    """
    if payload.get("deleted") is True and object_id(payload.get("after")) is None:
        if made.mode in ("history", "range"):
            reason = "push: a deleted branch or tag has no head"
            return replace(made, mode=None, reason=reason)
        return made
    before = object_id(payload.get("before"))
    default = branch_ref(_at(payload, "repository", "default_branch"))
    return replace(made, bases=found(before, default or DEFAULT_BRANCH))


def _at(value: object, *names: str) -> object:
    """What stands in nested mappings under these names; None where one is missing."""
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _repository(environment: Mapping[str, str]) -> str | None:
    server, name = environment.get("GITHUB_SERVER_URL"), environment.get("GITHUB_REPOSITORY")
    return f"{server}/{name}" if server and name else None


def read_payload(environment: Mapping[str, str]) -> Mapping[str, Any]:
    """The event's payload; empty where the file is not there, is too large or is no JSON object."""
    try:
        path = Path(environment["GITHUB_EVENT_PATH"])
        if path.stat().st_size > _LARGEST:
            return {}
        payload = json.loads(path.read_bytes())
    except (KeyError, OSError, ValueError, RecursionError):
        return {}
    return payload if isinstance(payload, dict) else {}


def planned(environment: Mapping[str, str], choice: Choice) -> Plan:
    """The plan for the event that this job runs for."""
    event = environment.get("GITHUB_EVENT_NAME", "")
    return plan(event, read_payload(environment), environment, choice)
