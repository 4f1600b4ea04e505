"""What samples are made of: files that are right, and ways to break them."""

from __future__ import annotations

from typing import NamedTuple


class Sample(NamedTuple):
    """Files that are right, and changes that make them wrong."""

    files: dict[str, str]
    changes: dict[str, tuple[str, str, str]]
