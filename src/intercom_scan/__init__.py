"""Finds Intercom credentials wherever a git repository keeps bytes.

    import intercom_scan

    intercom_scan.scan_bytes(b"...", path="config/intercom.yml")    # findings
    intercom_scan.scan(intercom_scan.Request("all-history"))        # a ScanResult

Everything named in `__all__` is the public interface; it is loaded at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from intercom_scan import _version

if TYPE_CHECKING:
    from intercom_scan.api import Request, scan, scan_bytes
    from intercom_scan.errors import ConfigError, ExitCode, GitError, IntercomScanError, UsageError
    from intercom_scan.finding import (
        Commit,
        Exposure,
        Finding,
        Permission,
        Place,
        ScanResult,
        Skip,
        Verification,
    )
    from intercom_scan.rules import RULES
    from intercom_scan.rules.model import Credential, Rule, Severity
    from intercom_scan.sources.tally import Progress
    from intercom_scan.sources.updates import RefUpdate

__version__ = _version.VERSION

__all__ = [
    "RULES",
    "Commit",
    "ConfigError",
    "Credential",
    "ExitCode",
    "Exposure",
    "Finding",
    "GitError",
    "IntercomScanError",
    "Permission",
    "Place",
    "Progress",
    "RefUpdate",
    "Request",
    "Rule",
    "ScanResult",
    "Severity",
    "Skip",
    "UsageError",
    "Verification",
    "__version__",
    "scan",
    "scan_bytes",
]

_HOMES = {
    "api": ("Request", "scan", "scan_bytes"),
    "errors": ("ConfigError", "ExitCode", "GitError", "IntercomScanError", "UsageError"),
    "finding": (
        "Commit",
        "Exposure",
        "Finding",
        "Permission",
        "Place",
        "ScanResult",
        "Skip",
        "Verification",
    ),
    "rules": ("RULES",),
    "rules.model": ("Credential", "Rule", "Severity"),
    "sources.tally": ("Progress",),
    "sources.updates": ("RefUpdate",),
}
_HOME = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    """A hook that needs one part does not pay for the import of the others."""
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
