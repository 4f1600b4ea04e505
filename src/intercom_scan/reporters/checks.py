"""The checks of an audit as a table, and as JSON has them."""

from __future__ import annotations

import textwrap
from collections import Counter
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from intercom_scan.finding import Checked, Evidence

CHECK_HEAD = ("check", "answer", "evidence", "what to do")
_NARROW = 18  # columns of a cell at least
ANSWERS = {
    "pass": "pass",
    "fail": "fail",
    "not-applicable": "not applicable",
    "cannot-tell": "cannot tell",
}


def counts(checks: Sequence[Checked]) -> str:
    """`3 checks: 1 pass, 2 fail`; no score, as no two checks weigh the same."""
    known = Counter[str](each.answer for each in checks)
    told = ", ".join(f"{known[answer]} {ANSWERS[answer]}" for answer in ANSWERS if known[answer])
    return f"{len(checks)} {'check' if len(checks) == 1 else 'checks'}: {told}"


def table(
    checks: Sequence[Checked], clean: Callable[[str, int], str], width: int, whole: bool
) -> Iterator[str]:
    """A row a check below a heading, then the counts; all evidence if `whole`.

    `clean` makes a text fit for the terminal, in at most so many characters.
    """
    wide = max(len(each.id) for each in checks)
    room = max(width - wide - 14 - 6, 2 * _NARROW)
    seen = room // 2
    line = f"{{:<{wide}}}  {{:<14}}  {{:<{seen}}}  {{}}"
    yield line.format(*CHECK_HEAD).rstrip()
    for each in checks:
        shown = each.evidence if whole else each.evidence[:1]
        spots = [
            part
            for one in shown
            for part in _wrapped(spot(one, clean, None if whole else seen), seen)
        ]
        hidden = len(each.evidence) - len(shown)
        spots += [f"+{hidden:,} more"] if hidden else []
        todo = _wrapped(clean(each.mend or "", 240), room - seen)
        answer = [ANSWERS[each.answer], *(["(ignored)"] if each.ignored else [])]
        cells = zip_longest([each.id], answer, spots, todo, fillvalue="")
        for row in cells:
            yield line.format(*row).rstrip()
    yield ""
    yield counts(checks)


def spot(evidence: Evidence, clean: Callable[[str, int], str], width: int | None = None) -> str:
    """`path:line: message`; the end of a path that is wider than `width`."""
    where = ""
    if evidence.path:
        line = f":{evidence.line}: " if evidence.line else ": "
        where = _ending(clean(evidence.path, 240), width and width - len(line) + 1) + line
    return where + clean(evidence.message, 1000)


def _ending(path: str, width: int | None) -> str:
    if width is None or len(path) <= width:
        return path
    kept = path[len(path) - max(width, _NARROW // 2) + 1 :]
    _, slash, rest = kept.partition("/")
    return f"…{slash}{rest}" if slash else f"…{kept}"


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, break_on_hyphens=False)


def as_json(each: Checked, clean: Callable[[str], str]) -> dict[str, Any]:
    """One check of the `checks` of a json report."""
    return {
        "id": each.id,
        "title": each.title,
        "answer": each.answer,
        "ignored": each.ignored,
        "evidence": [
            {
                "path": None if known.path is None else clean(known.path),
                "line": known.line,
                "message": clean(known.message),
            }
            for known in each.evidence
        ],
        "mend": None if each.mend is None else clean(each.mend),
    }
