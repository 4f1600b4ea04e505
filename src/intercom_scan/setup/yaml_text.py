"""Puts keys and items into the text of a YAML file, in the file's own style."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, TypeAlias

from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from intercom_scan.setup.yaml_places import Document, Node

# What is put in: texts that need no quotes, lists and mappings.
Data: TypeAlias = "str | Sequence[Data] | dict[str, Data]"

# What ends a line: https://yaml.org/spec/1.1/#id871136
_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_WIDEST = 8  # blanks from a dash to what follows it, as far as that is taken for a style


@dataclass(frozen=True, slots=True)
class Edit:
    """The characters from `start` to `end` become `text`."""

    start: int
    end: int
    text: str


def applied(text: str, edits: Iterable[Edit]) -> str:
    """`text` with all edits made, those of one place in their order; none overlap."""
    parts, at = [], 0
    for edit in sorted(edits, key=lambda edit: edit.start):
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join([*parts, text[at:]])


def append_items(
    document: Document, mapping: Node, pair: tuple[Node, Node], items: Sequence[Data]
) -> list[Edit]:
    """Puts `items` at the end of the list that one of a mapping's keys has.

    A key with nothing behind it gets a list. Raises ConfigError for what is no list, or one that
    stands for more than itself.
    """
    key, values = pair
    if values.empty and not mapping.flow and _begins_line(document, key):
        dash = key.column + 2
        return [_after(document, values.end, key.column, block(items, dash, 2, 2))]
    if values.kind != "list":
        what = "an alias" if values.kind == "alias" else "no list"
        raise document.error(key, f"{key.text} has {what}; write a list there")
    if values.anchor in document.aliases:
        raise document.error(key, f"{key.text} has a list that others refer to; write them apart")
    if values.flow:
        quoted = _quoted(values if values.items else key)
        return _into_brackets(document, values, [flow(item, quoted) for item in items])
    if document.text[values.start] != "-":
        raise document.error(key, f"{key.text} has an anchor or tag; remove it")
    dash, gap = values.column, _gap(values)
    lines = block(items, dash, gap, _nesting(values, max(dash - key.column, 0)))
    if _spaced(document, values):
        lines.insert(0, "")
    return [_after(document, values.end, key.column, lines)]


def append_pair(document: Document, mapping: Node, name: str, value: Sequence[Data]) -> list[Edit]:
    """Puts a key with a list at the end of a mapping."""
    if mapping.flow:
        quoted = not mapping.items or _quoted(mapping)
        return _into_brackets(document, mapping, [_pair(name, value, quoted)])
    column = mapping.items[0].column
    lines = [" " * column + f"{name}:", *block(value, column + 2, 2, 2)]
    return [_after(document, mapping.end, column, lines)]


def prepend_pair(document: Document, mapping: Node, name: str, value: Sequence[Data]) -> Edit:
    """Puts a key with a list of texts before the first of a mapping that has one, on one line."""
    first = mapping.items[0]
    if mapping.flow:
        own_line = _begins_line(document, first)
        gap = newline(document.text) + " " * first.column if own_line else " "
        pair = _pair(name, value, _quoted(mapping))
        return Edit(first.start, first.start, f"{pair},{gap}")
    if not _begins_line(document, first):
        raise document.error(first, "begins in a way that nothing can be put before; rewrite it")
    at = first.start - first.column
    line = f"{' ' * first.column}{name}: {flow(value, quoted=False)}{newline(document.text)}"
    return Edit(at, at, line)


def block(items: Iterable[Data], dash: int, gap: int, nest: int) -> list[str]:
    """Lines of a list: dashes in column `dash`, what follows `gap` columns to the right of them,
    lists of its mappings `nest` to the right of their keys."""
    lines: list[str] = []
    for item in items:
        lead = " " * dash + "-" + " " * (gap - 1)
        if not isinstance(item, dict):
            lines.append(lead + flow(item, quoted=False))
            continue
        for key, value in item.items():
            if isinstance(value, str):
                lines.append(f"{lead}{key}: {value}")
            else:
                lines.append(f"{lead}{key}:")
                lines += block(value, dash + gap + nest, gap, nest)
            lead = " " * (dash + gap)
    return lines


def flow(data: Data, quoted: bool) -> str:
    """`data` on one line; with quotes it is JSON."""
    if isinstance(data, str):
        return json.dumps(data) if quoted else data
    if isinstance(data, dict):
        return "{" + ", ".join(_pair(key, value, quoted) for key, value in data.items()) + "}"
    return "[" + ", ".join(flow(item, quoted) for item in data) + "]"


def newline(text: str) -> str:
    """What ends the first line of `text`."""
    found = _BREAK.search(text)
    return found[0] if found else "\n"


def _pair(key: str, value: Data, quoted: bool) -> str:
    return f"{flow(key, quoted)}: {flow(value, quoted)}"


def _begins_line(document: Document, node: Node) -> bool:
    return document.text[node.start - node.column : node.start] == " " * node.column


def _quoted(node: Node) -> bool:
    """Whether texts are written as in JSON, by the first one."""
    while node.items:
        node = node.items[0]
    return node.style == '"'


def _gap(values: Node) -> int:
    """From the dash of a list's first item to the item."""
    first = values.items[0]
    wide = first.column - values.column
    return wide if first.line == values.line and 2 <= wide <= _WIDEST else 2


