"""What the commit that is checked out has at some paths."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from intercom_scan.errors import GitError
from intercom_scan.git import open_repository

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def blobs(directory: Path, paths: Iterable[str]) -> dict[str, str]:
    """The ids of the files that HEAD of the repository at `directory` has at these paths.

    Paths start at the top of the working tree. Empty where there is no repository or no commit.
    """
    # Each is a line of git's input, and a leading `.` would mean the current directory.
    asked = [path for path in dict.fromkeys(paths) if re.fullmatch(r"(?!\.\.?/|/)[^\n\0]+", path)]
    repository = open_repository(directory) if asked and directory.is_dir() else None
    if repository is None:
        return {}
    lines = "".join(f"HEAD:{path}\n" for path in asked).encode("utf-8", "surrogateescape")
    try:
        answers = repository.git.output("cat-file", "--batch-check", stdin=lines).splitlines()
    except GitError:  # the report is written without lines
        return {}
    found = zip(asked, answers, strict=False)
    known = ((path, re.fullmatch(rb"([0-9a-f]{40,64}) blob \d+", answer)) for path, answer in found)
    return {path: match[1].decode() for path, match in known if match}
