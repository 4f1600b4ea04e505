"""The base64 around a place in a text, whatever breaks it: lines, comments, literals, blanks."""

from __future__ import annotations

from array import array
from bisect import bisect_right
from typing import TYPE_CHECKING

from intercom_scan.decode.pattern import lazy
from intercom_scan.decode.single import left, right
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    Run = tuple[int, int]

ALPHABET = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_"

_NEWLINE = rb"(?:\r?\n|(?:\\r)?\\n)"
# What stands before each line in comments, mails, lists and, as a part of the alphabet, diffs.
_MARK = rb"(?:[#>*|+-]|//)[ \t]{0,64}"
_mark = lazy(_MARK)
_break = lazy(_NEWLINE + rb"[ \t]{0,64}|[ \t]{1,2}")
_break_before = lazy(rb"(?:" + _NEWLINE + rb"[ \t]{0,64}(?:" + _MARK + rb")?|[ \t]{1,2})\Z")
_LONGEST_BREAK = 140
# Between two literals: an operator or a line break; in a notebook, the comma of its list of lines.
_JOINT = (
    rb"(?:\\?[\"'`](?:[ \t]{0,40}[+.&][ \t]{0,40}\\?(?:\r?\n|\\n)?[ \t]{0,80}|"
    rb"[ \t]{0,40}\\?\r?\n[ \t]{0,80}(?:[+.&][ \t]{0,40})?)|"
    rb"\\n[\"'`],?[ \t]{0,8}(?:\r?\n)?[ \t]{0,80})\\?[\"'`]"
)
_joint = lazy(_JOINT)
_joint_before = lazy(_JOINT + rb"\Z")
_LONGEST_JOINT = 260
# Base64 is broken into lines of one length, of which 60 and more are usual; those that are not of
# whole groups, and blanks for line breaks, are taken for such only where lines are long.
_SHORTEST_LINE, _SHORTEST_UNEVEN, _SHORTEST_FOLDED = 16, 40, 60
# Base64 is broken nowhere but beside one of these; `n` is the end of an escaped line break.
_EDGES = frozenset(bytes((byte,)) for byte in b" \t\r\n\\\"'`#>*|n")
# What may stand behind the last line, besides the end: never the rest of a word or a name.
_CLOSERS = b"\"'`\\<,;)]}\r\n"


@dataclass(frozen=True, slots=True)
class Lines:
    """Runs of base64 that belong together: where each begins, and how many characters precede it.

    They stop at `stop`; `sums` has one number more, of all of them.
    """

    starts: array[int]
    sums: array[int]
    stop: int

    def text(self, data: bytes) -> bytes:
        counts = (self.sums[at + 1] - self.sums[at] for at in range(len(self.starts)))
        pairs = zip(self.starts, counts, strict=True)
        return b"".join([data[start : start + count] for start, count in pairs])

    def offset_of(self, place: int) -> int:
        """How many characters precede `data[place]`."""
        line = bisect_right(self.starts, place) - 1
        return self.sums[line] + place - self.starts[line]

    def place_of(self, offset: int) -> int:
        """The place of a character; `stop` for what is behind the last."""
        if offset >= self.sums[-1]:
            return self.stop
        line = bisect_right(self.sums, offset) - 1
        return self.starts[line] + offset - self.sums[line]


def lines_around(data: bytes, end: int) -> Lines:
    """The base64 that holds `data[end - 1]`.

    Literals are joined whatever their length, lines where all are of one length and the last one
    is shorter at most.
    """
    own = (run_start(data, end), right(data, end, ALPHABET))
    if data[own[0] - 1 : own[0]] not in _EDGES and data[own[1] : own[1] + 1] not in _EDGES:
        return _lines([own])
    for read in (_literals(data, own), *(_broken(data, one) for one in _unmarked(data, *own))):
        if len(read) > 1:
            return _lines(read)
    return _lines([own])


def first_behind(data: bytes, at: int) -> Run | None:
    """The run behind a break at `data[at]`; without a mark where that makes it one of several."""
    runs = list(_after(data, at, _SHORTEST_FOLDED))
    joined = (run for run in reversed(runs) if len(_broken(data, run)) > 1)
    return next(joined, runs[0] if runs else None)


