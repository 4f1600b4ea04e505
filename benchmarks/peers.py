"""How each peer is called: its Intercom rule alone, no verification, all of a history or a tree."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

Commands = dict[str, list[str]]


def _installed(*names: str) -> dict[str, str]:
    beside = Path(sys.executable).parent
    found = {name: shutil.which(name) or shutil.which(name, path=str(beside)) for name in names}
    return {name: path for name, path in found.items() if path}


def history(repository: Path) -> Commands:
    """Commands that scan the whole history."""
    here = str(repository)
    ways = {
        "kingfisher": ["scan", here, "--rule", "kingfisher.intercom", "--no-validate",
                       "--no-update-check", "--git-history", "full"],
        "gitleaks": ["git", "--no-banner", "--enable-rule", "intercom-api-key",
                     "--log-opts=--all", here],
        "betterleaks": ["git", "--no-banner", "--enable-rule", "intercom-api-key",
                        "--log-opts=--all", here],
        "trufflehog": ["git", f"file://{here}", "--no-verification", "--no-update",
                       "--include-detectors=intercom"],
    }  # fmt: skip
    return {name: [path, *ways[name]] for name, path in _installed(*ways).items()}


def tree(directory: Path) -> Commands:
    """Commands that scan the files of a working tree."""
    here = str(directory)
    ways = {
        "kingfisher": ["scan", here, "--rule", "kingfisher.intercom", "--no-validate",
                       "--no-update-check", "--git-history", "none"],
        "gitleaks": ["dir", "--no-banner", "--enable-rule", "intercom-api-key", here],
        "betterleaks": ["dir", "--no-banner", "--enable-rule", "intercom-api-key", here],
        "trufflehog": ["filesystem", here, "--no-verification", "--no-update",
                       "--include-detectors=intercom"],
    }  # fmt: skip
    return {name: [path, *ways[name]] for name, path in _installed(*ways).items()}


def staged(directory: Path, files: list[str]) -> Commands:
    """Commands that scan what is staged; `files` are its names in the directory."""
    here = str(directory)
    ways = {
        "kingfisher": ["scan", here, "--rule", "kingfisher.intercom", "--no-validate",
                       "--no-update-check", "--staged"],
        "gitleaks": ["git", "--no-banner", "--enable-rule", "intercom-api-key", "--staged", here],
        "detect-secrets-hook": files,
    }  # fmt: skip
    return {name: [path, *ways[name]] for name, path in _installed(*ways).items()}
