"""How the serialisers of several languages write one JSON document."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

LARGEST = 1 << 20  # bytes of a document that is parsed
_LONGEST = 4 * LARGEST  # characters of a form: indents grow with the depth of each line
_EXACT = 2**53  # numbers of JavaScript are exact up to here


class _Layout(NamedTuple):
    words: str
    separators: tuple[str, str]
    indent: int | str | None = None


class _Escapes(NamedTuple):
    words: str
    ascii: bool
    change: Callable[[str], str]


def _capitals(text: str) -> str:
    return re.sub(r"\\(?:u([0-9a-f]{4})|.)", lambda m: f"\\u{m[1].upper()}" if m[1] else m[0], text)


def _slashes(text: str) -> str:
    return text.replace("/", "\\/")


def _html(text: str) -> str:
    # Such characters stand in strings alone.
    return re.sub("[<>&\u2028\u2029]", lambda m: f"\\u{ord(m[0]):04x}", text)


def _unchanged(text: str) -> str:
    return text


# JavaScript, Ruby, Go and PHP write the first; Python the second; the others are for readers.
_LAYOUTS = (
    _Layout("with no blanks", (",", ":")),
    _Layout("with a blank behind each separator", (", ", ": ")),
    _Layout("with an indent of two", (",", ": "), 2),
    _Layout("with an indent of four", (",", ": "), 4),
    _Layout("with tabs", (",", ": "), "\t"),
)
# https://docs.python.org/3/library/json.html, https://www.php.net/json_encode (which escapes
# slashes), https://pkg.go.dev/encoding/json and Rails (<, > and &), .NET (capitals)
_ESCAPES = (
    _Escapes("", False, _unchanged),
    _Escapes(", \\u escapes", True, _unchanged),
    _Escapes(", \\u escapes with capitals", True, _capitals),
    _Escapes(", slashes escaped", False, _slashes),
    _Escapes(", slashes escaped, \\u escapes", True, _slashes),
    _Escapes(", <, > and & escaped", False, _html),
)


def forms(data: bytes) -> Iterator[tuple[str, bytes]]:
    """Words and bytes of each form of the object or array in `data`; none where there is none."""
    try:
        tree = loaded(data)
        if tree is None:
            return
        yield from _written(tree, "")
        other = _javascript(data)
        if _text(other, _LAYOUTS[0]) != _text(tree, _LAYOUTS[0]):
            yield from _written(other, ", numbers and keys as in JavaScript")
    except (RecursionError, OverflowError):
        return


def _written(tree: object, about: str) -> Iterator[tuple[str, bytes]]:
    for layout in _LAYOUTS:
        for order, sort in (("", False), (", keys sorted", True)):
            plain = {ascii: _text(tree, layout, ascii=ascii, sort=sort) for ascii in (False, True)}
            for escapes in _ESCAPES:
                known = plain[escapes.ascii]
                if known is None:
                    continue
                text = escapes.change(known)
                words = f"{layout.words}{escapes.words}{order}{about}"
                yield words, text.encode("utf-8", "surrogatepass")


def _text(
    tree: object, layout: _Layout, *, ascii: bool = False, sort: bool = False
) -> str | None:  # fmt: skip
    """The form, None of one that is too long."""
    encoder = json.JSONEncoder(
        ensure_ascii=ascii, indent=layout.indent, separators=layout.separators, sort_keys=sort
    )
    if layout.indent is None:
        return encoder.encode(tree)
    parts, left = [], _LONGEST
    for part in encoder.iterencode(tree):
        parts.append(part)
        left -= len(part)
        if left < 0:
            return None
    return "".join(parts)


def loaded(data: bytes, **hooks: Any) -> object:  # noqa: ANN401 the hooks of json.loads
    """The object or array in `data`; None where there is none, or too large a one."""
    if len(data) > LARGEST:
        return None
    try:
        tree = json.loads(data.decode("utf-8"), **hooks)
    except (ValueError, RecursionError):
        return None
    return tree if isinstance(tree, dict | list) else None


def _javascript(data: bytes) -> object:
    return loaded(data, parse_int=_rounded, parse_float=_float, object_pairs_hook=_ordered)


def _rounded(text: str) -> int:
    number = int(text)
    return number if abs(number) <= _EXACT else _shortest(float(number))


def _float(text: str) -> float:
    number = float(text)
    return _shortest(number) if number.is_integer() and abs(number) < 1e21 else number


def _shortest(number: float) -> int:
    """With zeros behind the digits that tell it from its neighbours."""
    from decimal import Decimal  # noqa: PLC0415 few bodies have such numbers

    return int(Decimal(repr(number)))


def _ordered(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Keys that are numbers first: https://tc39.es/ecma262/#sec-ordinaryownpropertykeys"""
    known = dict(pairs)
    numbers = [key for key in known if re.fullmatch(r"0|[1-9][0-9]{0,8}", key)]
    return {key: known[key] for key in sorted(numbers, key=int)} | known
