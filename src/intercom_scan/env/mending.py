"""Appends to ignore files what they lack; the only part of the check that writes."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from intercom_scan.env import ignoring, view
from intercom_scan.env.contents import Contents, read_file
from intercom_scan.errors import IntercomScanError
from intercom_scan.masking import masked

if TYPE_CHECKING:
    from collections.abc import Iterable

    from intercom_scan.detector import Detector
    from intercom_scan.env.view import EnvFile, Scope, View
    from intercom_scan.git import Repository
    from intercom_scan.policy import Policy

_ROUNDS = 5  # an entry in one file may be taken back by the next, one directory deeper


def mend(repository: Repository, policy: Policy, scope: Scope, detector: Detector) -> list[str]:
    """Ignore what has to be ignored; a line for each file that was changed.

    Only `.gitignore` files are written, and none is made but the root's. Raises
    IntercomScanError where one is or lies behind a link, and where it cannot be written.
    """
    added: dict[bytes, dict[bytes, None]] = {}
    back: dict[bytes, dict[bytes, bytes]] = {}
    for _ in range(_ROUNDS):
        missing = _missing(repository, policy, scope, detector)
        if not missing:
            break
        for file, lines in missing.items():
            if file not in back:
                back[file] = _taken_back(repository, file)
            shown = masked(os.fsdecode(file), detector)
            _append(os.fsencode(repository.top or b""), file, lines, shown)
            added.setdefault(file, {}).update(dict.fromkeys(lines))
    answers = ignoring.ask(repository.git, [path for paths in back.values() for path in paths])
    return [
        masked(
            _told(file, lines, [p for at, p in back[file].items() if answers[at].ignored]), detector
        )
        for file, lines in sorted(added.items())
    ]


def _told(file: bytes, lines: Iterable[bytes], overridden: Iterable[bytes]) -> str:
    """What was added, and what that takes the effect of: somebody may have meant it."""
    added, instead = (
        ", ".join(map(os.fsdecode, dict.fromkeys(given))) for given in (lines, overridden)
    )
    more = f", which overrides {instead}" if instead else ""
    return f"{os.fsdecode(file)}: added {added}{more}"


def _taken_back(repository: Repository, file: bytes) -> dict[bytes, bytes]:
    """Paths that lines of an ignore file take back, each with that line."""
    try:
        read = read_file(os.fsencode(repository.top or b""), file)
    except OSError:  # there is none yet, or to append to it will say why not
        return {}
    names = [
        os.fsdecode(line[1:].strip(b"/ \r"))
        for line in (read[0] if read else b"").split(b"\n")
        if line.startswith(b"!") and b".." not in line
    ]
    folder = file.rpartition(b"/")[0]
    probes = view.unlinked(repository, [ignoring.probe(folder, name) for name in names if name])
    return {
        path: answer.pattern
        for path, answer in ignoring.ask(repository.git, probes).items()
        if answer.source == file and not answer.ignored
    }


def _missing(
    repository: Repository, policy: Policy, scope: Scope, detector: Detector
) -> dict[bytes, list[bytes]]:
    """The lines to append to each file: entries first, then files that no entry covers."""
    found, partial = view.of_tree(repository, scope, policy.env_allowed)
    whole = view.finish(repository, found, policy.env_entries, partial)
    gaps = ignoring.gaps(whole.answers, whole.directories, policy.env_entries)
    if gaps:
        return {gap.file: [os.fsencode(entry) for entry in gap.entries] for gap in gaps}
    missing: dict[bytes, list[bytes]] = {}
    loose = [file for file in whole.files if file.state == "unignored"]
    with Contents(repository, detector, inline=policy.inline_allowed) as contents:
        for file in loose:
            if contents.credentials(file.path, b""):
                continue  # which the ignore file would publish
            if file.kind in ("env", "backup") or (
                file.kind == "perhaps" and contents.of(file).hits
            ):
                _add(missing, file, whole)
    return missing


def _add(missing: dict[bytes, list[bytes]], file: EnvFile, whole: View) -> None:
    answer = whole.answers.get(file.path)
    target = answer.mended_in if answer else b".gitignore"
    folder = target.rpartition(b"/")[0]
    inside = file.path[len(folder) + 1 :] if folder else file.path
    if b"\n" not in inside and b"\r" not in inside:  # which no ignore file can name
        missing.setdefault(target, []).append(b"/" + _escaped(inside))


def _escaped(path: bytes) -> bytes:
    """A path as a pattern that matches it alone (https://git-scm.com/docs/gitignore)."""
    text = re.sub(rb"[\\*?\[]", rb"\\\g<0>", path)
    return re.sub(rb" (?= *\Z)", rb"\\ ", text)


def appended(before: bytes, lines: Iterable[bytes]) -> bytes:
    """An ignore file with more lines at its end, its line endings and its last one as they were."""
    ending = b"\r\n" if re.match(rb"[^\n]*\r\n", before) else b"\n"
    text = ending.join(lines)
    if not before:
        return text + ending
    return before + text + ending if before.endswith(b"\n") else before + ending + text


def _append(top: bytes, file: bytes, lines: list[bytes], shown: str) -> None:
    full = os.path.join(top, file)
    folder = os.path.dirname(full)
    if os.path.islink(full) or os.path.realpath(folder) != os.path.normpath(
        os.path.join(os.path.realpath(top), os.path.dirname(file))
    ):
        raise IntercomScanError(f"{shown}: is or lies behind a link; put a file there")
    draft = os.path.join(folder, b"%b.%d.tmp" % (os.path.basename(full), os.getpid()))
    try:
        before, mode = _read(full)
        handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(appended(before, lines))
            if mode is not None:
                os.chmod(draft, mode)
            os.replace(draft, full)
        except BaseException:
            os.unlink(draft)
            raise
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise IntercomScanError(f"{shown}: cannot be written ({reason})") from None


def _read(full: bytes) -> tuple[bytes, int | None]:
    """Content and permission bits; b"" and None where there is no such file."""
    try:
        with open(full, "rb") as stream:
            return stream.read(), os.fstat(stream.fileno()).st_mode & 0o777
    except FileNotFoundError:
        return b"", None
