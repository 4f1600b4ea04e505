"""Measures this program against git and its peers: `python benchmarks/run.py --help`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import shlex
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from typing import TYPE_CHECKING

import applications
import peers
import repositories
from timing import Command, Figure, measure, once, peak_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

OURS = [sys.executable, "-m", "intercom_scan"]
GIT = ["cat-file", "--batch-all-objects", "--batch", "--buffer"]
RESULTS = Path(__file__).resolve().parent / "RESULTS.md"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repository", type=Path, action="append", default=[], metavar="DIR")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument(
        "--commits", type=int, default=40_000, help="of the repository that is built"
    )
    parser.add_argument("--write", action="store_true", help="write RESULTS.md")
    parser.add_argument("--only", choices=SECTIONS, action="append")
    options = parser.parse_args()
    lines = list(_header())
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        for name in options.only or SECTIONS:
            for line in SECTIONS[name](Path(folder), options):
                print(line, flush=True)
                lines.append(line)
    if options.write:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return 0


def _header() -> Iterator[str]:
    git = subprocess.run(["git", "--version"], capture_output=True, text=True, check=True).stdout
    yield "# Results"
    yield ""
    yield "Made by `python benchmarks/run.py --write`; see [README.md](README.md). Ratios within"
    yield "one run count, seconds depend on the machine."
    yield ""
    yield f"{os.cpu_count()} processors, Python {platform.python_version()}, {git.strip()}."


def _table(figures: dict[str, Figure], base: str) -> Iterator[str]:
    yield ""
    yield f"| | wall, s | : {base} | processor, s | exit |"
    yield "|---|---|---|---|---|"
    for name, figure in figures.items():
        ratio = figure.seconds / figures[base].seconds
        yield (
            f"| {name} | {figure.seconds:.2f} | {ratio:.2f} | {figure.processor:.2f} "
            f"| {figure.status} |"
        )


def history(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Full histories that are built: without a finding, and with 1,000."""
    clean = repositories.history(folder / "clean", options.commits)
    found = repositories.history(folder / "found", options.commits, 1000)
    yield from _histories({"clean": clean, "1,000 secrets": found}, options.runs)


def given(_: Path, options: argparse.Namespace) -> Iterator[str]:
    """Full histories of the repositories that were given."""
    paths = [path.resolve() for path in options.repository]
    yield from _histories({path.name: path for path in paths}, options.runs)


def _histories(paths: dict[str, Path], runs: int) -> Iterator[str]:
    for name, path in paths.items():
        commands: dict[str, Command] = {
            "git": ["git", "-C", str(path), *GIT],
            # What git does at best: a delta's base is still at hand.
            "git, in the order of the packs": ["git", "-C", str(path), *GIT, "--unordered"],
            "intercom-scan": [*OURS, "--all-history", str(path)],
            **peers.history(path),
        }
        yield ""
        yield f"## History: {name}"
        yield ""
        yield _size(path)
        yield from _table(measure(commands, runs), "git")
        peak = peak_memory(commands["intercom-scan"])
        yield ""
        yield f"Peak memory of intercom-scan itself: {peak:.0f} MB."


def _size(path: Path) -> str:
    check = ["git", "-C", str(path), "cat-file", "--batch-all-objects", "--unordered", "--buffer",
             "--batch-check=%(objectsize)"]  # fmt: skip
    sizes = subprocess.run(check, capture_output=True, text=True, check=True).stdout.split()
    return f"{len(sizes):,} objects, {sum(map(int, sizes)) / 1e9:.2f} GB unpacked."


