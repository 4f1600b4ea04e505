"""The one module that starts a program: git, or git-filter-repo.

A scanned repository is hostile: nothing that its configuration or attributes name may run, and
nothing may be fetched. Only plumbing is used, so neither side's configuration changes the answer.
"""

from __future__ import annotations

import math
import os
import re
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING

from intercom_scan import waiting
from intercom_scan.errors import GitError, UsageError
from intercom_scan.pipes import telling, write
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MINIMUM = (2, 31)
PATIENCE = 1.0  # seconds that git may take before it is asked what it waits for

# `core.fsmonitor` and hooks are programs that a repository's own configuration can name; git
# reads them also for plumbing: https://git-scm.com/docs/git-config#Documentation/git-config.txt-corefsmonitor
OPTIONS = (
    "--no-pager",
    "--no-replace-objects",
    "--literal-pathspecs",
    "-c", "core.fsmonitor=false",
    "-c", f"core.hooksPath={os.devnull}",
    "-c", "core.quotePath=false",
    "-c", "core.alternateRefsCommand=",
    "-c", "diff.external=",
    "-c", "protocol.allow=never",
    "-c", "maintenance.auto=false",
    "-c", "advice.graftFileDeprecated=false",  # said of the empty one that is put in its place
)  # fmt: skip

# A partial clone fetches what it lacks on first touch; older gits know only the protocol list.
ENVIRONMENT = {
    "GIT_NO_LAZY_FETCH": "1",
    "GIT_ALLOW_PROTOCOL": "none",
    "GIT_NO_REPLACE_OBJECTS": "1",
    "GIT_GRAFT_FILE": os.devnull,
    "GIT_OPTIONAL_LOCKS": "0",
    "GIT_TERMINAL_PROMPT": "0",
    "GIT_ATTR_NOSYSTEM": "1",
    "GIT_FLUSH": "0",
    "LC_ALL": "C",
}

# What a caller's environment may not change: tracing writes files, the others start programs. And
# what it may have for this program or another that talks to Intercom, which git has no use for.
_UNSET = re.compile(
    r"GIT_(TRACE.*|EXTERNAL_DIFF|PAGER|EDITOR|ASKPASS|SSH.*|PROXY_COMMAND|EXEC_PATH)$"
    r"|(?i:.*INTERCOM)"
)

# What a fetch that somebody asked for is given back: a way out, and the credentials that the caller
# set up. No `ext`, which is a command: https://git-scm.com/docs/gitprotocol-remote-helpers
_CONNECTED = {
    "GIT_ALLOW_PROTOCOL": "file:git:http:https:ssh",
    "SSH_ASKPASS_REQUIRE": "never",
    "GCM_INTERACTIVE": "never",
}
_CREDENTIALS = re.compile(r"GIT_(ASKPASS|SSH.*)$")

# What ties git to one repository (`git rev-parse --local-env-vars`); a submodule has its own.
_LOCAL = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_COMMON_DIR", "GIT_CONFIG", "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS", "GIT_DIR", "GIT_IMPLICIT_WORK_TREE", "GIT_INDEX_FILE",
    "GIT_INTERNAL_SUPER_PREFIX", "GIT_NAMESPACE", "GIT_OBJECT_DIRECTORY", "GIT_PREFIX",
    "GIT_SHALLOW_FILE", "GIT_WORK_TREE",
)  # fmt: skip

# Where programs, libraries and temporary files are.
_NEEDED = (
    "PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "SYSTEMROOT", "TMPDIR", "TEMP", "TMP",
)  # fmt: skip

_trusted: list[str] = []
_running: set[subprocess.Popen[bytes]] = set()
_ending = threading.Event()


def waits_for(fifo: bytes) -> GitError:
    """What to say where git would wait until somebody writes to a FIFO."""
    return GitError(f"git waits for {os.fsdecode(fifo)}, which is a FIFO: remove it")


