"""The github format: workflow commands, which GitHub shows as annotations of a run's files.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands. Never carries
a secret, whatever the options say; no text out of a repository begins a line.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from intercom_scan.escape import command_data, command_property, terminal
from intercom_scan.masking import Mask
from intercom_scan.reporters.summary import ordered, plural, summarise, verdict_line
from intercom_scan.reporters.wording import is_checked_out, is_whole_file, relative, told, unread
from intercom_scan.rules.model import Severity
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import TextIO

    from intercom_scan.finding import Finding, Place, ScanResult
    from intercom_scan.reporters.model import Options

# What a step shows of each level; more is dropped without a word. A job shows 50 of all.
# https://github.com/actions/toolkit/blob/main/docs/problem-matchers.md#limitations
_SHOWN = 10
_REASONS = 5  # told in the annotation of an incomplete scan
_PATH = 4096  # characters; what is longer would not be the path any more


@dataclass(frozen=True, slots=True)
class _Annotation:
    """`level` is a workflow command; `place` says which line, `path` without it which file."""

    level: str
    title: str
    message: str
    path: str | None = None
    place: Place | None = None

    def command(self) -> str:
        properties = {"file": self.path, "title": self.title, **self._region()}
        given = ",".join(f"{k}={command_property(v)}" for k, v in properties.items() if v)
        return f"::{self.level} {given}::{command_data(self.message)}\n"

    def _region(self) -> dict[str, str]:
        """Columns count bytes, so that they may lie to the right of the secret, in its line."""
        if self.path is None or self.place is None or is_whole_file(self.place):
            return {}
        line, column = str(max(self.place.line, 1)), max(self.place.column, 1)
        end = max(self.place.end_column - 1, column)
        return {"line": line, "endLine": line, "col": str(column), "endColumn": str(end)}


def render(result: ScanResult, out: TextIO, options: Options) -> None:
    """Write an annotation for each new finding that the host will show, then the verdict."""
    annotate(result, out, options)
    verdict = verdict_line(result, summarise(result, options.fail_on), options.fail_on)
    out.write(f"{verdict}\n")


def annotate(result: ScanResult, out: TextIO, options: Options) -> None:
    """Write the annotations alone, and a line that says how many findings have none."""
    mask = Mask(result.findings)
    spots = _spots(result, options, mask)
    shown: Counter[str] = Counter()
    hidden = 0
    if not result.complete:
        shown["error"] += 1
        out.write(_Annotation("error", "The scan is incomplete", _unread(result, mask)).command())
    for finding in ordered(result.findings):
        level = _level(finding, options)
        if finding.status != "new":
            continue
        if shown[level] == _SHOWN:
            hidden += 1
            continue
        shown[level] += 1
        title = f"{finding.rule.title} ({finding.severity.label})"
        path, place = spots(finding)
        message = "\n".join(told(finding, mask, place))
        out.write(_Annotation(level, title, message, path, place).command())
    if hidden:
        out.write(f"{plural(hidden, 'more finding')} without an annotation\n")


def _level(finding: Finding, options: Options) -> str:
    """An error fails the build; of what does not, only the least is a mere notice."""
    if finding.severity >= options.fail_on:
        return "error"
    return "warning" if finding.severity > Severity.INFO else "notice"


def _unread(result: ScanResult, mask: Mask) -> str:
    lines = list(unread(result, mask))
    more = len(lines) - _REASONS
    last = [f"and {plural(more, 'other reason')}"] if more > 0 else []
    return "\n".join(["Not read, so that nothing can be said of it:", *lines[:_REASONS], *last])


@dataclass(frozen=True, slots=True)
class _Spots:
    """Where annotations stand. `head` has the blobs of HEAD's tree by path."""

    root: str | None
    mask: Mask
    head: Mapping[str, str]

    def __call__(self, finding: Finding) -> tuple[str | None, Place | None]:
        """(path, place) where the line shown is the line found; (path, None) if only the file is.

        No path where nothing that is checked out has it, or where it cannot be written as it is.
        """
        of_file = None
        for place in finding.places:
            path = self.exact(place)
            if path is None:
                continue
            known = self.head.get(path)
            if known is not None and known == place.object:
                return path, place
            if is_checked_out(place) and (known is not None or "!" not in path):
                return path, place
            of_file = of_file or next((file for file in _files(path) if file in self.head), None)
        return of_file, None

    def exact(self, place: Place) -> str | None:
        path = relative(place.path or "", self.root)
        plain = len(path) <= _PATH and terminal(path, _PATH) == path == self.mask(path)
        return path if path and plain else None


def _spots(result: ScanResult, options: Options, mask: Mask) -> _Spots:
    places = (place for finding in result.findings for place in finding.places)
    paths = {relative(place.path, options.root) for place in places if place.path}
    return _Spots(
        options.root, mask, options.head(file for p in sorted(paths) for file in _files(p))
    )


def _files(path: str) -> Iterator[str]:
    """`path`, and the archives that it may be a member of."""
    yield path
    for bang in re.finditer("!", path):
        yield path[: bang.start()]
