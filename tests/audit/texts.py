"""Projects of the tests, from texts: what the checks of code read of a project and no more."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from intercom_scan.audit import clients
from intercom_scan.audit.checks import CHECKS
from intercom_scan.audit.model import CannotTellError, cannot_tell
from intercom_scan.audit.syntax.modules import Modules
from intercom_scan.detector import Detector
from intercom_scan.policy.model import AuditSettings

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.audit.model import Outcome
    from intercom_scan.audit.project import Project


class Texts:
    """Stands for a project that has these files."""

    def __init__(self, files: dict[str, str], settings: AuditSettings | None = None) -> None:
        self.settings = settings or AuditSettings()
        self._data = {path: text.encode() for path, text in files.items()}
        self.files = {path: path.encode() for path in sorted(files)}

    def read(self, path: str) -> bytes:
        return self._data[path]

    def saying(self, *needles: bytes) -> tuple[str, ...]:
        wanted = [needle.lower() for needle in needles]
        return tuple(
            path for path in self.files if any(each in self.read(path).lower() for each in wanted)
        )

    def asked(self, paths: Iterable[str]) -> tuple[str, ...]:
        return tuple(paths)

    @cached_property
    def detector(self) -> Detector:
        return Detector()

    @cached_property
    def modules(self) -> Modules:
        return Modules(cast("Project", self))

    @property
    def ours(self) -> tuple[str, ...]:
        named = {path for path in self.files if "intercom" in path.lower()}
        return tuple(sorted(named.union(self.saying(b"intercom"))))

    @cached_property
    def clients(self) -> tuple[str, ...]:
        return clients.folders(cast("Project", self))


def project(files: dict[str, str], settings: AuditSettings | None = None) -> Project:
    return cast("Project", Texts(files, settings))


def answered(files: dict[str, str], check: str, settings: AuditSettings | None = None) -> Outcome:
    """What a check answers of these files, without a repository, which takes longer to make."""
    try:
        return CHECKS[check].run(project(files, settings))
    except CannotTellError as error:
        return cannot_tell([error.evidence])


def told(files: dict[str, str], check: str) -> tuple[str, set[str]]:
    """What a check answers of these files, and in which words."""
    outcome = answered(files, check)
    return outcome.answer, {each.message for each in outcome.evidence}
