"""The same credential in the files of two environments."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.env.naming import environment
from intercom_scan.finding import Finding, Place, fingerprint
from intercom_scan.rules.hygiene import SHARED

if TYPE_CHECKING:
    from intercom_scan.env.contents import Contents
    from intercom_scan.env.view import View


def findings(whole: View, contents: Contents) -> list[Finding]:
    """A finding for each credential that files of at least two environments hold.

    It is known by the credential's own fingerprint, so that it tells no more than that does.
    """
    holders: dict[str, dict[Place, str]] = {}
    for file in whole.files:
        if file.kind == "template" or not (of := environment(file.path)):
            continue
        for hit in contents.of(file).hits:
            name = fingerprint(hit.rule, hit.secret)
            origin = "file" if file.object is None else whole.origin
            path = os.fsdecode(file.path)
            place = Place(origin, path, hit.line, hit.column, hit.end_column, object=file.object)
            holders.setdefault(name, {})[place] = of
    return [
        _finding(name, found) for name, found in holders.items() if len(set(found.values())) > 1
    ]


def _finding(name: str, found: dict[Place, str]) -> Finding:
    places = tuple(sorted(found, key=lambda place: (place.path or "", place.line)))
    environments = " and ".join(sorted(set(found.values())))
    return Finding(
        rule=SHARED,
        secret=name.encode(),
        severity=SHARED.severity,
        confidence="high",
        places=places[:100],
        places_total=len(places),
        detail=f"the credential with this fingerprint is in files of {environments}",
    )
