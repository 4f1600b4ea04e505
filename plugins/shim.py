"""Where the plugin is, and the file by which a repository names it.

A baseline keeps the path of a plugin's file, and that of an installed package is another one on
each machine. A file inside the repository has the same path everywhere.
"""

from __future__ import annotations

from pathlib import Path

PLUGIN = Path(__file__).with_name("intercom.py")
SHIM = ".detect-secrets-intercom.py"  # beside `.secrets.baseline`


def shim_text() -> str:
    """What `SHIM` has in it."""
    return "from intercom_scan.plugins.intercom import *  # noqa: F403\n"
