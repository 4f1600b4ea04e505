"""Which files a Go package has, and which of them declares a name."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intercom_scan.audit.syntax.modules import Modules

MOST = 200  # files of a package that are read
_MODULE = re.compile(rb"^[ \t]{0,9}module[ \t]+\"?([^\s\"]+)", re.MULTILINE)
_RECEIVERS = (
    re.compile(
        rb"^[ \t]{0,9}func[ \t]{0,9}\([ \t]{0,9}(?:\w{1,80}[ \t]{1,9})?\*?(\w{1,80})", re.MULTILINE
    ),
)
_NAMES = (
    re.compile(rb"^[ \t]{0,9}(?:func|type|var|const)[ \t]+(\w+)", re.MULTILINE),
    re.compile(rb"^[ \t]{0,9}(?=[\w \t,*.]{1,160}=)(\w+)", re.MULTILINE),  # within `var (…)`
)


def resolve(modules: Modules, module: str, near: str) -> str | None:
    """A file of the package that `near` imports; or the one that declares a name of its own."""
    if "/" not in module and "." not in module:
        return declaring(modules, module, near)
    for base, folder in _modules(modules).items():
        if module == base or module.startswith(f"{base}/"):
            there = posixpath.normpath(posixpath.join(folder, module[len(base) + 1 :] or "."))
            found = _folders(modules).get("" if there == "." else there)
            return found[0] if found else None
    return None


def package(modules: Modules, path: str) -> list[str]:
    """The files of the package that a file is of."""
    return _folders(modules).get(posixpath.dirname(path), [])[:MOST]


def declaring(modules: Modules, name: str, near: str) -> str | None:
    """The file of the same package that declares a function, type or variable."""
    found = _declared(modules, near, "names", _NAMES).get(name.encode())
    return found[0] if found else None


def having(modules: Modules, kind: str, near: str) -> list[str]:
    """The files of the same package that have methods of a type."""
    return _declared(modules, near, "methods", _RECEIVERS).get(kind.encode(), [])


def _declared(
    modules: Modules, near: str, what: str, patterns: tuple[re.Pattern[bytes], ...]
) -> dict[bytes, list[str]]:
    key = what, posixpath.dirname(near)
    kept: dict[tuple[str, str], dict[bytes, list[str]]] = modules.kept.setdefault("go names", {})
    if key not in kept:
        found = kept[key] = {}
        files = [(path, modules.project.read(path)) for path in package(modules, near)]
        for pattern in patterns:
            for path, data in files:
                for name in dict.fromkeys(pattern.findall(data)):
                    found.setdefault(name, []).append(path)
    return kept[key]


def _modules(modules: Modules) -> dict[str, str]:
    """Where each module of the repository is, by its path; the longest paths first."""
    kept = modules.kept
    if "go modules" not in kept:
        found: dict[str, str] = {}
        for path in modules.project.files:
            if posixpath.basename(path) == "go.mod":
                said = _MODULE.search(modules.project.read(path))
                if said:
                    found[said[1].decode("utf-8", "replace")] = posixpath.dirname(path)
        kept["go modules"] = dict(sorted(found.items(), key=lambda pair: -len(pair[0])))
    held: dict[str, str] = kept["go modules"]
    return held


def _folders(modules: Modules) -> dict[str, list[str]]:
    kept = modules.kept
    if "go folders" not in kept:
        found: dict[str, list[str]] = {}
        for path in modules.code:
            if path.endswith(".go"):
                found.setdefault(posixpath.dirname(path), []).append(path)
        kept["go folders"] = found
    held: dict[str, list[str]] = kept["go folders"]
    return held
