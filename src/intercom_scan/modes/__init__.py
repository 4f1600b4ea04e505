"""What each way of scanning reads: from places to occurrences.

A way of scanning is a module of this package that has its name, `_` for `-`, and ends in a `MODE`.
"""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

from intercom_scan.errors import UsageError
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeAlias

    from intercom_scan.api import Request
    from intercom_scan.git import Repository
    from intercom_scan.modes.collecting import Collected, Settings

    Scan: TypeAlias = Callable[[Request, Repository | None, Settings], Collected]


@dataclass(frozen=True, slots=True)
class Mode:
    """A way of scanning.

    `scan` is given the repository that the request's first path lies in, None outside of one.
    `needs` says what it cannot do without: a "repository", the "tree" of one, or a "stream"; then
    the repository is the one that the program was started in. `env` is the way in which
    `.env` files are checked beside it (see `env.checking`), None where it reads no part of them.
    `empty` is what a scan comes to that has read nothing, None where that is as good as any.
    `whole` says that it reads all there is, so that an ignore without a finding is of no use.
    """

    scan: Scan
    needs: str | None = "repository"
    env: str | None = None
    empty: str | None = None
    whole: bool = False


def by_name(name: str) -> Mode:
    """The way of scanning of that name, imported now: a hook needs no history.

    Raises UsageError where there is none.
    """
    mode = None
    if re.fullmatch(r"[a-z]+(-[a-z]+)*", name):
        module = f"{__name__}.{name.replace('-', '_')}"
        try:
            mode = getattr(import_module(module), "MODE", None)
        except ModuleNotFoundError as error:
            if error.name != module:
                raise
    if not isinstance(mode, Mode):
        raise UsageError(f"{name!r} is no way of scanning")
    return mode
