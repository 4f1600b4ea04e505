"""The configuration of whoever runs the program, which no scanned repository can change."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from intercom_scan.policy.kinds import Kind

FILE = os.path.join("intercom-scan", "config.yaml")


def log_file() -> str | None:
    """The path of the audit log that the user's configuration asks for, None where it does not.

    Where there is no such file this costs a look for it. Raises ConfigError, `FILE:LINE: …`.
    """
    file = _file()
    if file is None or not os.path.lexists(file):
        return None
    from pathlib import Path  # noqa: PLC0415 most users have no such file

    from intercom_scan.errors import ConfigError  # noqa: PLC0415 likewise
    from intercom_scan.policy.reader import tree_reader  # noqa: PLC0415 likewise
    from intercom_scan.policy.yaml_tree import parse  # noqa: PLC0415 likewise

    data = tree_reader(Path(file).parent)(file)
    if data is None:
        raise ConfigError(f"{file}:1: is a link to no file; put one there, or remove it")
    tree = parse(data, file)
    return None if tree is None else _configuration().read(tree)


def _file() -> str | None:
    """https://specifications.freedesktop.org/basedir-spec/latest/, which ignores relative paths."""
    if sys.platform == "win32":
        folder = os.environ.get("APPDATA", "")
    else:
        folder = os.environ.get("XDG_CONFIG_HOME", "")
        if not os.path.isabs(folder):
            folder = os.path.expanduser(os.path.join("~", ".config"))
    return os.path.join(folder, FILE) if os.path.isabs(folder) else None


def _configuration() -> Kind[str | None]:
    from intercom_scan.policy.kinds import Field, section, text  # noqa: PLC0415 see above

    path = Field(text("a path", _problem), "the file that the audit log is appended to")
    return section(
        {"audit_log": path},
        lambda _, has: os.path.expanduser(has["audit_log"]) if has else None,
    )


def _problem(value: str) -> str | None:
    # A relative one would be another file in each directory, and in some repositories.
    if os.path.isabs(os.path.expanduser(value)) and value.isprintable():
        return None
    return "is no absolute path; begin with '/', '~/' or a drive"