def _nesting(values: Node, default: int) -> int:
    """How far the lists in a list's mappings stand to the right of their keys."""
    for item in values.items:
        for key, value in item.pairs if item.kind == "mapping" and not item.flow else ():
            if value.kind == "list" and not value.flow and value.column >= key.column:
                return value.column - key.column
    return default


def _spaced(document: Document, values: Node) -> bool:
    """Whether an empty line stands before the last of a list's items."""
    if len(values.items) < 2:
        return False
    start = _line_end(document.text, values.items[-2].end)
    between = document.text[start : values.items[-1].start]
    return not between.partition("\n")[0].strip() and "\n" in between


def _after(document: Document, end: int, column: int, lines: list[str]) -> Edit:
    """Whole lines behind the one in which a value ends, and behind its comments.

    Those are the comments that follow, as far as they stand to the right of `column`.
    """
    text = document.text
    at = end if end and _BREAK.fullmatch(text[end - 1]) else _line_end(text, end)
    following = at
    while following < len(text):
        stop = _line_end(text, following)
        line = text[following:stop].strip()
        indent = len(text[following:stop]) - len(text[following:stop].lstrip())
        if line and not (line.startswith("#") and indent > column):
            break
        at, following = (stop if line else at), stop
    ending = newline(text)
    if at and not _BREAK.fullmatch(text[at - 1]):  # a last line that nothing ends, as it was
        return Edit(at, at, ending + ending.join(lines))
    return Edit(at, at, "".join(line + ending for line in lines))


def _line_end(text: str, at: int) -> int:
    """Where the line after that of `at` begins."""
    found = _BREAK.search(text, at)
    return found.end() if found else len(text)


def _into_brackets(document: Document, node: Node, texts: list[str]) -> list[Edit]:
    """Behind the last thing between brackets: on lines of their own where that has its own."""
    text = document.text
    if not node.items:
        return [Edit(node.end - 1, node.end - 1, ", ".join(texts))]
    last = node.items[-1] if node.kind == "list" else node.items[-2]
    end = node.items[-1].end
    comma = _comma(text, end, node.end - 1)
    at = _line_end(text, comma or end)
    if at >= node.end or not _begins_line(document, last):
        new = " " + ", ".join(texts)
        return [Edit(comma, comma, new) if comma else Edit(end, end, "," + new)]
    ending, indent = newline(text), " " * last.column
    lines = f",{ending}{indent}".join(texts)
    if comma:
        return [Edit(at, at, f"{indent}{lines},{ending}")]
    return [Edit(end, end, ","), Edit(at, at, f"{indent}{lines}{ending}")]


def _comma(text: str, start: int, end: int) -> int:
    """Behind the comma that stands, with comments, from `start` to `end`; 0 where none does."""
    for line in text[start:end].splitlines(keepends=True):
        found = line.partition("#")[0].find(",")
        if found >= 0:
            return start + found + 1
        start += len(line)
    return 0
