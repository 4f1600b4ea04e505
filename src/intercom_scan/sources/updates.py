"""What a push changes, as git tells hooks in lines on their standard input."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from intercom_scan.errors import UsageError
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_ID = re.compile(rb"[0-9a-f]{40}(?:[0-9a-f]{24})?")


@dataclass(frozen=True, slots=True)
class RefUpdate:
    """A ref that a push sets.

    `name` is its full name where the push goes to; `old` is the id of the object that it had
    there ("" for none), `new` of the one that it will have ("" where it is deleted).
    """

    name: str
    old: str
    new: str


def pre_push(lines: bytes) -> tuple[RefUpdate, ...]:
    """`<local ref> <local oid> <remote ref> <remote oid>` lines; a local ref may have blanks.

    https://git-scm.com/docs/githooks#_pre_push. Raises UsageError for anything else.
    """
    return tuple(
        RefUpdate(name, old, new) for _, new, name, old in _fields(lines, (None, 1, None, 3))
    )


def pre_receive(lines: bytes) -> tuple[RefUpdate, ...]:
    """`<old oid> <new oid> <ref>` lines: https://git-scm.com/docs/githooks#pre-receive.

    Raises UsageError for anything else.
    """
    return tuple(RefUpdate(name, old, new) for old, new, name in _fields(lines, (0, 1, None)))


def _fields(lines: bytes, ids: tuple[int | None, ...]) -> Iterator[list[str]]:
    """The fields of each line; those at `ids` are object ids, all zeros made empty."""
    for line in lines.splitlines():
        fields = line.rsplit(b" ", len(ids) - 1)
        if len(fields) != len(ids) or not all(
            _ID.fullmatch(fields[i]) for i in ids if i is not None
        ):
            raise UsageError("standard input is not what git tells a hook: see `git help hooks`")
        yield [
            os.fsdecode(field) if i is None else field.decode("ascii") * (field.strip(b"0") != b"")
            for i, field in zip(ids, fields, strict=True)
        ]
