"""A job's clone, made whole as far as a plan needs it, and the commits that are read of it.

Services clone as little as they can. What is missing is fetched from where the clone came from,
with the credentials that git has there; a job that leaves none has to clone it all itself.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

from intercom_scan.ci.model import DEFAULT_BRANCH, object_id
from intercom_scan.errors import GitError, UsageError
from intercom_scan.git import open_repository, stopped_at_exit, trust
from intercom_scan.masking import masked
from intercom_scan.pipes import Stderr
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from intercom_scan.ci.model import Mode, Plan
    from intercom_scan.ci.services import Service
    from intercom_scan.git import Repository

_SECONDS = 900.0  # for a fetch
_ASKING = 60.0  # for a list of refs
_FETCH = (
    # A server that says nothing for a minute is given up.
    "-c", "http.lowSpeedLimit=1", "-c", "http.lowSpeedTime=60", "-c", "gc.auto=0",
    "fetch", "--quiet", "--no-tags", "--no-prune", "--no-write-fetch-head",
    "--no-recurse-submodules",
)  # fmt: skip


class CheckoutError(GitError):
    """The clone lacks what is to be read; `fix` are the lines that mend the job."""

    def __init__(self, message: str, fix: tuple[str, ...]) -> None:
        super().__init__(message)
        self.fix = fix


@dataclass(frozen=True, slots=True)
class Checkout:
    """What is read: `head` is the commit checked out, `base` that of the plan if it is needed.

    `told` says it in words that may hold what others wrote; `notes` are remarks of the same kind.
    """

    mode: Mode
    head: str | None
    base: str | None
    told: str
    notes: tuple[str, ...] = ()

    @property
    def revision(self) -> str | None:
        return f"{self.base}..{self.head}" if self.mode == "range" else self.head


def prepare(plan: Plan, service: Service, place: Path | None, *, policy_of_base: bool) -> Checkout:
    """Open the repository here and fetch what the plan, which has a mode, needs.

    `place` is the directory that the service cloned into. Raises CheckoutError where something
    cannot be had, and UsageError outside of a repository.
    """
    assert plan.mode is not None
    if place is not None and service.sign:
        _trust_checkout(place)
    repository = open_repository(Path())
    if repository is None:
        raise UsageError("not in a git repository: run this where the job has checked one out")
    if service.sign and Path().resolve().is_relative_to(repository.git_dir.resolve()):
        # Anybody can commit files that git takes for a bare repository, whose configuration names
        # what a fetch starts: https://git-scm.com/docs/git-config#Documentation/git-config.txt-safebareRepository
        raise UsageError("the inside of a git repository: run this in the files of the checkout")
    clone = _Clone(repository, service)
    head = clone.head()
    if plan.mode != "files":
        clone.complete(head, everything=plan.mode == "all-history")
    merged = clone.merged_into(head, plan.change)
    needed = plan.mode == "range" or policy_of_base
    base = _base(clone, plan, head, merged) if needed else None
    if base is None and policy_of_base:
        raise clone.lacking("the base commit, whose policy counts, cannot be had")
    measured = base is not None and plan.bases and clone.brings(base, head)
    mode: Mode = "history" if plan.mode == "range" and not measured else plan.mode
    told = f"{plan.reason}: {_words(mode, head, base)}{_about(plan, head, merged)}"
    if policy_of_base and base is not None:
        told += f"; configuration, ignores and baseline are those of {base[:12]}"
    return Checkout(mode, head, base, told, tuple(clone.notes))


def _base(clone: _Clone, plan: Plan, head: str | None, merged: str | None) -> str | None:
    """The commit that the change is measured from and judged by, if it can be had.

    A merge counts as the host's own if it is the event's commit, or brings that in. Any other may
    have been pushed since, with whatever its author likes to be judged by. Where an event has no
    base, the judge is what everything goes to.
    """
    by_host = (merged,) if merged and plan.head in (head, plan.change) else ()
    return clone.first_of((*by_host, *plan.bases) or (DEFAULT_BRANCH,))


def refuse_links(name: str, place: Path | None) -> None:
    """Raise UsageError where a link in the checkout is on the way to a file or directory.

    Who opens a pull request chooses its links, and so what is scanned in place of a directory and
    which file a report replaces. `place` is the directory that the service cloned into.
    """
    roots = [folder.resolve() for folder in (Path(), place) if folder is not None]
    path = Path.cwd() / name
    for part in (path, *path.parents):
        if part.is_symlink() and any(map(part.parent.resolve().is_relative_to, roots)):
            reason = "the checkout has a link there, which may lead anywhere"
            raise UsageError(f"{name}: {reason}; name a place that no link of it leads to")


def _trust_checkout(place: Path) -> None:
    """A container's user is not who checked out: git refuses all but what it is told to trust."""
    here, place = Path().resolve(), place.resolve()
    for folder in (here, *here.parents):
        if (folder / ".git").exists():
            if folder.is_relative_to(place):
                trust(folder)
            return


def _words(mode: Mode, head: str | None, base: str | None) -> str:
    at = (head or "no commit")[:12]
    since = (base or "")[:12]
    return {
        "history": f"all that {at} reaches",
        "range": f"what {at} reaches and {since} does not",
        "all-history": "everything in the clone",
        "files": f"the files that are checked out, of {at}",
    }[mode]


def _about(plan: Plan, head: str | None, merged: str | None) -> str:
    """What somebody would not expect to have been read."""
    if plan.change is not None and head != plan.change and merged is None:
        return f"; the change itself, {plan.change[:12]}, is not what the job checked out"
    if plan.change is None and plan.head is not None and head != plan.head:
        return f"; the event's commit, {plan.head[:12]}, is not what the job checked out"
    return ""


