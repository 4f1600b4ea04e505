"""What all of our detectors for detect-secrets share."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from detect_secrets.constants import VerifiedResult
from detect_secrets.core.potential_secret import PotentialSecret
from detect_secrets.filters.allowlist import is_line_allowlisted
from detect_secrets.plugins.base import RegexBasedDetector
from detect_secrets.settings import get_settings
from detect_secrets.util.code_snippet import CodeSnippet

from intercom_scan.plugins import looking, readings, verifying
from intercom_scan.plugins.shim import PLUGIN

if TYPE_CHECKING:
    from collections.abc import Generator

    from intercom_scan.plugins.looking import Seen

SCHEME = "file://"


class Detector(RegexBasedDetector):
    """One kind of credential; a subclass adds `secret_type` and `rule`, the rule's id.

    detect-secrets exempts from its filter `is_likely_id_string` what knows a secret by its shape,
    which it tells by this base class.
    """

    denylist = ()
    rule: str

    def analyze_string(self, string: str) -> Generator[str, None, None]:
        """The values of this kind in a text, each once."""
        yield from dict.fromkeys(s.value for s in looking.in_text(string) if s.rule == self.rule)

    def analyze_line(
        self,
        filename: str,
        line: str,
        line_number: int = 0,
        context: CodeSnippet | None = None,
        enable_eager_search: bool | None = None,
        **_more: object,
    ) -> set[PotentialSecret]:
        """The secrets of this kind on a line.

        `audit` says something of an eager search: true where it looks for a secret on its line,
        false where it looks through a file for its report.
        """
        readings.note(type(self).__name__, line_number)
        audited = enable_eager_search is not None and line_number > 0
        wait = not (audited and enable_eager_search)
        return {
            PotentialSecret(
                type=self.secret_type,
                filename=filename,
                secret=_Highlighted.of(seen) if audited else seen.value,
                line_number=line_number,
                is_verified=self.verify(seen.value) is VerifiedResult.VERIFIED_TRUE,
            )
            for seen in self.seen(filename, line, line_number, context, wait=wait)
        }

    def verify(self, secret: str) -> VerifiedResult:
        """Whether Intercom takes the value; nobody is asked but for `--only-verified`."""
        known: VerifiedResult = verifying.result(self.rule, secret)
        return known

    def seen(
        self,
        filename: str,
        line: str,
        number: int,
        context: CodeSnippet | None,
        *,
        wait: bool = True,
    ) -> list[Seen]:
        """What is of this kind on a line, less what an allow comment lets be.

        Comments that detect-secrets understands are left to its own filter, which can be off.
        """
        if readings.rehearsing():
            return []
        found = looking.on_line(filename, line, number, context, wait=wait)
        ours = [seen for seen in found if seen.rule == self.rule]
        if not any(seen.allowed for seen in ours):
            return ours
        around = context or CodeSnippet([line], 0, 0)
        known = is_line_allowlisted(filename, line, around)
        return [s for s in ours if not s.allowed or (known and s.allowed.startswith("pragma:"))]

    def json(self) -> dict[str, Any]:
        """For the baseline: the plugin's file, a relative path where it is below the directory.

        detect-secrets would write an absolute one, which no other machine has.
        """
        entry: dict[str, Any] = super().json()
        path = get_settings().plugins.get(entry["name"], {}).get("path", f"{SCHEME}{PLUGIN}")
        file = Path(path.removeprefix(SCHEME))
        if file.is_relative_to(Path.cwd()):
            file = file.relative_to(Path.cwd())
        return {**entry, "path": f"{SCHEME}{file.as_posix()}"}


class _Highlighted(str):
    """A value for `audit`, which looks for it on its line by `lower()` and `len()`.

    What is encoded or split there is found, and highlighted, by what stands in its place.
    """

    __slots__ = ("shown",)
    shown: str

    @classmethod
    def of(cls, seen: Seen) -> _Highlighted:
        value = cls(seen.value)
        value.shown = seen.shown
        return value

    def lower(self) -> str:
        return self.shown.lower()

    def __len__(self) -> int:
        return len(self.shown)
