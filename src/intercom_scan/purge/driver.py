"""A purge from its begin to its end; see docs/purge.md for what it promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from intercom_scan import api
from intercom_scan.detector import Detector
from intercom_scan.errors import GitError, UsageError
from intercom_scan.finding import MISSING
from intercom_scan.git import open_repository
from intercom_scan.purge import commits, copying, labels, notes, proof, reading, trees
from intercom_scan.purge.outcome import Blob, Outcome, counted
from intercom_scan.purge.packing import Packer
from intercom_scan.purge.rewriting import Cleaner
from intercom_scan.values import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from intercom_scan.finding import Finding, ScanResult
    from intercom_scan.git import Repository
    from intercom_scan.purge.copying import Copy


@dataclass(frozen=True, slots=True)
class Order:
    """What to purge.

    `pick` chooses from what a scan of all history has found; `env_files` says that committed
    `.env` files go as a whole. `say` is told what begins, in words.
    """

    path: Path
    output: Path
    pick: Callable[[Sequence[Finding]], Sequence[Finding]]
    env_files: bool = False
    jobs: int = 2
    say: Callable[[str], None] = field(default=lambda _step: None)


def purge(order: Order) -> Outcome | None:
    """Make the copy and prove it; None where there is nothing to purge.

    Where the outcome has no proof, nothing that a ref reaches was to be changed. The output is
    there if that proof is clean. The original is only read. Raises UsageError for what cannot be
    asked and GitError where the original cannot be read whole or the copy cannot be made.
    """
    repository = _opened(order.path)
    order = replace(order, output=order.output.absolute())
    with copying.begun(repository, order.output) as copy:
        order.say("scanning all history")
        scanned = api.scan(
            api.Request("all-history", (order.path,), inline=True, env=False, jobs=order.jobs)
        )
        _check_whole(order.path, scanned)
        chosen = order.pick(scanned.findings)
        if not chosen and not order.env_files:
            return None
        work = _Work(order, repository, copy, scanned, chosen)
        work.rewrite()
        if work.outcome.changed:
            work.finish()
        elif work.missed:
            raise GitError("a ref reaches a value, and nothing was changed: please report this")
        if work.proven:
            work.place()
    return work.outcome


def _opened(path: Path) -> Repository:
    repository = open_repository(path)
    if repository is None:
        raise UsageError(f"{path.resolve()} is not in a git repository")
    if repository.shallow:
        raise UsageError(f"{path}: a shallow clone lacks its history: run `git fetch --unshallow`")
    promised = r"^(extensions\.partialclone|remote\..*\.promisor)$"
    if repository.git.run("config", "--local", "--get-regexp", promised).status == 0:
        raise UsageError(f"{path}: a partial clone lacks files: purge a full clone")
    return repository


def _check_whole(path: Path, scanned: ScanResult) -> None:
    """Raises GitError where history names what is not there; the last git of all would say it."""
    lost = [skip.what for skip in scanned.skipped if skip.reason == MISSING]
    if lost:
        more = f", and so are {len(lost) - 1:,} more" if lost[1:] else ""
        raise GitError(f"{path}: {lost[0]} is {MISSING}{more}: purge a clone that has everything")


class _Work:
    """One purge: the steps in order, each with what it brings for the next."""

    def __init__(
        self, order: Order, repository: Repository, copy: Copy, scanned: ScanResult,
        chosen: Sequence[Finding],
    ) -> None:  # fmt: skip
        self._order, self._source, self._copy = order, repository, copy
        self._git, self._digits = repository.git, repository.hex_digits
        secrets = tuple(dict.fromkeys(finding.secret for finding in chosen))
        self._cleaner = Cleaner(secrets, Detector())
        self._packer = Packer(copy.git, self._digits)
        self._renamed: dict[str, str] = {}
        self._holding: set[str] = set()
        self.outcome = Outcome(tuple(chosen), scanned)

    def rewrite(self) -> None:
        """Make all objects anew that have to change, and set the refs."""
        self._order.say("looking for the values in every object")
        held = reading.holding(self._git, self._cleaner, self._order.jobs)
        forest = trees.survey(
            self._git, self._digits, held.blobs, self._cleaner, drop_env=self._order.env_files
        )
        self._holding = {*held.blobs, *held.others, *map(bytes.hex, forest.touched)}
        self._order.say("rewriting")
        self._clean(held, forest)
        trees.rewrite(self._git, self._digits, forest, self._renamed, self._packer)
        self._packer.flush()
        self._follow(held)
        self.outcome.remotes = tuple(self._git.output("remote").decode("utf-8", "replace").split())
        self.outcome.links = tuple(sorted(forest.links))
        self.outcome.env_files = tuple(sorted(forest.env_files))

    def _clean(self, held: reading.Held, forest: trees.Forest) -> None:
        todo = sorted(held.blobs - held.large)
        for id_, content in reading.contents(self._git, todo):
            name = forest.named.get(id_, b"")
            cleaned = self._cleaner.clean(content, name)
            data, reason = cleaned.data, cleaned.dropped
            if data is None:
                data = _stub(reason)
            self._note(Blob(id_, self._packer.add("blob", data), name, cleaned.ways, reason))
        for id_ in sorted(held.large):
            reason = f"larger than {reading.LARGEST >> 20} MiB"
            new = self._packer.add("blob", _stub(reason))
            self._note(Blob(id_, new, forest.named.get(id_, b""), (), reason))

    def _note(self, blob: Blob) -> None:
        if blob.id != blob.new:
            self._renamed[blob.id] = blob.new
            self.outcome.blobs.append(blob)

    def _follow(self, held: reading.Held) -> None:
        """Commits and tags, then notes, which name them, then what names notes, then refs."""
        found = labels.refs(self._git)
        head = self._git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        heads = [head.out.decode("ascii").strip()] if head.status == 0 else []
        noted = [id_ for name, id_ in found if name.startswith(notes.FOLDER)]
        tips = [id_ for name, id_ in found if not name.startswith(notes.FOLDER)] + heads
        self._commits(tips, held)
        self._tags(tips, held)
        if noted and self._renamed:
            walk = list(self._walk(noted))
            notes.Notes(self._copy.git, self._digits, self._renamed, self._packer).rekey(walk)
            self._packer.flush()
        self._commits(noted, held)
        self._tags([id_ for _, id_ in found], held)
        refs = labels.placed(found, self._renamed, self._cleaner)
        labels.write(self._copy.git, refs, self._head(refs, heads))
        self.outcome.refs = refs

    def _walk(self, tips: Sequence[str]) -> Sequence[str]:
        return list(reading.walk(self._git, labels.commits_of(self._git, tips)))

    def _commits(self, tips: Sequence[str], held: reading.Held) -> None:
        walk = self._walk(tips)
        done = commits.rewrite(
            self._git, self._copy.git, walk, self._renamed, held.others, self._cleaner
        )
        self.outcome.add(done, {id_: self._renamed[id_] for id_ in walk if id_ in self._renamed})

    def _tags(self, tips: Sequence[str], held: reading.Held) -> None:
        self.outcome.unsigned_tags += labels.tags(
            self._git, tips, self._renamed, held.others, self._cleaner, self._packer
        )
        self._packer.flush()

    def _head(self, refs: Sequence[labels.Ref], heads: Sequence[str]) -> bytes | str:
        answer = self._git.run("symbolic-ref", "--quiet", "HEAD")
        if answer.status != 0 and heads:
            return self._renamed.get(heads[0], heads[0])
        name = answer.out.rstrip(b"\n") or b"refs/heads/main"
        return {ref.old_name: ref.name for ref in refs}.get(name, self._cleaner.clean_text(name))

    def finish(self) -> None:
        """Complete the copy and look at it."""
        self._order.say("packing")
        self._copy.complete()
        self._order.say("proving that nothing is left")
        self.outcome.before = counted(self._git)
        self.outcome.after = counted(self._copy.own())
        self.outcome.proof = proof.prove(
            self._copy, self._renamed, self.outcome.chosen, self._cleaner, self._order.jobs,
            env_files=self._order.env_files,
        )  # fmt: skip

    @property
    def missed(self) -> bool:
        """Whether a ref reaches what is to change; where nothing changed."""
        reached = self._git.output("rev-list", "--all", "--objects", "--no-object-names")
        return not self._holding.isdisjoint(reached.decode("ascii").split())

    @property
    def proven(self) -> bool:
        return self.outcome.proof is not None and self.outcome.proof.clean

    def place(self) -> None:
        """Write what is to be known beside the copy, and put both in place."""
        from intercom_scan.purge import report  # noqa: PLC0415 only what is finished has one

        clean = self._cleaner.clean_text
        report.write(self.outcome, self._copy.folder, self._order.output, clean)
        if proof.files(self._copy, self._cleaner):
            raise GitError("a report would have held a value: please report this")
        expected = {(ref.name, ref.new) for ref in self.outcome.refs}
        if set(labels.refs(self._copy.own())) != expected:
            raise GitError(f"{self._order.output}: two purges went there at once: run them in turn")
        copying.place(self._copy, self._order.output)


def _stub(reason: str | None) -> bytes:
    return f"Removed by intercom-scan purge: {reason}.\n".encode()