class _Clone:
    """A repository, where it came from, and what git last complained of."""

    def __init__(self, repository: Repository, service: Service) -> None:
        self.git = repository.git
        self.service = service
        self.notes: list[str] = []
        self.complaint = ""
        names = self.git.run("remote").out.decode("utf-8", "replace").split()
        usable = [name for name in names if not name.startswith("-")] if service.sign else []
        self.remote = "origin" if "origin" in usable else next(iter(usable), None)

    def lacking(self, message: str) -> CheckoutError:
        """The error that says what is missing, why it stays so, and what mends the job."""
        reason = self.complaint or "nothing is fetched without a known service and a remote"
        return CheckoutError(f"{message} ({reason}); what mends it:", self.service.fix)

    def head(self) -> str | None:
        """The commit that is checked out; None where there is none yet."""
        answer = self.git.run("rev-parse", "--verify", "--quiet", "HEAD^{commit}")
        return answer.out.decode().strip() or None

    def complete(self, head: str | None, *, everything: bool) -> None:
        """Fetch the history behind a shallow clone's end, and what a partial one left out.

        With `everything` all branches and tags too. Raises CheckoutError if something is missing
        in the end.
        """
        shallow, tip = self._is_shallow(), None if everything else head
        # What a shallow clone is given is as partial as the rest.
        partial = self._is_partial() if shallow else self._lacks_objects(tip)
        if not (shallow or partial or everything):
            return
        options = (
            *(("--unshallow",) if shallow else ()),
            *(("--refetch", "--no-filter") if partial else ()),
        )
        refs = (f"+refs/heads/*:refs/remotes/{self.remote}/*", "+refs/tags/*:refs/tags/*")
        # What is checked out alone if the server gives it, or else all that this clone follows.
        tries = (refs,) if everything else (((head,),) if head else ()) + ((),)
        fetched = any(self._fetch(*options, names=names) for names in tries)
        if self._is_shallow() or self._lacks_objects(tip):
            kind = "shallow" if shallow else "partial"
            raise self.lacking(f"a {kind} clone, and the rest of it cannot be fetched")
        if everything and not fetched and self.complaint:
            self.notes.append(f"branches that are not in this clone are not read: {self.complaint}")

    def _is_shallow(self) -> bool:
        return self.git.run("rev-parse", "--is-shallow-repository").out.strip() != b"false"

    def _is_partial(self) -> bool:
        return self.git.run("config", "--get-regexp", r"^remote\..*\.promisor$").status == 0

    def _lacks_objects(self, tip: str | None) -> bool:
        """Whether objects were left out that a commit, or else any ref, reaches."""
        if not self._is_partial():
            return False
        walk = self.git.start("rev-list", "--objects", "--quiet", "--missing=print", tip or "--all")
        with stopped_at_exit(walk):
            Stderr(walk)
            assert walk.stdout is not None
            # The first that is missing says enough: there may be millions.
            return walk.stdout.read(1) != b"" or walk.wait() != 0

    def merged_into(self, head: str | None, change: str | None) -> str | None:
        """What a host merged `change` with to get `head`: the base as it is there."""
        if head is None or change is None:
            return None
        # As it is written: what a shallow clone has no parents of, git shows without any.
        lines = self.git.run("cat-file", "commit", head).out.partition(b"\n\n")[0].splitlines()
        parents = [line[7:].decode("ascii") for line in lines if line.startswith(b"parent ")]
        if len(parents) == 2 and change in parents:
            return parents[1 - parents.index(change)]
        return None

    def first_of(self, bases: tuple[str, ...]) -> str | None:
        """The commit of the first base that is here or can be fetched; None if none can."""
        for base in bases:
            commit = self._here(base) or self._fetched(base)
            if commit is not None:
                return commit
        return None

    def _here(self, base: str) -> str | None:
        name = base
        if object_id(base) is None:
            name = f"refs/remotes/{self.remote or 'origin'}/{base.removeprefix('refs/heads/')}"
        answer = self.git.run("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}")
        return answer.out.decode().strip() or None

    def _fetched(self, base: str) -> str | None:
        wanted = object_id(base) or self._at_remote(base)
        # A clone that may stay shallow is given the one commit; any other would become shallow.
        depth = ("--depth=1",) if self._is_shallow() else ()
        if wanted is None or not (self._here(wanted) or self._fetch(*depth, names=(wanted,))):
            return None
        return self._here(wanted)

    def _at_remote(self, ref: str) -> str | None:
        """The commit that a branch of the remote, or its HEAD, has now."""
        if self.remote is None:
            return None
        out = self._asked("ls-remote", self.remote, ref, seconds=_ASKING) or b""
        for line in os.fsdecode(out).splitlines():
            id_, _, name = line.partition("\t")
            if name == ref:
                return object_id(id_)
        return None

    def brings(self, base: str, head: str | None) -> bool:
        """Whether `head` reaches a commit that `base` does not."""
        answer = self.git.run("rev-list", "--max-count=1", head or "HEAD", f"^{base}")
        return answer.out != b""

    def _fetch(self, *options: str, names: tuple[str, ...]) -> bool:
        if self.remote is None:
            return False
        arguments = (*_FETCH, *options, self.remote, *names)
        return self._asked(*arguments, seconds=_SECONDS) is not None

    def _asked(self, *arguments: str, seconds: float) -> bytes | None:
        """What the remote's answer was; None for a refusal."""
        try:
            answer = self.git.connected().run(*arguments, seconds=seconds)
        except GitError as error:
            self.complaint = str(error)
            return None
        if answer.status == 0:
            return answer.out
        plain = re.sub(r"://[^/@\s]*@", "://", answer.complaint)  # no token of the job's
        self.complaint = masked(plain)  # it names branches of the other side
        return None
