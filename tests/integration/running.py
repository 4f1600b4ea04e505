"""Scans for the integration tests: in this process where that is enough, else as a command."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from unittest import mock

from intercom_scan import api
from intercom_scan.cli.group import COMMANDS
from intercom_scan.decode import Limits
from intercom_scan.detector import Detector, Names
from intercom_scan.fakes.ground import IDENTITY, Ground
from intercom_scan.rules import RULES

if TYPE_CHECKING:
    from intercom_scan.finding import Finding, Place, ScanResult

RULE = {rule.id: rule for rule in RULES}
TOKEN = RULE["intercom-access-token"]
COMMAND = (sys.executable, "-m", "intercom_scan")
OTHERS = (*COMMANDS, "--help", "-h", "--version")
_DETECTOR = Detector()


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str
    raw: bytes

    @property
    def report(self):
        return json.loads(self.out)

    @property
    def fingerprints(self) -> list[str]:
        return [finding["fingerprint"] for finding in self.report["findings"]]

    @property
    def skipped(self) -> str:
        return "\n".join(f"{s['what']}: {s['reason']}" for s in self.report["scan"]["skipped"])


def command(
    *arguments, cwd=None, stdin=b"", env=None, timeout=100, check_env=False, program=COMMAND, **more
) -> Ran:
    """Run the command line as a process; a scan leaves `.env` hygiene out unless `check_env`."""
    if not check_env and not (arguments and str(arguments[0]) in OTHERS):
        arguments = ("--no-env", *arguments)
    done = subprocess.run(
        [*program, *map(str, arguments)], cwd=cwd, input=stdin, capture_output=True,
        env={**os.environ, **(env or {})}, timeout=timeout, check=False, **more,
    )  # fmt: skip
    ran = Ran(done.returncode, _text(done.stdout), _text(done.stderr), done.stdout)
    assert "Traceback" not in ran.err, ran.err
    assert "internal error" not in ran.err, ran.err
    return ran


def one_line(ran, code: int, *words: str) -> None:
    assert ran.code == code, (ran.code, ran.err, ran.out)
    assert ran.err.count("\n") == 1, ran.err
    assert ran.err.startswith("intercom-scan: ")
    assert all(word in ran.err for word in words), ran.err


def _text(data: bytes) -> str:
    return data.decode("utf-8", "replace")


def _detector(names: Names, limits: Limits) -> Detector:
    plain = (names, limits) == (Names(), Limits())
    return _DETECTOR if plain else Detector(names, limits)


def scan(path, mode="all-history", revision=None, stdin=None, **more) -> ScanResult:
    """Scan in this process; one compiled set of patterns serves all tests without a policy.

    `.env` hygiene is left out unless `env` is true.
    """
    more.setdefault("env", False)
    paths = tuple(map(Path, path)) if isinstance(path, (list, tuple)) else (Path(path),)
    stream = None if stdin is None else io.BytesIO(stdin)
    with mock.patch.object(api, "Detector", _detector):
        return api.scan(api.Request(mode, paths, revision, stream, **more))


def fresh(rule=TOKEN) -> tuple[bytes, bytes]:
    """A new fake secret, and a line that holds it."""
    secret = rule.sample()
    return secret, rule.example.format(secret.decode()).encode() + b"\n"


def canonical(secret: bytes, rule=TOKEN) -> bytes:
    found = rule.check(secret)
    assert found is not None
    return bytes(found)


def found(result: ScanResult, secret: bytes, rule=TOKEN) -> Finding:
    """The one finding of this secret."""
    wanted = canonical(secret, rule)
    hits = [f for f in result.findings if f.secret == wanted and f.rule.id == rule.id]
    assert len(hits) == 1, (len(hits), [f.rule.id for f in result.findings], result.skipped)
    return hits[0]


def only_place(result: ScanResult, secret: bytes, rule=TOKEN) -> Place:
    finding = found(result, secret, rule)
    assert len(finding.places) == 1, finding.places
    return finding.places[0]


def spot(place: Place) -> tuple[str, str | None, int, int]:
    return place.origin, place.path, place.line, place.column


def git(where, *arguments, stdin=None, env=None) -> str:
    """Plain git, as the tests' oracle and to build repositories with."""
    done = subprocess.run(
        ["git", "-C", str(where), *IDENTITY, "-c", "protocol.file.allow=always", *arguments],
        input=stdin, capture_output=True, env={**os.environ, **(env or {})}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (arguments, done.stderr)
    return os.fsdecode(done.stdout).rstrip("\n")


class Dated(Ground):
    """A repository in which every commit is one day younger than the one before."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.clock = 1_500_000_000

    def commit(self, message="Change", *options, days=1) -> str:
        self.clock += days * 86_400
        date = f"{self.clock} +0000"
        git(self.path, "commit", "--quiet", "--allow-empty", "-m", message, *options,
            env={"GIT_AUTHOR_DATE": date, "GIT_COMMITTER_DATE": date})  # fmt: skip
        return git(self.path, "rev-parse", "HEAD")

    def put(self, name: str, content: bytes, **more) -> str:
        self.write(name, content)
        git(self.path, "add", "--force", "--", name)
        return self.commit(f"Put {name}", **more)

    def drop(self, name: str) -> str:
        git(self.path, "rm", "--quiet", "--", name)
        return self.commit(f"Drop {name}")
