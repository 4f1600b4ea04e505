"""What is built for browsers and committed: bundles that hold a credential."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from intercom_scan.audit.sides.names import PUBLIC, sort
from intercom_scan.rules.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.audit.project import Project

    Told = tuple[int, str]

_BUILT = re.compile(
    r"(?:^|/)(?:dist|build|out|_next|_nuxt)/(?:.*/)?[^/]+\."
    r"(?:js|mjs|html|map|css)$|[.-](?:min|bundle|chunk)\.js$"
)
_INLINED = re.compile(r"\b([A-Z][A-Z0-9_]{5,79})[\"']?\s?[:=]\s?[\"'][^\"'\s]{8,}[\"']")
# What is made for one user is theirs to have: a hash, a JWT.
_OWN = frozenset({"intercom-user-hash", "intercom-messenger-jwt"})


def is_built(path: str) -> bool:
    return bool(_BUILT.search(path))


def in_built(data: bytes) -> Iterator[Told]:
    """Names of secrets that a build tool has written with their values."""
    text = data.decode("utf-8", "replace")
    for found in _INLINED.finditer(text):
        name = found[1]
        if sort(name) == "secret" and PUBLIC.match(name):
            yield text.count("\n", 0, found.start()) + 1, f"has `{name}` with its value"


def literals(project: Project, path: str, data: bytes) -> Iterator[Told]:
    """Credentials that stand in a file which users get."""
    for hit in project.detector.look(data, os.fsencode(path)).hits:
        rule = hit.rule
        if rule.confidential and rule.severity > Severity.INFO and rule.id not in _OWN:
            yield hit.line, f"{rule.title} stands in what users get"
