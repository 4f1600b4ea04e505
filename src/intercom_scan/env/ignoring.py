"""What the repository's own ignore files cover: git is asked, for thousands of paths at once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.errors import GitError
from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.git import Git

# What stands for `*` in a path to ask for: nobody lists it by name.
ANY = b"intercom-scan"


@dataclass(frozen=True, slots=True)
class Answer:
    """The last pattern that matches a path, and the ignore file that has it; both may be b""."""

    path: bytes
    source: bytes
    pattern: bytes

    @property
    def ours(self) -> bool:
        """Whether it is from a .gitignore: nobody else has what is in `.git/info/exclude`."""
        return self.source.rpartition(b"/")[2] == b".gitignore"

    @property
    def ignored(self) -> bool:
        return self.ours and not self.pattern.startswith(b"!")

    @property
    def mended_in(self) -> bytes:
        """The .gitignore to which an entry has to be added: one that takes the path back, or
        else the root's, which holds for every directory."""
        taken_back = self.ours and self.pattern.startswith(b"!")
        return self.source if taken_back else b".gitignore"


@dataclass(frozen=True, slots=True)
class Gap:
    """Entries that a .gitignore lacks, each with the directories where that shows.

    b"" is the root.
    """

    file: bytes
    lacking: dict[str, tuple[bytes, ...]]

    @property
    def entries(self) -> tuple[str, ...]:
        return tuple(self.lacking)


def ask(git: Git, paths: Iterable[bytes]) -> dict[bytes, Answer]:
    """What git's ignore files say of each path (from the top; a directory ends in `/`).

    Neither the user's own excludes file nor the index counts. Raises GitError.
    """
    # A name may begin as pathspec magic does, and `--literal-pathspecs` is refused here.
    asked = b"".join(b"./" + path + b"\0" for path in paths)
    if not asked:
        return {}
    # https://git-scm.com/docs/git-check-ignore: 0 and 1 say whether anything matched.
    answer = git.run(
        "--no-literal-pathspecs", "-c", "core.excludesFile=", "check-ignore", "-v", "-z",
        "--no-index", "--non-matching", "--stdin", stdin=asked,
    )  # fmt: skip
    if answer.status not in (0, 1):
        raise GitError(f"git check-ignore failed in {git.cwd}: {answer.complaint}")
    fields = iter(answer.out.split(b"\0")[:-1])
    groups = zip(fields, fields, fields, fields, strict=False)
    return {path[2:]: Answer(path[2:], source, pattern) for source, _line, pattern, path in groups}


def probe(directory: bytes, entry: str) -> bytes:
    """A path that an entry for all directories covers."""
    name = os.fsencode(entry).replace(b"*", ANY).replace(b"?", b"x")
    return directory + b"/" + name if directory else name


def gaps(
    answers: dict[bytes, Answer], directories: Iterable[bytes], entries: Iterable[str]
) -> list[Gap]:
    """Which .gitignore lacks which entries, in the order of the files' names."""
    wanted = tuple(entries)
    missing: dict[bytes, dict[str, list[bytes]]] = {}
    for directory in directories:
        for entry in wanted:
            answer = answers.get(probe(directory, entry))
            if answer is not None and not answer.ignored:
                lacking = missing.setdefault(answer.mended_in, {})
                lacking.setdefault(entry, []).append(directory)
    return [
        Gap(file, {e: tuple(missing[file][e]) for e in wanted if e in missing[file]})
        for file in sorted(missing)
    ]
