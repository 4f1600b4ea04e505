"""What a variable is used for whose name may be that of an app's id or of a credential."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.syntax.modules import ending
from intercom_scan.audit.syntax.parse import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

_ID = re.compile(r"(?i)(?:app|workspace|intercom)_?id|intercom_?app_?id|(?:ios|android)_?api_?key")
_WIDGET = re.compile(r"widget\.intercom\.io")
_SECRET = re.compile(r"(?i)authorization|hmac\w*|createHmac|bearer|sign")


def of_name(modules: Modules, paths: Iterable[str], name: str) -> str | None:
    """`id` where it is the id of an app, `secret` where it signs or authorizes, else None."""
    found = set[str]()
    for path in paths:
        tree = modules.tree(path) if ending(path) in LANGUAGES else None
        if tree is not None:
            found.update(_uses(tree, name))
    return "secret" if "secret" in found else "id" if "id" in found else None


def _uses(tree: Node, name: str) -> Iterator[str]:
    names = {name}
    for node in tree.walk():  # `const key = process.env.NAME`
        given = node.parts[1] if node.kind == "assign" and len(node.parts) > 1 else None
        if given is not None and any(part.name in names for part in given.walk()):
            names.add(node.parts[0].name)
    waiting: list[tuple[Node, tuple[str, ...]]] = [(tree, ())]
    while waiting:
        node, around = waiting.pop()
        if node.name in names and node.kind in ("name", "member", "text"):
            for word in reversed(around):
                if _SECRET.search(word):
                    yield "secret"
                    break
                if _ID.fullmatch(word) or _WIDGET.search(word):
                    yield "id"
                    break
        waiting.extend((part, (*around, *_words(node))[-6:]) for part in node.parts)


def _words(node: Node) -> list[str]:
    if node.kind in ("pair", "named"):
        return [node.name]
    if node.kind == "call" and node.parts:
        return [dotted(node.parts[0])]
    if node.kind == "template":
        return [part.name for part in node.parts if part.kind == "text"]
    if node.kind == "assign" and node.parts:
        return [node.parts[0].name]
    return []
