"""What each mode sees of `.env` files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.env import hygiene
from intercom_scan.env.model import RENAME, Outcome
from intercom_scan.env.naming import classify
from intercom_scan.env.view import Scope
from intercom_scan.errors import GitError
from intercom_scan.finding import Skip
from intercom_scan.git import resolve
from intercom_scan.rules.hygiene import GITIGNORE
from intercom_scan.values import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from intercom_scan.detector import Detector
    from intercom_scan.finding import Finding
    from intercom_scan.git import Repository
    from intercom_scan.policy import Policy


def check(
    mode: str, repository: Repository, policy: Policy, detector: Detector, *,
    paths: Sequence[Path] = (), revision: str | None = None, names: Iterable[bytes] = (),
) -> Outcome:  # fmt: skip
    """The findings that a scan in this mode includes.

    Files: the working tree, the index and HEAD, below `paths`. Staged: the index. A range and a
    history: what their last commit tracks, and what their commits ever did. Everything: as for
    files where there is a tree, and all commits. `names` are those that the trees of a history
    have. A git that fails is a skip.
    """
    outcome = _found(mode, repository, policy, detector, paths, revision, names)
    outcome.findings = [_shown(finding, detector) for finding in outcome.findings]
    if outcome.skips:
        from intercom_scan.masking import masked  # noqa: PLC0415 most scans read all

        outcome.skips = [replace(skip, what=masked(skip.what, detector)) for skip in outcome.skips]
    return outcome


def _shown(finding: Finding, detector: Detector) -> Finding:
    """A finding without the credentials that its paths tell, and without a command on those.

    Reporters see what the rules know, and not what the configuration's own names tell.
    """
    paths = [place.path or "" for place in finding.places]
    texts = (*paths, os.fsdecode(finding.secret), finding.detail or "", finding.remedy or "")
    if not any(detector.look(os.fsencode(text)).hits for text in dict.fromkeys(texts)):
        return finding
    from intercom_scan.masking import masked  # noqa: PLC0415 hardly any path tells one

    *shown, secret, detail, remedy = (masked(text, detector) for text in texts)
    if finding.rule is not GITIGNORE and shown != paths and remedy:  # the fix leaves it alone
        remedy = RENAME
    places = (replace(p, path=path) for p, path in zip(finding.places, shown, strict=True))
    return replace(
        finding, secret=os.fsencode(secret), places=tuple(places), detail=detail or None,
        remedy=remedy or None,
    )  # fmt: skip


def _found(
    mode: str, repository: Repository, policy: Policy, detector: Detector,
    paths: Sequence[Path], revision: str | None, names: Iterable[bytes],
) -> Outcome:  # fmt: skip
    try:
        if mode == "staged":
            return hygiene.of_index(repository, policy, detector, Scope())
        if mode in ("files", "env") and repository.top is not None:
            scope = scope_of(repository.top, paths)
            return hygiene.of_tree(repository, policy, detector, scope)
        outcome = _of_tip(mode, repository, policy, detector, revision)
        if mode == "range" or _worth_asking(names, policy):
            start = _start(repository, mode, revision)
            outcome.add(hygiene.of_history(repository, start, policy, detector))
        return outcome
    except GitError as error:
        return Outcome(skips=[Skip(".env files", str(error))])


def _of_tip(
    mode: str, repository: Repository, policy: Policy, detector: Detector, revision: str | None
) -> Outcome:
    if mode == "all-history" and repository.top is not None:
        return hygiene.of_tree(repository, policy, detector, Scope())
    tip = (revision or "").rpartition("..")[2] or "HEAD"
    born = repository.git.run("rev-parse", "--verify", "--quiet", f"{tip}^{{commit}}")
    if born.status != 0:  # whatever else reads it says so; a new repository has none
        return Outcome()
    return hygiene.of_revision(repository, born.out.decode("ascii").strip(), policy, detector)


def _worth_asking(names: Iterable[bytes], policy: Policy) -> bool:
    """Whether trees have a name that is an env file's: to walk all commits takes its time."""
    return any(
        classify(name, policy.env_allowed) in ("env", "backup") for name in names if b"env" in name
    )


def _start(repository: Repository, mode: str, revision: str | None) -> tuple[str, ...]:
    """Which commits count, for `git rev-list`."""
    if mode == "all-history":
        return "--all", "--reflog"
    if mode == "range":
        old, _, new = (revision or "").partition("..")
        return resolve(repository, new or "HEAD"), f"^{resolve(repository, old)}"
    return (resolve(repository, revision or "HEAD"),)


def scope_of(top: Path, paths: Sequence[Path]) -> Scope:
    """The part of a repository that some paths name; paths outside of it name none."""
    roots = []
    base = os.path.realpath(top)
    for path in paths:
        inside = os.path.relpath(os.path.realpath(path), base).replace(os.sep, "/")
        if inside != ".." and not inside.startswith("../"):
            roots.append(b"" if inside == "." else os.fsencode(inside))
    return Scope(tuple(roots))
