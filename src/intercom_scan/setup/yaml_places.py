"""Where each value of a YAML file stands, so that text can be put in and all else left as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from intercom_scan.errors import ConfigError
from intercom_scan.policy.yaml_tree import decode, translated
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_VALUES = 20_000
MAX_DEPTH = 32

Kind = Literal["text", "alias", "list", "mapping"]


@dataclass(frozen=True, slots=True)
class Node:
    """A value and its place: characters of the text from `start` to `end`, `line` from 1, `column`
    from 0. An alias is itself here and not what it stands for.

    `end` is that of the last thing in it, before any comment. `text` is a scalar's value or the
    name of an alias, `items` are a list's, or a mapping's keys and values in turn. `flow` says
    whether it is written in brackets, and `style` how a scalar is quoted (None: not at all).
    """

    kind: Kind
    start: int
    end: int
    line: int
    column: int
    text: str = ""
    style: str | None = None
    flow: bool = False
    anchor: str | None = None
    tag: str | None = None
    items: tuple[Node, ...] = ()

    @property
    def pairs(self) -> list[tuple[Node, Node]]:
        """A mapping's keys, each with its value."""
        return list(zip(self.items[::2], self.items[1::2], strict=True))

    @property
    def empty(self) -> bool:
        """Whether nothing at all is written where a value could be."""
        plain = self.kind == "text" and self.style is None and self.start == self.end
        return plain and self.anchor is None and self.tag is None


@dataclass(frozen=True, slots=True)
class Document:
    """A file's one document. `root` is None where there is none, or an empty one."""

    file: str
    text: str
    root: Node | None
    aliases: frozenset[str]  # anchors that something refers to

    def error(self, node: Node, problem: str) -> ConfigError:
        return ConfigError(f"{self.file}:{node.line}: {problem}")

    def pair(self, mapping: Node, key: str) -> tuple[Node, Node] | None:
        """The key's node and its value's; ConfigError where the key is there twice."""
        found = [pair for pair in mapping.pairs if (pair[0].kind, pair[0].text) == ("text", key)]
        if len(found) > 1:
            raise self.error(found[1][0], f"{key} is there twice; keep one")
        return found[0] if found else None


def read(data: bytes, file: str) -> Document:
    """The places of `data`, of which `file` is the name in messages.

    Raises ConfigError with the line for what is not YAML in UTF-8, has more than one document,
    or is larger than 1 MiB, 20,000 values or 32 levels.
    """
    text = decode(data, file)
    # Here, as in the policy: nothing else of this program needs it.
    import yaml  # noqa: PLC0415

    with translated(text, file):
        return _Builder(file, text, yaml.parse(text, Loader=yaml.SafeLoader)).document()


class _Builder:
    def __init__(self, file: str, text: str, events: Iterator[Any]) -> None:
        self.file = file
        self.text = text
        self.events = events
        self.count = 0
        self.aliases: set[str] = set()

    def next(self) -> tuple[str, Any]:
        event = next(self.events)
        self.count += 1
        if self.count > MAX_VALUES:
            raise self.refused(event, f"has more than {MAX_VALUES} values; remove some")
        return type(event).__name__.removesuffix("Event"), event

    def refused(self, event: Any, problem: str) -> ConfigError:  # noqa: ANN401 PyYAML has no type
        return ConfigError(f"{self.file}:{event.start_mark.line + 1}: {problem}")

    def document(self) -> Document:
        self.next()  # the start of the stream
        root = None
        if self.next()[0] == "DocumentStart":
            root = self.value(*self.next(), depth=0)
            self.next()  # the end of the document
            kind, event = self.next()
            if kind != "StreamEnd":
                raise self.refused(event, "begins a second document; keep one")
        if root is not None and root.empty:
            root = None
        return Document(self.file, self.text, root, frozenset(self.aliases))

    def value(self, kind: str, event: Any, depth: int) -> Node:  # noqa: ANN401 as above
        if depth > MAX_DEPTH:
            raise self.refused(event, f"nests deeper than {MAX_DEPTH} levels")
        start = event.start_mark
        place = (start.index, event.end_mark.index, start.line + 1, start.column)
        if kind == "Alias":
            self.aliases.add(event.anchor)
            return Node("alias", *place, text=event.anchor)
        if kind == "Scalar":
            return Node(
                "text", *place, event.value, event.style, anchor=event.anchor, tag=event.tag
            )
        items, end = self.items(depth)
        flow = bool(event.flow_style)
        # A block ends where the next token begins, behind all comments: its last value says more.
        end = end if flow or not items else items[-1].end
        return Node(
            "list" if kind == "SequenceStart" else "mapping",
            place[0], end, *place[2:], flow=flow, anchor=event.anchor, tag=event.tag,
            items=tuple(items),
        )  # fmt: skip

    def items(self, depth: int) -> tuple[list[Node], int]:
        """What a list or a mapping has, and where its last bracket ends."""
        found: list[Node] = []
        while (following := self.next())[0] not in ("SequenceEnd", "MappingEnd"):
            found.append(self.value(*following, depth=depth + 1))
        return found, following[1].end_mark.index
