"""Scopes are declared, reading and writing have credentials of their own, and none is excessive."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

from intercom_scan.audit.model import Check, Evidence, Outcome, failed, not_applicable, passed
from intercom_scan.env.naming import classify
from intercom_scan.policy.model import CONFIG_FILE
from intercom_scan.rules import access_token
from intercom_scan.rules.audit import PRIVILEGE
from intercom_scan.rules.names import credential_name, name_pattern, words
from intercom_scan.rules.scopes import EXCESS
from intercom_scan.scopes.table import BY_ID, covered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.project import Project
    from intercom_scan.finding import Place

_CHANGES = frozenset({"write", "update", "create", "delete"})
_TELLING = frozenset({"read", "readonly", "reader", "ro", "write", "writer", "rw"})
_MODE = b'"mode": "scopes"'  # in a report of `intercom-scan scopes`


def run(project: Project) -> Outcome:
    """By the configuration, the calls and the names in the code, and a report if there is one."""
    calls = project.calls.places
    names = list(_tokens(project))
    if not calls and not names:
        return not_applicable("nothing calls Intercom's API")
    wrong = [*_undeclared(project), *_together(project, names), *_excess(project)]
    if wrong:
        return failed(wrong, "Declare what each environment's token may do: scopes --help")
    declared = ", ".join(sorted(project.policy.scopes))
    return passed([Evidence(CONFIG_FILE, None, f"scopes are declared for {declared}")])


def _undeclared(project: Project) -> Iterator[Evidence]:
    """That there is no declaration, or the calls that no environment is allowed."""
    declared = project.policy.scopes
    if not declared:
        yield Evidence(CONFIG_FILE, None, "declares no scopes for any environment")
        return
    allowed = covered(id_ for ids in declared.values() for id_ in ids)
    for scope, places in project.calls.places.items():
        if scope not in allowed:
            place = places[0]
            message = f"calls what needs {BY_ID[scope].name}, which no environment may have"
            yield Evidence(place.path, place.line, message)


def _together(project: Project, names: list[str]) -> Iterator[Evidence]:
    """One token for both kinds of calls: no name says which of them it is for."""
    reading: list[Place] = []
    changing: list[Place] = []
    for scope, places in project.calls.places.items():
        changes = _CHANGES.intersection(scope.split("-"))
        (changing if changes else reading).append(places[0])
    told = len(names) > 1 and any(_TELLING.intersection(name.split("_")) for name in names)
    if reading and changing and not told:
        yield Evidence(reading[0].path, reading[0].line, "reads with the token that also writes")
        yield Evidence(changing[0].path, changing[0].line, "writes with the token that also reads")


def _tokens(project: Project) -> Iterator[str]:
    """Names of access tokens that the code reads, each without what says where it is for."""
    found = set()
    for name, places in project.reads.places.items():
        if all(_is_template(place) for place in places):
            continue
        known = credential_name(words(name.encode()))
        if known and name_pattern(access_token.RULE.names).fullmatch(known.reduced):
            found.add(known.reduced)
    yield from sorted(found)


def _is_template(place: Place) -> bool:
    return classify(os.path.basename(os.fsencode(place.path or ""))) == "template"


def _excess(project: Project) -> Iterator[Evidence]:
    """What a report of `intercom-scan scopes` in the repository calls excessive."""
    for path in project.ours:
        data = project.read(path) if path.endswith(".json") else b""
        for finding in _findings(data) if _MODE in data else ():
            if finding.get("rule") == EXCESS.id and finding.get("status") == "new":
                yield Evidence(path, None, f"the token has {_plain(finding.get('redacted'))}")


def _findings(data: bytes) -> list[dict[str, Any]]:
    try:
        report = json.loads(data)
        found = report["findings"] if report["scan"]["mode"] == "scopes" else []
        return [each for each in found if isinstance(each, dict)]
    except (LookupError, TypeError, ValueError, RecursionError):  # some other file
        return []


def _plain(name: object) -> str:
    scope = str(name).partition(" in ")[0]
    return f"{BY_ID[scope].name}, which nothing needs" if scope in BY_ID else "an excessive scope"


CHECK = Check(
    rule=PRIVILEGE,
    asks="Are scopes declared per environment, and do reading and writing have credentials of"
    " their own?",
    run=run,
    whole=True,
)
