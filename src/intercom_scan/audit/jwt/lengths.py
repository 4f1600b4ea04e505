"""Units of time, and the texts in which libraries take lengths of it."""

from __future__ import annotations

import re

_SECONDS = {
    "millisecond": 0.001, "second": 1, "minute": 60, "hour": 3600, "day": 86_400,
    "week": 604_800, "fortnight": 1_209_600, "month": 2_592_000, "year": 31_536_000,
}  # fmt: skip
_SHORT = {"ms": "millisecond", "milli": "millisecond", "s": "second", "sec": "second",
          "m": "minute", "min": "minute", "h": "hour", "hr": "hour", "d": "day", "w": "week",
          "M": "month", "y": "year", "yr": "year"}  # fmt: skip
_TEXT = re.compile(r"\+?\s{0,9}(\d{1,9}(?:\.\d{1,3})?)\s{0,9}([A-Za-z]{1,16})(?: from now)?")
_PERIOD = re.compile(r"P(?:(\d{1,4})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,9})S)?)?")


def unit(word: str) -> float | None:
    """The seconds in a unit of time: `h`, `hours`, `HOURS`, `Hour`, `HOUR_OF_DAY`."""
    if word in _SHORT:
        return _SECONDS[_SHORT[word]]
    plain = word.lower().removesuffix("_of_day")
    for each in (plain, plain.removesuffix("s")):
        if each in _SECONDS:
            return _SECONDS[each]
        if len(each) > 1 and each in _SHORT:
            return _SECONDS[_SHORT[each]]
    return None


def length(text: str) -> float | None:
    """The seconds that a text such as `1h`, `+2 hours` or `PT30M` says; None if it says none."""
    found = _TEXT.fullmatch(text.strip())
    if found is not None and (seconds := unit(found[2])) is not None:
        return float(found[1]) * seconds
    period = _PERIOD.fullmatch(text.strip())
    if period is None or not any(period.groups()):
        return None
    days, hours, minutes, rest = (int(each or 0) for each in period.groups())
    return ((days * 24 + hours) * 60 + minutes) * 60 + rest
