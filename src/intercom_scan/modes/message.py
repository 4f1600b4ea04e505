"""A commit's message, as git will record it.

What git removes depends on how it was started: https://git-scm.com/docs/git-commit#_options
(`--cleanup`, `--verbose`). Where that cannot be known here, more is read rather than less.
"""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING, BinaryIO

from intercom_scan.modes.collecting import Collected, Settings

if TYPE_CHECKING:
    from intercom_scan.git import Repository

_SCISSORS = b" ------------------------ >8 ------------------------\n"
_AUTO = b"#;@!$%^&|:"  # one of these is what git takes for `core.commentChar=auto`
_SETTINGS = r"^(core\.comment(char|string)|commit\.cleanup)$"


def scan_message(repository: Repository | None, stream: BinaryIO, settings: Settings) -> Collected:
    """The message in a file that git made for its author."""
    collected = Collected()
    # For its hooks git sets the editor to `:` where nobody edits the message:
    # https://git-scm.com/docs/githooks#_pre_commit
    edited = os.environ.get("GIT_EDITOR") != ":"
    message = recorded(stream.read(), *_configured(repository), edited=edited)
    sight = settings.detector.look_at_pieces(iter([message]), len(message))
    collected.text(sight, "commit-message", None)
    collected.tally.objects, collected.tally.bytes = 1, len(message)
    return collected


def _configured(repository: Repository | None) -> tuple[bytes, bytes]:
    """What comments begin with, and the way of cleaning up."""
    values = {}
    if repository is not None:
        answer = repository.git.run("config", "-z", "--get-regexp", _SETTINGS)
        for item in answer.out.split(b"\0")[:-1]:
            name, _, value = item.partition(b"\n")
            values[name.replace(b"string", b"char")] = value  # newer gits' name for the same
    return values.get(b"core.commentchar") or b"#", values.get(b"commit.cleanup", b"default")


def recorded(
    message: bytes, comment: bytes = b"#", cleanup: bytes = b"default", *, edited: bool = True
) -> bytes:
    """A message without its comments, and without all from the scissors line on.

    `comment` is `core.commentChar`, `cleanup` is `commit.cleanup`, and `edited` says whether
    somebody had it in an editor: else git has put nothing into it, and leaves what looks like a
    comment. Which character git chose for `auto` cannot be told from those of the author, so no
    line is a comment then. Blanks and empty lines that git removes are left as they are.
    """
    if edited:
        message = message[: _cut(message, comment, cleanup)]
    stripped = cleanup == b"strip" or (edited and cleanup == b"default")
    if not stripped or comment == b"auto":
        return message
    lines = message.split(b"\n")  # not `splitlines`: to git a lone \r ends no line
    return b"\n".join(line for line in lines if not line.startswith(comment))


def _cut(message: bytes, comment: bytes, cleanup: bytes) -> int:
    """Where the scissors line is that git wrote, else the end.

    With `--verbose` git adds lines of explanation and the difference. Another scissors line is only
    one to git where the way of cleaning up is named after it.
    """
    auto = comment == b"auto"
    begin = b"[%b]" % re.escape(_AUTO) if auto else re.escape(comment)
    line = b"^(%b)%b" % (begin, re.escape(_SCISSORS))
    if auto or cleanup != b"scissors":
        line += rb"(?=(\1[^\n]*\n)+diff --git )"
    found = re.search(line, message, re.MULTILINE)
    return found.start() if found else len(message)
