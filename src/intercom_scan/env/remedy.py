"""Commands for a person to paste into a shell; a name out of a repository is an attacker's."""

from __future__ import annotations

import os
import re
import shlex

PURGE = "intercom-scan purge --all --drop-env --output ../purged"


def quoted(path: bytes) -> str:
    """`path` as one word of a POSIX shell.

    All that is not plain ASCII, and so may not show what it is, is written in `$'…'`, which bash,
    zsh and ksh have (https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_04).
    """
    text = os.fsdecode(path)
    if text.isascii() and text.isprintable():
        # zsh takes a word with `=` before it for the path of a program:
        # https://zsh.sourceforge.io/Doc/Release/Expansion.html#g_t_0060_003d_0027-expansion
        word = shlex.quote(text)
        return f"'{word}'" if word.startswith("=") else word
    escaped = "".join(_escaped(byte) for byte in path)
    return f"$'{escaped}'"


def _escaped(byte: int) -> str:
    # Not `\'`: for PowerShell the text would end there, and a command begin.
    return chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\{byte:03o}"


def git(command: str, path: bytes) -> str:
    """A git command on one path, which is no pattern."""
    # https://git-scm.com/docs/gitglossary#Documentation/gitglossary.txt-pathspec
    magic = path.startswith(b":") or re.search(rb"[*?\[\\]", path) is not None
    return f"git {'--literal-pathspecs ' if magic else ''}{command} -- {quoted(path)}"


def untrack(path: bytes) -> str:
    return git("rm --cached", path)


def append(line: bytes, file: bytes) -> str:
    """A command that adds a line to a file."""
    target = quoted(file)
    return f"printf '%s\\n' {quoted(line)} >> {'./' if target.startswith('-') else ''}{target}"


def on_file(command: str, path: bytes) -> str:
    """`chmod 600 -- PATH` and its like."""
    return f"{command} -- {quoted(path)}"
