"""The repository's modules: their trees, and which one an import or a function's name means."""

from __future__ import annotations

import os
import posixpath
import re
import sys
from functools import cached_property
from typing import TYPE_CHECKING, Any

from intercom_scan.audit.model import INSTALL, CannotTellError
from intercom_scan.audit.syntax import autoloading, csharp_types, go_packages, packages
from intercom_scan.audit.syntax.lowering import TooMuchError
from intercom_scan.audit.syntax.parse import LANGUAGES, available, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from intercom_scan.audit.project import Project
    from intercom_scan.audit.syntax.tree import Node

# Where the languages that do not import files have what a name means.
_RESOLVE: Mapping[str, Callable[[Modules, str, str], str | None]] = {
    **dict.fromkeys(("java", "kt", "kts"), packages.resolve),
    "go": go_packages.resolve,
    "cs": csharp_types.resolve,
    **dict.fromkeys(("rb", "rake", "ru", "php", "phtml"), autoloading.resolve),
}
_VENDORED = re.compile(
    r"(?:^|/)(?:node_modules|vendors?|bower_components|third_party|site-packages|dist|Pods|Carthage"
    r"|\.dart_tool|\.next|\.nuxt|\.output|\.svelte-kit|\.vercel|\.netlify)/"
    r"|(?:[.-](?:min|bundle|chunk)|[.-](?=[a-z]*\d)[0-9a-f]{8,20})\.[cm]?js$"
    r"|\.(?:g|freezed|gen)\.dart$"
)
_TESTS = re.compile(
    r"(?:^|/)(?:(?:[\w.]+\.)?(?:Unit|Integration)?[Tt]ests?|\w+Test|__tests__|specs?|fixtures)/"
    r"|[._-](?:test|spec)\.\w+$|/test_\w+\.py$"
)
_ALIAS = re.compile(r"[@~]{1,2}/|(?=src/)|\$(?=lib/)")  # of the folder of sources
_WORD = re.compile(rb"[\w-]+")
_ENDINGS = (
    "",
    ".ts",
    ".tsx",
    ".js",
    ".mjs",
    ".jsx",
    ".py",
    "/index.ts",
    "/index.js",
    "/__init__.py",
)


_KEPT = 12 << 20  # bytes of code whose trees are not made again; each byte takes 20 of them
INDEXED = 1_000  # files whose functions are known by name; in more, the trail ends


