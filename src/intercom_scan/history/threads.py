"""Work shared by threads."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


def side_by_side(works: Sequence[Callable[[Callable[[], bool]], None]]) -> None:
    """Do each in a thread of its own; raises what ended the first that failed.

    Each is given a function that says whether one has failed, so that the others can stop.
    """
    errors: list[BaseException] = []

    def guarded(work: Callable[[Callable[[], bool]], None]) -> None:
        try:
            work(lambda: bool(errors))
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(work,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
