"""How a parser's tree is read, whatever the language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ast_grep_py import SgRoot

from intercom_scan.audit.syntax.lowering import Reader, named, word

if TYPE_CHECKING:
    from ast_grep_py import SgNode

    from intercom_scan.audit.syntax.tree import Node


def _tenth(node: SgNode, read: Reader) -> Node:
    return read(named(node)[9])


def test_code_that_lacks_what_a_table_asks_for_keeps_its_parts() -> None:
    root = SgRoot("a", "javascript").root()
    tree = Reader({"expression_statement": _tenth, "identifier": word("name")})(root)
    assert [node.kind for node in tree.walk()] == ["other", "other", "name"]
