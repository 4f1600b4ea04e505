"""Our detectors made known to detect-secrets before it reads its arguments.

Of a plugin that a baseline names, detect-secrets 1.5.0 learns too late for `audit`
(https://github.com/Yelp/detect-secrets/issues/611), and of one given by `-p` too late for
`--disable-plugin`: it lists the detectors that there are first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from detect_secrets.core.plugins import initialize

from intercom_scan.plugins.shim import PLUGIN

if TYPE_CHECKING:
    from collections.abc import Iterable

    from detect_secrets.plugins.base import BasePlugin


def make_known() -> list[str]:
    """Add our detectors to those that detect-secrets has by itself; their names."""
    detectors: Iterable[type[BasePlugin]] = initialize.from_file(str(PLUGIN))
    return [detector.__name__ for detector in detectors]
