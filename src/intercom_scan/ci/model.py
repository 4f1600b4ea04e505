"""What an event brings and how it is to be read, whatever service told of it."""

from __future__ import annotations

import re
from typing import Literal

from intercom_scan.values import dataclass

# What a person chooses, and what a plan says is read.
Choice = Literal["history", "changes", "all-refs", "tree"]
Mode = Literal["history", "range", "all-history", "files"]
Policy = Literal["base", "head"]

MODES: dict[Choice, Mode] = {
    "history": "history",
    "changes": "range",
    "all-refs": "all-history",
    "tree": "files",
}

# The branch that a remote's HEAD names, as a base where nothing better is known.
DEFAULT_BRANCH = "HEAD"

_ID = re.compile(r"[0-9a-f]{40}(?:[0-9a-f]{24})?")
# https://git-scm.com/docs/git-check-ref-format, and no name that could be an option or a refspec.
_BRANCH = re.compile(r"(?!-)[^\x00-\x20\x7f~^:?*\[\\]{1,1000}")
_NOT_A_BRANCH = re.compile(r"\.\.|@\{|//|(?:^|/)\.|\.lock(?:/|$)|[./]$|^/")


@dataclass(frozen=True, slots=True)
class Plan:
    """What to read of the checkout, and why.

    What is read is always what is checked out (HEAD) or less; an event only says since when.
    `mode` is None where there is nothing to read. `bases` are the commits that a change is
    measured from and judged by: ids, branches of the remote as `refs/heads/…`, or DEFAULT_BRANCH;
    the first that can be had counts. `head` is the id of the commit that the event is about,
    `change` that of a change which the host may have merged into HEAD. `policy` is the default.
    `reason` is one line; it may hold what others wrote. `repository` (a URL) and `branch` are for
    reports.
    """

    mode: Mode | None
    reason: str
    bases: tuple[str, ...] = ()
    head: str | None = None
    change: str | None = None
    policy: Policy = "head"
    repository: str | None = None
    branch: str | None = None


def object_id(text: object) -> str | None:
    """A full id in lower case; None for anything else, and for the zeros that stand for nothing."""
    if not isinstance(text, str) or not _ID.fullmatch(text) or not text.strip("0"):
        return None
    return text


def branch_ref(text: object) -> str | None:
    """`refs/heads/NAME` for a branch's name or full name; None for what git would not take."""
    if not isinstance(text, str):
        return None
    name = text.removeprefix("refs/heads/")
    if name.startswith("refs/") or not _BRANCH.fullmatch(name) or _NOT_A_BRANCH.search(name):
        return None
    return f"refs/heads/{name}"


def found(*values: str | None) -> tuple[str, ...]:
    """Those that are there, each once."""
    return tuple(dict.fromkeys(value for value in values if value))