class Git:
    """git in one directory.

    `inherit` keeps GIT_DIR and its like, as a hook sets them. `store` is a git directory to use
    as it lies there, whatever working tree its configuration names.
    """

    def __init__(self, cwd: Path, inherit: bool = True, store: Path | None = None) -> None:
        self.cwd = cwd
        self.inherit = inherit
        self.store = store
        self._script: str | None = None
        kept = {name: value for name, value in os.environ.items() if not _UNSET.match(name)}
        if not inherit:
            kept = {name: value for name, value in kept.items() if name not in _LOCAL}
        if store is not None:
            kept |= {"GIT_DIR": str(store), "GIT_WORK_TREE": str(store)}
        self.environment = kept | ENVIRONMENT

    def connected(self) -> Git:
        """The same git, which may connect to a repository's remotes with the caller's credentials.

        It never asks for any. For `fetch` and `ls-remote` where somebody asked for them.
        """
        other = Git(self.cwd, self.inherit, self.store)
        kept = {name: value for name, value in os.environ.items() if _CREDENTIALS.match(name)}
        other.environment |= kept | _CONNECTED
        return other

    def apart(self, **more: str) -> Git:
        """The same git with nobody's configuration, and of the environment what it needs to run."""
        other = Git(self.cwd, inherit=False)
        kept = {name: value for name, value in os.environ.items() if name in _NEEDED}
        nobodys = {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull}
        other.environment = kept | ENVIRONMENT | nobodys | more
        return other

    def filter_repo(self) -> Git:
        """git-filter-repo in the same place. Raises GitError where it is not installed."""
        from importlib.util import find_spec  # noqa: PLC0415 for a purge alone

        found = find_spec("git_filter_repo")
        if found is None or found.origin is None:
            raise GitError("git-filter-repo was not found: install intercom-scan again")
        other = Git(self.cwd, self.inherit, self.store)
        other.environment, other._script = self.environment, found.origin
        return other

    def command(self, arguments: Sequence[str | bytes]) -> list[str | bytes]:
        if self._script is not None:
            return [sys.executable, self._script, *arguments]
        return ["git", *OPTIONS, *_trusted, *arguments]

    def start(
        self,
        *arguments: str | bytes,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        buffered: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start git with its standard output and error on pipes. Raises GitError without git."""
        if _ending.is_set():
            raise GitError("git is not started any more: the program is ending")
        try:
            process = subprocess.Popen(
                self.command(arguments), cwd=self.cwd, env=self.environment, stdin=stdin,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=-1 if buffered else 0,
            )  # fmt: skip
        except FileNotFoundError as error:
            if not self.cwd.is_dir():
                raise UsageError(f"{self.cwd}: no such directory") from error
            raise GitError("git was not found: install git 2.31 or newer and try again") from error
        except NotADirectoryError as error:
            raise UsageError(f"{self.cwd}: not a directory") from error
        _running.add(process)
        if _ending.is_set():  # since it was asked above
            process.kill()
        return process

    def run(
        self, *arguments: str | bytes, stdin: bytes | None = None, seconds: float = math.inf
    ) -> Answer:
        """Run git to its end; a non-zero status is in the answer, not raised.

        Raises GitError where git waits for a FIFO, or takes longer than `seconds`.
        """
        process = self.start(
            *arguments, stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE
        )
        # Written beside: once it has timed out, `communicate` writes no more of its input.
        pipe, process.stdin = process.stdin, None
        with stopped_at_exit(process):
            if stdin is not None:
                threading.Thread(target=write, args=(pipe, (stdin,)), daemon=True).start()
            out, err = self._communicate(process, seconds)
        return Answer(process.returncode, out, err)

    def _communicate(self, process: subprocess.Popen[bytes], seconds: float) -> tuple[bytes, bytes]:
        """To look for FIFOs takes a walk over the tree, so only a git that is slow is a reason."""
        patience = PATIENCE
        while True:
            try:
                return process.communicate(timeout=min(patience, seconds))
            except subprocess.TimeoutExpired:
                patience, seconds = 2 * patience, seconds - patience
                if seconds <= 0:
                    raise GitError("git took too long") from None
                if (found := waiting.fifo(self.cwd, self.environment)) is not None:
                    raise waits_for(found) from None

    def output(self, *arguments: str | bytes, stdin: bytes | None = None) -> bytes:
        """Standard output of a git that must succeed. Raises GitError with git's first line."""
        answer = self.run(*arguments, stdin=stdin)
        if answer.status != 0:
            raise GitError(
                f"git {os.fsdecode(arguments[0])} failed in {self.cwd}: {answer.complaint}"
            )
        return answer.out

    def records(self, *arguments: str | bytes, end: bytes = b"\0") -> list[bytes]:
        """Output split at `end`, without the empty last piece."""
        pieces = self.output(*arguments).split(end)
        return pieces[:-1] if pieces[-1] == b"" else pieces


@dataclass(frozen=True, slots=True)
class Answer:
    """What a git that ended said, and its exit status."""

    status: int
    out: bytes
    err: bytes

    @property
    def complaint(self) -> str:
        """git's most telling line of standard error, safe to print."""
        return telling(self.err) or f"exit status {self.status}"


def end_all() -> None:
    """Kill every git and start none again: for the end of a program that was interrupted.

    A thread that reads from a git can be waited for only then; and `join` is of no use after it
    was itself interrupted: https://github.com/python/cpython/issues/90882
    """
    _ending.set()
    for process in tuple(_running):
        process.kill()


@contextmanager
def stopped_at_exit(*processes: subprocess.Popen[bytes]) -> Iterator[None]:
    """Leave no child behind, whatever ends the block."""
    try:
        yield
    finally:
        for process in processes:
            if process.poll() is None:
                process.kill()
            for pipe in (process.stdin, process.stdout, process.stderr):
                if pipe is not None:
                    try:
                        pipe.close()
                    except BrokenPipeError:
                        continue
            process.wait()
            _running.discard(process)


@dataclass(frozen=True, slots=True)
class Repository:
    """Where a repository keeps its things. `top` is None for a bare one."""

    git: Git
    git_dir: Path
    common_dir: Path
    top: Path | None
    shallow: bool
    hex_digits: int  # of an object id: 40 for SHA-1, 64 for SHA-256


def version(git: Git) -> tuple[int, ...]:
    """git's version. Raises GitError where it is older than this program can use."""
    text = git.output("version").decode("utf-8", "replace")
    found = tuple(int(number) for number in re.findall(r"\d+", text)[:2])
    if found < MINIMUM:
        raise GitError(f"{text.strip()} is too old: install git 2.31 or newer")
    return found


def open_repository(path: Path, *, inherit: bool = True, store: bool = False) -> Repository | None:
    """The repository that `path` lies in, or that is it (`store`); None outside.

    Raises UsageError for a missing directory and GitError where git refuses the repository
    (`safe.directory`, a broken `.git`).
    """
    git = Git(path, inherit, path if store else None)
    answer = git.run(
        "rev-parse", "--absolute-git-dir", "--git-common-dir", "--is-shallow-repository",
        "--show-object-format", "--show-toplevel",
    )  # fmt: skip
    lines = os.fsdecode(answer.out).splitlines()
    # The last one alone fails where there is no working tree.
    if answer.status != 0 and len(lines) != 4:
        _check_refusal(git, answer)
        return None
    if len(lines) not in (4, 5):
        raise GitError(f"git answered strangely in {path}: a path with a newline in it?")
    git_dir, common, shallow, object_format = lines[:4]
    top = Path(lines[4]) if len(lines) == 5 else None
    return Repository(
        git=git if top is None else Git(top, inherit, git.store),
        git_dir=Path(git_dir),
        common_dir=(path / common).resolve(),
        top=top,
        shallow=shallow == "true",
        hex_digits=64 if object_format == "sha256" else 40,
    )


def trust(directory: Path) -> None:
    """From now on take the repository in `directory` as the user's own, whoever owns its files.

    Nobody's configuration is written. git before 2.38 takes it from there alone:
    https://git-scm.com/docs/git-config#Documentation/git-config.txt-safedirectory
    """
    _trusted.extend(("-c", f"safe.directory={directory.as_posix()}"))


def _check_refusal(git: Git, answer: Answer) -> None:
    complaint = answer.complaint
    if "not a git repository" in complaint and not (git.cwd / ".git").exists():
        return
    if "dubious ownership" in complaint:
        raise GitError(
            f"{git.cwd}: git refuses a repository of another owner; if you trust it: "
            f"git config --global --add safe.directory {git.cwd}"
        )
    if answer.status == 129:
        version(git)
    raise GitError(f"git cannot read the repository at {git.cwd}: {complaint}")


def resolve(repository: Repository, revision: str) -> str:
    """The object id of a commit-ish. Raises UsageError where there is none."""
    answer = repository.git.run(
        "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
    )
    if answer.status != 0:
        raise UsageError(
            f"{revision!r} is not a commit here: see `git log --all` for those there are"
        )
    return answer.out.decode().strip()
