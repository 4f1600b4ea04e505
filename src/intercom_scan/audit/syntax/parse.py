"""From text to trees; the one module that knows ast-grep, which is imported at the first use."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.util import find_spec
from time import process_time
from typing import TYPE_CHECKING

from intercom_scan.audit.syntax import (
    csharp,
    dart,
    go,
    inserted,
    java,
    javascript,
    kotlin,
    php,
    php_pages,
    python,
    ruby,
    swift,
    templates,
)
from intercom_scan.audit.syntax.lowering import Reader, TooMuchError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from intercom_scan.audit.syntax.lowering import Way
    from intercom_scan.audit.syntax.tree import Node

LARGEST = 256 * 1024  # bytes; code of that size was not written by a person
NESTED = 150  # brackets; the parser takes minutes for 100,000 that are never closed
ANGLES = 2_000  # of `<`, each of which may begin a list of types
_PARTS = (1 << 10, 1 << 13, 1 << 16)  # characters that are parsed to see how long that takes
_BEARABLE = (0.2, 10e-6)  # seconds, and more of them a character; code takes a hundredth
_BRACKETS = re.compile(rb"[(\[{)\]}]")
_ANGLES = re.compile(rb"<|(?<!=)>")


def _within(data: bytes, ending: str) -> Node:
    return parse(data, ending)


_SCRIPT = ("tsx", inserted.table(_within))

# By the last part of a file's name: the parser's name of the language, and how its trees are read.
LANGUAGES: Mapping[str, tuple[str, Mapping[str, Way]]] = {
    **dict.fromkeys((*templates.FORMS, "script of php"), _SCRIPT),
    **dict.fromkeys(("code of erb", "code of js.erb"), ("ruby", ruby.TABLE)),
    "code of blade.php": ("php", php.TABLE),
    **dict.fromkeys(("code of ejs", "code of js.ejs"), ("tsx", javascript.TABLE)),
    **dict.fromkeys(("js", "mjs", "cjs", "jsx", "tsx"), ("tsx", javascript.TABLE)),
    **dict.fromkeys(("ts", "mts", "cts"), ("typescript", javascript.TABLE)),
    "py": ("python", python.TABLE),
    **dict.fromkeys(("rb", "rake", "ru"), ("ruby", ruby.TABLE)),
    **dict.fromkeys(("php", "phtml"), ("php", php.TABLE)),
    "swift": ("swift", swift.TABLE),
    "dart": ("dart", dart.TABLE),
    "java": ("java", java.TABLE),
    "go": ("go", go.TABLE),
    "cs": ("csharp", csharp.TABLE),
    **dict.fromkeys(("kt", "kts"), ("kotlin", kotlin.TABLE)),
}
# Of languages that stand in pages: what of a text the parser is given, and what else it is.
CODE: Mapping[str, Callable[[str], str]] = {
    **{end: templates.code(form) for end, form in templates.FORMS.items()},
    **dict.fromkeys(("php", "phtml"), php_pages.code),
    "script of php": templates.code(templates.PHP),
    "code of blade.php": lambda text: php_pages.code(templates.blade(text)),
    **{f"code of {end}": templates.between("<%", "%>")
       for end in ("erb", "js.erb", "ejs", "js.ejs")},
}  # fmt: skip
# Pages in which two languages stand: the other, and what is in a page that has it.
BESIDE: Mapping[str, tuple[str, bytes]] = {
    **{end: (f"code of {end}", b"<%") for end in ("erb", "js.erb", "ejs", "js.ejs")},
    **dict.fromkeys(("php", "phtml"), ("script of php", b"<script")),
    **dict.fromkeys(("blade.php", "js.blade.php"), ("code of blade.php", b"php")),
}
PAGES = frozenset(templates.FORMS)  # which answer no requests themselves
# Languages that are not followed: of what their files say of Intercom a check cannot tell.
OTHERS = frozenset({
    "clj", "cljs", "cr", "eex", "ex", "exs", "groovy", "haml", "heex", "leex", "lua", "m", "mm",
    "pl", "pug", "rs", "scala", "slim", "vb",
})  # fmt: skip


@lru_cache(1)
def available() -> bool:
    """Whether ast-grep is installed, the extra `audit`."""
    return find_spec("ast_grep_py") is not None


@lru_cache(16)  # a tree may take 15 MB; `Modules` keeps those of a project
def parse(data: bytes, ending: str) -> Node:
    """The tree of a file whose name ends so.

    Raises TooMuchError for what is too large or too deeply nested to be read by anybody, KeyError
    for a language without a table.
    """
    from ast_grep_py import SgRoot  # noqa: PLC0415 45 MB that only an audit needs

    if len(data) > LARGEST:
        raise TooMuchError
    language, table = LANGUAGES[ending]
    text = CODE.get(ending, str)(data.decode("utf-8", "replace"))
    code = text.encode("utf-8", "replace")
    if _depth(code, _BRACKETS, b"([{") > NESTED or _depth(code, _ANGLES, b"<") > ANGLES:
        raise TooMuchError
    _probe(text, lambda part: SgRoot(part, language))
    try:
        tree = Reader(table)(SgRoot(text, language).root())
    except RecursionError:
        raise TooMuchError from None
    other, needle = BESIDE.get(ending, ("", b""))
    if other and needle in data:
        tree = tree._replace(parts=(*tree.parts, *parse(data, other).parts))
    return tree


def _probe(text: str, parsed: Callable[[str], object]) -> None:
    """Have parts of a text parsed, small ones first; raise TooMuchError where that takes long.

    Where some grammars find no sense, they try all there is: 3 KB of `->` take 3 s as
    JavaScript, and twice as many four times that. The parser cannot be stopped once it runs.
    """
    left = _BEARABLE[0] + _BEARABLE[1] * len(text)
    before = left
    for size in _PARTS:
        spent = 0.0
        for at in range(0, len(text), size) if len(text) > size else ():
            started = process_time()
            parsed(text[at : at + size])
            spent += process_time() - started
            if spent > left:
                raise TooMuchError
        if spent * len(text) / size < left:
            return  # even if the time grows with the square of the size
        if spent > 2 * before and spent * _PARTS[1] / _PARTS[0] > left:
            raise TooMuchError  # it does grow so
        left, before = left - spent, spent


def _depth(data: bytes, brackets: re.Pattern[bytes], opening: bytes) -> int:
    """How deeply its brackets are nested at most, or how many of them are never closed."""
    depth = most = 0
    for bracket in brackets.findall(data):
        depth = depth + 1 if bracket in opening else max(depth - 1, 0)
        most = max(most, depth)
    return most
