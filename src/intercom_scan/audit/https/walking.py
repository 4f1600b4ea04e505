"""Goes through code with what stands around each piece: functions, conditions, the nearest key."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from intercom_scan.audit.flow.calls import Site, dotted

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.syntax.tree import Node

# What a program is only while somebody works on it, in conditions and in names of files.
DEVELOPMENT = re.compile(
    r"\b(?:node_?env|rails_?env|app_?env|environment|debug|is_?debug|__DEV__|local|"
    r"is_?dev\w*|development|is_?test\w*|testing|is_?local\w*|is_?prod\w*|production|staging)",
    re.IGNORECASE,
)
DEVELOPMENT_FILES = re.compile(
    r"(?:^|[/._-])(?:dev|devel|development|local|test|tests|testing|debug|example|sample|override"
    r"|mocks?|e2e|ci|demo|examples|docs?|stories|storybook)(?=[/._-]|$)",
    re.IGNORECASE,
)


class Piece(NamedTuple):
    """A piece of code: what it stands in, by which key or name, and under which conditions."""

    node: Node
    site: Site
    keys: tuple[str, ...]
    conditions: tuple[Node, ...]

    @property
    def only_in_development(self) -> bool:
        """Whether a condition around it asks which environment it is."""
        return any(
            DEVELOPMENT.search(part.name) for each in self.conditions for part in each.walk()
        )


def pieces(path: str, tree: Node) -> Iterator[Piece]:
    """Every piece of a file's code, in order."""
    waiting = [Piece(tree, Site(path, tree), (), ())]
    while waiting:
        piece = waiting.pop()
        yield piece
        node, site, keys, conditions = piece
        around = (*site.around, node) if node.kind in ("function", "class") else site.around
        if node.kind in ("pair", "named"):
            keys = (*keys, node.name)
        elif node.kind == "assign":
            keys = (*keys, dotted(node.parts[0]))
        elif node.kind == "function":
            keys = ()
        for place, part in reversed(list(enumerate(node.parts))):
            under = conditions
            decides = node.kind in ("if", "choice") or (
                node.kind == "binary" and node.name in ("&&", "||", "and", "or")
            )
            if decides and place:
                under = (*conditions, node.parts[0])
            waiting.append(Piece(part, Site(path, part, around=around), keys, under))
