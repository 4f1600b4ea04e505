"""What names and types of Java and Kotlin mean: of the object around, the package, the project."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.signed.binding import instance, shared
from intercom_scan.audit.signed.values import Class, Scope, Things, Unknown
from intercom_scan.audit.syntax import packages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.signed.machine import Machine
    from intercom_scan.audit.signed.values import Value
    from intercom_scan.audit.syntax.tree import Node

_HOLDS = re.compile(r"^(?:Provider|ObjectProvider|Lazy|Optional)<(.*)>$")


def load(machine: Machine, scope: Scope) -> None:
    """Classes that stand in others are known by their names."""
    tree = machine.modules.tree(scope.path)
    for top in tree.parts if tree is not None else ():
        for node in top.walk() if top.kind == "class" else ():
            if node.kind == "class" and node.name and node is not top:
                scope.names[node.name] = Class(node, scope)


def name(machine: Machine, node: Node, scope: Scope) -> Value:
    """What a bare name is: of the object that the code is in, of the file, or of the package."""
    if node.name in ("this", "super"):
        return None
    for this in around(scope):
        if isinstance(this, Things) and node.name in this.items:
            return this.items[node.name]
    found = named(machine, node.name, scope)
    if found is None:
        found = _of_classes(machine, machine.load(scope.path), node.name)
    if found is None and node.name[:1].isupper():
        return Unknown(None, None, node.name)
    return found


def around(scope: Scope) -> Iterator[Value]:
    """The objects that code is in, the nearest first."""
    inner: Scope | None = scope
    while inner is not None:
        yield from (inner.names[word] for word in ("this", "self") if word in inner.names)
        inner = inner.parent


def named(machine: Machine, word: str, scope: Scope) -> Value:
    """What a file or its package declares by a name, or what all of is imported."""
    found = scope.find(word)
    if found is not None or (scope.path.endswith(".java") and not word[:1].isupper()):
        return found if found is not None else _everything(machine, word, scope)
    path = machine.modules.resolve(word, scope.path)
    if path is not None and path != scope.path:
        found = machine.load(path).find(word)
    return _everything(machine, word, scope) if found is None else found


def _everything(machine: Machine, word: str, scope: Scope) -> Value:
    """A name out of a package or a class of which all is imported."""
    for module in _wildcards(machine, scope.path):
        path = machine.modules.resolve(f"{module}.{word}", scope.path)
        if path is not None:
            there = machine.load(path)
            found = there.find(word)
            found = _of_classes(machine, there, word) if found is None else found
            if found is not None:
                return found
    return None


def _of_classes(machine: Machine, scope: Scope, word: str) -> Value:
    """What one of a file's classes declares, as a class that stands in it may say it."""
    for value in [*scope.names.values()]:
        own = isinstance(value, Class) and value.scope.path == scope.path
        if own and any(_declares(part, word) for part in value.node.parts[0].parts):
            return shared(machine, value).items.get(word)
    return None


def _declares(part: Node, word: str) -> bool:
    return part.name == word or (part.kind == "assign" and part.parts[0].name == word)


def _wildcards(machine: Machine, path: str) -> list[str]:
    """The packages and classes of which a file imports all."""
    tree = machine.modules.tree(path)
    tops = tree.parts if tree is not None else ()
    imports = [each for top in tops for each in (top.parts if top.kind == "block" else (top,))]
    return [each.parts[1].name for each in imports if each.kind == "import" and each.name == "*"]


def injected(machine: Machine, kind: str, scope: Scope) -> Things | None:
    """The project's object of a type, one for all who ask; None for a type of a package."""
    inner = _HOLDS.match(kind)
    made = _declared(machine, (inner[1] if inner else kind).partition("<")[0], scope)
    if made is None:
        return None
    kept: dict[tuple[str, int], Things] = machine.kept.setdefault("objects", {})
    where = made.scope.path, made.node.line
    if where not in kept:
        kept[where] = Things()  # before it is made: they may form a ring
        kept[where].items |= instance(machine, made).items
    return kept[where]


def _declared(machine: Machine, word: str, scope: Scope) -> Class | None:
    """The class that a type names; for an interface, the only class that implements it."""
    found = named(machine, word, scope) if word[:1].isupper() else None
    if not isinstance(found, Class):
        return None
    methods = [part for part in found.node.parts[0].parts if part.kind == "function"]
    if methods and all(part.parts[1].kind == "nothing" for part in methods):
        others = [*_implementing(machine, word, found.scope.path)]
        return others[0] if len(others) == 1 else found
    return found


def _implementing(machine: Machine, word: str, path: str) -> Iterator[Class]:
    modules = machine.modules
    near = packages.of_package(modules, packages.package_of(modules, path))
    for each in dict.fromkeys((*near, *packages.speaking(modules))):
        said = word.encode() in modules.project.read(each)
        tree = modules.tree(each) if said else None
        for node in tree.walk() if tree is not None else ():
            marks = node.parts[1].parts if node.kind == "class" else ()
            if any(m.kind == "type" and m.name.partition("<")[0] == word for m in marks):
                yield Class(node, machine.load(each))
