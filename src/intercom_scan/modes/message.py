"""A commit's message, as git will record it.

What git removes depends on how it was started: https://git-scm.com/docs/git-commit#_options
(`--cleanup`, `--verbose`). Where that cannot be known here, more is read rather than less.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from intercom_scan.modes import Mode
from intercom_scan.modes.collecting import Collected, Settings, stream_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.api import Request
    from intercom_scan.detector import Detector
    from intercom_scan.git import Repository

_SCISSORS = b" ------------------------ >8 ------------------------\n"
_AUTO = b"#;@!$%^&|:"  # one of these is what git takes for `core.commentChar=auto`
_SETTINGS = r"^(core\.comment(char|string)|commit\.cleanup)$"


def scan(request: Request, repository: Repository | None, settings: Settings) -> Collected:
    """The message in a file that git made for its author, which the request's stream reads."""
    settings.detector.prefilter.prepare()
    collected = Collected()
    # For its hooks git sets the editor to `:` where nobody edits the message:
    # https://git-scm.com/docs/githooks#_pre_commit
    edited = os.environ.get("GIT_EDITOR") != ":"
    message, comments = split(stream_of(request).read(), *_configured(repository), edited=edited)
    sight = settings.detector.look_at_pieces(iter([message]), len(message))
    collected.text(sight, "commit-message", None)
    collected.tally.objects, collected.tally.bytes = 1, len(message)
    collected.notes += _remarks(settings.detector, comments)
    return collected


def _remarks(detector: Detector, comments: bytes) -> Iterator[str]:
    """A hook is not told of `git commit --cleanup`, by which comments may be kept."""
    hits = detector.look_at_pieces(iter([comments]), len(comments)).hits if comments else ()
    for title in dict.fromkeys(hit.rule.title for hit in hits):
        yield (
            f"commit-message: a comment has an {title}; git leaves comments out, unless it is "
            "told --cleanup=whitespace, verbatim or scissors"
        )


def _configured(repository: Repository | None) -> tuple[bytes, bytes]:
    """What comments begin with, and the way of cleaning up."""
    values = {}
    if repository is not None:
        answer = repository.git.run("config", "-z", "--get-regexp", _SETTINGS)
        for item in answer.out.split(b"\0")[:-1]:
            name, _, value = item.partition(b"\n")
            values[name.replace(b"string", b"char")] = value  # newer gits' name for the same
    return values.get(b"core.commentchar") or b"#", values.get(b"commit.cleanup", b"default")


def split(
    message: bytes, comment: bytes = b"#", cleanup: bytes = b"default", *, edited: bool = True
) -> tuple[bytes, bytes]:
    """What git records of a message, and its comments; all from the scissors line on is neither.

    `comment` is `core.commentChar`, `cleanup` is `commit.cleanup`, and `edited` says whether
    somebody had it in an editor: else git has put nothing into it, and leaves what looks like a
    comment. Which character git chose for `auto` cannot be told from those of the author, so no
    line is a comment then. Blanks and empty lines that git removes are left as they are.
    """
    if edited:
        message = message[: _cut(message, comment, cleanup)]
    stripped = cleanup == b"strip" or (edited and cleanup == b"default")
    if not stripped or comment == b"auto":
        return message, b""
    kept: list[bytes] = []
    comments: list[bytes] = []
    for line in message.split(b"\n"):  # not `splitlines`: to git a lone \r ends no line
        (comments if line.startswith(comment) else kept).append(line)
    return b"\n".join(kept), b"\n".join(comments)


def _cut(message: bytes, comment: bytes, cleanup: bytes) -> int:
    """Where the scissors line is that git wrote, else the end.

    With `--verbose` git adds lines of explanation and the difference, and ends with that: what ends
    with comments was written without. Another scissors line is only one to git where the way of
    cleaning up is named after it.
    """
    auto = comment == b"auto"
    begin = b"[%b]" % re.escape(_AUTO) if auto else re.escape(comment)
    line = b"^(%b)%b" % (begin, re.escape(_SCISSORS))
    named = cleanup == b"scissors" and not auto
    if not named:
        line += rb"(?=(\1[^\n]*\n)+diff --git )"
    found = re.search(line, message, re.MULTILINE)
    last = message.rstrip(b"\n").rpartition(b"\n")[2]
    if found is None or (last.startswith(found[1]) and not named):
        return len(message)
    return found.start()


MODE = Mode(scan, needs="stream")
