"""Dates as places on one line that ends today."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DAY = 24 * 60 * 60
_MOST = 6  # ticks; as many labels as fit on a phone
_DAYS = (1, 2, 7, 14)
_MONTHS = (1, 3, 6, 12, 24, 60, 120, 600, 2400, 12000)  # 12000: a clock may say year 1
_NAMES = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LAST_LABEL = 80  # per cent; on a phone, what is further right would run into `today`


def seconds(date: str | None) -> int | None:
    """`2024-03-01T10:00:00Z` as seconds since 1970; None for what is no such date."""
    if date is None:
        return None
    try:
        moment = datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None
    return int(moment.replace(tzinfo=timezone.utc).timestamp())


@dataclass(frozen=True, slots=True)
class Bar:
    """A life on the line, in per cent: until HEAD lost it, and then what history keeps."""

    start: str
    held: str  # width of the first part
    end: str  # where that ends
    kept: str  # width of the second


@dataclass(frozen=True, slots=True)
class Scale:
    """The line: from the oldest date to now, in seconds since 1970."""

    start: int
    now: int

    def bar(self, first: int, last: int, reachable: bool, in_head: bool) -> Bar:
        """The bar of what came at `first` and had its end at `last`, if HEAD has it no more."""
        start = self._per_cent(first)
        end = 100.0 if in_head else max(self._per_cent(last), start)
        kept = 100.0 - end if reachable else 0.0
        return Bar(_shown(start), _shown(end - start), _shown(end), _shown(kept))

    def ticks(self) -> list[tuple[str, str]]:
        """At most a few (place, label), in order."""
        ticks = ((self._per_cent(int(day.timestamp())), name) for day, name in self._marks())
        return [(_shown(at), name) for at, name in ticks if at <= _LAST_LABEL]

    def _per_cent(self, moment: int) -> float:
        return 100 * min(max(moment - self.start, 0) / (self.now - self.start), 1)

    def _marks(self) -> Iterator[tuple[datetime, str]]:
        """The starts of days, months or years, whatever is fine enough."""
        first, last = (
            datetime.fromtimestamp(moment, tz=timezone.utc) for moment in (self.start, self.now)
        )
        days = (last - first).days
        if days <= _DAYS[-1] * _MOST:
            step = next(step for step in _DAYS if days <= step * _MOST)
            midnight = first.replace(hour=0, minute=0, second=0)
            for number in range(step, days + 1, step):
                day = midnight + timedelta(days=number)
                yield day, f"{day.day} {_NAMES[day.month - 1]}"
            return
        months = (last.year - first.year) * 12 + last.month - first.month
        step = next(step for step in _MONTHS if months <= step * _MOST)
        start = first.year * 12 + first.month  # the month after the first one
        for number in range(-(-start // step) * step, start + months, step):
            year, month = divmod(number, 12)
            name = str(year) if step >= 12 else f"{_NAMES[month]} {year}"
            yield datetime(year, month + 1, 1, tzinfo=timezone.utc), name


def scale(moments: Iterable[int], now: int) -> Scale:
    """The line from the oldest of `moments`, and a day at least, to `now`."""
    return Scale(min([*moments, now - _DAY]), now)


def _shown(per_cent: float) -> str:
    return f"{per_cent:.2f}%"
