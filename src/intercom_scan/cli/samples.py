"""The code that a check of the audit shows: what is safe, and what makes the unsafe so."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from intercom_scan.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from intercom_scan.audit.model import Sample

_FROM_UNSAFE = "from unsafe to safe"


def chosen(samples: Sequence[Sample], language: str | None) -> list[Sample]:
    """Those of a language, in whatever case; all without one. Raises UsageError for none."""
    found = [each for each in samples if language in (None, each.language)]
    found = found or [each for each in samples if each.language.lower() == str(language).lower()]
    if samples and not found:
        known = ", ".join(dict.fromkeys(each.language for each in samples))
        raise UsageError(f"--language: there are samples in {known}")
    return found


def as_text(samples: Sequence[Sample]) -> Iterator[str]:
    """The lines of all samples, for a terminal."""
    for sample in samples:
        for title, code in (("safe", sample.safe), (_FROM_UNSAFE, change(sample))):
            yield ""
            yield f"{sample.language}, {title} ({sample.path})"
            yield from textwrap.indent(code.strip("\n"), "    ").split("\n")


def as_markdown(samples: Sequence[Sample]) -> Iterator[str]:
    """The lines of all samples, as blocks of code."""
    for sample in samples:
        ending = sample.path.rpartition(".")[2]
        yield from (f"## {sample.language}", "")
        yield from (f"Safe, in `{sample.path}`:", "")
        yield from _block(ending, sample.safe)
        yield from (f"{_FROM_UNSAFE.capitalize()}:", "")
        yield from _block("diff", change(sample))


def _block(kind: str, code: str) -> Iterator[str]:
    fence = "````" if "```" in code else "```"
    yield from (f"{fence}{kind}", code.strip("\n"), fence, "")


def change(sample: Sample) -> str:
    """What a diff from the unsafe code to the safe has, with a line around each change."""
    from difflib import unified_diff  # noqa: PLC0415 slow to import

    lines = unified_diff(sample.unsafe.splitlines(), sample.safe.splitlines(), n=1, lineterm="")
    _, _, _, *shown = lines
    return "\n".join("…" if line.startswith("@@") else line for line in shown)