def tree(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """A working tree."""
    path = repositories.tree(folder / "tree", 10_000)
    commands = {"intercom-scan": [*OURS, str(path)], **peers.tree(path)}
    yield ""
    yield "## Working tree of 10,000 files, 60 MB"
    yield from _table(measure(commands, options.runs), "intercom-scan")


def staged(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Twenty staged files, as hooks are started for them."""
    path = repositories.staged(folder / "staged", 20)
    files = sorted(file.name for file in path.glob("new*.py"))
    commands: dict[str, Command] = {
        "intercom-secrets": [str(Path(sys.executable).parent / "intercom-secrets"), *files],
        "intercom-scan --staged": [*OURS, "--staged", "--no-env"],
        "python -c pass": [sys.executable, "-c", "pass"],
        **peers.staged(path, files),
    }
    yield ""
    yield "## 20 staged files, process start to exit"
    figures = measure(commands, 4 * options.runs, str(path))
    yield from _table(figures, "intercom-secrets")


def audit(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """An audit of a repository of many languages."""
    path = applications.application(folder / "audit", 20_000)
    command = [*OURS, "audit", str(path)]
    yield ""
    yield "## Audit of 20,000 files, one in 50 of which speaks of Intercom"
    yield from _table(
        measure({"intercom-scan audit": command}, options.runs), "intercom-scan audit"
    )
    yield ""
    yield f"Peak memory: {peak_memory(command):.0f} MB."
    integration = applications.application(folder / "integration", 3_000, speaking_part=1)
    command = [*OURS, "audit", str(integration)]
    yield ""
    yield "## Audit of 3,000 files, all of which speak of Intercom"
    yield from _table(
        measure({"intercom-scan audit": command}, options.runs), "intercom-scan audit"
    )
    yield ""
    yield f"Peak memory: {peak_memory(command):.0f} MB."
    staged_ = str(applications.changed(folder / "changed", 20))
    hook = {"intercom-audit": [str(Path(sys.executable).parent / "intercom-audit")]}
    yield ""
    yield "## Audit of 20 staged files, half of which speak of Intercom, by its hook"
    yield from _table(measure(hook, options.runs, staged_), "intercom-audit")


def adversarial(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """Hostile input at two sizes: the time must grow as the size does."""
    del options
    small = repositories.adversarial(folder / "small", 12_500_000)
    large = repositories.adversarial(folder / "large", 50_000_000)
    yield ""
    yield "## Adversarial input: one file, one line"
    yield ""
    yield "| repeated | 12.5 MB, s | 50 MB, s | ratio (4 is linear) | peak, MB |"
    yield "|---|---|---|---|---|"
    for name in large:
        quick, slow = (once([*OURS, str(path)])[0] for path in (small[name], large[name]))
        peak = peak_memory([*OURS, str(large[name])])
        yield f"| {name} | {quick:.2f} | {slow:.2f} | {slow / quick:.1f} | {peak:.0f} |"


def purge(folder: Path, options: argparse.Namespace) -> Iterator[str]:
    """A copy without 100 secrets, beside what git-filter-repo needs for a clone and a rewrite."""
    path = repositories.history(folder / "purge", min(options.commits, 10_000), 100)
    values = folder / "values.txt"
    values.write_text("".join(f"literal:{value}\n" for value in sorted(_secrets(path))))
    ours, theirs = folder / "ours", folder / "theirs.git"
    clone = ["git", "clone", "--quiet", "--mirror", "--no-local", str(path), str(theirs)]
    found = f"PATH={Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    filtered = [
        "env", found, "git", "-C", str(theirs), "filter-repo", "--quiet", "--force",
        "--replace-text", str(values), "--replace-message", str(values),
    ]  # fmt: skip
    asked = [*OURS, "purge", "--all", "--quiet", "--repository", str(path), "--output", str(ours)]
    commands = {
        "git clone": _anew(theirs, clone),
        "git clone, git-filter-repo": _anew(theirs, clone, filtered),
        "intercom-scan purge": _anew(ours, asked),
    }
    yield ""
    yield "## Purge of 10,000 commits, 100 secrets" if options.commits >= 10_000 else "## Purge"
    yield ""
    yield _size(path)
    yield ""
    yield "A purge scans before, and afterwards proves that nothing is left."
    yield from _table(measure(commands, options.runs), "git clone, git-filter-repo")
    yield ""
    shutil.rmtree(ours)
    yield f"Peak memory of intercom-scan itself: {peak_memory(asked):.0f} MB."


def _anew(folder: Path, *commands: list[str]) -> Command:
    """All of them in one process, after what the last run has left is gone."""
    return ["sh", "-c", " && ".join(map(shlex.join, (["rm", "-rf", str(folder)], *commands)))]


def _secrets(path: Path) -> set[str]:
    """All values that are to be replaced."""
    command = [*OURS, "--all-history", "--no-env", "--format", "json", "--show-secrets", str(path)]
    out = subprocess.run(command, capture_output=True, check=False).stdout
    return {finding["secret"] for finding in json.loads(out)["findings"]}


SECTIONS = {
    "history": history,
    "given": given,
    "tree": tree,
    "staged": staged,
    "audit": audit,
    "adversarial": adversarial,
    "purge": purge,
}

if __name__ == "__main__":
    raise SystemExit(main())
