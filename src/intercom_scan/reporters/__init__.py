"""Reporters: each writes one finished scan in one format.

`FORMATS[name](result, out, options)` writes to the text stream `out`, ends with a newline, and
lets an `OSError` of the stream pass. A new format is one module with a `render` of this
signature, and its name in the tuple below.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from intercom_scan.reporters.model import Options, Reporter
from intercom_scan.reporters.summary import Summary, exit_code, summarise

if TYPE_CHECKING:
    from typing import TextIO

    from intercom_scan.finding import ScanResult

__all__ = ["FORMATS", "Options", "Reporter", "Summary", "exit_code", "summarise"]


def _reporter(name: str) -> Reporter:
    """The `render` of the module `name`, imported at its first use: a hook pays for one format."""

    def render(result: ScanResult, out: TextIO, options: Options) -> None:
        import_module(f"{__name__}.{name}").render(result, out, options)

    return render


_NAMES = ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html")

FORMATS: dict[str, Reporter] = {name: _reporter(name) for name in _NAMES}
