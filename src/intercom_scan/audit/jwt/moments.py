"""Times and lengths of time, as code writes them, without running it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.jwt.lengths import length, unit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import TypeAlias

    from intercom_scan.audit.flow.following import Follow
    from intercom_scan.audit.syntax.tree import Node

    Of: TypeAlias = "Callable[[Node], Moment | None]"


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


_NUMBER = re.compile(r"(\d[\d_]{0,18}(?:\.\d{1,9})?)[lLfFdD]?")
# `plusHours(1)`, `AddMinutes(5)`, `addDay()`; `ofHours(1)`, `FromHours(1)`.
_ADDING = re.compile(r"(?i:plus|add)_?([A-Za-z]{3,12})")
_MAKING = re.compile(r"(?:of|From|from)([A-Z][a-z]{2,11})")
_NOW = _set(
    "now utcnow Now UtcNow time current today currentTimeMillis currentTimeSeconds Date dayjs "
    "moment DateTime DateTimeImmutable Carbon currentTime getInstance unix"
)
_MILLIS = _set("Date.now System.currentTimeMillis currentTimeMillis performance.now")
_TO_MILLIS = _set(
    "getTime valueOf toEpochMilli toEpochMilliseconds toMillis inWholeMilliseconds time "
    "UnixMilli ToUnixTimeMilliseconds"
)
# What leaves a time as it is, in seconds.
_SAME = _set(
    "floor round trunc ceil int Int Integer Number parseInt parseFloat float Long long to_i "
    "to_int toInt toLong toInteger intValue longValue to_f Unix unix timestamp getTimestamp "
    "epochSecond epochSeconds getEpochSecond toEpochSecond ToUnixTimeSeconds toUnixInteger "
    "toSeconds inWholeSeconds total_seconds TotalSeconds seconds timegm utctimetuple timetuple "
    "mktime toInstant toDate atZone ToUniversalTime utc in_time_zone UTC from NewNumericDate "
    "DateTimeOffset copy clone toImmutable presence strtotime freeze setTimezone Truncate "
    "truncatedTo toJSDate utcnow getInstance now"
)
_ADD = _set("plus add advance")
_DEEPEST = 12


class Moment(NamedTuple):
    """`now` times the seconds since 1970 of the present, and `rest` seconds.

    A length of time has a `now` of 0; a time in seconds 1, one in milliseconds 1000.
    """

    now: float
    rest: float

    def scaled(self, by: float) -> Moment:
        return Moment(self.now * by, self.rest * by)

    def later(self, seconds: float) -> Moment:
        return Moment(self.now, self.rest + seconds)


def moment(node: Node, follow: Follow, depth: int = 0) -> Moment | None:
    """What an expression comes to; None where that cannot be told.

    `follow` says what a name stands for, and what the names in that do.
    """
    if depth > _DEEPEST:
        return None

    def of(part: Node) -> Moment | None:
        return moment(part, follow, depth + 1)

    way = _WAYS.get(node.kind)
    found = way(node, of) if way is not None else None
    if found is not None or node.kind not in ("name", "member", "index", "call"):
        return found
    there = follow(node)
    return None if there is None else moment(there[0], there[1], depth + 1)


def _number(node: Node, _: Of) -> Moment | None:
    number = _NUMBER.fullmatch(node.name)
    return Moment(0, float(number[1].replace("_", ""))) if number else None


def _text(node: Node, _: Of) -> Moment | None:
    seconds = length(node.name)
    return Moment(1 if node.name.lstrip().startswith("+") else 0, seconds) if seconds else None


def _only(node: Node, of: Of) -> Moment | None:
    return of(node.parts[0]) if len(node.parts) == 1 else None


def _unary(node: Node, of: Of) -> Moment | None:
    """`+new Date()`, in milliseconds."""
    inner = node.parts[0] if node.parts else node
    date = inner.kind == "call" and dotted(inner.parts[0]) == "Date"
    found = of(inner) if date and node.name == "+" else None
    return None if found is None else found.scaled(1000)


def _binary(node: Node, of: Of) -> Moment | None:
    operation = _OPERATIONS.get(node.name)
    if operation is None:  # of `a || b`, the first may be anything
        return None
    left, right = of(node.parts[0]), of(node.parts[1])
    return None if left is None or right is None else operation(left, right)


def _product(left: Moment, right: Moment) -> Moment | None:
    constant, other = (left, right) if left.now == 0 else (right, left)
    return other.scaled(constant.rest) if constant.now == 0 else None


def _quotient(left: Moment, right: Moment) -> Moment | None:
    return left.scaled(1 / right.rest) if right.now == 0 and right.rest else None


_OPERATIONS: dict[str, Callable[[Moment, Moment], Moment | None]] = {
    "+": lambda left, right: Moment(left.now + right.now, left.rest + right.rest),
    "-": lambda left, right: Moment(left.now - right.now, left.rest - right.rest),
    "*": _product,
    "/": _quotient,
    "//": _quotient,
    # Cuts off what is behind the point.
    "|": lambda left, right: left if right == (0, 0) else None,
}


class _Call(NamedTuple):
    """A call, or a member that is asked for: its last word, what it is of, its arguments."""

    name: str
    last: str
    on: Node | None
    plain: Sequence[Node]
    args: Sequence[Node]
    of: Of

    def first(self) -> Moment | None:
        return self.of(self.plain[0]) if self.plain else None


def _called(node: Node, of: Of) -> Moment | None:
    callee = node.parts[0] if node.kind == "call" and node.parts else node
    args = node.parts[1:] if node.kind == "call" else ()
    on = callee.parts[0] if callee.kind == "member" and callee.parts else None
    plain = [each for each in args if each.kind not in ("named", "function")]
    asked = _Call(dotted(callee), callee.name, on, plain, args, of)
    if asked.name in _MILLIS:
        return Moment(1000, 0)
    base = of(on) if on is not None else None
    if base is not None:
        return _first(way(asked, base) for way in _ON)
    return _first(way(asked) for way in _MADE)


def _first(found: Iterator[Moment | None]) -> Moment | None:
    return next((each for each in found if each is not None), None)


# --- members and methods of what is a time or a length itself


def _of_units(asked: _Call, base: Moment) -> Moment | None:
    """`1.hour`"""
    seconds = unit(asked.last) if base.now == 0 and not asked.args else None
    return None if seconds is None else Moment(0, base.rest * seconds)


def _from_now(asked: _Call, base: Moment) -> Moment | None:
    signs = {"from_now": 1, "since": 1, "fromNow": 1, "ago": -1}
    return Moment(1, signs[asked.last] * base.rest) if asked.last in signs else None


def _converted(asked: _Call, base: Moment) -> Moment | None:
    if asked.last in _TO_MILLIS:
        return base if base.now == 1000 else base.scaled(1000)
    return base if asked.last in _SAME else None


def _added(asked: _Call, base: Moment) -> Moment | None:
    """`plus(…)`, `modify('+1 hour')`, `AddHours(1)`."""
    seconds: float | None = None
    if asked.last == "modify" and asked.plain:
        seconds = length(asked.plain[0].name)
    elif asked.last.lower() in _ADD:
        seconds = _given_length(asked)
    elif (adding := _ADDING.fullmatch(asked.last)) and (size := unit(adding[1])) is not None:
        count = asked.first() if asked.plain else Moment(0, 1)
        seconds = None if count is None else count.rest * size
    return None if seconds is None else base.later(seconds)


def _given_length(asked: _Call) -> float | None:
    """What `add` is given: a length, a count and its unit in either order, or units by name."""
    if len(asked.plain) == 2:
        for count, word in (asked.plain, asked.plain[::-1]):
            number, size = asked.of(count), unit(dotted(word).rpartition(".")[2])
            if number is not None and size is not None:
                return number.rest * size
        return None
    named = _units(asked.args, asked.of)
    if named is not None:
        return named
    found = asked.first() if asked.plain and asked.plain[0].kind != "number" else None
    return found.rest if found is not None and found.now == 0 else None


def _units(args: Sequence[Node], of: Of) -> float | None:
    """The seconds of `hours=1, minutes=30` or `{hours: 1}`; None where they say none."""
    given = [part for each in args for part in (each.parts if each.kind == "object" else (each,))]
    total = 0.0
    for each in given:
        size = unit(each.name) if each.kind in ("named", "pair") else None
        count = of(each.parts[0]) if size is not None else None
        if size is None or count is None:
            return None
        total += count.rest * size
    return total if given else None


_ON = (_of_units, _from_now, _converted, _added)

# --- what makes a time or a length


def _date(asked: _Call) -> Moment | None:
    """`new Date(milliseconds)`, `new DateTimeImmutable('+1 hour')`."""
    if asked.last not in ("Date", "DateTimeImmutable", "DateTime") or len(asked.plain) != 1:
        return None
    if asked.plain[0].kind == "text" and asked.plain[0].name == "now":
        return Moment(1, 0)
    given = asked.first()
    return given.scaled(0.001) if given is not None and asked.last == "Date" else given


def _now(asked: _Call) -> Moment | None:
    known = asked.last in _NOW and not any(asked.of(each) for each in asked.plain)
    return Moment(1, 0) if known else None


def _span(asked: _Call) -> Moment | None:
    """`timedelta(hours=1)`, `Duration(hours: 1)`, `new DateInterval('PT1H')`."""
    seconds: float | None = None
    if asked.last in ("timedelta", "Duration", "fromObject"):
        seconds = _units(asked.args, asked.of)
        if seconds is None and asked.last == "timedelta" and len(asked.args) == 1:
            days = asked.first()
            seconds = None if days is None else days.rest * 86_400
    elif asked.last == "DateInterval" and asked.plain:
        seconds = length(asked.plain[0].name)
    return None if seconds is None else Moment(0, seconds)


def _unit_made(asked: _Call) -> Moment | None:
    """`Duration.ofHours(1)`, `time.Hour`, `TimeUnit.HOURS.toMillis(1)`."""
    making = _MAKING.fullmatch(asked.last)
    size = unit(making[1]) if making else unit(asked.last) if asked.on is not None else None
    count = asked.first() if asked.plain else Moment(0, 1)
    if asked.last in ("toMillis", "toSeconds") and asked.on is not None:
        known = unit(asked.on.name)
        size = known and known * (1000 if asked.last == "toMillis" else 1)
    return None if size is None or count is None else Moment(0, count.rest * size)


def _wrapped(asked: _Call) -> Moment | None:
    """`Math.floor(…)`, `Date.from(…)`."""
    return asked.first() if asked.last in _SAME and len(asked.plain) == 1 else None


_MADE = (_date, _now, _span, _unit_made, _wrapped)

_WAYS: dict[str, Callable[[Node, Of], Moment | None]] = {
    "number": _number,
    "text": _text,
    "binary": _binary,
    "unary": _unary,
    "call": _called,
    "member": _called,
    **dict.fromkeys(("list", "block", "other", "named", "splat"), _only),
}
