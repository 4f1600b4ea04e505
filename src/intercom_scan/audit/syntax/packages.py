"""Where Java and Kotlin declare what an import, or a name of the same package, means."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.words import SPEAKING

if TYPE_CHECKING:
    from intercom_scan.audit.syntax.modules import Modules

ENDINGS = (".java", ".kt", ".kts")
MOST = 200  # files of a package that are searched for a declaration
_PACKAGE = re.compile(rb"^[ \t]*package[ \t]+([\w.]+)", re.MULTILINE)
_DECLARES = re.compile(
    rb"^(?:[ \t]*(?:[a-z]+[ \t]+){0,4})(?:class|interface|object|record|enum|fun|val)[ \t]+"
    rb"(?:<[^<>\n]{1,80}>[ \t]+)?(?:[\w<>?, ]{1,80}\.)?([A-Za-z_]\w*)",
    re.MULTILINE,
)
_HEAD = 8192  # bytes; only comments stand before the package


def resolve(modules: Modules, module: str, near: str) -> str | None:
    """The file that declares `com.acme.Signatures`, or `Signatures` of the package of `near`.

    `com.acme.Outer.Inner` is in the file of `Outer`.
    """
    if "." not in module:
        return _declaring(modules, package_of(modules, near), module)
    package, _, name = module.rpartition(".")
    found = _declaring(modules, package, name)
    if found is None and package.rpartition(".")[2][:1].isupper():
        return resolve(modules, package, near)
    return found


def package_of(modules: Modules, path: str) -> str:
    """What a file says that its package is."""
    found = _PACKAGE.search(modules.project.read(path)[:_HEAD])
    return found[1].decode() if found else ""


def of_package(modules: Modules, package: str) -> list[str]:
    """The files of a package."""
    if "packages" not in modules.kept:
        found: dict[str, list[str]] = {}
        for path in modules.code:
            if path.endswith(ENDINGS):
                found.setdefault(package_of(modules, path), []).append(path)
        modules.kept["packages"] = found
    files: list[str] = modules.kept["packages"].get(package, [])
    return files


def speaking(modules: Modules) -> list[str]:
    """The code that has to do with signatures, or with Intercom."""
    if "speaking" not in modules.kept:
        code = frozenset(modules.code)
        said = modules.project.saying(*SPEAKING)
        modules.kept["speaking"] = [p for p in said if p.endswith(ENDINGS) and p in code]
    files: list[str] = modules.kept["speaking"]
    return files


def _declaring(modules: Modules, package: str, name: str) -> str | None:
    """Java has a class in the file of its name; Kotlin has any, and functions, in any file."""
    declared: dict[str, dict[str, str]] = modules.kept.setdefault("declared", {})
    if package not in declared:
        files = of_package(modules, package)
        found = declared[package] = {}
        for path in files[:MOST]:
            for word in _DECLARES.findall(modules.project.read(path)):
                found.setdefault(word.decode(), path)
        found |= {path.rpartition("/")[2].rpartition(".")[0]: path for path in files}
    return declared[package].get(name)
