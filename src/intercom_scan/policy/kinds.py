"""Kinds of configuration values: each says how to read a node and how JSON Schema puts it."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from intercom_scan.policy.text import harmless, show
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from intercom_scan.policy.yaml_tree import Node

T = TypeVar("T")

_UNITS = {"": 1, "kib": 2**10, "mib": 2**20, "gib": 2**30}
DAY = 24 * 60 * 60  # seconds
_SECONDS = {"m": 60, "h": 60 * 60, "d": DAY, "w": 7 * DAY}


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """`read` turns a node into a value or raises the node's ConfigError; `json` is the schema."""

    read: Callable[[Node], T]
    json: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A key of a section: what it holds, what it is for, and whether it may be left out."""

    kind: Kind[Any]
    about: str
    required: bool = False


def text(
    what: str, problem: Callable[[str], str | None], json: Mapping[str, Any] | None = None
) -> Kind[str]:
    """Text, given that `problem` finds nothing wrong with it."""

    def read(node: Node) -> str:
        value = _scalar(node, what)
        if wrong := problem(value):
            raise node.error(f"{show(value)} {wrong}")
        return value

    return Kind(read, {"type": "string", **(json or {})})


def integer(low: int, high: int) -> Kind[int]:
    def read(node: Node) -> int:
        value = _scalar(node, "a whole number")
        number = int(value) if re.fullmatch(r"[0-9]{1,9}", value) else -1
        if not low <= number <= high:
            raise node.error(
                f"{show(value)} is not allowed; write a whole number from {low} to {high}"
            )
        return number

    return Kind(read, {"type": "integer", "minimum": low, "maximum": high})


def size(high: int, low: int = 1) -> Kind[int]:
    """Bytes: a number, or one with KiB, MiB or GiB behind it."""
    wanted = f"write bytes as '4096', '512KiB', '64MiB' or '1GiB', at most {high // 2**30}GiB"

    def read(node: Node) -> int:
        value = _scalar(node, "a size")
        found = re.fullmatch(r"([0-9]{1,12}) ?([KMG]iB)?", value, re.IGNORECASE)
        number = int(found[1]) * _UNITS[(found[2] or "").lower()] if found else 0
        if not 1 <= number <= high:
            raise node.error(f"{show(value)} is not a size; {wanted}")
        if number < low:
            raise node.error(f"{show(value)} is too small; write at least {low // 2**10}KiB")
        return number

    pattern = "^[0-9]{1,12} ?([KkMmGg][Ii][Bb])?$"
    numbers = {"type": "integer", "minimum": low, "maximum": high}
    return Kind(read, {"anyOf": [numbers, {"type": "string", "pattern": pattern}]})


def duration(units: str, longest: str) -> Kind[int]:
    """A time in seconds: a whole number with one of the letters `units` (of `mhdw`) behind it."""
    shape = f"[0-9]{{1,6}}[{units}]"
    samples = ", ".join(f"'{each}'" for each in ("30m", "12h", "14d", "2w") if each[-1] in units)

    def seconds(value: str) -> int:
        return int(value[:-1]) * _SECONDS[value[-1]] if re.fullmatch(shape, value) else 0

    def read(node: Node) -> int:
        value = _scalar(node, "a time")
        if not 1 <= seconds(value) <= seconds(longest):
            raise node.error(
                f"{show(value)} is not allowed; write a time such as {samples}, at most {longest}"
            )
        return seconds(value)

    return Kind(read, {"type": "string", "pattern": f"^{shape}$"})


def choice(options: Mapping[str, T], what: str, json: Mapping[str, Any] | None = None) -> Kind[T]:
    """One of the keys of `options`, which stands for its value."""

    def read(node: Node) -> T:
        value = _scalar(node, what)
        if value not in options:
            raise node.error(f"{show(value)} is not {what}; write {_listed(options)}")
        return options[value]

    return Kind(read, json or {"enum": list(options)})


def day() -> Kind[date]:
    """A day of the calendar, `YYYY-MM-DD`."""

    def read(node: Node) -> date:
        value = _scalar(node, "a date")
        found = parse_day(value)
        if found is None:
            raise node.error(f"{show(value)} is not a date; write YYYY-MM-DD")
        return found

    return Kind(read, {"type": "string", "format": "date", "pattern": "^[0-9]{4}(-[0-9]{2}){2}$"})


def parse_day(value: str) -> date | None:
    """The date that `YYYY-MM-DD` names, None for anything else."""
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        return None


def many(kind: Kind[T]) -> Kind[tuple[T, ...]]:
    """A list of values of one kind."""

    def read(node: Node) -> tuple[T, ...]:
        if not isinstance(node.value, list):
            raise node.error("is not a list; write one '- …' a line")
        return tuple(kind.read(item) for item in node.value)

    return Kind(read, {"type": "array", "items": kind.json})


def by_key(keys: Iterable[str], names: Mapping[str, Any], kind: Kind[T]) -> Kind[dict[str, T]]:
    """A mapping from any of `keys`, for which the JSON Schema has `names`."""
    known = sorted(keys)

    def read(node: Node) -> dict[str, T]:
        return {key: kind.read(child) for key, child in _mapping(node, known).items()}

    json = {"type": "object", "propertyNames": names, "additionalProperties": kind.json}
    return Kind(read, json)


def named(pattern: str, what: str, kind: Kind[T]) -> Kind[dict[str, T]]:
    """A mapping from names, all of each of which fits the regular expression `pattern`."""

    def read(node: Node) -> dict[str, T]:
        pairs = _pairs(node, [what])
        for key, child in pairs.items():
            if not re.fullmatch(pattern, key):
                raise child.error(f"is not {what}; write one that fits {pattern}")
        return {key: kind.read(child) for key, child in pairs.items()}

    json = {"type": "object", "additionalProperties": kind.json}
    return Kind(read, {**json, "propertyNames": {"pattern": f"^{pattern}$"}})


def section(fields: Mapping[str, Field], build: Callable[[Node, dict[str, Any]], T]) -> Kind[T]:
    """A mapping with fixed keys, of whose values `build` makes one."""

    def read(node: Node) -> T:
        given = _mapping(node, fields)
        for key, field in fields.items():
            if field.required and key not in given:
                raise node.error(f"has no '{key}'; add {key}: {field.about}")
        return build(node, {key: fields[key].kind.read(child) for key, child in given.items()})

    json: dict[str, Any] = {"type": "object", "additionalProperties": False}
    json["properties"] = {k: {"description": f.about, **f.kind.json} for k, f in fields.items()}
    if required := [key for key, field in fields.items() if field.required]:
        json["required"] = required
    return Kind(read, json)


def _scalar(node: Node, what: str) -> str:
    if node.value is None:
        raise node.error(f"is empty; write {what} or remove the key")
    if not isinstance(node.value, str):
        has = "a list" if isinstance(node.value, list) else "a mapping"
        raise node.error(f"is {has}; write {what}")
    return node.value


def _mapping(node: Node, known: Iterable[str]) -> dict[str, Node]:
    names = list(known)
    pairs = _pairs(node, names)
    for key, child in pairs.items():
        if key not in names:
            raise child.error(f"is not a known key; {_nearest(key, names)}")
    return pairs


def _pairs(node: Node, names: list[str]) -> dict[str, Node]:
    if node.value is None:
        raise node.error(f"is empty; write {_listed(names)} below it or remove the key")
    if not isinstance(node.value, dict):
        raise node.error(f"is not a mapping; write 'key: value' with {_listed(names)}")
    return node.value


def _nearest(key: str, names: list[str]) -> str:
    import difflib  # noqa: PLC0415

    near = difflib.get_close_matches(key.lower(), names, n=1) if harmless(key) else []
    return f"did you mean '{near[0]}'?" if near else f"write {_listed(names)}"


def _listed(names: Iterable[str]) -> str:
    quoted = [f"'{name}'" for name in names]
    return quoted[0] if len(quoted) == 1 else ", ".join(quoted[:-1]) + " or " + quoted[-1]