class Modules:
    """What a project's code consists of."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self._resolved: dict[tuple[str, str], str | None] = {}
        self._trees: dict[str, Node | None] = {}
        self._room = _KEPT
        self.kept: dict[str, Any] = {}  # what others work out of the trees, by what it is

    @cached_property
    def code(self) -> tuple[str, ...]:
        """The files whose language can be followed."""
        return tuple(
            path for path in self.project.files if ending(path) in LANGUAGES and is_own(path)
        )

    def tree(self, path: str) -> Node | None:
        """A module's tree; None for what is too large or too deep.

        Raises CannotTellError where the parser is not installed.
        """
        if path not in self._trees:
            if not available():
                raise CannotTellError(INSTALL)
            data = self.project.read(path)
            try:
                tree = parse(data, ending(path))
            except TooMuchError:
                tree = None
            if len(data) > self._room:
                return tree
            self._room -= len(data)
            self._trees[path] = tree
        return self._trees[path]

    def resolve(self, module: str, near: str) -> str | None:
        """The file that `module` means in the file `near`; None for what is not of this project."""
        asked = module, near
        if asked not in self._resolved:
            self._resolved[asked] = self._resolve(module, near)
        return self._resolved[asked]

    def _resolve(self, module: str, near: str) -> str | None:
        own = _RESOLVE.get(ending(near))
        if own is not None:
            return own(self, module, near)
        if near.endswith(".py"):
            dots = len(module) - len(module.lstrip("."))
            rest = module.lstrip(".").replace(".", "/")
            if dots:
                base = posixpath.dirname(near)
                for _ in range(dots - 1):
                    base = posixpath.dirname(base)
                return self._file(posixpath.join(base, rest).rstrip("/"))
            known = module.partition(".")[0] in sys.stdlib_module_names
            return self._file(rest) or (None if known else self._ending(rest))
        if module.startswith("."):
            return self._file(posixpath.normpath(posixpath.join(posixpath.dirname(near), module)))
        alias = _ALIAS.match(module)
        if alias is not None:
            return self._ending(module[alias.end() :])
        return None

    def _file(self, base: str) -> str | None:
        plain = re.sub(r"\.js$", "", base)  # TypeScript writes the name of what it becomes
        for name in (base, plain):
            for end in _ENDINGS:
                if ending(name + end) in LANGUAGES and name + end in self.project.files:
                    return name + end
        return None

    def _ending(self, base: str) -> str | None:
        """The one file whose path ends so: an alias leads to a folder that is configured."""
        ends = tuple(f"/{base}{end}" for end in _ENDINGS)
        near = self._stems.get(posixpath.basename(base), [])
        found = [path for path in near if f"/{path}".endswith(ends)]
        return found[0] if len(found) == 1 else None

    @cached_property
    def _stems(self) -> dict[str, list[str]]:
        """The code by the last part of what an import says."""
        found: dict[str, list[str]] = {}
        for path in self.code:
            folder, _, name = path.rpartition("/")
            stem = name.partition(".")[0]
            if stem in ("index", "__init__"):
                stem = posixpath.basename(folder)
            for word in {stem, name, name.rpartition(".")[0]}:
                found.setdefault(word, []).append(path)
        return found

    @cached_property
    def addresses(self) -> dict[str, str]:
        """The addresses of Django's views, by the views' names."""
        found: dict[str, str] = {}
        for path in self.project.saying(b"urlpatterns"):
            tree = self.tree(path) if path.endswith(".py") and is_own(path) else None
            for node in tree.walk() if tree is not None else ():
                if node.kind == "call" and node.parts[0].name in ("path", "re_path", "url"):
                    given = node.parts[1:3]
                    if len(given) > 1 and given[0].kind == "text":
                        found[given[1].name] = given[0].name
        return found

    def importers(self, path: str) -> list[str]:
        """Files that may mount what a module exports: they say its name and mount something."""
        name = posixpath.splitext(posixpath.basename(path))[0]
        if name in ("index", "__init__"):
            name = posixpath.basename(posixpath.dirname(path))
        wanted = os.fsencode(name)
        word = _WORD.search(wanted)
        near = self._mounting.get(word[0], ()) if word else ()
        return [other for other in near if other != path and wanted in self.project.read(other)][:5]

    @cached_property
    def _mounting(self) -> dict[bytes, list[str]]:
        """The files that mount something, by each word in them."""
        found: dict[bytes, list[str]] = {}
        for path in self.project.saying(b".use("):
            if self._followed(path):
                for word in set(_WORD.findall(self.project.read(path))):
                    found.setdefault(word, []).append(path)
        return found

    def functions(self, name: str) -> list[tuple[str, Node]]:
        """Where functions of a name are, among files that say a word of signatures.

        All files by each name that is called would be a pass over the repository for each.
        """
        return self._by_name.get(name, [])

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[str, Node]]]:
        found: dict[str, list[tuple[str, Node]]] = {}
        for path in self.project.saying(b"hmac", b"signature")[:INDEXED]:
            tree = self.tree(path) if self._followed(path) else None
            for node in tree.walk() if tree is not None else ():
                if node.kind == "function" and node.name:
                    found.setdefault(node.name, []).append((path, node))
                elif node.kind == "assign" and node.parts[1].kind == "function":
                    found.setdefault(node.parts[0].name, []).append((path, node.parts[1]))
        return found

    def _followed(self, path: str) -> bool:
        return ending(path) in LANGUAGES and is_own(path)


def ending(path: str) -> str:
    """The last part of a file's name, or the last two where these say more: `blade.php`."""
    words = path.rpartition("/")[2].lower().split(".")
    both = ".".join(words[-2:])
    return both if len(words) > 2 and both in LANGUAGES else words[-1]


def is_own(path: str) -> bool:
    """Whether a file is the project's own code, and what it runs."""
    return not _VENDORED.search(path) and not _TESTS.search(path)
