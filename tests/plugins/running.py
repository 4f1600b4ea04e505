"""detect-secrets with our detectors: in this process where that is enough, else as a command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from detect_secrets.core.scan import scan_file, scan_line
from detect_secrets.settings import transient_settings

from intercom_scan.fakes.ground import IDENTITY
from intercom_scan.plugins.known import make_known
from intercom_scan.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from detect_secrets.core.potential_secret import PotentialSecret

ROOT = Path(__file__).parents[2]
PLUGIN = ROOT / "plugins" / "intercom.py"
OURS = make_known()
RULE = {rule.id: rule for rule in RULES}
TITLES = {rule.title for rule in RULES}
DETECT_SECRETS = (sys.executable, "-m", "detect_secrets")
HOOK = (sys.executable, "-m", "detect_secrets.pre_commit_hook")
OUR_HOOK = (sys.executable, "-m", "intercom_scan.hooks.detect_secrets")
WITH_OURS = (sys.executable, "-m", "intercom_scan.plugins")


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    code: int
    out: str
    err: str

    @property
    def baseline(self) -> dict[str, Any]:
        tree: dict[str, Any] = json.loads(self.out)
        return tree


def run(program: Sequence[str], *arguments: object, cwd: Path, stdin: str = "", **env: str) -> Ran:
    # What runs of a copy, which PYTHONPATH names, is no coverage of the original.
    without = "COVERAGE" if "PYTHONPATH" in env else "\0"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(without)}
    done = subprocess.run(
        [*program, *map(str, arguments)], cwd=cwd, input=stdin, capture_output=True, text=True,
        env={**kept, **env}, timeout=100, check=False,
    )  # fmt: skip
    assert "Traceback" not in done.stderr, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


def git(where: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(where), *IDENTITY, *arguments], check=True)


def repository(where: Path, files: dict[str, str]) -> Path:
    """A repository in which these files are committed."""
    where.mkdir(parents=True, exist_ok=True)
    git(where, "init", "--quiet")
    for name, text in files.items():
        (where / name).parent.mkdir(parents=True, exist_ok=True)
        (where / name).write_text(text, encoding="utf-8")
    git(where, "add", "--force", ".")
    git(where, "commit", "--quiet", "-m", "Files")
    return where


def sample(rule_id: str) -> str:
    return RULE[rule_id].sample().decode()


def example(rule_id: str) -> tuple[str, str]:
    """A fresh fake and a line that holds it."""
    value = sample(rule_id)
    return value, RULE[rule_id].example.format(value) + "\n"


@contextmanager
def detectors(names: Sequence[str] = OURS, without: Sequence[str] = ()) -> Iterator[None]:
    """These detectors, and the filters that are on by default but for some."""
    with transient_settings({"plugins_used": [{"name": name} for name in names]}) as settings:
        settings.disable_filters(*[f"detect_secrets.filters.{name}" for name in without])
        yield


def in_file(name: str) -> set[PotentialSecret]:
    return set(scan_file(name))


def in_string(text: str) -> set[PotentialSecret]:
    return set(scan_line(text))


def entries(baseline: dict[str, Any]) -> set[tuple[str, str, str]]:
    """(file, type, hash) of all that a baseline has."""
    return {
        (name, entry["type"], entry["hashed_secret"])
        for name, found in baseline["results"].items()
        for entry in found
    }
