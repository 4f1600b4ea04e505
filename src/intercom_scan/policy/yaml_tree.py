"""YAML as a tree of texts with line numbers; none of YAML's machinery for types and references."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeAlias

from intercom_scan.errors import ConfigError
from intercom_scan.policy.text import harmless
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_BYTES = 1024 * 1024
MAX_DEPTH = 8
MAX_NODES = 20_000

Value: TypeAlias = "str | list[Node] | dict[str, Node] | None"


@dataclass(frozen=True, slots=True)
class Node:
    """A value with where it stands: text, None for nothing, a list, or a mapping by its keys.

    `line` counts from 1 and is that of the key where the value has one. `key` is the path of
    keys from the top, as messages name it.
    """

    file: str
    line: int
    key: str
    value: Value

    def error(self, problem: str) -> ConfigError:
        where = f" {self.key}:" if self.key else ""
        return ConfigError(f"{self.file}:{self.line}:{where} {problem}")

    @property
    def source(self) -> str:
        return f"{self.file}:{self.line}"


def parse(data: bytes, file: str) -> Node | None:
    """The one document in `data`, or None where it holds nothing.

    Anchors, aliases, tags, further documents and duplicate keys are refused, and so is what is
    larger than 1 MiB, has more than 20,000 values or nests deeper than 8: a configuration needs
    none of it. Raises ConfigError with the line.
    """
    text = decode(data, file)
    # Here, as most repositories have no configuration and need not wait for the import.
    import yaml  # noqa: PLC0415

    with translated(text, file):
        events = _events(yaml.parse(text, Loader=yaml.SafeLoader), file)
        return _Builder(file, events).document()


@contextmanager
def translated(text: str, file: str) -> Iterator[None]:
    """What PyYAML says of `text`, as a ConfigError that quotes nothing of it."""
    import yaml  # noqa: PLC0415

    try:
        yield
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise ConfigError(f"{file}:{line}: has a control character; remove it") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        # PyYAML quotes single characters and token kinds, and in a few messages a whole name.
        said = re.sub(r"'(<[a-z ]+>|[^']{0,2})'|'[^']*'", _kept, error.problem or "it ends early")
        raise ConfigError(f"{file}:{line}: is not valid YAML: {said}; correct it") from None


def _kept(quoted: re.Match[str]) -> str:
    return "that" if quoted[1] is None else quoted[0]


def decode(data: bytes, file: str) -> str:
    """The text of `data`, without a byte order mark; ConfigError for what is none or too large."""
    if len(data) > MAX_BYTES:
        raise ConfigError(f"{file}:1: is larger than {MAX_BYTES} bytes; make it smaller")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(f"{file}:{line}: is not UTF-8; save it as UTF-8") from None


def _events(events: Iterator[Any], file: str) -> Iterator[Any]:
    for count, event in enumerate(events):
        line = event.start_mark.line + 1
        if type(event).__name__ == "AliasEvent" or getattr(event, "anchor", None):
            raise ConfigError(
                f"{file}:{line}: has an anchor or alias ('&', '*'); "
                "write the value out, or put quotes around a text that begins so"
            )
        if getattr(event, "tag", None):
            raise ConfigError(f"{file}:{line}: has a tag ('!…'); write the plain value")
        if count > MAX_NODES:
            raise ConfigError(f"{file}:{line}: has more than {MAX_NODES} values; remove some")
        yield event


class _Builder:
    def __init__(self, file: str, events: Iterator[Any]) -> None:
        self.file = file
        self.events = events

    def next(self) -> tuple[str, Any, int]:
        event = next(self.events)
        return type(event).__name__.removesuffix("Event"), event, event.start_mark.line + 1

    def document(self) -> Node | None:
        self.next()  # the start of the stream
        kind, _, _ = self.next()
        if kind == "StreamEnd":
            return None
        tree = self.value(self.next(), "", 0)
        self.next()  # the end of the document
        kind, _, line = self.next()
        if kind != "StreamEnd":
            raise ConfigError(f"{self.file}:{line}: begins a second document; write one")
        return None if tree.value is None else tree

    def value(self, first: tuple[str, Any, int], key: str, depth: int, line: int = 0) -> Node:
        kind, event, own_line = first
        line = line or own_line
        if depth > MAX_DEPTH:
            raise ConfigError(f"{self.file}:{own_line}: nests deeper than {MAX_DEPTH} levels")
        if kind == "Scalar":
            empty = event.style is None and event.value in ("", "~", "null", "Null", "NULL")
            return Node(self.file, line, key, None if empty else event.value)
        if kind == "SequenceStart":
            return Node(self.file, line, key, self.items(key, depth))
        return Node(self.file, line, key, self.entries(key, depth))

    def items(self, key: str, depth: int) -> list[Node]:
        found: list[Node] = []
        while (first := self.next())[0] != "SequenceEnd":
            found.append(self.value(first, f"{key}[{len(found)}]", depth + 1))
        return found

    def entries(self, key: str, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while (first := self.next())[0] != "MappingEnd":
            kind, event, line = first
            if kind != "Scalar":
                raise ConfigError(f"{self.file}:{line}: has a key that is not text; write a name")
            shown = event.value if harmless(event.value) else "…"
            path = f"{key}.{shown}" if key else shown
            if event.value in found:
                raise ConfigError(f"{self.file}:{line}: {path}: is there twice; keep one")
            found[event.value] = self.value(self.next(), path, depth + 1, line)
        return found