def _lines(runs: list[Run]) -> Lines:
    sums = array("Q", [0])
    for start, stop in runs:
        sums.append(sums[-1] + stop - start)
    return Lines(array("Q", (start for start, _ in runs)), sums, runs[-1][1])


def run_start(data: bytes, at: int) -> int:
    """Where the run that holds `data[at - 1]` begins; an escaped newline is not in it."""
    start = left(data, at, ALPHABET)
    return start + (data[start - 1 : start] == b"\\" and data[start : start + 1] in b"nrt")


def _literals(data: bytes, own: Run) -> list[Run]:
    before, behind = [own], []
    start, stop = own
    while gap := _joint_before().search(data, max(0, start - _LONGEST_JOINT), start):
        start = run_start(data, gap.start())
        if start == gap.start():
            break
        before.append((start, gap.start()))
    while gap := _joint().match(data, stop):
        stop = right(data, gap.end(), ALPHABET)
        if stop == gap.end():
            break
        behind.append((gap.end(), stop))
    return before[::-1] + behind


def _broken(data: bytes, own: Run) -> list[Run]:
    width = _size(own)
    if _is_line(width):
        runs = _downwards(data, _upwards(data, own, width), width)
        if len(runs) > 1:
            return runs
    # What is shorter than the line before it can only be the last one.
    for run in _before(data, own[0], width):
        if _is_line(_size(run)) and _size(run) > width and own in _after(data, run[1], _size(run)):
            full = _upwards(data, run, _size(run))
            return [*full, own] if _is_last(data, own, full) else [own]
    return [own]


def _upwards(data: bytes, run: Run, width: int) -> list[Run]:
    """The lines of a length that end in `run`."""
    runs = [run]
    while before := _whole(_before(data, runs[-1][0], width), width):
        runs.append(before)
    return runs[::-1]


def _downwards(data: bytes, runs: list[Run], width: int) -> list[Run]:
    """With the lines of that length behind them, and a last one."""
    while behind := list(_after(data, runs[-1][1], width)):
        if whole := _whole(behind, width):
            runs.append(whole)
            continue
        shorter = [run for run in behind if _size(run) < width]
        return runs + [run for run in shorter if _is_last(data, run, runs)][:1]
    return runs


def _whole(runs: Iterable[Run], width: int) -> Run | None:
    return next((run for run in runs if _size(run) == width), None)


def _size(run: Run) -> int:
    return run[1] - run[0]


def _is_line(length: int) -> bool:
    return length >= (_SHORTEST_UNEVEN if length % 4 else _SHORTEST_LINE)


def _is_last(data: bytes, run: Run, lines: list[Run]) -> bool:
    """Whether a run can be the last, behind those lines: whole groups with padding, no word."""
    width = _size(lines[0])
    after = right(data, run[1], b"=")
    closed = after == len(data) or data[after] in _CLOSERS
    plain = width % 4 == 0 and data[lines[-1][1]] not in b" \t"
    sure = plain or len(lines) > 1 or after > run[1]
    return closed and sure and (len(lines) * width + after - run[0]) % 4 == 0


def _after(data: bytes, at: int, width: int) -> Iterator[Run]:
    """The run behind a break at `data[at]`, in each way to read it."""
    gap = _break().match(data, at)
    if gap is None or (gap[0][0] in b" \t" and width < _SHORTEST_FOLDED):
        return
    mark = None if gap[0][0] in b" \t" else _mark().match(data, gap.end())
    for start in (gap.end(), *([mark.end()] if mark else [])):
        stop = right(data, start, ALPHABET)
        if start < stop and data[start:stop] != b"//":
            yield start, stop


def _before(data: bytes, at: int, width: int) -> Iterator[Run]:
    """The run before a break that ends at `data[at]`, in each way to read it."""
    gap = _break_before().search(data, max(0, at - _LONGEST_BREAK), at)
    if gap is None or (gap[0][0] in b" \t" and width < _SHORTEST_FOLDED):
        return
    start = run_start(data, gap.start())
    if start < gap.start():
        yield from _unmarked(data, start, gap.start())


def _unmarked(data: bytes, start: int, stop: int) -> Iterator[Run]:
    """A run without a diff's mark, where it may have one, and as it is."""
    if data[start] in b"+-" and (start == 0 or data[start - 1] == 0x0A) and stop - start > 1:
        yield start + 1, stop
    yield start, stop
