"""No `.env` file can slip into commits, images and packages."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.audit.model import (
    Check,
    Evidence,
    Outcome,
    cannot_tell,
    failed,
    not_applicable,
    passed,
)
from intercom_scan.audit.syntax.modules import is_own
from intercom_scan.env.naming import classify
from intercom_scan.rules.audit import ENV
from intercom_scan.rules.hygiene import GITIGNORE, HYGIENE, SHARED
from intercom_scan.rules.model import Severity

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project
# Libraries, tools and commands that read `.env` files.
_LOADS = (b"dotenv", b"env_file", b"env-file", b"read_env(", b"from decouple", b"import.meta.env")
_NO_CODE = (".md", ".mdx", ".rst", ".txt", ".adoc", ".lock", "-lock.json", "-lock.yaml", ".html")


def run(project: Project) -> Outcome:
    """By what `intercom-scan env` finds; values that are shared are another check's."""
    found = [
        finding
        for finding in project.tree.findings
        if finding.rule in HYGIENE
        and finding.rule is not SHARED
        and finding.status == "new"
        and finding.severity > Severity.INFO
    ]
    if found and all(finding.rule is GITIGNORE for finding in found) and not _uses(project):
        return not_applicable("nothing works with .env files")
    if found:
        wrong = [
            Evidence(os.fsdecode(each.secret), None, f"{each.rule.title}: {each.detail}")
            for each in found
        ]
        return failed(wrong, "Mend what a program can: intercom-scan env --fix")
    unread = [skip for skip in project.tree.skipped if skip.incomplete]
    if unread:
        return cannot_tell(Evidence(skip.what, None, skip.reason) for skip in unread)
    return passed([Evidence(None, None, "no .env file is tracked, unignored or shipped")])


def _uses(project: Project) -> bool:
    """Whether there are `.env` files or templates, or code that reads such or the environment."""
    if any(
        classify(os.fsencode(path.rpartition("/")[2])) in ("env", "backup", "template")
        for path in project.files
    ):
        return True
    places = (place.path or "" for found in project.reads.places.values() for place in found)
    if any(is_own(path) and not path.startswith(".github/") for path in places):
        return True
    return any(
        is_own(path) and not path.lower().endswith(_NO_CODE) for path in project.saying(*_LOADS)
    )


CHECK = Check(
    rule=ENV,
    asks="Can no `.env` file get into commits, images, packages and uploads?",
    run=run,
    whole=True,
)
