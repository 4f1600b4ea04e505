"""The answer about a project's secrets: whether any leaves its servers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.audit.model import (
    Evidence,
    Outcome,
    cannot_tell,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.audit.sides import bundles, handing, leaks, pages, publishing, uses
from intercom_scan.audit.sides.names import sort
from intercom_scan.audit.sides.sides import side
from intercom_scan.audit.syntax.modules import ending, is_own
from intercom_scan.audit.syntax.parse import LANGUAGES, PAGES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.project import Project

    Told = tuple[int, str]

_SAYS = re.compile(rb"(?i)secret|token|hmac|key|\bpat\b")
MEND = "Rotate it, and read it on the server alone, under a name without a public prefix."


def answer(project: Project) -> Outcome:
    """By what each file that says Intercom is, and what it has."""
    asked = project.asked(project.ours)
    built = [path for path in asked if bundles.is_built(path)]
    own = [path for path in asked if is_own(path) and path not in built]
    wrong = list(_published(project, own, certain=True))
    for path in own:
        wrong += [Evidence(path, *told) for told in _in_file(project, path)]
    for path in built:
        data = project.read(path)
        found = [*bundles.in_built(data), *bundles.literals(project, path, data)]
        wrong += [Evidence(path, *told) for told in found]
    if wrong:
        return failed(sorted(dict.fromkeys(wrong), key=_place), MEND)
    unsure = list(_published(project, own, certain=False))
    if unsure:
        return cannot_tell(unsure, "Name it for what it is: an app's id is no key.")
    shown = [path for path in own if _side(project, path) in leaks.PLACES]
    if not shown and not built and not _reads(project, own):
        return not_applicable("nothing of Intercom's runs in a browser or on a phone")
    told = [Evidence(path, None, "has no secret of Intercom's") for path in (*shown, *built)]
    return passed(told or [Evidence(None, None, "no front end, app or page has a secret")])


def _place(evidence: Evidence) -> tuple[str, int]:
    return evidence.path or "", evidence.line or 0


def _side(project: Project, path: str) -> str | None:
    if publishing.is_phones(path):
        return "phone"
    if pages.is_page(path, project.read(path)):
        return "browser"
    return side(project.modules, path) if ending(path) in LANGUAGES else None


def _in_file(project: Project, path: str) -> Iterator[Told]:
    """What is wrong in one file, beside public names."""
    modules = project.modules
    data = project.read(path)
    if publishing.is_phones(path):
        yield from publishing.in_resources(modules, path)
        yield from bundles.literals(project, path, data)
    if pages.is_page(path, data):
        yield from pages.in_page(data)
        yield from bundles.literals(project, path, data)
    if ending(path) not in LANGUAGES:
        return
    yield from publishing.in_configuration(modules, path)
    runs = side(modules, path)
    if runs in leaks.PLACES:
        yield from leaks.in_code(modules, path, runs)
        yield from bundles.literals(project, path, data)
    if _SAYS.search(data) and ending(path) not in PAGES:
        yield from handing.handed(modules, path)


def _published(project: Project, own: list[str], *, certain: bool) -> Iterator[Evidence]:
    """Names with a public prefix: those of secrets, or else those that may be an app's id."""
    for path in own:
        for name, line in publishing.public_names(project.modules, path):
            sure = sort(name) == "secret"
            used = None if sure else uses.of_name(project.modules, own, name)
            if certain and (sure or used == "secret"):
                yield Evidence(path, line, f"`{name}` is published by its prefix")
            elif not certain and used is None and not sure:
                yield Evidence(path, line, f"`{name}` is published, and may be a credential")


def _reads(project: Project, own: list[str]) -> bool:
    """Whether any name of a credential is read."""
    return any(
        sort(node.name) is not None
        for path in own
        if ending(path) in LANGUAGES and (tree := project.modules.tree(path)) is not None
        for node in tree.walk()
        if node.name and node.kind in ("name", "member", "text")
    )
