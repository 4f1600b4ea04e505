"""Which file Ruby and PHP load for a constant, a class of a namespace, or a file's name."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intercom_scan.audit.syntax.modules import Modules

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def resolve(modules: Modules, module: str, near: str) -> str | None:
    """The one file that `./lib/signature`, `Webhooks::Signature` or `App\\Signature` means.

    A constant is in the file of its name, below a folder for each module that it is in:
    https://guides.rubyonrails.org/autoloading_and_reloading_constants.html and
    https://www.php-fig.org/psr/psr-4/.
    """
    end = "php" if near.endswith(("php", "phtml")) else "rb"
    if module.startswith("./"):
        return _relative(modules, module, near, end)
    parts = module.strip("\\:").replace("\\", "::").split("::")
    if end == "rb":
        parts = [part for each in parts for part in each.split("/")]
        parts = [_HUMP.sub("_", part).lower() for part in parts]
    return _below(modules, parts, near, end)


def _relative(modules: Modules, module: str, near: str, end: str) -> str | None:
    """A file beside this one, or, where that is none, the one whose path ends so."""
    name = module.removeprefix("./")
    name = name if name.endswith(f".{end}") else f"{name}.{end}"
    beside = posixpath.normpath(posixpath.join(posixpath.dirname(near), name))
    if beside in modules.project.files:
        return beside
    return _below(modules, name.removesuffix(f".{end}").replace("../", "").split("/"), near, end)


def _below(modules: Modules, parts: list[str], near: str, end: str) -> str | None:
    """The file whose path ends in most of the parts; of several, the one that is next to `near`."""
    found = _named(modules, end).get(parts[-1], [])
    for first in range(len(parts)):
        ends = "/" + "/".join(parts[first:]) + f".{end}"
        fit = [path for path in found if f"/{path}".endswith(ends)]
        beside = [path for path in fit if posixpath.dirname(path) == posixpath.dirname(near)]
        if len(fit) == 1 or len(beside) == 1:
            return beside[0] if beside else fit[0]
        if fit:
            return None
    return None


def _named(modules: Modules, end: str) -> dict[str, list[str]]:
    """The files of a language, by their names without the ending."""
    kept = f"autoloading {end}"
    if kept not in modules.kept:
        found: dict[str, list[str]] = {}
        for path in modules.code:
            if path.endswith(f".{end}"):
                name = path.rpartition("/")[2].removesuffix(f".{end}")
                found.setdefault(name, []).append(path)
        modules.kept[kept] = found
    names: dict[str, list[str]] = modules.kept[kept]
    return names
