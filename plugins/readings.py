"""Files that detect-secrets may read twice.

First it takes a file's lines as they are. Only if no detector finds anything, and the file has no
telling extension, it takes them once more as its parser of INI files leaves them, with quotes
around all values, and then the detectors of high entropy find what stood without quotes
(`scan_file` in https://github.com/Yelp/detect-secrets, `core/scan.py`). A finding of ours in the
first reading would cost the others theirs in the second, so ours waits for it.
"""

from __future__ import annotations

from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

from detect_secrets.core.scan import scan_file
from detect_secrets.transformers import get_transformed_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from detect_secrets.types import NamedIO

_asked: list[Counter[tuple[str, int]]] = []  # one, while a reading is rehearsed


def second_reading(filename: str) -> list[str]:
    """The lines of a second reading in which others find something; [] if there is none."""
    with open(filename) as file:
        lines = get_transformed_file(cast("NamedIO", file), use_eager_transformers=True)
    if not lines:
        return []
    with _rehearsal() as asked:
        found = list(scan_file(filename))
    return lines if found and max(asked.values(), default=0) > 1 else []


def rehearsing() -> bool:
    """Whether ours are only asked to see what the others find without them."""
    return bool(_asked)


def note(detector: str, number: int) -> None:
    """A detector of ours is asked about a line: twice about one, if the file is read twice."""
    for asked in _asked:
        asked[detector, number] += 1


@contextmanager
def _rehearsal() -> Iterator[Counter[tuple[str, int]]]:
    asked: Counter[tuple[str, int]] = Counter()
    _asked.append(asked)
    try:
        yield asked
    finally:
        _asked.pop()
