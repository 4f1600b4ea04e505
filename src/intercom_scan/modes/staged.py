"""The index: what is staged, or the content that it has for some files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.errors import UsageError
from intercom_scan.modes import Mode
from intercom_scan.modes.collecting import Collected, Settings, look_at_paths, read_indexed
from intercom_scan.sources import index
from intercom_scan.sources.index import GITLINK
from intercom_scan.sources.reader import ObjectReader

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from intercom_scan.api import Request
    from intercom_scan.git import Repository
    from intercom_scan.sources.index import Entry


def scan(request: Request, repository: Repository | None, settings: Settings) -> Collected:
    """What is staged, or what the index has for the request's names."""
    assert repository is not None
    settings.detector.prefilter.prepare()
    if request.names:
        return scan_named(repository, request.names, request.paths[0], settings)
    return scan_staged(repository, settings)


def scan_staged(repository: Repository, settings: Settings) -> Collected:
    """The index's content where it differs from HEAD."""
    collected = Collected()
    entries = list(index.staged(repository.git, repository.hex_digits))
    _read(repository, entries, collected, settings)
    return collected


def scan_named(
    repository: Repository, names: Sequence[str], base: Path, settings: Settings
) -> Collected:
    """The index's content of files and of what is under directories, named as seen from `base`.

    A file that the index does not have is read itself. Raises UsageError for a name that neither
    has, unless HEAD had it: then it is deleted.
    """
    collected = Collected()
    paths = from_top(repository, names, base)
    entries = list(index.named(repository.git, paths, repository.hex_digits))
    _read(repository, entries, collected, settings)
    known = {path for entry in entries for path in index.with_parents(entry.path)}
    for path in paths.keys() - known:
        _read_itself(repository, path, paths[path], collected, settings)
    return collected


def from_top(repository: Repository, names: Sequence[str], base: Path) -> dict[bytes, str]:
    """Paths as the index has them, and where each is for the system."""
    assert repository.top is not None
    top = os.path.realpath(repository.top)
    here = os.path.realpath(base)
    found = {}
    for name in names:
        full = os.path.normpath(os.path.join(here, name))
        path = os.path.relpath(full, top)
        if path == os.pardir or path.startswith(os.pardir + os.sep):
            # An absolute name may go through a link to the same place.
            full = os.path.join(os.path.realpath(os.path.dirname(full)), os.path.basename(full))
            path = os.path.relpath(full, top)
        if path == os.pardir or path.startswith(os.pardir + os.sep):
            raise UsageError(f"{name}: is not in the repository at {top}")
        found[os.fsencode(path.replace(os.sep, "/"))] = full
    return found


def _read(
    repository: Repository, entries: Iterable[Entry], collected: Collected, settings: Settings
) -> None:
    paths = set()
    with ObjectReader(repository.git) as reader:
        for entry in entries:
            if entry.mode == GITLINK:
                continue
            paths.add(entry.path)
            read_indexed(reader, entry.object, entry.path, collected, settings)
            settings.progress.bytes = collected.tally.bytes
    look_at_paths(collected, settings.detector, paths)


def _read_itself(
    repository: Repository, path: bytes, full: str, collected: Collected, settings: Settings
) -> None:
    from pathlib import Path  # noqa: PLC0415 most names are in the index

    from intercom_scan.modes.files import scan_files  # noqa: PLC0415

    if os.path.lexists(full):
        collected.add(scan_files([Path(full)], settings, repository.top))
    elif repository.git.run("cat-file", "-e", b"HEAD:" + path).status != 0:
        raise UsageError(f"{full}: no such file, neither in the index nor beside it")


MODE = Mode(scan, needs="tree", env="staged")
