"""The report for people: what was done, and what is to be done by whom."""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from intercom_scan.escape import markdown, terminal
from intercom_scan.purge.copying import REPOSITORY
from intercom_scan.purge.outcome import WORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from pathlib import Path

    from intercom_scan.purge.labels import Ref
    from intercom_scan.purge.outcome import Outcome

SHOWN = 200  # lines of a list; report.json has all
_TOGETHER = 100  # refs of one command, whose length has a limit, on Windows that of 32,767 letters

_FIRST = """\
A purge replaces no rotation: whoever has a clone, a fork or a cached page still has the values.
Rotate each credential first.
"""
_PROVEN = """
The copy was scanned whole, and every object and file in it was searched for the values in all
spellings: nothing is left.
"""
_LEASES = """
Each ref is only replaced if the remote still has what was purged here. Do not use
`git push --mirror`: it deletes what this repository did not have, and hosts refuse refs of pull
requests. Protected branches have to allow a forced push for that time.
"""
_RENAMED = """
The names of some refs held a value. Delete the old ones at the remote: with the old ids of
`ref-map`, `git for-each-ref --points-at ID` in the original shows them.
"""
_PEOPLE = """
## What everybody does who has a clone

Clone anew, and delete the old clone. Never merge or push an old branch: that brings everything
back. Who has work that is not pushed fetches, and moves each branch to the new history with
`git rebase --onto NEW OLD BRANCH`, where OLD is the last commit of it that was pushed and NEW what
`commit-map` has for that. Then delete old branches and tags, and run
`git reflog expire --expire=now --all` and `git gc --prune=now`. A stash that is not the newest is
in no copy: drop it.
"""
_PULLS = """
List what is open with `gh pr list` or `glab mr list`, and forks with
`gh api repos/OWNER/REPO/forks`. Each has the old commits until it is deleted or purged as well.
Close requests that were made from old commits, and open them again from new ones.
"""
_HOST = """
## What to ask the host to forget

- GitHub: ask its support to remove the cached views and the refs of pull requests, and to collect
  garbage. It wants to know the repository, the requests, and the first changed commit, which is the
  first line of `commit-map`. See [its page][1].
- GitLab: give `commit-map` to the repository's cleanup in its settings, then run its housekeeping.
  See [its page][2].
- Anywhere: mirrors, caches of CI, artifacts, packages and backups may have the old files.

[1]: https://docs.github.com/en/authentication/keeping-your-account-and-data-secure/removing-sensitive-data-from-a-repository
[2]: https://docs.gitlab.com/user/project/repository/repository_size/
"""


