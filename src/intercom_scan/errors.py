"""Exit codes and the errors that lead to them; the command line translates them at its edge."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What the exit status says. Each number means one thing."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    INCOMPLETE = 3
    INTERRUPTED = 130


class IntercomScanError(Exception):
    """One line for a person: what happened, where, and what to do about it."""

    exit_code = ExitCode.INCOMPLETE


class UsageError(IntercomScanError):
    """The command line, a revision, a path or a configuration is wrong."""

    exit_code = ExitCode.USAGE


class ConfigError(UsageError):
    """A configuration, ignore or baseline file that cannot be used; names file, line and key."""


class GitError(IntercomScanError):
    """git is missing, too old, or failed; nothing could be scanned."""
