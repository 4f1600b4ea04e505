"""Which scope a request needs, by its path and whether it reads.

What `table` has no path for is left out. The findings that come of this are hints.
"""

from __future__ import annotations

from intercom_scan.scopes.table import REQUESTS

_DELETE = ("conversations", "*")  # the one request that needs a scope of its own to delete

_BY_PATH = sorted(
    ((tuple(path.split("/")), read, write) for path, read, write in REQUESTS),
    key=lambda known: (-len(known[0]), known[0].count("*")),
)
FIRST = tuple(sorted({path[0] for path, _, _ in _BY_PATH}))  # segments that a path begins with


def scope_of(path: str, method: str) -> str | None:
    """The id of the scope that a request needs; None where that is not known.

    `path` is a URL's, from its first segment on, with anything in the place of ids. `method` is
    HTTP's, in capital letters. A search reads, whatever its method.
    """
    parts = tuple(part for part in path.split("/") if part)
    if method == "DELETE" and len(parts) == 2 and _fits(_DELETE, parts):
        return "delete-conversations-and-metrics"
    for known, read, write in _BY_PATH:
        if _fits(known, parts):
            reads = method == "GET" or parts[-1] == "search"
            return (read or write) if reads else (write or read)
    return None


def _fits(known: tuple[str, ...], parts: tuple[str, ...]) -> bool:
    return len(parts) >= len(known) and all(
        mine in ("*", given) for mine, given in zip(known, parts, strict=False)
    )