class Page:
    """The page on an outcome whose copy goes to `output`."""

    def __init__(self, outcome: Outcome, mask: Callable[[str], str], output: Path) -> None:
        self._outcome, self._mask, self._output = outcome, mask, output

    def text(self) -> str:
        """All of it, as Markdown."""
        parts = (self._summary(), self._changes(), self._losses(), self._next(), self._beside())
        return "\n".join(["# Purge\n", *(line for part in parts for line in part)]).rstrip() + "\n"

    def _summary(self) -> Iterator[str]:
        outcome, proof = self._outcome, self._outcome.proof
        yield _FIRST
        if outcome.chosen:
            yield "| credential | fingerprint |\n|---|---|"
        for finding in outcome.chosen:
            yield f"| {finding.rule.title} | `{finding.fingerprint}` |"
        if outcome.before and outcome.after:
            before, after = outcome.before, outcome.after
            yield "\n| | before | after |\n|---|---|---|"
            yield f"| commits | {before.commits:,} | {after.commits:,} |"
            yield f"| objects that refs reach | {before.objects:,} | {after.objects:,} |"
            yield f"| bytes of the object store | {before.bytes:,} | {after.bytes:,} |"
            yield f"\nCommits with a new id: {len(outcome.commits):,}."
            yield f"Files with a new content: {len(outcome.blobs):,}."
        yield _PROVEN
        if proof and proof.others:
            yield f"Findings that were not chosen and are there as before: {len(proof.others):,}.\n"
        if proof and proof.unread:
            yield "## Not read\n\nWhat these hold nobody can say, in the original and here.\n"
            yield from _list(f"{self._code(s.what)}: {self._code(s.reason)}" for s in proof.unread)

    def _changes(self) -> Iterator[str]:
        yield "## Changed\n\n`commit-map` has all commits, old id and new; `ref-map` all refs.\n"
        yield from _list(self._became(ref) for ref in self._outcome.refs if ref.changed)
        dropped = [blob for blob in self._outcome.blobs if blob.dropped]
        if dropped:
            yield "\n## Dropped\n\nThese cannot be rewritten: a line of text is in their place.\n"
            yield from _list(f"{self._shown(b.name)} ({b.id[:12]}): {b.dropped}" for b in dropped)
        if self._outcome.env_files:
            yield "\n## Dropped `.env` files\n"
            yield from _list(map(self._shown, self._outcome.env_files))

    def _became(self, ref: Ref) -> str:
        renamed = ", under this name as its old one held a value" if ref.renamed else ""
        return f"{self._shown(ref.name)}: {ref.old[:12]} became {ref.new[:12]}{renamed}"

    def _losses(self) -> Iterator[str]:
        outcome = self._outcome
        for title, ids in (
            ("Commits that lost their signature", outcome.signed),
            ("Tags that lost their signature", outcome.unsigned_tags),
            ("Commits that lost another header", outcome.bare),
            ("Commits with an author or committer as git refuses it, mended", outcome.odd),
        ):
            if ids:
                yield f"\n## {title}\n\nBy their old ids. Who signed may sign the new ones.\n"
                yield from _list(dict.fromkeys(ids))

    def _next(self) -> Iterator[str]:
        pushed = [ref for ref in self._outcome.pushed if self._plain(ref.name)]
        yield "\n## What to push\n"
        yield "Nothing was pushed. Tell everybody, and see that nobody pushes meanwhile."
        yield "In the original, for each of its remotes:\n"
        if pushed:
            for remote in self._outcome.remotes or ("origin",):
                yield from self._commands(remote, pushed)
        yield _LEASES
        odd = [ref for ref in self._outcome.pushed if not self._plain(ref.name)]
        if odd:
            yield "To be pushed by hand, for their odd names:\n"
            yield from _list(map(self._became, odd))
        if any(ref.renamed for ref in self._outcome.refs):
            yield _RENAMED
        yield _PEOPLE
        yield "## Pull requests and forks"
        if pulls := self._outcome.pulls:
            yield "\nThese are the host's own refs, which no push can change:\n"
            yield from _list(map(self._became, pulls))
        yield _PULLS
        yield _HOST

    def _commands(self, remote: str, pushed: Sequence[Ref]) -> Iterator[str]:
        copy = shlex.quote(terminal(str(self._output / REPOSITORY), 1000))
        yield "```sh"
        name = shlex.quote(self._mask(terminal(remote)))
        yield f"remote=$(git remote get-url --push -- {name})"
        for at in range(0, len(pushed), _TOGETHER):
            words = _pushing(pushed[at : at + _TOGETHER])
            yield f"git --git-dir={copy} push \\\n  " + " \\\n  ".join(words)
        yield "```"

    def _beside(self) -> Iterator[str]:
        outcome = self._outcome
        if outcome.outside:
            yield "\n## Not part of history\n\nNo copy has these: mend them in the original.\n"
            yield from _list(f"{WORDS[o]}: {self._code(path)}" for o, path in outcome.outside)
        if outcome.links:
            yield "\n## Submodules\n\nEach has a history of its own: run the purge there as well.\n"
            yield from _list(map(self._shown, outcome.links))
        if outcome.proof and outcome.proof.complaints:
            yield "\n## What git says of objects that are as they were\n"
            yield from _list(map(self._code, outcome.proof.complaints))

    def _plain(self, name: bytes) -> bool:
        """Whether a name can stand in a command as it is; one with a value that stays cannot."""
        text = os.fsdecode(name)
        return self._mask(terminal(text, 1000)) == text

    def _code(self, text: str) -> str:
        return markdown(self._mask(text))

    def _shown(self, name: bytes) -> str:
        return self._code(os.fsdecode(name))


def _pushing(refs: Sequence[Ref]) -> list[str]:
    """What follows `git push`; a renamed ref must not be there yet."""
    names = [(os.fsdecode(ref.name), "" if ref.renamed else ref.old) for ref in refs]
    leases = [shlex.quote(f"--force-with-lease={name}:{old}") for name, old in names]
    return [*leases, "--", '"$remote"', *(shlex.quote(name) for name, _ in names)]


def _list(lines: Iterable[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        if number == SHOWN:
            yield "- and more, which `report.json` has"
            return
        yield f"- {line}"
