"""Where env files go although git ignores them: images, packages, uploads, other users, copies."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from intercom_scan.env import remedy
from intercom_scan.env.contents import read_file
from intercom_scan.env.dockerignore import copied, is_dockerfile, kept_out
from intercom_scan.env.packaging import manifest_takes, npm_files, npm_takes
from intercom_scan.env.uploads import IGNORERS
from intercom_scan.finding import Finding, Place
from intercom_scan.rules import hygiene as rules
from intercom_scan.rules.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from intercom_scan.env.contents import Contents
    from intercom_scan.env.uploads import Ignorer
    from intercom_scan.env.view import EnvFile, View
    from intercom_scan.git import Repository
    from intercom_scan.rules.model import Rule

_READERS = 0o004
_MOST = 50  # files that are looked at, and directories that each may be in


def findings(repository: Repository, whole: View, contents: Contents) -> Iterator[Finding]:
    """Warnings about files of the working tree that hold more than names."""
    at_risk = [file for file in whole.files if _at_risk(file, contents)][:_MOST]
    if not at_risk:
        return
    shipping = _Shipping(repository, whole, contents)
    for file in at_risk:
        yield from shipping.of(file)
    for ignorer in IGNORERS:
        yield from shipping.uploads(ignorer, at_risk)


def _at_risk(file: EnvFile, contents: Contents) -> bool:
    if file.state == "leaving" or file.kind == "template" or file.path.count(b"/") > _MOST:
        return False
    content = contents.of(file)
    return bool(content.hits) if file.kind == "perhaps" else content.has_values


class _Shipping:
    """What is beside the files; each is read once."""

    def __init__(self, repository: Repository, whole: View, contents: Contents) -> None:
        self._git = repository.git
        self._top = os.fsencode(repository.top or b"")
        self._names = set(whole.names)
        self._contents = contents
        self._read: dict[bytes, bytes] = {}
        self._dockerfiles: dict[bytes, list[bytes]] = {}
        for path in sorted(whole.names):
            folder, _, name = path.rpartition(b"/")
            if is_dockerfile(name):
                self._dockerfiles.setdefault(folder, []).append(path)

    def text(self, path: bytes) -> bytes:
        if path not in self._read:
            try:
                found = read_file(self._top, path) if path in self._names else None
            except OSError:  # the scan of files says so
                found = None
            self._read[path] = found[0] if found else b""
        return self._read[path]

    def of(self, file: EnvFile) -> Iterator[Finding]:
        folders = _parents(file.path)
        for folder in folders:
            inside = file.path[len(folder) + 1 :] if folder else file.path
            yield from self._docker(file, folder, inside)
        yield from self._npm(file, folders)
        yield from self._python(file, folders)
        if file.state == "tracked":  # a finding already, that all others can read it
            return
        mode = _mode(self._top, file.path)
        if mode is not None and os.name == "posix" and mode & _READERS:
            detail = f"its permissions are {mode:04o}"
            mends = remedy.on_file("chmod 600", file.path)
            yield self._warning(rules.READABLE, file, detail, mends)
        if file.kind == "backup":
            yield self._warning(
                rules.BACKUP, file, self._contents.of(file).described,
                remedy.on_file("rm", file.path),
            )  # fmt: skip

    def _docker(self, file: EnvFile, folder: bytes, inside: bytes) -> Iterator[Finding]:
        path = os.fsdecode(inside)
        for dockerfile in self._dockerfiles.get(folder, ()):
            if not copied(self.text(dockerfile), path):
                continue
            own = dockerfile + b".dockerignore"
            ignorer = own if own in self._names else _join(folder, b".dockerignore")
            if not kept_out(self.text(ignorer), path):
                stop = "does not stop it" if ignorer in self._names else "is not there"
                detail = f"{os.fsdecode(dockerfile)} copies it, {os.fsdecode(ignorer)} {stop}"
                yield self._warning(
                    rules.DOCKER, file, detail, remedy.append(b"**/" + file.name, ignorer)
                )
                return

    def _npm(self, file: EnvFile, folders: list[bytes]) -> Iterator[Finding]:
        """The nearest package alone has the file."""
        folder = next((f for f in folders if _join(f, b"package.json") in self._names), None)
        if folder is None:
            return
        published, files = npm_files(self.text(_join(folder, b"package.json")))
        inside = os.fsdecode(file.path[len(folder) + 1 :] if folder else file.path)
        ignorer = _join(folder, b".npmignore")
        if not published or (files is not None and not npm_takes(files, inside)):
            return
        if files is None and ignorer not in self._names and file.state == "ignored":
            return  # npm then heeds .gitignore
        if ignorer in self._names and file.path in self._ignored(b".npmignore", [file]):
            return
        detail = f"the package in {os.fsdecode(folder) or 'the root'} takes it"
        line = b"/" + os.fsencode(inside)
        yield self._warning(rules.NPM, file, detail, remedy.append(line, ignorer))

    def _python(self, file: EnvFile, folders: list[bytes]) -> Iterator[Finding]:
        for folder in folders:
            manifest = _join(folder, b"MANIFEST.in")
            inside = file.path[len(folder) + 1 :] if folder else file.path
            if manifest in self._names and manifest_takes(self.text(manifest), os.fsdecode(inside)):
                mends = remedy.append(b"exclude " + inside, manifest)
                yield self._warning(rules.PYTHON, file, f"{os.fsdecode(manifest)} takes it", mends)

    def uploads(self, ignorer: Ignorer, files: list[EnvFile]) -> Iterator[Finding]:
        """Files below an ignore file of an upload that it does not leave out."""
        below = [(file, at) for file in files if (at := self._above(file, ignorer.name))]
        below = [(file, at) for file, at in below if not ignorer.skips(file)]
        if not below:
            return
        ignored = self._ignored(ignorer.name, [file for file, _ in below])
        for file, at in below:
            included = b"#!include:.gitignore" in self.text(at)
            if file.path not in ignored and not (included and file.state == "ignored"):
                detail = f"{os.fsdecode(at)} does not leave it out"
                yield self._warning(ignorer.rule, file, detail, remedy.append(file.name, at))

    def _above(self, file: EnvFile, name: bytes) -> bytes | None:
        paths = (_join(folder, name) for folder in _parents(file.path))
        return next((path for path in paths if path in self._names), None)

    def _ignored(self, name: bytes, files: list[EnvFile]) -> set[bytes]:
        """Those of some files that ignore files of this name cover, as git itself reads them."""
        # As arguments every user of the machine can read them: not if they tell a credential.
        paths = [f.path for f in files if not self._contents.credentials(f.path, b"")]
        found: set[bytes] = set()
        if not paths:
            return found
        for what in ("--others", "--cached"):
            answer = self._git.run(
                "ls-files", "-z", what, "--ignored",
                b"--exclude-per-directory=" + name, "--", *paths,
            )  # fmt: skip
            found.update(answer.out.split(b"\0"))
        return found

    def _warning(self, rule: Rule, file: EnvFile, detail: str, mends: str) -> Finding:
        held = bool(self._contents.of(file).hits)
        severity = rule.severity if held else Severity.INFO
        place = Place("file", os.fsdecode(file.path), 1, 1, 1)
        return Finding(
            rule=rule, secret=file.path, severity=severity, confidence="high", places=(place,),
            places_total=1, remedy=mends, detail=detail,
        )  # fmt: skip


def _parents(path: bytes) -> list[bytes]:
    """The directories that a path lies in, the nearest first; b"" is the root."""
    found = []
    while path:
        path = path.rpartition(b"/")[0]
        found.append(path)
    return found


def _join(folder: bytes, name: bytes) -> bytes:
    return folder + b"/" + name if folder else name


def _mode(top: bytes, path: bytes) -> int | None:
    try:
        found = read_file(top, path)
    except OSError:
        return None
    return found[1] if found else None
