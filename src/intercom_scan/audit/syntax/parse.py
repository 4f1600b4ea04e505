"""From text to trees; the one module that knows ast-grep, which is imported at the first use."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from typing import TYPE_CHECKING

from intercom_scan.audit.syntax import javascript, python
from intercom_scan.audit.syntax.lowering import Reader, TooMuchError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from intercom_scan.audit.syntax.lowering import Way
    from intercom_scan.audit.syntax.tree import Node

LARGEST = 256 * 1024  # bytes; code of that size was not written by a person
NESTED = 150  # brackets; the parser takes minutes for 100,000 that are never closed
ANGLES = 2_000  # of `<`, each of which may begin a list of types
_BRACKETS = re.compile(rb"[(\[{)\]}]")
_ANGLES = re.compile(rb"<|(?<!=)>")

# By the last part of a file's name: the parser's name of the language, and how its trees are read.
LANGUAGES: Mapping[str, tuple[str, Mapping[str, Way]]] = {
    **dict.fromkeys(("js", "mjs", "cjs", "jsx", "tsx"), ("tsx", javascript.TABLE)),
    **dict.fromkeys(("ts", "mts", "cts"), ("typescript", javascript.TABLE)),
    "py": ("python", python.TABLE),
}
# What is not followed yet.
OTHERS = frozenset({"rb", "php", "go", "java", "kt", "cs"})


def available() -> bool:
    """Whether ast-grep is installed, the extra `audit`."""
    return find_spec("ast_grep_py") is not None


@lru_cache(256)
def parse(data: bytes, ending: str) -> Node:
    """The tree of a file whose name ends so.

    Raises TooMuchError for what is too large or too deeply nested to be read by anybody, KeyError
    for a language without a table.
    """
    from ast_grep_py import SgRoot  # noqa: PLC0415 45 MB that only an audit needs

    language, table = LANGUAGES[ending]
    if len(data) > LARGEST or _depth(data, _BRACKETS, b"([{") > NESTED:
        raise TooMuchError
    if _depth(data, _ANGLES, b"<") > ANGLES:
        raise TooMuchError
    root = SgRoot(data.decode("utf-8", "replace"), language).root()
    return Reader(table)(root)


def _depth(data: bytes, brackets: re.Pattern[bytes], opening: bytes) -> int:
    """How deeply its brackets are nested at most, or how many of them are never closed."""
    depth = most = 0
    for bracket in brackets.findall(data):
        depth = depth + 1 if bracket in opening else max(depth - 1, 0)
        most = max(most, depth)
    return most
