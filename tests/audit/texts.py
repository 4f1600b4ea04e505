"""Projects of the tests, from texts: what the checks of code read of a project and no more."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, cast

from intercom_scan.audit.checks import CHECKS
from intercom_scan.audit.model import CannotTellError, cannot_tell
from intercom_scan.audit.syntax.modules import Modules

if TYPE_CHECKING:
    from intercom_scan.audit.model import Outcome
    from intercom_scan.audit.project import Project


class Texts:
    """Stands for a project that has these files."""

    def __init__(self, files: dict[str, str]) -> None:
        self._data = {path: text.encode() for path, text in files.items()}
        self.files = {path: path.encode() for path in sorted(files)}

    def read(self, path: str) -> bytes:
        return self._data[path]

    def saying(self, *needles: bytes) -> tuple[str, ...]:
        wanted = [needle.lower() for needle in needles]
        return tuple(
            path for path in self.files if any(each in self.read(path).lower() for each in wanted)
        )

    @cached_property
    def modules(self) -> Modules:
        return Modules(cast("Project", self))

    @property
    def ours(self) -> tuple[str, ...]:
        named = {path for path in self.files if "intercom" in path.lower()}
        return tuple(sorted(named.union(self.saying(b"intercom"))))


def project(files: dict[str, str]) -> Project:
    return cast("Project", Texts(files))


def answered(files: dict[str, str], check: str) -> Outcome:
    """What a check answers of these files, without a repository, which takes longer to make."""
    try:
        return CHECKS[check].run(project(files))
    except CannotTellError as error:
        return cannot_tell([error.evidence])
