"""`.env` hygiene of one repository: from what there is to findings."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.env import ignoring, remedy, view
from intercom_scan.env.contents import Contents
from intercom_scan.env.model import FIX, Outcome, finding
from intercom_scan.rules.hygiene import GITIGNORE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from intercom_scan.detector import Detector
    from intercom_scan.env.view import Gathering, Scope, View
    from intercom_scan.finding import Finding
    from intercom_scan.git import Repository
    from intercom_scan.policy import Policy


def of_tree(repository: Repository, policy: Policy, detector: Detector, scope: Scope) -> Outcome:
    """The working tree, the index and HEAD."""
    found, partial = view.of_tree(repository, scope, policy.env_allowed)
    whole = view.finish(repository, found, policy.env_entries, partial)
    return _judged(repository, policy, detector, whole)


def of_index(repository: Repository, policy: Policy, detector: Detector, scope: Scope) -> Outcome:
    """What the next commit tracks."""
    found = view.of_index(repository, scope, policy.env_allowed)
    whole = view.finish(repository, found, policy.env_entries)
    outcome = _judged(repository, policy, detector, whole)
    with Contents(repository, detector) as contents:
        outcome.findings += _unstaged(whole, found, policy, contents)
    return outcome


def _unstaged(
    whole: View, found: Gathering, policy: Policy, contents: Contents
) -> Iterator[Finding]:
    """Lines that cover entries and are no part of the commit: git reads the tree's files alone."""
    lacking: dict[bytes, dict[bytes, None]] = {}
    staged: dict[bytes, set[bytes]] = {}
    probes = [(d, e) for d in whole.directories for e in policy.env_entries]
    for directory, entry in probes:
        answer = whole.answers.get(ignoring.probe(directory, entry))
        if answer is None or not answer.ignored:
            continue
        if answer.source not in staged:
            text = contents.staged(answer.source, found.ignorers.get(answer.source))
            staged[answer.source] = {line.rstrip(b" \r") for line in text.split(b"\n")}
        if staged[answer.source].isdisjoint((answer.pattern, os.fsencode(entry))):
            lacking.setdefault(answer.source, {})[answer.pattern] = None
    for file, lines in lacking.items():
        named = ", ".join(map(os.fsdecode, lines))
        detail = f"{named} {'is' if len(lines) == 1 else 'are'} there and not staged"
        yield finding(GITIGNORE, file, GITIGNORE.severity, detail, remedy.git("add", file))


def of_revision(
    repository: Repository, revision: str, policy: Policy, detector: Detector
) -> Outcome:
    """What a commit tracks."""
    found = view.of_revision(repository, revision, view.Scope(), policy.env_allowed)
    files = [found.files[path] for path in sorted(found.files)]
    return _judged(repository, policy, detector, view.View(files, origin="blob"))


def of_history(
    repository: Repository, start: Sequence[str], policy: Policy, detector: Detector
) -> Outcome:
    """What commits ever tracked; `start` is as for `git rev-list`."""
    from intercom_scan.env import history  # noqa: PLC0415 most histories have no such file

    with Contents(repository, detector, inline=policy.inline_allowed) as contents:
        found = list(history.findings(repository, start, policy.env_allowed, contents))
        return Outcome(found, contents.skips)


def _judged(repository: Repository, policy: Policy, detector: Detector, whole: View) -> Outcome:
    outcome = Outcome()
    if whole.files:
        from intercom_scan.env import judging  # noqa: PLC0415 many repositories have none

        outcome = judging.judged(repository, whole, detector, inline=policy.inline_allowed)
    gaps = ignoring.gaps(whole.answers, whole.directories, policy.env_entries)
    outcome.findings += _gaps(gaps)
    return outcome


def _gaps(gaps: Iterable[ignoring.Gap]) -> Iterator[Finding]:
    for gap in gaps:
        alike: dict[tuple[bytes, ...], list[str]] = {}
        for entry, directories in gap.lacking.items():
            alike.setdefault(directories, []).append(entry)
        detail = "; ".join(
            f"{', '.join(entries)} {'is' if len(entries) == 1 else 'are'} not ignored {where}"
            for entries, where in ((alike[found], _directories(found)) for found in alike)
        )
        yield finding(GITIGNORE, gap.file, GITIGNORE.severity, detail, FIX)


def _directories(directories: tuple[bytes, ...]) -> str:
    named = [os.fsdecode(directory) if directory else "the root" for directory in directories]
    more = len(named) - 3
    return f"in {', '.join(named[:3])}{f' and {more} more' if more > 0 else ''}"
