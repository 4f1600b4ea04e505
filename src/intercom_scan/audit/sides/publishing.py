"""Settings by which build tools put variables into what browsers and phones get."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.flow.calls import dotted
from intercom_scan.audit.sides.names import PREFIXES, PUBLIC, named, sort
from intercom_scan.audit.syntax.modules import ending
from intercom_scan.audit.syntax.parse import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.syntax.modules import Modules
    from intercom_scan.audit.syntax.tree import Node

    Told = tuple[int, str]

_CONFIG = re.compile(
    r"(?:^|/)(?:next|nuxt|vite|vue|webpack[\w.-]*|rsbuild|rspack|app|craco|gatsby|rollup|quasar|"
    r"capacitor|metro|babel|esbuild|config-overrides|electron\.vite)(?:\.config)?\.[mc]?[jt]s$"
)
_PHONE = re.compile(
    r"(?:^|/)(?:Info\.plist|[\w-]+\.plist|strings\.xml|build\.gradle(?:\.kts)?|gradle\.properties|"
    r"AndroidManifest\.xml|[\w.-]+\.xcconfig|app\.json|eas\.json|config\.xml|[\w-]+\.storyboard)$"
)
# Keys and calls under which a configuration has what it publishes; `env` is Next's and Nuxt 2's.
_KEYS = {"define": "", "publicRuntimeConfig": "", "public": "", "extra": "",
         "env": r"(?:next|nuxt)\."}  # fmt: skip
_PLUGINS = re.compile(r"(?:DefinePlugin|EnvironmentPlugin|esbuild\.build|replace)$")
_PREFIXES = tuple(prefix.encode() for prefix in PREFIXES)
_READ = re.compile(r"(?:process\.env|import\.meta\.env)\.(\w+)")
_PROSE = re.compile(r"(?i)\.(?:md|mdx|rst|txt|adoc|lock|log|snap|svg|csv)$|(?:^|/)docs?/")


def public_names(modules: Modules, path: str) -> Iterator[tuple[str, int]]:
    """Names with a public prefix that a file reads, sets or passes on, each with its line."""
    data = modules.project.read(path)
    if _PROSE.search(path) or not any(prefix in data for prefix in _PREFIXES):
        return
    if ending(path) in LANGUAGES:
        tree = modules.tree(path)
        found = _in_tree(tree) if tree is not None else iter(())
    else:
        text = data.decode("utf-8", "replace")
        found = ((each.name, each.line) for each in named(text))
    seen: set[str] = set()
    for name, line in found:
        if name not in seen and PUBLIC.match(name) and sort(name) is not None:
            seen.add(name)
            yield name, line


def _in_tree(tree: Node) -> Iterator[tuple[str, int]]:
    for node in tree.walk():
        if node.name and node.kind in ("name", "member", "text", "pair", "named", "import"):
            yield node.name, node.line


def is_phones(path: str) -> bool:
    """Whether it is a file of an app's build or resources."""
    return bool(_PHONE.search(path))


def in_resources(modules: Modules, path: str) -> Iterator[Told]:
    """Secrets in what is built into an app."""
    text = modules.project.read(path).decode("utf-8", "replace")
    seen: set[str] = set()
    for each in named(text):
        if sort(each.name) == "secret" and each.name not in seen:
            seen.add(each.name)
            yield each.line, f"builds `{each.name}` into the app"


def in_configuration(modules: Modules, path: str) -> Iterator[Told]:
    """Secrets that a build tool's configuration publishes."""
    if not _CONFIG.search(path):
        return
    tree = modules.tree(path)
    waiting: list[tuple[Node, bool]] = [(tree, False)] if tree is not None else []
    seen: set[str] = set()
    while waiting:
        node, published = waiting.pop()
        published = published or _publishes(node, path)
        name = _name(node) if published else ""
        if name and name not in seen and not PUBLIC.match(name):
            seen.add(name)
            yield node.line, f"publishes `{name}`"
        if node.kind == "pair" and node.name == "envPrefix":
            for part in node.walk():
                if part.kind == "text" and (not part.name or part.name.startswith("INTERCOM")):
                    yield part.line, "publishes all variables whose names begin so"
        waiting.extend((part, published) for part in reversed(node.parts))


def _publishes(node: Node, path: str) -> bool:
    if node.kind == "pair" and node.name in _KEYS:
        return bool(re.search(_KEYS[node.name], path.rpartition("/")[2]))
    return node.kind == "call" and bool(node.parts) and bool(_PLUGINS.search(dotted(node.parts[0])))


def _name(node: Node) -> str:
    """The name of a secret that a node has: as a key, or as what is read."""
    if node.kind not in ("pair", "text", "member", "name"):
        return ""
    name = node.name.strip("'\"")
    if (read := _READ.fullmatch(name)) is not None:
        name = read[1]
    return name if sort(name) == "secret" else ""
