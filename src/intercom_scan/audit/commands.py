"""What a line of a shell script scans, and whether its failure counts."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

from intercom_scan.values import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

_WORD = re.compile(r"[a-z]+(?:-[a-z]+)*")  # another command of this program's
_LONGEST = 4096  # characters of a line
_WHOLE_MODES = (None, "history", "all-refs")  # of `intercom-scan ci`; see `ci/model.py`
_SCANS = ("scan", "ci")
_HOOKS = ("intercom-history",)
_OTHERS = ("gitleaks", "trufflehog", "ggshield", "kingfisher", "detect-secrets", "betterleaks")
_NAMED = re.compile("intercom|" + "|".join(_OTHERS))
_BEFORE = ("uvx", "pipx", "uv", "poetry", "pdm", "hatch", "exec", "time", "run", "sudo", "tool")
# What turns a failure into a success: https://pubs.opengroup.org/onlinepubs/9799919799/
_SILENT = re.compile(r"\|\|\s*(?:true|:|exit\s+0|echo\b|/bin/true)|;\s*(?:true|exit\s+0)\s*$")
_PIPED = re.compile(r"(?<!\|)\|(?![|&])")
_SPLIT = re.compile(r"&&|\|\||[;|&]")


@dataclass(frozen=True, slots=True)
class Run:
    """A scanner that is run, in which line of its script, counted from 0.

    `whole` says whether it reads the whole history, None: not known. `silent` is what keeps a
    failure of it from counting, as the script has it.
    """

    program: str
    whole: bool | None
    line: int = 0
    silent: tuple[str, ...] = ()


def runs(script: str, mode: str | None = None) -> Iterator[Run]:
    """The scanners that a script runs; `mode` is INTERCOM_SCAN_MODE, if that is set."""
    loose = ["set +e"] if re.search(r"^[ \t]*set \+e\b", script, re.MULTILINE) else []
    for number, line in _commands(script):
        silent = [*loose, *(["|| true"] if _SILENT.search(line) else [])]
        pieces = _SPLIT.split(line)
        piped = ["a pipe"] if _PIPED.search(line) else []
        for part in pieces:
            if (known := _scanner(part, mode)) is not None:
                last = part is pieces[-1]
                yield Run(*known, number, tuple(silent if last else [*silent, *piped]))


def _commands(script: str) -> Iterator[tuple[int, str]]:
    """Each command with the number of its first line; comments and endless lines are left out."""
    whole, begin = "", 0
    for number, line in enumerate(script.split("\n")):
        begin = begin if whole else number
        if len(whole) <= _LONGEST:
            whole += line.removesuffix("\\") + " "
        if line.endswith("\\"):
            continue
        if not whole.lstrip().startswith("#") and len(whole) <= _LONGEST:
            yield begin, whole
        whole = ""


def _scanner(command: str, mode: str | None) -> tuple[str, bool | None] | None:
    """The scanner that a command is, and whether it reads the whole history."""
    if not _NAMED.search(command):
        return None
    try:
        words = shlex.split(command, comments=True)
    except ValueError:  # a quote that another line ends, or that a template makes
        words = command.replace('"', " ").replace("'", " ").split()
    while words and (words[0] in _BEFORE or re.match(r"\w+=|-", words[0])):
        if words[0].startswith("INTERCOM_SCAN_MODE="):
            mode = words[0].partition("=")[2]
        words = words[1:]
    if not words:
        return None
    program = words[0].rpartition("/")[2]
    if re.fullmatch(r"python[\d.]*|py", program) and "intercom_scan" in words[1:]:
        program, words = "intercom-scan", words[words.index("intercom_scan") :]
    if program == "intercom-scan":
        other = len(words) > 1 and words[1] not in _SCANS and _WORD.fullmatch(words[1])
        return None if other else (program, _whole(words[1:], mode))
    if program in _HOOKS or (program == "pre-commit" and set(_HOOKS) & set(words)):
        return "intercom-history", True
    return (program, None) if program in _OTHERS else None


def _whole(words: list[str], mode: str | None) -> bool | None:
    if words[:1] == ["ci"]:
        for word, following in zip(words, [*words[1:], ""], strict=True):
            name, said, value = word.partition("=")
            if name == "--mode":
                mode = value if said else following
        return mode in _WHOLE_MODES
    return any(word.partition("=")[0] in ("--history", "--all-history") for word in words)
