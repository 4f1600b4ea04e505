"""Projects of the tests, from texts: what the checks read of a project and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from intercom_scan.audit.signed.judging import judge
from intercom_scan.audit.signed.modules import Modules

if TYPE_CHECKING:
    from intercom_scan.audit.project import Project
    from intercom_scan.audit.signed.judging import Judged, Kind


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

    @property
    def ours(self) -> tuple[str, ...]:
        return tuple({*self.saying(b"intercom"), *(p for p in self.files if "intercom" in p)})


def project(files: dict[str, str]) -> Project:
    return cast("Project", Texts(files))


def judged(files: dict[str, str], kind: Kind) -> list[Judged]:
    """What is known of each handler in these files."""
    modules = Modules(project(files))
    return [each for path in sorted(files) for each in judge(modules, path, kind)]


def said(files: dict[str, str], kind: Kind) -> tuple[set[str], set[str]]:
    """The words for what is wrong, and for where the trail ends."""
    found = judged(files, kind)
    assert found, "no handler was found"
    wrong = {words for each in found for _, words in each.wrong}
    return wrong, {words for each in found for _, words in each.lost}
