"""The scopes of a token as a table, and as JSON has them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from intercom_scan.finding import Permission

_HEAD = ("scope", "answer", "allowed", "called at")
_SAID = {True: "yes", False: "no", None: "-"}
_SPOT = 24  # columns of a path at least


def table(
    permissions: Sequence[Permission], clean: Callable[[str, int], str], width: int, whole: bool
) -> Iterator[str]:
    """A line a scope, below a heading; those that nobody asks for, allows or calls if `whole`.

    `clean` makes a path fit for the terminal, in at most so many characters.
    """
    asked = any(each.answer != "unknown" for each in permissions)
    shown = [
        each
        for each in permissions
        if whole or each.allowed or each.calls_total or (asked and each.probed)
    ]
    if not shown:
        return
    wide = max(len(each.scope) for each in shown)
    line = f"{{:<{wide}}}  {{:<7}}  {{:<7}}  {{}}"
    yield line.format(*_HEAD)
    for each in shown:
        room = max(width - wide - 20, _SPOT)
        spot, *others = _spots(each, clean, room, whole)
        yield line.format(each.scope, each.answer, _SAID[each.allowed], spot).rstrip()
        for other in others:
            yield line.format("", "", "", other)


def _spots(
    each: Permission, clean: Callable[[str, int], str], room: int, whole: bool
) -> list[str]:  # fmt: skip
    shown = each.calls if whole else each.calls[:1]
    hidden = each.calls_total - len(shown)
    more = f" +{hidden:,}" if hidden else ""
    spots = []
    for place in shown:
        position = f":{place.line}"
        spots.append(clean(place.path or "", room - len(position) - len(more)) + position)
    if spots:
        spots[-1] += more
    return spots or ["-"]


def as_json(each: Permission, clean: Callable[[str], str]) -> dict[str, Any]:
    """One scope of the `permissions` of a json report."""
    return {
        "scope": each.scope,
        "name": each.name,
        "answer": each.answer,
        "reason": clean(each.reason),
        "probed": each.probed,
        "allowed": each.allowed,
        "calls_total": each.calls_total,
        "calls": [
            {"path": clean(place.path or ""), "line": place.line, "column": place.column}
            for place in each.calls
        ],
    }
