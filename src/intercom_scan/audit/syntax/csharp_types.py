"""Which files of C# declare a type; namespaces are free of folders, so it goes by names."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intercom_scan.audit.syntax.modules import Modules

_DECLARED = re.compile(
    rb"\b(?:class|record(?:[ \t]{1,9}(?:class|struct))?|struct|interface)[ \t]{1,9}(\w+)"
)
_EXTENDS = re.compile(
    rb"\bstatic[ \t]{1,9}[\w<>?\[\], .]{1,80}?\b(\w{1,80})(?:<\w{1,80}>)?\([ \t\r\n]{0,99}this[ \t]"
)


def resolve(modules: Modules, module: str, near: str) -> str | None:
    """The file that declares a type, `Signatures` or `Acme.Webhooks.Signatures`."""
    found = declaring(modules, module.rpartition(".")[2], near)
    return found[0] if found else None


def declaring(modules: Modules, name: str, near: str) -> list[str]:
    """The files that declare a class of a name, nearest first; a partial one has several."""
    found = _types(modules).get(name.encode(), [])
    return sorted(found, key=lambda path: -_shared(path, near))


def extending(modules: Modules, method: str) -> list[str]:
    """The files that declare an extension method."""
    return _extensions(modules).get(method.encode(), [])


def _shared(path: str, near: str) -> int:
    return len(posixpath.commonprefix([path, near])) if path != near else len(path) + 1


def _types(modules: Modules) -> dict[bytes, list[str]]:
    return _index(modules, "types", _DECLARED)


def _extensions(modules: Modules) -> dict[bytes, list[str]]:
    return _index(modules, "extensions", _EXTENDS)


def _index(modules: Modules, what: str, declared: re.Pattern[bytes]) -> dict[bytes, list[str]]:
    kept: dict[str, dict[bytes, list[str]]] = modules.kept.setdefault("c# index", {})
    if what not in kept:
        found = kept[what] = {}
        for path in modules.code:
            if path.endswith(".cs"):
                data = modules.project.read(path)
                for name in dict.fromkeys(declared.findall(data)):
                    found.setdefault(name, []).append(path)
    return kept[what]
