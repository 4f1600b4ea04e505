"""What a repository lacks to keep credentials out, as changes to its files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan.errors import ConfigError, UsageError
from intercom_scan.plugins.shim import SHIM, shim_text
from intercom_scan.policy.model import CONFIG_FILE
from intercom_scan.setup import gitignore, precommit
from intercom_scan.setup.files import Change, read
from intercom_scan.setup.templates import CONFIG, WORKFLOW

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from intercom_scan.git import Repository

BASELINE_FILE = ".secrets.baseline"
WORKFLOW_FILE = ".github/workflows/intercom-scan.yml"
# What other spellings of a name there are, which nobody or somebody else reads.
_MISSPELT = {
    precommit.FILE: ".pre-commit-config.yml",
    CONFIG_FILE: ".intercom-scan.yml",
}


def plan(
    repository: Repository, *, workflow: bool = False, detect_secrets: bool = False
) -> list[Change]:
    """The changes that a repository needs, in the order of their importance.

    `workflow` asks for the GitHub workflow too, `detect_secrets` for the file by which that
    loads the plugin, which a repository with a baseline of its gets in any case. Nothing is
    written. Raises UsageError for a bare repository, and ConfigError, `FILE:LINE: what is wrong,
    what to do`, for a file that is there and cannot be extended.
    """
    if repository.top is None:
        raise UsageError(f"{repository.git_dir}: a bare repository has no files to set up")
    wanted = [*_always(repository, repository.top)]
    if detect_secrets or (repository.top / BASELINE_FILE).is_file():
        wanted.append(_new(repository.top, SHIM, shim_text(), "lets detect-secrets find them"))
    if workflow and read(repository.top, WORKFLOW_FILE.replace(".yml", ".yaml")) is None:
        why = "scans the whole history on GitHub"
        wanted.append(_new(repository.top, WORKFLOW_FILE, WORKFLOW, why))
    return [change for change in wanted if change.after != change.before]


def _always(repository: Repository, root: Path) -> Iterator[Change]:
    before = _present(root, precommit.FILE)
    hooks = "runs the hooks before each commit and push"
    yield Change(precommit.FILE, before, precommit.merge(before), hooks)
    yield from gitignore.changes(repository, root)
    _present(root, CONFIG_FILE)
    yield _new(root, CONFIG_FILE, CONFIG, "a place for decisions on findings")


def _present(root: Path, file: str) -> bytes | None:
    data = read(root, file)
    if data is None and read(root, other := _MISSPELT[file]) is not None:
        raise ConfigError(f"{other}:1: is not read; rename it to {file}")
    return data


def _new(root: Path, file: str, text: str, why: str) -> Change:
    """A file that is only made: one that is there is somebody's decision."""
    before = read(root, file)
    return Change(file, before, text.encode() if before is None else before, why)
