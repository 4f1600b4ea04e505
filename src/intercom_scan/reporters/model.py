"""What every reporter is given beside the scan itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TextIO

from intercom_scan.finding import ScanResult
from intercom_scan.rules.model import Severity
from intercom_scan.values import dataclass


def _nothing(_paths: Iterable[str]) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Options:
    """How to write a report.

    `verbosity` is -1 (a line a secret), 0, or 1 (every place, ignored findings too). `width` is
    the terminal's, in columns. A new finding at or above `fail_on` makes the exit code 1. `root`
    is the directory to which paths are relative; absolute paths below it are shortened by it.
    `suppressed` keeps ignored and baseline findings in SARIF, as suppressed results.
    `repository` (a URL), `revision` and `branch` go into SARIF's version control provenance.
    `head` says of paths which blobs HEAD's tree has there, by path.
    """

    show_secrets: bool = False
    colour: bool = False
    verbosity: int = 0
    width: int = 80
    fail_on: Severity = Severity.LOW
    root: str | None = None
    suppressed: bool = True
    repository: str | None = None
    revision: str | None = None
    branch: str | None = None
    head: Callable[[Iterable[str]], Mapping[str, str]] = _nothing


Reporter = Callable[[ScanResult, TextIO, Options], None]
