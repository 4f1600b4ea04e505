"""The git hooks that a repository has its clones install, and which of them scan."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.model import Evidence
from intercom_scan.setup import yaml_places
from intercom_scan.setup.precommit import FILE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.project import Project
    from intercom_scan.setup.yaml_places import Node

_IDS = ("intercom-secrets", "intercom-pre-push", "intercom-detect-secrets", "intercom-history")
# Of husky, lefthook, overcommit and simple-git-hooks, and of `core.hooksPath`.
_SCRIPTS = re.compile(
    r"(?:\.husky|\.githooks|\.hooks|githooks)/(?:pre-commit|pre-push)|\.?lefthook\.ya?ml|"
    r"\.overcommit\.yml|package\.json|\.simple-git-hooks\.(?:json|c?js)"
)
_OURS = re.compile(rb"(?m)^(?![ \t]*(?:#|//)).*\b(?:intercom-(?:secrets|pre-push)|"
                   rb"intercom-scan\b.{0,40}--staged)(?![\w-])")  # fmt: skip
_SILENT = re.compile(rb"\|\|\s*(?:true|:|exit 0)")


def hooks(project: Project) -> Iterator[tuple[Evidence, str | None]]:
    """Each hook that scans, and what is wrong with it. Raises ConfigError for invalid YAML."""
    if FILE in project.files:
        root = yaml_places.read(project.read(FILE), FILE).root
        for repo in _list(root, "repos"):
            for hook in _list(repo, "hooks"):
                id_ = _pair(hook, "id")
                if id_ is not None and id_.text in _IDS:
                    yield Evidence(FILE, id_.line, f"{id_.text} is a hook"), _by_hand(hook, id_)
    for path in project.files:
        if _SCRIPTS.fullmatch(path) and (found := _OURS.search(data := project.read(path))):
            line = data.count(b"\n", 0, found.end()) + 1
            end = data.find(b"\n", found.end())
            silent = _SILENT.search(data[found.start() : end if end >= 0 else len(data)])
            problem = "may fail without a word: || true" if silent else None
            yield Evidence(path, line, "a hook scans"), problem


def _by_hand(hook: Node, id_: Node) -> str | None:
    """A hook that `pre-commit install` installs nothing for: https://pre-commit.com/#confining-hooks-to-run-at-certain-stages"""
    stages = _pair(hook, "stages")
    named = {item.text for item in stages.items} if stages is not None else set()
    if named == {"manual"} or (not named and id_.text == "intercom-history"):
        return f"{id_.text} only runs by hand"
    return None


def _pair(mapping: Node, key: str) -> Node | None:
    if mapping.kind != "mapping":
        return None
    return next((value for name, value in mapping.pairs if name.text == key), None)


def _list(mapping: Node | None, key: str) -> tuple[Node, ...]:
    found = _pair(mapping, key) if mapping is not None else None
    return found.items if found is not None and found.kind == "list" else ()
