"""Which files have to do with a changed one: those that say its name, or one that it declares."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from intercom_scan.audit.words import TELLING

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project

_STEPS = 2  # from a handler to a service, and from there to what was changed
_WORD = re.compile(rb"[a-z0-9]+")
# Of a few letters, every file has it.
_DECLARED = re.compile(
    rb"\b(?:class|def|fn|fun|func|function|interface|module|object|struct|trait)[ \t]+"
    rb"(?:self\.|\([^()\n]{0,80}\)[ \t]*)?([A-Za-z]\w{4,80})"
    rb"|^(?:export )?(?:const|let|var) ([A-Za-z]\w{4,80})(?::[^=\n]{0,200})? = (?:async )?[(f]",
    re.MULTILINE,
)


def concerned(project: Project, changed: frozenset[str]) -> frozenset[str]:
    """The changed files, and those from which a trail may lead to one of them.

    By their words alone, which all languages have, and so rather too many than too few. Files
    that say nothing of Intercom or of signatures are on nobody's trail.
    """
    near = project.saying(*TELLING)
    found = {path for path in near if path in changed}
    said = {path: _others(path, project.read(path)) for path in near if path not in changed}
    step = set(found)
    for _ in range(_STEPS):
        names = {name for path in step for name in _names(path, project.read(path))}
        step = {path for path, words in said.items() if not words.isdisjoint(names)} - found
        found |= step
    return changed.union(found)


def _others(path: str, data: bytes) -> frozenset[bytes]:
    """Words of a file that may be names of others.

    In lower case and without underscores, so that `user_hash.rb` has what `UserHash` means.
    """
    return frozenset(_WORD.findall(data.lower().replace(b"_", b""))) - _names(path, data)


def _names(path: str, data: bytes) -> set[bytes]:
    folder, _, file = path.rpartition("/")
    stem = file.partition(".")[0]
    if stem in ("index", "__init__"):
        stem = folder.rpartition("/")[2]
    declared = (first or second for first, second in _DECLARED.findall(data))
    names = {name.lower().replace(b"_", b"") for name in (os.fsencode(stem), *declared)}
    return {name.replace(b"-", b"") for name in names if len(name) > 4}
