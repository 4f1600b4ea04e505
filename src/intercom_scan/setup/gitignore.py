"""The entries of `.gitignore` that keep `.env` files out, wherever the repository needs them."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.env import ignoring, view
from intercom_scan.env.mending import appended
from intercom_scan.policy import load, tree_reader
from intercom_scan.setup.files import Change, read

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intercom_scan.git import Repository


def changes(repository: Repository, root: Path) -> Iterator[Change]:
    """A change for each ignore file that lacks entries, as git sees them; most often the root's.

    Raises ConfigError where the policy, which says what the entries are, cannot be read.
    """
    policy = load(tree_reader(root))
    found, partial = view.of_tree(repository, view.Scope(), policy.env_allowed)
    whole = view.finish(repository, found, policy.env_entries, partial)
    for gap in ignoring.gaps(whole.answers, whole.directories, policy.env_entries):
        path = os.fsdecode(gap.file)
        before = read(root, path)
        after = appended(before or b"", [entry.encode() for entry in gap.entries])
        yield Change(path, before, after, "keeps .env files out of commits")
