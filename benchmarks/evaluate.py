"""What this program and its peers find in given repositories: `python benchmarks/evaluate.py DIR…`.

Prints counts alone, never a value: a table for docs/evaluation.md.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import peers

OURS = [sys.executable, "-m", "intercom_scan", "--all-history", "--no-env", "--format", "json"]


def main() -> int:
    print("| repository | commits | objects | bytes | not read | findings | peers |")
    print("|---|---|---|---|---|---|---|")
    for name in sys.argv[1:]:
        path = Path(name).resolve()
        answer = subprocess.run([*OURS, str(path)], capture_output=True, text=True, check=False)
        report = json.loads(answer.stdout)
        scan = report["scan"]
        unread = sum(skip["incomplete"] for skip in scan["skipped"])
        rules = Counter(finding["rule"] for finding in report["findings"])
        found = ", ".join(f"{count} {rule}" for rule, count in sorted(rules.items())) or "none"
        others = ", ".join(f"{peer}: {count}" for peer, count in _peers(path)) or "none installed"
        print(
            f"| {_name(path)} | {scan['commits']:,} | {scan['objects']:,} "
            f"| {scan['bytes'] / 1e6:,.0f} MB | {unread} | {found} | {others} |",
            flush=True,
        )
    return 0


def _name(path: Path) -> str:
    return path.parent.name if path.name == "repo" else path.name


def _peers(path: Path) -> list[tuple[str, str]]:
    return [(name, _count(name, command)) for name, command in peers.history(path).items()]


def _count(name: str, command: list[str]) -> str:
    """Findings that a peer reports."""
    if name in ("gitleaks", "betterleaks"):
        with tempfile.NamedTemporaryFile(suffix=".json") as file:
            command = [*command, "--report-format", "json", "--report-path", file.name]
            answer = subprocess.run(command, capture_output=True, check=False)
            failed = answer.returncode not in (0, 1)
            return "failed" if failed else str(len(json.loads(file.read() or b"[]")))
    answer = subprocess.run(command, capture_output=True, check=False)
    text = (answer.stdout + answer.stderr).decode("utf-8", "replace")
    found = re.search(r"\|Findings\.+: (\d+)", text) or re.search(r"verified_secrets\D+(\d+)", text)
    return found[1] if found else "failed"


if __name__ == "__main__":
    raise SystemExit(main())
