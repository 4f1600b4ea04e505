"""What the languages and their frameworks do in their own ways; a module each, loaded when met."""

from __future__ import annotations

from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from intercom_scan.audit.syntax.modules import ending

if TYPE_CHECKING:
    from intercom_scan.audit.signed.dialects.model import Dialect

# By the last part of a file's name. JavaScript and Python, which most integrations are written in,
# need none: what the machine knows by itself is theirs.
_MODULES: dict[str, str] = {
    **dict.fromkeys(("rb", "rake", "ru"), "ruby"),
    **dict.fromkeys(("php", "phtml"), "php"),
    "java": "java",
    **dict.fromkeys(("kt", "kts"), "kotlin"),
    "go": "go",
    "cs": "csharp",
}


@lru_cache(4096)
def of(path: str) -> Dialect | None:
    """The dialect that a file is written in."""
    return _loaded(ending(path))


@lru_cache(None)
def _loaded(end: str) -> Dialect | None:
    name = _MODULES.get(end)
    if name is None:
        return None
    dialect: Dialect = import_module(f"{__name__}.{name}").DIALECT
    return dialect
