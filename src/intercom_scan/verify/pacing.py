"""When the next request may be made, by what the last answers said; shared by threads.

Intercom counts in windows of ten seconds (DOC: REST API, rate limiting).
"""

from __future__ import annotations

import re
import threading
import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

WINDOW = 10.0  # seconds; nobody is waited for longer because no request is left in a window
PATIENCE = 60.0  # seconds, if that is what an answer asks for
TRIES = 4  # of one request
IN_A_ROW = 16  # refusals, of whatever requests


class Pace:
    """The pace at one host. `clock` has seconds since 1970, `sleep` waits for some.

    What an answer says of a time is taken by its own date: this machine's clock may be wrong.
    """

    def __init__(
        self,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._lock = threading.Lock()
        self._until = 0.0
        self._refusals = 0

    def wait(self) -> bool:
        """Return once a request may be made; False where the host refuses whatever it is asked."""
        while self._refusals < IN_A_ROW and (left := self._until - self._clock()) > 0:
            self._sleep(left)
        return self._refusals < IN_A_ROW

    def note(self, headers: Mapping[str, str]) -> None:
        """Have the next request wait for the next window where none is left in this one."""
        with self._lock:
            self._refusals = 0
        if _number(headers.get("x-ratelimit-remaining")) == 0:
            self._hold(min(self._until_reset(headers) or 0.0, WINDOW))

    def refused(self, headers: Mapping[str, str], tries: int) -> bool:
        """Whether to try again, after an answer that said to wait; `tries` have been made.

        It is called in the place of `note`.
        """
        with self._lock:
            self._refusals += 1
        pause = self._asked(headers)
        if pause is None:
            pause = self._until_reset(headers)
        if pause is None:
            pause = 2.0**tries
        if tries >= TRIES or pause > PATIENCE:
            return False
        self._hold(pause)
        return True

    def _hold(self, seconds: float) -> None:
        with self._lock:
            self._until = max(self._until, self._clock() + seconds)

    def _until_reset(self, headers: Mapping[str, str]) -> float | None:
        reset = _number(headers.get("x-ratelimit-reset"))
        return None if reset is None else max(reset - self._now(headers), 0.0)

    def _asked(self, headers: Mapping[str, str]) -> float | None:
        """Seconds, or a date (RFC 9110, 10.2.3)."""
        text = headers.get("retry-after")
        if (seconds := _number(text)) is not None:
            return float(seconds)
        until = _date(text)
        return None if until is None else max(until - self._now(headers), 0.0)

    def _now(self, headers: Mapping[str, str]) -> float:
        date = _date(headers.get("date"))
        return self._clock() if date is None else date


def _date(text: str | None) -> float | None:
    """Seconds since 1970."""
    try:
        return parsedate_to_datetime(text or "").timestamp()
    except (TypeError, ValueError, OverflowError):
        return None


def _number(text: str | None) -> int | None:
    return int(text) if text and re.fullmatch(r"[0-9]{1,12}", text) else None
